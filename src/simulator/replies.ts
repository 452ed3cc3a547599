/** The JSON bodies Atlas answers with. Field names, nulls and number-or-string follow its public documentation. */

import { createHash } from 'node:crypto'
import { stateOf, type Order, type OrderState } from './orders.ts'

/** A body before it is written as JSON. */
export type Reply = Readonly<Record<string, unknown>>

/** The methods every simulated order may be paid with: deposit, VCC, own airline account, Atlas as merchant. */
export const paymentMethods = [1, 3, 4, 5] as const

/** Fare and fee add up to 86.40 USD; `totalPrice` leaves the fee out, as Atlas's does. */
const fareAmount = 84
const feeAmount = 2.4
const currency = 'USD'

const carrier = 'QG'

const statusTexts: Readonly<Record<number, string>> = {
  [-1]: 'Common error',
  1: 'Data check error',
  2: 'System error',
  3: 'Unauthorized',
  100: 'Missing mandatory data',
  110: 'Too many requests',
  400: 'Illegal parameter',
  401: 'The payment deadline of the order has passed',
  402: 'The order status does not allow payment',
  403: 'The payment method is not supported for this order',
  404: 'The order has already been paid',
  405: 'Illegal transaction status',
  406: 'The order is being paid',
  407: 'Passenger information is missing or incorrect',
  408: 'A child cannot travel alone',
  409: 'The baggage must be the same on all connecting segments',
  410: 'The contact information has an illegal format',
  411: 'Payment gateway error or insufficient balance',
  412: 'No payment method is available for this order',
  413: 'The card is not supported',
  414: 'The card type does not match the order',
  415: 'The order has not been confirmed by the user',
  800: 'The order does not exist',
  900: 'Unauthorized',
  901: 'Illegal request data',
  902: 'Access denied',
  905: 'Submitted too frequently',
  9999: 'Internal error',
}

/** Atlas's answer to an accepted payment. */
export function payAccepted(orderNo: string, paymentMethod: number): Reply {
  return {
    status: 0,
    msg: 'success',
    orderNo,
    pnrCode: pnrCodeOf(orderNo),
    paymentMethod,
    airlines: [carrier],
    requestId: null,
    clientRequestId: null,
  }
}

/** Atlas's answer when it refuses, for both endpoints; `orderNo` is null when the request named none. */
export function refused(status: number, orderNo: string | null, msg = textOf(status)): Reply {
  return {
    status,
    msg,
    orderNo,
    pnrCode: null,
    paymentMethod: null,
    airlines: null,
    requestId: null,
    clientRequestId: null,
  }
}

function textOf(status: number): string {
  return statusTexts[status] ?? `Error ${status}`
}

/** Atlas writes `orderStatus` and `ticketStatus` as strings; an order being paid still reads unpaid. */
const statusFields = {
  unpaid: { orderStatus: '0', ticketStatus: '0' },
  'being-paid': { orderStatus: '0', ticketStatus: '0' },
  paid: { orderStatus: '1', ticketStatus: '0' },
  ticketed: { orderStatus: '2', ticketStatus: '1' },
  cancelled: { orderStatus: '-3', ticketStatus: '0' },
} as const satisfies Record<Exclude<OrderState, 'missing'>, object>

/** Atlas's answer to queryOrderDetails.do. Personal data is made up and says so. */
export function orderDetails(order: Order, at: number): Reply {
  const state = stateOf(order, at)
  if (state === 'missing') return refused(800, order.orderNo)
  const tickets = state === 'ticketed' ? [ticketNoOf(order.orderNo)] : []
  const isPaid = order.paidAt !== null
  const failsTicketing = state === 'cancelled' && isPaid
  return {
    status: 0,
    msg: 'success',
    orderNo: order.orderNo,
    pnrCode: pnrCodeOf(order.orderNo),
    ...statusFields[state],
    createdTime: singaporeTime(order.createdAt),
    updatedTime: singaporeTime(lastChangeOf(order, state)),
    tktLimitTime: singaporeTime(order.payDeadlineAt),
    payTime: order.paidAt === null ? null : singaporeTime(order.paidAt),
    supportPaymentMethods: paymentMethods,
    paymentMethod: order.paymentMethod,
    payment: order.paymentMethod === null ? null : paymentOption(order.paymentMethod),
    paymentOptions: isPaid ? null : paymentMethods.map(paymentOption),
    paymentAttempted: false,
    totalPrice: fareAmount,
    totalTransactionFee: feeAmount,
    currency,
    vendorTotalPrice: null,
    vendorCost: null,
    vendorCurrency: null,
    paxTicketInfos: [
      {
        name: 'TEST/PASSENGER',
        ticketNos: tickets,
        airlinePNRs: tickets,
        ancillaries: [],
        contactEmails: ['test.passenger@example.invalid'],
        contactPhones: ['0000-00000000'],
      },
    ],
    airlineBookings: tickets.map((airlinePnr) => ({
      airlinePnr,
      airlineName: carrier,
      tailDigitsOfPaymentCard: null,
    })),
    errorCode: failsTicketing ? '603' : null,
    errorMessage: failsTicketing ? 'The flight sold out before the ticket was issued' : null,
    airlineMessage: null,
    itineraryDownload: null,
    orderList: null,
    requestId: null,
    clientRequestId: null,
  }
}

/** `yyyy-MM-dd HH:mm:ss` in UTC+8, the only way Atlas writes an instant here. */
function singaporeTime(at: number): string {
  const offsetMs = 8 * 3_600_000
  return new Date(at + offsetMs).toISOString().slice(0, 19).replace('T', ' ')
}

function lastChangeOf(order: Order, state: OrderState): number {
  if (state === 'ticketed') return order.ticketedAt ?? order.createdAt
  return order.cancelledAt ?? order.paidAt ?? order.createdAt
}

function paymentOption(paymentMethod: number): Reply {
  const isByDeposit = paymentMethod === 1
  // Atlas takes its own fee from the deposit, unless it is itself the merchant of the card (5).
  const isFeeByCard = paymentMethod === 5
  return {
    paymentMethod,
    ticketFare: amount(fareAmount, isByDeposit ? 'DEPOSIT' : 'CARD'),
    serviceFee: amount(feeAmount, isFeeByCard ? 'CARD' : 'DEPOSIT'),
    paymentFee: null,
    cardType: null,
  }
}

function amount(value: number, deductFrom: 'DEPOSIT' | 'CARD'): Reply {
  return { amount: value, currency, deductFrom, displayAmount: null, displayCurrency: null }
}

/** Six letters, always the same ones for an order number. */
function pnrCodeOf(orderNo: string): string {
  return String.fromCodePoint(...[...digestOf(orderNo).subarray(0, 6)].map((byte) => 65 + (byte % 26)))
}

/** `S` and five digits stand for both ticket and airline PNR, as in Atlas's sandbox. */
function ticketNoOf(orderNo: string): string {
  return `S${String(digestOf(orderNo).readUInt32BE(8) % 100_000).padStart(5, '0')}`
}

function digestOf(orderNo: string): Buffer {
  return createHash('sha256').update(orderNo).digest()
}
