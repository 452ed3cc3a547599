/** Checks what a client approved against the order as it is now, before anything is sent. */

import { isSameMoney, type Money } from './money.ts'
import { amountDue, type OrderAnswer, type OrderFacts, PAID_PNR_PENDING } from './order-facts.ts'
import type { AtlasErrorCode, PaymentErrorCode } from './payment-outcome.ts'
import type { PaymentMethod } from './payment-request.ts'

/** Why the request was held back. For logs and metrics: a closed, small set. */
export type WithheldReason = 'TOTAL_DIFFERS' | 'DEADLINE_PASSED' | 'ORDER_UNREAD' | 'ORDER_NOT_UNPAID'

/** Nothing was sent: the order is not what was approved, or could not be read. */
export interface Withheld {
  readonly kind: 'withheld'
  readonly code: Extract<PaymentErrorCode, AtlasErrorCode | 'TOTAL_CHANGED' | 'ATLAS_UNREACHABLE'>
  readonly reason: WithheldReason
  readonly retryAfterSeconds: number | null
}

export interface Approval {
  readonly paymentMethod: PaymentMethod
  /** What the payer saw and agreed to. */
  readonly expectedTotal: Money
}

/** What holds the payment back at an instant, or null when the order is as it was approved. */
export function withholdBy(answer: OrderAnswer, approval: Approval, at: Date): Withheld | null {
  switch (answer.kind) {
    case 'order':
      return withholdByFacts(answer.facts, approval, at)
    case 'not-found':
      return withhold('ORDER_NOT_FOUND', 'ORDER_UNREAD')
    case 'refused':
      return withhold(answer.code, 'ORDER_UNREAD', answer.retryAfterSeconds)
    case 'unavailable':
    case 'unreadable':
      return withhold('ATLAS_UNREACHABLE', 'ORDER_UNREAD')
  }
}

function withholdByFacts(
  facts: OrderFacts,
  { paymentMethod, expectedTotal }: Approval,
  at: Date,
): Withheld | null {
  // What Atlas documents as its own refusals. That it keeps to them nobody has seen, and the card of another payment
  // may be charged at this moment: nothing is sent where the order is not plainly unpaid. Readbacks settle these.
  const taken = takenCodeOf(facts)
  if (taken !== null) return withhold(taken, 'ORDER_NOT_UNPAID')
  if (facts.payBefore !== null && at >= facts.payBefore) {
    return withhold('PAYMENT_DEADLINE_PASSED', 'DEADLINE_PASSED')
  }
  const due = amountDue(facts, paymentMethod)
  // A total that Atlas does not tell cannot be the one that was approved.
  const isApproved = due !== null && isSameMoney(due, expectedTotal)
  return isApproved ? null : withhold('TOTAL_CHANGED', 'TOTAL_DIFFERS')
}

/** The code of an order that is paid, being paid or cancelled; null when it is unpaid and nothing contradicts that. */
function takenCodeOf({ status, hasPayment, chargeStarted, ticketingErrorCode }: OrderFacts) {
  switch (status) {
    case 'TICKETING':
    case 'TICKETED':
      return 'ORDER_ALREADY_PAID'
    case 'CANCELLED':
      return ticketingErrorCode === PAID_PNR_PENDING ? 'ORDER_ALREADY_PAID' : 'ORDER_NOT_PAYABLE'
    case 'UNPAID':
      return hasPayment || chargeStarted || ticketingErrorCode !== null ? 'PAYMENT_IN_PROGRESS' : null
  }
}

function withhold(
  code: Withheld['code'],
  reason: WithheldReason,
  retryAfterSeconds: number | null = null,
): Withheld {
  return { kind: 'withheld', code, reason, retryAfterSeconds }
}
