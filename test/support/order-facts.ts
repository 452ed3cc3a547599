/** Orders as Atlas tells them, for tests that are not about how it does. */

import type { OrderFacts } from '../../src/payment/order-facts.ts'
import { newAttempt, type PaymentAttempt } from '../../src/payment/payment-attempt.ts'
import { paymentOf } from './pay-against.ts'

/** An unpaid order over 86.40 USD. */
export function factsOf(change: Partial<OrderFacts> = {}): OrderFacts {
  return {
    orderNo: 'A1',
    status: 'UNPAID',
    ticketsIssued: false,
    hasPayment: false,
    chargeStarted: false,
    paymentMethod: null,
    pnrCode: 'ROWFRI',
    payBefore: new Date('2026-11-23T08:30:00.000Z'),
    total: { amount: '86.40', currency: 'USD' },
    paymentMethods: ['BALANCE'],
    paymentOptions: [],
    airlineRecordLocators: [],
    ticketingErrorCode: null,
    ...change,
  }
}

/** An attempt of order A1 in any state. */
export function attemptOf(change: Partial<PaymentAttempt>): PaymentAttempt {
  const at = new Date('2026-11-23T07:59:00.000Z')
  const attempt = newAttempt(paymentOf('A1'), { paymentId: 'p1', caller: 'c', at, deadlineAt: at })
  return { ...attempt, ...change }
}
