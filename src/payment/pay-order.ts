/** The use case behind `payOrder`: send once, judge, say what happened to the money. */

import { type PaymentFailed, type PaymentOutcome, paymentErrorRules } from './payment-outcome.ts'
import type { PaymentErrorCode } from './payment-outcome.ts'
import type { InputFault, PaymentRequest } from './payment-request.ts'
import type { AtlasPayments, Clock, PayAnswer } from './ports.ts'

export interface PayOrderDependencies {
  readonly atlas: AtlasPayments
  readonly clock: Clock
  /** Makes the identifier of an attempt: unique, never reused. */
  readonly newPaymentId: () => string
  /** Told once for each payment that ended, before the client is. Must not throw. */
  readonly onOutcome: (story: PaymentStory) => void
}

/** What one payment came to, for logs and metrics. Holds no card data and no text of Atlas. */
export interface PaymentStory {
  readonly request: PaymentRequest
  readonly outcome: PaymentOutcome
  readonly answer: PayAnswer
  readonly durationMs: number
}

/** Pays an order. Resolves with what is known; rejects only for a fault of ours. */
export type PayOrder = (request: PaymentRequest) => Promise<PaymentOutcome>

export function createPayOrder({ atlas, clock, newPaymentId, onOutcome }: PayOrderDependencies): PayOrder {
  return async function payOrder(request) {
    const startedAt = clock.now()
    const paymentId = newPaymentId()
    const answer = await atlas.pay(request)
    const endedAt = clock.now()
    const outcome = outcomeOf(request, paymentId, answer, endedAt)
    onOutcome({ request, outcome, answer, durationMs: endedAt.getTime() - startedAt.getTime() })
    return outcome
  }
}

/** The outcome of a request that was refused here: nothing was sent. */
export function refuseInput(orderNo: string, inputFault: InputFault): PaymentFailed {
  return { ...failed('INVALID_INPUT', orderNo, null), inputFault }
}

function outcomeOf(
  { orderNo, paymentMethod }: PaymentRequest,
  paymentId: string,
  answer: PayAnswer,
  at: Date,
): PaymentOutcome {
  switch (answer.kind) {
    case 'accepted':
      return {
        kind: 'accepted',
        orderNo,
        paymentMethod,
        paymentId,
        pnrCode: answer.pnrCode,
        acceptedAt: at,
        evidence: 'PAY_RESPONSE',
      }
    case 'refused': {
      const outcome = failed(answer.code, orderNo, paymentId)
      const retryAfterSeconds = answer.retryAfterSeconds ?? outcome.retryAfterSeconds
      return { ...outcome, atlasStatus: answer.atlasStatus, retryAfterSeconds }
    }
    case 'not-sent':
      return failed('ATLAS_UNREACHABLE', orderNo, paymentId)
    case 'unknown':
      return { ...failed('OUTCOME_UNKNOWN', orderNo, paymentId), atlasStatus: answer.atlasStatus }
  }
}

function failed(code: PaymentErrorCode, orderNo: string, paymentId: string | null): PaymentFailed {
  const { paymentState, retryAfterSeconds } = paymentErrorRules.get(code)!
  return {
    kind: 'failed',
    code,
    orderNo,
    paymentId,
    paymentState,
    atlasStatus: null,
    retryAfterSeconds,
    inputFault: null,
  }
}
