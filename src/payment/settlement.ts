/** What a readback makes of an attempt whose outcome is unknown. Pure: every rule of settling is here. */

import { type AttemptChange, isRetryable, type PaymentAttempt } from './payment-attempt.ts'
import { type PaymentErrorCode, paymentErrorRules } from './payment-outcome.ts'
import type { PaymentMethod } from './payment-request.ts'
import type { DeferredReading, OrderReading } from './ports.ts'

/** Fewest unpaid readbacks in a row that count for anything: one alone may come from a copy that lags behind. */
export const RELEASE_READS_MIN = 3

/** How long after a clock was set nothing is counted by it, in milliseconds: two signs of life. */
const UNSTEADY_MS = 2_000

export interface SettlementContext {
  readonly at: Date
  /** Since when time is known to have run as it should. */
  readonly steadySince: Date
  /** How long readbacks must keep saying unpaid before the order may be paid again; null: for ever. */
  readonly releaseUnpaidAfterMs: number | null
  /** The other attempts of the order. */
  readonly others: readonly PaymentAttempt[]
}

export type Settlement =
  /** The changes that end the uncertainty. `told` is the attempt whose outcome the asker is told. */
  | { readonly kind: 'settled'; readonly changes: readonly AttemptChange[]; readonly told: string }
  /** Still unknown. */
  | ({ readonly kind: 'deferred' } & Pick<DeferredReading, 'unpaidReads' | 'unpaidSince'>)

/** Judges one readback of an `UNKNOWN` attempt. */
export function settle(
  attempt: PaymentAttempt,
  reading: OrderReading,
  context: SettlementContext,
): Settlement {
  switch (reading.kind) {
    case 'paid':
      return settlePaid(attempt, reading, context)
    case 'cancelled':
      // Atlas called it paid before: that its answer shows no payment does not take that away.
      if (reading.paid || isCalledPaid(attempt)) return settleCancelledAfterPayment(attempt, context)
      // Nobody paid, an earlier lost attempt included: nothing contradicts a final refusal. One that may be tried
      // again would be so in vain.
      return isFinalRefusal(attempt.code) && !isRetryable({ state: 'NOT_PAID', code: attempt.code })
        ? settleRefused(attempt, context.at)
        : settled(judged(attempt, 'NOT_PAID', context.at, { code: 'ORDER_NOT_PAYABLE' }))
    case 'unpaid':
      // Kept for good, as what contradicts the answer that called it paid. Such an attempt is never released.
      if (isCalledPaid(attempt)) return countedUnpaid(attempt, context.at)
      if (isRefusedAlone(attempt, context)) return settleRefused(attempt, context.at)
      // A sign of a charge breaks the row of unpaid readbacks: it has to begin anew.
      if (reading.chargeStarted) return { kind: 'deferred', unpaidReads: 0, unpaidSince: null }
      return settleUnpaid(attempt, context)
    case 'unreadable':
      if (isRefusedAlone(attempt, context)) return settleRefused(attempt, context.at)
      // The short series counts its unpaid readbacks only, so that this is too few rather than too many.
      if (standsAsPaid(attempt, attempt.reads - attempt.unpaidReads)) {
        const ifReads = countersOf(attempt)
        return settled(judged(attempt, 'PAID', context.at, { code: 'ORDER_ALREADY_PAID', ifReads }))
      }
      return { kind: 'deferred', unpaidReads: attempt.unpaidReads, unpaidSince: attempt.unpaidSince }
  }
}

/** A change with nothing known but what is given. */
export function changeTo(
  { paymentId }: Pick<PaymentAttempt, 'paymentId'>,
  state: AttemptChange['state'],
  at: Date,
  known: Partial<AttemptChange> = {},
): AttemptChange {
  return {
    paymentId,
    state,
    at,
    code: null,
    reason: 'READBACK',
    evidence: null,
    atlasStatus: null,
    pnrCode: null,
    retryAfterSeconds: null,
    requestStarted: null,
    ...known,
  }
}

/** What a readback makes of an attempt, as it was when it was judged. */
function judged(
  attempt: PaymentAttempt,
  state: AttemptChange['state'],
  at: Date,
  known: Partial<AttemptChange>,
): AttemptChange {
  return changeTo(attempt, state, at, { ...(attempt.code !== null && { ifCode: attempt.code }), ...known })
}

function settlePaid(
  attempt: PaymentAttempt,
  { paymentMethod, pnrCode }: Extract<OrderReading, { kind: 'paid' }>,
  { at, others }: SettlementContext,
): Settlement {
  const payer = payerOf(attempt, others, paymentMethod)
  if (payer === undefined) {
    const code = attempt.code === 'ORDER_NOT_PAYABLE' ? 'ORDER_NOT_PAYABLE' : 'ORDER_ALREADY_PAID'
    return settled(judged(attempt, 'PAID', at, { code }))
  }
  const success = judged(payer, 'PAID', at, { evidence: 'ORDER_READBACK', pnrCode })
  return settledBy(success, attempt, 'ORDER_ALREADY_PAID')
}

function settleCancelledAfterPayment(attempt: PaymentAttempt, { at, others }: SettlementContext): Settlement {
  // How a cancelled order was paid is not told.
  const payer = payerOf(attempt, others, null) ?? attempt
  const isStanding = attempt.code === 'ORDER_NOT_PAYABLE' || isFinalRefusal(attempt.code)
  const paid = judged(payer, 'PAID', at, { code: 'ORDER_CANCELLED_AFTER_PAYMENT' })
  return settledBy(paid, attempt, isStanding ? attempt.code : 'ORDER_ALREADY_PAID')
}

/** Which of our attempts explains a payment by a method, null when that is not told; undefined when none does. */
function payerOf(
  attempt: PaymentAttempt,
  others: readonly PaymentAttempt[],
  paymentMethod: PaymentMethod | null,
): PaymentAttempt | undefined {
  const fits = (one: PaymentAttempt): boolean => paymentMethod === null || paymentMethod === one.paymentMethod
  // Whoever paid by its method, it explains that.
  if (mayHaveCharged(attempt) && fits(attempt)) return attempt
  // Atlas refused it, perhaps because the order is paid or was being paid, or the order is paid by another method. An
  // earlier attempt of ours that was lost and released explains that: then that one succeeded.
  return others.findLast((other) => wasLostAndReleased(other) && fits(other))
}

/** A payment that ends the uncertainty: that of the attempt itself, or of another, and then the attempt was refused. */
function settledBy(
  paid: AttemptChange,
  attempt: PaymentAttempt,
  refusal: PaymentErrorCode | null,
): Settlement {
  if (paid.paymentId === attempt.paymentId) return settled(paid)
  // Whatever is known of it by now: beside the payment of another it cannot stay open.
  const refused = changeTo(attempt, 'NOT_PAID', paid.at, { code: refusal })
  return { kind: 'settled', changes: [refused, paid], told: paid.paymentId }
}

function settleUnpaid(attempt: PaymentAttempt, context: SettlementContext): Settlement {
  const { at, steadySince, releaseUnpaidAfterMs } = context
  const code = refusalOf(attempt)
  const knownMs = at.getTime() - steadySince.getTime()
  // While the request can still be leaving, an unpaid order proves nothing. One that was refused has left.
  if (code === null && mayBeLeaving(attempt, at, knownMs)) {
    return { kind: 'deferred', unpaidReads: 0, unpaidSince: null }
  }
  // A clock that was just set may be wrong until the ledger's time comes: others would believe what is written by it.
  if (code === null && knownMs < UNSTEADY_MS) {
    return { kind: 'deferred', unpaidReads: attempt.unpaidReads, unpaidSince: attempt.unpaidSince }
  }
  const counted = countedUnpaid(attempt, at)
  if (counted.unpaidReads < RELEASE_READS_MIN) return counted
  if (code !== null) return settleRefused(attempt, at)
  // Not by a time that went by only because a clock was set.
  const unpaidMs = Math.min(at.getTime() - counted.unpaidSince.getTime(), knownMs)
  const isReleased =
    releaseUnpaidAfterMs !== null && unpaidMs >= releaseUnpaidAfterMs && knownMs >= leavingMs(attempt)
  if (!isReleased) return counted
  const released = { code: 'PAYMENT_NOT_APPLIED', reason: 'RELEASED', ifReads: countersOf(attempt) } as const
  return settled(judged(attempt, 'NOT_PAID', at, released))
}

/** Whether the request of an attempt can still be leaving. `knownMs`: how long time is known to have run as it should. */
function mayBeLeaving(attempt: PaymentAttempt, at: Date, knownMs: number): boolean {
  // Claimed later than now: the clock was set back since.
  if (attempt.claimedAt > at) return knownMs < leavingMs(attempt)
  return at < attempt.deadlineAt
}

/** How long the request of an attempt can be leaving, from its claim on, in milliseconds. */
function leavingMs({ claimedAt, deadlineAt }: PaymentAttempt): number {
  return deadlineAt.getTime() - claimedAt.getTime()
}

/** What a change that rests on the number of readbacks is bound to. */
function countersOf({ reads, unpaidReads }: PaymentAttempt) {
  return { reads, unpaidReads }
}

/** The end of an attempt that Atlas refused: its answer is what there is to tell. */
function settleRefused(attempt: PaymentAttempt, at: Date): Settlement {
  const { code, retryAfterSeconds } = attempt
  return settled(judged(attempt, 'NOT_PAID', at, { code, retryAfterSeconds }))
}

/** One more readback in a row that says unpaid. A row that began later than now was begun before the clock was set back. */
function countedUnpaid({ unpaidReads, unpaidSince }: PaymentAttempt, at: Date) {
  const since = unpaidSince === null || unpaidSince > at ? at : unpaidSince
  return { kind: 'deferred', unpaidReads: unpaidReads + 1, unpaidSince: since } as const
}

/**
 * Whether Atlas's documented answer that the order is paid is all that there is to know: readbacks keep telling
 * nothing, and too few have contradicted it.
 */
export function standsAsPaid(attempt: PaymentAttempt, emptyReads: number): boolean {
  return isCalledPaid(attempt) && attempt.unpaidReads < RELEASE_READS_MIN && emptyReads >= RELEASE_READS_MIN
}

/** Whether Atlas answered that the order is paid. */
function isCalledPaid({ code }: PaymentAttempt): boolean {
  return code === 'ORDER_ALREADY_PAID'
}

/**
 * The code of an attempt that Atlas refused by a documented answer, so that an unpaid order is all that is left to
 * know; null for any other. A card is another matter with 411: the airline may still charge it.
 */
function refusalOf({ code, paymentMethod }: PaymentAttempt): PaymentErrorCode | null {
  const isRefused =
    code === 'ORDER_NOT_PAYABLE' ||
    (code === 'PAYMENT_GATEWAY_ERROR' && paymentMethod === 'BALANCE') ||
    isFinalRefusal(code)
  return isRefused ? code : null
}

/** Whether a code by itself says that its request moved no money. It says nothing about an earlier one. */
export function isFinalRefusal(code: PaymentErrorCode | null): boolean {
  return code !== null && paymentErrorRules.get(code)!.paymentState === 'NOT_PAID'
}

/**
 * Whether an attempt was finally refused and no earlier one can have paid, so that nothing is left to read back. It
 * was held open because the ledger could not tell so at the time.
 */
function isRefusedAlone({ code }: PaymentAttempt, { others }: SettlementContext): boolean {
  return isFinalRefusal(code) && !others.some(wasLostAndReleased)
}

/** Whether an attempt may have charged, and may still, although its order was open to others again. */
export function wasLostAndReleased(attempt: PaymentAttempt): boolean {
  return attempt.code === 'PAYMENT_NOT_APPLIED' && wasLost(attempt)
}

/** Whether an attempt may have charged at some time. */
function wasLost({ steps }: PaymentAttempt): boolean {
  return steps.some(mayHaveCharged)
}

/** Whether an attempt was not refused: its answer is lost, or its card was left to a failing gateway. */
export function mayHaveCharged({ code }: Pick<PaymentAttempt, 'code'>): boolean {
  return code === 'OUTCOME_UNKNOWN' || code === 'PAYMENT_GATEWAY_ERROR'
}

function settled(change: AttemptChange): Settlement {
  return { kind: 'settled', changes: [change], told: change.paymentId }
}
