/** What could not be written to the ledger and still has to be, kept in memory until the store recovers. */

import type { AttemptChange } from './payment-attempt.ts'
import { LedgerUnavailable, type PaymentLedger } from './ports.ts'
import { recordChanges } from './record-changes.ts'

export interface Repairs {
  /** Changes that are true and not committed. */
  record(changes: readonly AttemptChange[]): void
  /** An attempt that was never sent, whose claim may have been committed. */
  withdraw(paymentId: string): void
  /** Writes what is waiting, each attempt's in its order, unless the store is away. */
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

/** One can fail alone, as when its row is locked or damaged. After so many, others would only wait one after the other. */
const FAILURES_MAX = 2

/** `onFault` is told of a repair that the store refuses for another reason than being away, or contradicts. */
export function createRepairs(ledger: PaymentLedger, onFault: (error: unknown) => void): Repairs {
  let waiting: Repair[] = []
  /** Those that were told to fail alone. */
  const told = new WeakSet<Repair>()

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

  /** False while the store does not take it; true when it is written, or never will be. */
  const carryOut = async (repair: Repair): Promise<boolean> => {
    try {
      if (repair.kind === 'record') return await recordAll(repair.changes)
      await ledger.withdraw(repair.paymentId)
    } catch (error) {
      if (error instanceof LedgerUnavailable) return false
      onFault(error)
    }
    return true
  }

  const tellFailing = (repair: Repair): void => {
    if (told.has(repair)) return
    told.add(repair)
    const names = paymentIdsOf(repair).join(', ')
    onFault(new Error(`The ledger takes others, but not yet what became of payment ${names}.`))
  }

  return {
    record: (changes) => add({ kind: 'record', changes }),
    withdraw: (paymentId) => add({ kind: 'withdraw', paymentId }),
    async run() {
      const failing: Repair[] = []
      /** Attempts whose repairs have to wait, so that they stay in their order. */
      const held = new Set<string>()
      const isHeld = (repair: Repair): boolean => paymentIdsOf(repair).some((id) => held.has(id))
      const hold = (repair: Repair): void => paymentIdsOf(repair).forEach((id) => held.add(id))
      let written = 0
      for (const repair of waiting.slice()) {
        if (isHeld(repair) || !(await carryOut(repair))) {
          if (!isHeld(repair)) failing.push(repair)
          hold(repair)
          if (failing.length === FAILURES_MAX) break
        } else {
          waiting.splice(waiting.indexOf(repair), 1)
          written += 1
        }
      }
      if (written > 0) failing.forEach(tellFailing)
      // The next round begins with the others.
      const last: Repair[] = []
      const first = waiting.filter((repair) => {
        if (!isHeld(repair)) return true
        hold(repair)
        last.push(repair)
        return false
      })
      waiting = [...first, ...last]
    },
  }
}

function paymentIdsOf(repair: Repair): readonly string[] {
  return repair.kind === 'record' ? repair.changes.map(({ paymentId }) => paymentId) : [repair.paymentId]
}
