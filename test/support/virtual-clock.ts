/** Time that passes only when a test says so, and wakes who waits for it in order. */

import type { Clock } from '../../src/payment/ports.ts'

export interface VirtualClock extends Clock {
  /** Lets time pass, in milliseconds; everything that became due by then has run when it resolves. */
  advance(ms: number): Promise<void>
  /** Sets the time, as an operator does; nobody who waits is woken. */
  set(at: Date): void
  /** How many wait for time to pass. */
  waiting(): number
  /** Lets everything run that waits for nothing. */
  settle(): Promise<void>
}

interface Sleeper {
  readonly dueAt: number
  readonly wake: () => void
}

export function createVirtualClock(start = new Date('2026-11-23T08:00:00.000Z')): VirtualClock {
  let now = start.getTime()
  const sleepers = new Set<Sleeper>()
  // Timers come after every promise that is ready.
  const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

  return {
    now: () => new Date(now),
    delay(ms, signal) {
      if (signal?.aborted === true) return Promise.resolve()
      return new Promise((resolve) => {
        const wake = (): void => {
          sleepers.delete(sleeper)
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        const sleeper = { dueAt: now + ms, wake }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', wake)
      })
    },
    timer(ms, onTime) {
      const sleeper: Sleeper = {
        dueAt: now + ms,
        wake() {
          sleepers.delete(sleeper)
          onTime()
        },
      }
      sleepers.add(sleeper)
      return () => void sleepers.delete(sleeper)
    },
    async advance(ms) {
      const until = now + ms
      await settle()
      for (let due = nextOf(sleepers, until); due !== undefined; due = nextOf(sleepers, until)) {
        now = Math.max(now, due.dueAt)
        due.wake()
        await settle()
      }
      now = until
      await settle()
    },
    set(at) {
      now = at.getTime()
    },
    waiting: () => sleepers.size,
    settle,
  }
}

function nextOf(sleepers: ReadonlySet<Sleeper>, until: number): Sleeper | undefined {
  return [...sleepers].filter(({ dueAt }) => dueAt <= until).toSorted((a, b) => a.dueAt - b.dueAt)[0]
}
