/** What queryOrderDetails.do tells of an order. Field names, nulls and number-or-string follow Atlas's documentation. */

import type { PaymentMethod } from './offers.ts'
import { hasTickets, stateOf, type Order, type OrderState } from './orders.ts'
import { carrier, digestOf, pnrCodeOf, type Reply } from './replies.ts'
import { singaporeTime } from './singapore-time.ts'

/** Atlas writes `orderStatus` and `ticketStatus` as strings; an order being paid still reads unpaid. */
const statusFields = {
  unpaid: { orderStatus: '0', ticketStatus: '0' },
  'being-paid': { orderStatus: '0', ticketStatus: '0' },
  paid: { orderStatus: '1', ticketStatus: '0' },
  ticketed: { orderStatus: '2', ticketStatus: '1' },
  cancelled: { orderStatus: '-3', ticketStatus: '0' },
  missing: { orderStatus: null, ticketStatus: null },
} as const satisfies Record<OrderState, object>

const ticketingTexts: Readonly<Record<string, string>> = {
  '603': 'The flight sold out before the ticket was issued',
  '604': 'The airline declined the card',
  '615': 'Paid, and the airline has not returned the PNR yet',
  '616': 'The card requires 3-D Secure',
}

/** The true answer. Personal data is made up and says so. */
export function orderDetails(order: Order, at: number): Reply {
  const state = stateOf(order, at)
  const { offer } = order.scenario
  const tickets = hasTickets(order, at) ? [ticketNoOf(order.orderNo)] : []
  const errorCode = errorCodeOf(order, state)
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
    supportPaymentMethods: offer.methods,
    paymentMethod: order.paymentMethod,
    payment: order.paymentMethod === null ? null : paymentOption(order, order.paymentMethod),
    paymentOptions: order.paidAt === null ? offer.methods.map((one) => paymentOption(order, one)) : null,
    paymentAttempted: false,
    totalPrice: offer.isTotalTold ? fareOf(order) : null,
    totalTransactionFee: offer.fee,
    currency: offer.isTotalTold ? offer.currency : null,
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
      tailDigitsOfPaymentCard: order.cardTail,
    })),
    errorCode,
    errorMessage: errorCode === null ? null : (ticketingTexts[errorCode] ?? `Ticketing error ${errorCode}`),
    airlineMessage: null,
    itineraryDownload: null,
    orderList: null,
    requestId: null,
    clientRequestId: null,
  }
}

function errorCodeOf({ ticketing }: Order, state: OrderState): string | null {
  const isTold = state === 'cancelled' || (state === 'paid' && ticketing.outcome === 'pending')
  return isTold ? ticketing.errorCode : null
}

function lastChangeOf(order: Order, state: OrderState): number {
  const ended = { cancelled: order.cancelledAt, ticketed: order.ticketedAt }
  const endedAt = state === 'cancelled' || state === 'ticketed' ? ended[state] : null
  return endedAt ?? order.paidAt ?? order.createdAt
}

function fareOf({ scenario, fareRise }: Order): number {
  return scenario.offer.fare + fareRise
}

function paymentOption(order: Order, paymentMethod: PaymentMethod): Reply {
  const { currency, fee, methodFees, cardType } = order.scenario.offer
  const amount = (value: number, deductFrom: 'DEPOSIT' | 'CARD'): Reply => ({
    amount: value,
    currency,
    deductFrom,
    displayAmount: null,
    displayCurrency: null,
  })
  const fareFrom = paymentMethod === 1 ? 'DEPOSIT' : 'CARD'
  // Atlas takes its own fee from the deposit, unless it is itself the merchant of the card (5).
  const feeFrom = paymentMethod === 5 ? 'CARD' : 'DEPOSIT'
  const methodFee = methodFees[paymentMethod]
  return {
    paymentMethod,
    ticketFare: amount(fareOf(order), fareFrom),
    serviceFee: amount(fee, feeFrom),
    paymentFee: methodFee === undefined ? null : amount(methodFee, feeFrom),
    cardType: paymentMethod === 5 ? cardType : null,
  }
}

/** `S` and five digits stand for both ticket and airline PNR, as in Atlas's sandbox. */
function ticketNoOf(orderNo: string): string {
  return `S${String(digestOf(orderNo).readUInt32BE(8) % 100_000).padStart(5, '0')}`
}
