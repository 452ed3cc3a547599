/** Time for tests of a running gateway: pauses between steps shrink to milliseconds, waits of clients do not end. */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../src/payment/ports.ts'
import { realTimer } from './real-timer.ts'

/** Pauses at least this long are a client's wait, in milliseconds. */
const CLIENT_WAIT_MS = 10_000

/** `now` stands still when it is given. */
export function createFastClock(now?: Date): Clock {
  return {
    now: () => now ?? new Date(),
    delay: (ms, signal) =>
      sleep(ms >= CLIENT_WAIT_MS ? ms : Math.min(ms, 10), undefined, {
        ref: false,
        ...(signal !== undefined && { signal }),
      }).catch(() => {}),
    timer: (ms, onTime) => realTimer(ms >= CLIENT_WAIT_MS ? ms : Math.min(ms, 10), onTime),
  }
}

/** Time that stands still until it is advanced. */
export function createSteeredClock(): Clock & { advance(ms: number): void } {
  let now = Date.UTC(2026, 10, 23)
  return {
    ...createFastClock(),
    now: () => new Date(now),
    advance(ms) {
      now += ms
    },
  }
}
