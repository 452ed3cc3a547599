/** What an exchange of queryOrderDetails.do means. Only an answer that is whole and about the order counts. */

import { z } from 'zod'
import { type OrderAnswer, type OrderFacts, PAID_PNR_PENDING } from '../payment/order-facts.ts'
import type { OrderReading } from '../payment/ports.ts'
import { retryAfterSecondsOf } from './judge-answer.ts'
import {
  instantOf,
  methodOf,
  methodsOf,
  orderBody,
  optionsOf,
  orderDetails,
  orderReply,
  recordLocatorsOf,
  totalOf,
} from './order-messages.ts'
import { readJson } from './read-json.ts'
import type { Exchange } from './send-once.ts'

/** Judges an exchange of queryOrderDetails.do for the order that was asked for. */
export function judgeOrderExchange(orderNo: string, exchange: Exchange): OrderAnswer {
  if (exchange.kind !== 'answered') return { kind: 'unavailable' }
  const { httpStatus, headers } = exchange
  if (httpStatus === 401 || httpStatus === 403) return accessDenied
  if (httpStatus === 429) return rateLimited(retryAfterSecondsOf(headers))
  if (httpStatus !== 200) return { kind: 'unavailable' }
  const json = readJson(exchange, orderBody)
  return json.kind === 'unreadable' ? { kind: 'unavailable' } : judgeReply(orderNo, json.value)
}

const envelope = z.object({
  status: z.int(),
  orderNo: z.unknown().optional(),
  orderStatus: z.unknown().optional(),
})

function judgeReply(orderNo: string, value: unknown): OrderAnswer {
  const { data } = envelope.safeParse(value)
  if (data === undefined) return { kind: 'unreadable' }
  switch (data.status) {
    case 0:
      // An unknown order is answered with status 0 and nulls as well; one that has a state is not unknown.
      if ((data.orderNo ?? data.orderStatus ?? null) === null) return { kind: 'not-found' }
      return judgeOrder(orderNo, value)
    case 703:
    case 800:
      return { kind: 'not-found' }
    case 3:
    case 900:
    case 902:
      return accessDenied
    case 110:
      return rateLimited(null)
    // Several orders match, or the request was wrong: asking again changes nothing.
    case 100:
    case 701:
    case 702:
    case 704:
    case 901:
      return { kind: 'unreadable' }
    default:
      return { kind: 'unavailable' }
  }
}

const accessDenied: OrderAnswer = { kind: 'refused', code: 'ATLAS_ACCESS_DENIED', retryAfterSeconds: null }

function rateLimited(retryAfterSeconds: number | null): OrderAnswer {
  return { kind: 'refused', code: 'ATLAS_RATE_LIMITED', retryAfterSeconds }
}

const statusByNumber = { '0': 'UNPAID', '1': 'TICKETING', '2': 'TICKETED', '-3': 'CANCELLED' } as const

function judgeOrder(orderNo: string, value: unknown): OrderAnswer {
  const order = orderReply.safeParse(value)
  if (!order.success || order.data.orderNo !== orderNo) return { kind: 'unreadable' }
  const details = orderDetails.parse(value)
  const { payTime, payment, paymentMethod, paymentAttempted, errorCode } = order.data
  const facts: OrderFacts = {
    orderNo,
    status: statusByNumber[order.data.orderStatus],
    ticketsIssued: details.ticketStatus === '1',
    hasPayment: isGiven(payTime) || isGiven(payment) || isGiven(paymentMethod),
    chargeStarted: isYes(paymentAttempted),
    paymentMethod: methodOf(paymentMethod),
    pnrCode: order.data.pnrCode ?? null,
    payBefore: instantOf(details.tktLimitTime),
    total: totalOf(details),
    paymentMethods: methodsOf(details),
    paymentOptions: optionsOf(details),
    airlineRecordLocators: recordLocatorsOf(details),
    ticketingErrorCode:
      isGiven(errorCode) && errorCode !== '0' && errorCode !== 0 ? errorTextOf(errorCode) : null,
  }
  return { kind: 'order', facts }
}

/** What an answer tells about a payment whose outcome is unknown. */
export function readingOf(answer: OrderAnswer): OrderReading {
  if (answer.kind !== 'order') return { kind: 'unreadable' }
  const { status, hasPayment, chargeStarted, paymentMethod, pnrCode, ticketingErrorCode } = answer.facts
  switch (status) {
    case 'TICKETING':
    case 'TICKETED':
      return { kind: 'paid', paymentMethod, pnrCode }
    case 'CANCELLED':
      if (ticketingErrorCode === PAID_PNR_PENDING) return { kind: 'paid', paymentMethod, pnrCode }
      // An error code says that ticketing failed, which comes after payment.
      if (hasPayment || ticketingErrorCode !== null) return { kind: 'cancelled', paid: true }
      return chargeStarted ? { kind: 'unpaid', chargeStarted } : { kind: 'cancelled', paid: false }
    case 'UNPAID':
      // What comes after a payment only is a sign of one.
      return { kind: 'unpaid', chargeStarted: hasPayment || chargeStarted || ticketingErrorCode !== null }
  }
}

/** The code as a text, whatever its type. What cannot be one is kept as unreadable: it may be any text. */
function errorTextOf(value: unknown): string {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  return /^[A-Za-z0-9_-]{1,16}$/.test(text) ? text : 'unreadable'
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}

/** Anything but a plain no counts: a sign of a charge must not be overlooked for its type. */
function isYes(value: unknown): boolean {
  return isGiven(value) && value !== false
}
