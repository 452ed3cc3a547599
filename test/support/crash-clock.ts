/** A clock that runs faster, the same in every process: waits of seconds fit into a crash test. */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../src/payment/ports.ts'
import { realTimer } from './real-timer.ts'

/** How time runs. Exchanges with Atlas stay in real time: their deadlines are no affair of this clock. */
export interface ClockPace {
  /** An instant at which this clock and real time agree, in epoch milliseconds. */
  readonly origin: number
  /** Milliseconds of this clock in one of real time. */
  readonly speed: number
}

export function createPacedClock({ origin, speed }: ClockPace): Clock {
  return {
    now: () => new Date(origin + (Date.now() - origin) * speed),
    delay: (ms, signal) =>
      sleep(ms / speed, undefined, signal === undefined ? {} : { signal }).catch(() => {}),
    timer: (ms, onTime) => realTimer(ms / speed, onTime),
  }
}

/** The real instant of one of a paced clock, in epoch milliseconds. */
export function realInstant({ origin, speed }: ClockPace, epochMs: number): number {
  return origin + (epochMs - origin) / speed
}
