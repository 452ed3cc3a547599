/** Answers of queryOrderDetails.do in the shape of recordings, and what is made of them. */

import { judgeOrderExchange } from '../../src/atlas/judge-order.ts'
import type { Exchange } from '../../src/atlas/send-once.ts'
import type { OrderAnswer, OrderFacts } from '../../src/payment/order-facts.ts'

export const money = (amount: string, currency = 'USD') => ({ amount, currency })
export const usd = (amount: number, deductFrom: unknown = 'DEPOSIT') => ({
  amount,
  currency: 'USD',
  deductFrom,
  displayAmount: null,
  displayCurrency: null,
})

/** An unpaid order, in the shape of the recordings; passengers and the itinerary are made up. */
export const order = {
  status: 0,
  msg: 'success',
  orderNo: 'A1',
  pnrCode: 'ROWFRI',
  orderStatus: '0',
  ticketStatus: '0',
  vccStatus: '0',
  createdTime: '2026-11-23 16:00:00',
  updatedTime: '2026-11-23 16:00:00',
  tktLimitTime: '2026-11-23 16:30:01',
  payTime: null,
  supportPaymentMethods: [1, 3],
  supportCreditTransPayment: '1',
  paymentMethod: null,
  payment: null,
  paymentOptions: [
    { paymentMethod: 1, ticketFare: usd(84), serviceFee: usd(2.4), paymentFee: null, cardType: null },
    { paymentMethod: 3, ticketFare: usd(84, 'CARD'), serviceFee: usd(2.4), paymentFee: usd(1.26, 'CARD') },
  ],
  paymentAttempted: null,
  totalPrice: 84,
  totalTransactionFee: 2.4,
  currency: 'USD',
  vendorTotalPrice: 71.1,
  vendorCurrency: 'SGD',
  paxTicketInfos: [
    { name: 'CANARY/PASSENGER', ticketNos: [], airlinePNRs: [], contactEmails: ['canary@example.invalid'] },
  ],
  airlineBookings: [],
  errorCode: null,
  errorMessage: null,
  airlineMessage: null,
  itineraryDownload: 'http://192.0.2.1/canary?token=canary',
  orderList: null,
  requestId: null,
  clientRequestId: null,
}

export const unpaid: OrderFacts = {
  orderNo: 'A1',
  status: 'UNPAID',
  ticketsIssued: false,
  hasPayment: false,
  chargeStarted: false,
  paymentMethod: null,
  pnrCode: 'ROWFRI',
  payBefore: new Date('2026-11-23T08:30:01.000Z'),
  total: money('86.40'),
  paymentMethods: ['BALANCE', 'VCC_PASSTHROUGH'],
  paymentOptions: [
    {
      paymentMethod: 'BALANCE',
      ticketFare: money('84.00'),
      serviceFee: money('2.40'),
      paymentFee: null,
      total: money('86.40'),
      chargedToCard: null,
    },
    {
      paymentMethod: 'VCC_PASSTHROUGH',
      ticketFare: money('84.00'),
      serviceFee: money('2.40'),
      paymentFee: money('1.26'),
      total: money('87.66'),
      chargedToCard: money('85.26'),
    },
  ],
  airlineRecordLocators: [],
  ticketingErrorCode: null,
}

export function judgeText(
  text: string,
  exchange: Partial<Extract<Exchange, { kind: 'answered' }>> = {},
): OrderAnswer {
  const headers = { 'content-type': 'application/json;charset=UTF-8' }
  const body = Buffer.from(text)
  return judgeOrderExchange('A1', { kind: 'answered', httpStatus: 200, headers, body, ...exchange })
}

export function judge(change: object = {}): OrderAnswer {
  return judgeText(JSON.stringify({ ...order, ...change }))
}

export function factsOf(change: object): OrderFacts {
  const answer = judge(change)
  if (answer.kind !== 'order') throw new Error(`Not an order: ${answer.kind}`)
  return answer.facts
}

/** The facts of the order with one number written as given. */
export function factsWritten(field: string, written: string): OrderFacts {
  const text = JSON.stringify(order).replace(new RegExp(`"${field}":[^,}]+`), `"${field}":${written}`)
  const answer = judgeText(text)
  if (answer.kind !== 'order') throw new Error(`Not an order: ${answer.kind}`)
  return answer.facts
}
