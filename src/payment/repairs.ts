/** What could not be written to the ledger and still has to be, kept in memory until the store recovers. */

import type { AttemptChange } from './payment-attempt.ts'
import { LedgerUnavailable, type PaymentLedger } from './ports.ts'
import { recordChanges } from './record-changes.ts'

export interface Repairs {
  /** Changes that are true and not committed. */
  record(changes: readonly AttemptChange[]): void
  /** An attempt that was never sent, whose claim may have been committed. */
  withdraw(paymentId: string): void
  /** Writes what is waiting, in order, until the store refuses. */
  run(): Promise<void>
}

type Repair =
  | { readonly kind: 'record'; readonly changes: readonly AttemptChange[] }
  | { readonly kind: 'withdraw'; readonly paymentId: string }

/**
 * Most repairs that are kept. Each belongs to a payment that was under way when the store failed, and no
 * payment begins without the store, so the number stays far below. What does not fit is settled by a
 * readback after the next start.
 */
const REPAIRS_MAX = 10_000

/** `onFault` is told of a repair that the store refuses for another reason than being away, or contradicts. */
export function createRepairs(ledger: PaymentLedger, onFault: (error: unknown) => void): Repairs {
  const waiting: Repair[] = []

  const add = (repair: Repair): void => {
    if (waiting.length < REPAIRS_MAX) waiting.push(repair)
    else onFault(new Error('Too many repairs of the ledger are waiting.'))
  }

  /** False when the store went away meanwhile. */
  const recordAll = async (changes: readonly AttemptChange[]): Promise<boolean> => {
    const results = await recordChanges(ledger, changes)
    const names = changes.map(({ paymentId }) => paymentId).join(', ')
    for (const result of results) {
      if (result.kind === 'unanswered') return false
      if (result.kind === 'denied') {
        const message = `The ledger does not take what became of payment ${names}.`
        onFault(new Error(message, { cause: result.cause }))
      }
    }
    return true
  }

  return {
    record: (changes) => add({ kind: 'record', changes }),
    withdraw: (paymentId) => add({ kind: 'withdraw', paymentId }),
    async run() {
      for (let repair = waiting[0]; repair !== undefined; repair = waiting[0]) {
        try {
          if (repair.kind === 'withdraw') await ledger.withdraw(repair.paymentId)
          else if (!(await recordAll(repair.changes))) return
        } catch (error) {
          // The store is still away: the rest would only wait for it, one after the other.
          if (error instanceof LedgerUnavailable) return
          onFault(error)
        }
        waiting.splice(waiting.indexOf(repair), 1)
      }
    },
  }
}
