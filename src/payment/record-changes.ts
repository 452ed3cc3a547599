/** Recording what became of attempts, so that no proof of a payment is lost to a row that denies it. */

import type { AttemptChange, PaymentAttempt } from './payment-attempt.ts'
import { LedgerUnavailable, type PaymentLedger } from './ports.ts'

/** What came of recording a change. `known` is what is true all the same, and to be told. */
export type Recorded =
  /** The row says so too, or knows better. */
  | { readonly kind: 'taken'; readonly attempt: PaymentAttempt }
  /** The ledger denies it: somebody has to look. */
  | { readonly kind: 'denied'; readonly known: AttemptChange; readonly cause: unknown }
  /** The ledger went away before it had told. It has to be recorded again. */
  | { readonly kind: 'unanswered'; readonly known: AttemptChange }

/** Records changes, all or none. Rejects as {@link PaymentLedger.record} does. */
export async function recordChanges(
  ledger: PaymentLedger,
  changes: readonly AttemptChange[],
): Promise<readonly Recorded[]> {
  const rows = await ledger.record(changes)
  return Promise.all(rows.map((row, index) => compare(ledger, row, changes[index]!)))
}

/** Compares a row with the change that was recorded of it, and records the payment that the row denies. */
async function compare(
  ledger: PaymentLedger,
  row: PaymentAttempt | null,
  change: AttemptChange,
): Promise<Recorded> {
  // As after a backup was restored.
  if (row === null) return { kind: 'denied', known: change, cause: new Error('It has no row.') }
  if (agrees(row, change)) return { kind: 'taken', attempt: row }
  const known = lateProof(row, change)
  try {
    // A readback tells that the order is paid, not by whom: where another payment did that, the row is right.
    if (change.reason === 'READBACK' && (await isPaid(ledger, row))) return { kind: 'taken', attempt: row }
    if (known.state === 'PAID') {
      const [after = null] = await ledger.record([known])
      if (after?.state === 'PAID') return { kind: 'taken', attempt: after }
    }
    return { kind: 'denied', known, cause: new Error('It has another outcome.') }
  } catch (cause) {
    // Another error than an absent store is a contradiction, such as a second payment of the order.
    if (cause instanceof LedgerUnavailable) return { kind: 'unanswered', known }
    return { kind: 'denied', known, cause }
  }
}

/**
 * Whether a row agrees with a change: one is left out where the row knows better, but never what says that the order
 * is paid, be it Atlas's answer, unless it was explained by another payment (ORDER_ALREADY_PAID).
 */
function agrees(row: PaymentAttempt, { state, code }: AttemptChange): boolean {
  const isCalledPaid = state === 'PAID' || (state === 'UNKNOWN' && code === 'ORDER_ALREADY_PAID')
  return row.state !== 'NOT_PAID' || row.code === 'ORDER_ALREADY_PAID' || !isCalledPaid
}

/**
 * What a change proves beside a row that denies it, as when another instance took the attempt for lost and settled it
 * before. A readback is no proof of the attempt's own success then, unless it was only released: what is left is that the
 * order is paid. And an order that was answered as paid, but read as cancelled, was cancelled after its payment.
 */
function lateProof(row: PaymentAttempt, change: AttemptChange): AttemptChange {
  const { ifReads: _reads, ifCode: _code, ...known } = change
  const proof = { ...known, state: 'PAID', reason: 'LATE_PROOF' } as const
  if (change.evidence === 'ORDER_READBACK' && row.code !== 'PAYMENT_NOT_APPLIED')
    return { ...proof, code: 'ORDER_ALREADY_PAID', evidence: null }
  if (change.reason !== 'READBACK' && row.code === 'ORDER_NOT_PAYABLE') {
    return { ...proof, code: 'ORDER_CANCELLED_AFTER_PAYMENT', evidence: null }
  }
  return change.state === 'PAID' ? proof : change
}

async function isPaid(ledger: PaymentLedger, { orderNo }: PaymentAttempt): Promise<boolean> {
  return (await ledger.attemptsOf(orderNo)).some(({ state }) => state === 'PAID')
}
