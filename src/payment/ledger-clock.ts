/** Time as all instances have it that share a ledger, whatever the clocks of their machines say. */

import type { Clock, PaymentLedger } from './ports.ts'

export interface LedgerClock extends Clock {
  /**
   * Asks the ledger for its time and goes by it from then on. Rejects as the asking does; the clock then goes on by
   * what it knows.
   */
  follow(): Promise<void>
}

export interface LedgerClockOptions {
  /** The clock of this machine. */
  readonly own: Clock
  readonly ledger: Pick<PaymentLedger, 'time'>
  /**
   * Told when the machine's clock is a second or more off, and again with each second that this changes: how far the
   * ledger's is ahead of it, in milliseconds; less than 0 when it is behind. Must not throw.
   */
  readonly onOff: (aheadMs: number) => void
}

/** Clocks that differ by less agree, as far as anybody has to know, in milliseconds. */
const TOLD_MS = 1_000

/**
 * The machine's clock, corrected by no more than the ledger's time proves: that was told somewhere between the
 * question and its answer. So a slow answer moves nothing, and time does not tremble from one answer to the next.
 */
export function createLedgerClock({ own, ledger, onOff }: LedgerClockOptions): LedgerClock {
  let aheadMs = 0
  let toldMs = 0

  return {
    ...own,
    now: () => new Date(own.now().getTime() + aheadMs),
    async follow() {
      const askedAt = own.now().getTime()
      const time = await ledger.time()
      const answeredAt = own.now().getTime()
      // A machine whose clock was set back meanwhile proves nothing.
      if (time === null || answeredAt < askedAt) return
      const leastMs = time.getTime() - answeredAt
      const mostMs = time.getTime() - askedAt
      aheadMs = Math.min(Math.max(aheadMs, leastMs), mostMs)
      if (Math.abs(aheadMs - toldMs) < TOLD_MS) return
      toldMs = aheadMs
      onOff(aheadMs)
    },
  }
}
