/** What a readback makes of an attempt whose outcome is unknown. Pure: every rule of settling is here. */

import type { AttemptChange, PaymentAttempt } from './payment-attempt.ts'
import type { DeferredReading, OrderReading } from './ports.ts'

/** Fewest unpaid readbacks before an attempt is released, whatever the time. */
export const RELEASE_READS_MIN = 3

export interface SettlementContext {
  readonly at: Date
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
      return reading.paid
        ? settled(changeTo(attempt, 'PAID', context.at, { code: 'ORDER_CANCELLED_AFTER_PAYMENT' }))
        : settled(changeTo(attempt, 'NOT_PAID', context.at, { code: 'ORDER_NOT_PAYABLE' }))
    case 'unpaid':
      // A sign of a charge breaks the row of unpaid readbacks: it has to begin anew.
      if (reading.chargeStarted) return { kind: 'deferred', unpaidReads: 0, unpaidSince: null }
      return settleUnpaid(attempt, context)
    case 'unreadable':
      // Atlas's documented answer stands while no readback contradicts it.
      if (attempt.code === 'ORDER_ALREADY_PAID' && attempt.reads >= RELEASE_READS_MIN) {
        return settled(changeTo(attempt, 'PAID', context.at, { code: 'ORDER_ALREADY_PAID' }))
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

function settlePaid(
  attempt: PaymentAttempt,
  { paymentMethod, pnrCode }: Extract<OrderReading, { kind: 'paid' }>,
  { at, others }: SettlementContext,
): Settlement {
  const success = { evidence: 'ORDER_READBACK', pnrCode } as const
  const fits = (one: PaymentAttempt): boolean => paymentMethod === null || paymentMethod === one.paymentMethod
  // Not known to be refused: whoever paid by this method, this attempt explains it.
  if (attempt.code === 'OUTCOME_UNKNOWN' || attempt.code === 'PAYMENT_GATEWAY_ERROR') {
    return settled(changeTo(attempt, 'PAID', at, fits(attempt) ? success : { code: 'ORDER_ALREADY_PAID' }))
  }
  // Atlas refused this attempt because the order is paid, or was being paid. An earlier attempt of ours that
  // was lost and released explains it: then that one succeeded.
  const lost = others.findLast(
    (other) => other.code === 'PAYMENT_NOT_APPLIED' && wasLost(other) && fits(other),
  )
  if (lost !== undefined) {
    return {
      kind: 'settled',
      changes: [
        changeTo(attempt, 'NOT_PAID', at, { code: 'ORDER_ALREADY_PAID' }),
        changeTo(lost, 'PAID', at, success),
      ],
      told: lost.paymentId,
    }
  }
  const code = attempt.code === 'ORDER_NOT_PAYABLE' ? 'ORDER_NOT_PAYABLE' : 'ORDER_ALREADY_PAID'
  return settled(changeTo(attempt, 'PAID', at, { code }))
}

function settleUnpaid(attempt: PaymentAttempt, { at, releaseUnpaidAfterMs }: SettlementContext): Settlement {
  // Documented refusals of this very request: an unpaid order is all that was left to know. A card is
  // another matter with 411: the airline may still charge it.
  const isRefused =
    attempt.code === 'ORDER_NOT_PAYABLE' ||
    (attempt.code === 'PAYMENT_GATEWAY_ERROR' && attempt.paymentMethod === 'BALANCE')
  if (isRefused) return settled(changeTo(attempt, 'NOT_PAID', at, { code: attempt.code }))

  // While the request can still be leaving, an unpaid order proves nothing.
  if (at < attempt.deadlineAt) return { kind: 'deferred', unpaidReads: 0, unpaidSince: null }
  const unpaidReads = attempt.unpaidReads + 1
  const unpaidSince = attempt.unpaidSince ?? at
  const isReleased =
    releaseUnpaidAfterMs !== null &&
    // Atlas called the order paid: a sign of a charge that unpaid readbacks do not take away.
    attempt.code !== 'ORDER_ALREADY_PAID' &&
    unpaidReads >= RELEASE_READS_MIN &&
    at.getTime() - unpaidSince.getTime() >= releaseUnpaidAfterMs
  if (!isReleased) return { kind: 'deferred', unpaidReads, unpaidSince }
  const ifReads = { reads: attempt.reads, unpaidReads: attempt.unpaidReads }
  return settled(
    changeTo(attempt, 'NOT_PAID', at, { code: 'PAYMENT_NOT_APPLIED', reason: 'RELEASED', ifReads }),
  )
}

/** Whether an attempt may have charged: its answer was lost, or its card was left to a failing gateway. */
function wasLost({ steps }: PaymentAttempt): boolean {
  return steps.some(({ code }) => code === 'OUTCOME_UNKNOWN' || code === 'PAYMENT_GATEWAY_ERROR')
}

function settled(change: AttemptChange): Settlement {
  return { kind: 'settled', changes: [change], told: change.paymentId }
}
