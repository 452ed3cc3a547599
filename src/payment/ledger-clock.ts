/** Time as all instances have it that share a ledger, whatever the clocks of their machines say. */

import type { Clock } from './ports.ts'

export interface LedgerClock extends Clock {
  /**
   * Asks for the ledger's time, null where it has none, and goes by it from then on. Resolves with whether the clock
   * was a second or more off until then, so that what was written meanwhile has to be written anew. Rejects as the
   * asking does; the clock then goes on by what it knows.
   */
  follow(ask: () => Promise<Date | null>): Promise<boolean>
  /**
   * Since when this process knows that time has run as it should: since its start, or since the clock of the machine
   * or of the ledger was last set, or the machine woke up (where `performance.now()` stops in its sleep, as on Linux). A time that is measured from before may be shorter or longer
   * than it was.
   */
  steadySince(): Date
}

export interface LedgerClockOptions {
  /** The clock of this machine. */
  readonly own: Clock
  /** Milliseconds that pass however the clock is set, as of `performance.now()`. */
  readonly elapsedMs: () => number
  /**
   * Told when the machine's clock is found a second or more off, and when that has changed by a second: how far the
   * ledger's is ahead of it, in milliseconds; less than 0 when it is behind. Must not throw.
   */
  readonly onOff: (aheadMs: number) => void
}

/** Clocks that differ by less agree, and one that moves by less was not set, in milliseconds. */
const TOLERANCE_MS = 1_000

/**
 * The machine's clock, corrected by no more than the ledger's time proves: that was told somewhere between the
 * question and its answer. So time does not tremble from one answer to the next.
 */
export function createLedgerClock({ own, elapsedMs, onOff }: LedgerClockOptions): LedgerClock {
  let aheadMs = 0
  let toldMs = 0
  let seen = { at: own.now().getTime(), elapsedMs: elapsedMs() }
  let steadyAt = seen.at

  const nowMs = (): number => own.now().getTime() + aheadMs

  function steadySince(): Date {
    const last = seen
    seen = { at: nowMs(), elapsedMs: elapsedMs() }
    const setMs = seen.at - last.at - (seen.elapsedMs - last.elapsedMs)
    if (Math.abs(setMs) >= TOLERANCE_MS) steadyAt = seen.at
    return new Date(steadyAt)
  }

  return {
    ...own,
    now: () => new Date(nowMs()),
    steadySince,
    async follow(ask) {
      const askedAt = own.now().getTime()
      const askedMs = elapsedMs()
      const time = await ask()
      const answeredAt = own.now().getTime()
      const setMs = answeredAt - askedAt - (elapsedMs() - askedMs)
      steadySince()
      if (time === null) return false
      // A machine whose clock was set meanwhile proves nothing.
      if (Math.abs(setMs) >= TOLERANCE_MS) return true
      const leastMs = time.getTime() - answeredAt
      const mostMs = time.getTime() - askedAt
      const wasAheadMs = aheadMs
      aheadMs = Math.min(Math.max(aheadMs, leastMs), mostMs)
      steadySince()
      if (Math.abs(aheadMs - toldMs) >= TOLERANCE_MS) {
        toldMs = aheadMs
        if (Math.abs(aheadMs) >= TOLERANCE_MS) onOff(aheadMs)
      }
      return Math.abs(aheadMs - wasAheadMs) >= TOLERANCE_MS
    },
  }
}
