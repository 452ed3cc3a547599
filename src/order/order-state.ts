/** Where an order stands: what Atlas says, joined with what the ledger knows. Pure. */

import { type OrderFacts, PAID_PNR_PENDING } from '../payment/order-facts.ts'
import { holdsOrder, type PaymentAttempt } from '../payment/payment-attempt.ts'

export const orderStates = [
  'UNPAID',
  'PAYMENT_PENDING',
  'TICKETING',
  'TICKETED',
  'CANCELLED',
  'CANCELLED_AFTER_PAYMENT',
  'LAPSED',
  'UNKNOWN',
] as const
export type OrderState = (typeof orderStates)[number]

/** States that nothing follows. */
const finalStates: ReadonlySet<OrderState> = new Set(['TICKETED', 'CANCELLED', 'CANCELLED_AFTER_PAYMENT'])

/** Whether an order in this state is over: nothing of it changes any more. */
export function isFinal(state: OrderState): boolean {
  return finalStates.has(state)
}

/**
 * Derives the state of an order at an instant. `facts` is null when Atlas's answer told nothing. The rules are
 * those of Atlas's documentation where it has some; where Atlas contradicts itself or this gateway's own
 * record, the answer is not taken for more than it can be.
 */
export function orderStateOf(
  facts: OrderFacts | null,
  attempts: readonly PaymentAttempt[],
  at: Date,
): OrderState {
  if (facts === null) return 'UNKNOWN'
  const holder = attempts.find(holdsOrder)
  switch (facts.status) {
    case 'TICKETED':
      return facts.ticketsIssued ? 'TICKETED' : 'TICKETING'
    case 'TICKETING':
      return 'TICKETING'
    case 'CANCELLED': {
      if (facts.ticketingErrorCode === PAID_PNR_PENDING) return 'TICKETING'
      // An error code says that ticketing failed, which comes after payment. What Atlas called paid is settled so, too.
      const isCalledPaid = holder?.state === 'PAID' || holder?.code === 'ORDER_ALREADY_PAID'
      if (facts.hasPayment || facts.ticketingErrorCode !== null || isCalledPaid)
        return 'CANCELLED_AFTER_PAYMENT'
      // While a payment is under way it is not the end of the story.
      return facts.chargeStarted || holder?.state === 'CLAIMED' ? 'UNKNOWN' : 'CANCELLED'
    }
    case 'UNPAID':
      return unpaidStateOf(facts, holder, at)
  }
}

function unpaidStateOf(facts: OrderFacts, holder: PaymentAttempt | undefined, at: Date): OrderState {
  // Unpaid, and yet with a payment, or with what comes after one: one of the two is not true yet, or no more.
  if (facts.hasPayment || facts.ticketingErrorCode !== null) return 'UNKNOWN'
  switch (holder?.state) {
    case 'UNKNOWN':
      return holder.code === 'PAYMENT_IN_PROGRESS' ? 'PAYMENT_PENDING' : 'UNKNOWN'
    case 'CLAIMED':
    case 'PAID':
      // Atlas accepted, and its order does not show it yet.
      return 'PAYMENT_PENDING'
    case 'NOT_PAID':
    case undefined:
      if (facts.chargeStarted) return 'PAYMENT_PENDING'
      return facts.payBefore !== null && at >= facts.payBefore ? 'LAPSED' : 'UNPAID'
  }
}
