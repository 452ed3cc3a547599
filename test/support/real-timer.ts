/** A timer in real time that does not keep the process up, for clocks of tests. */

import type { Clock } from '../../src/payment/ports.ts'

export const realTimer: Clock['timer'] = (ms, onTime) => {
  const timer = setTimeout(onTime, ms).unref()
  return () => clearTimeout(timer)
}
