/** What an exchange of pay.do means. Anything that is not documented, whole and ours is unknown. */

import type { IncomingHttpHeaders } from 'node:http'
import { codeOfAtlasStatus } from '../payment/payment-outcome.ts'
import type { PaymentRequest } from '../payment/payment-request.ts'
import type { PayAnswer, UnknownReason } from '../payment/ports.ts'
import { atlasPaymentMethods, payBody, payReply, type PayReply } from './pay-messages.ts'
import { headerText, readJson } from './read-json.ts'
import type { Exchange } from './send-once.ts'

/** Longest wait that a `Retry-After` header can ask a client for, in seconds. */
const RETRY_AFTER_MAX_SECONDS = 3_600

/** Largest value of GraphQL's Int. A status beyond it is undocumented and cannot be shown. */
const INT32_MAX = 2 ** 31 - 1

/** Judges an exchange of pay.do for the request that was sent. */
export function judgePayExchange(request: PaymentRequest, exchange: Exchange): PayAnswer {
  switch (exchange.kind) {
    case 'not-sent':
      return exchange
    case 'lost':
      return unknown(exchange.reason, exchange.cause)
    case 'answered':
      return exchange.httpStatus === 200 ? judgeBody(request, exchange) : judgeHttpStatus(exchange)
  }
}

type Answered = Extract<Exchange, { kind: 'answered' }>

/** Atlas answers 200 to everything, so these come from its edge: before any payment began. */
function judgeHttpStatus({ httpStatus, headers }: Answered): PayAnswer {
  switch (httpStatus) {
    case 401:
    case 403:
      return { kind: 'refused', code: 'ATLAS_ACCESS_DENIED', atlasStatus: null, retryAfterSeconds: null }
    case 429: {
      const retryAfterSeconds = retryAfterSecondsOf(headers)
      return { kind: 'refused', code: 'ATLAS_RATE_LIMITED', atlasStatus: null, retryAfterSeconds }
    }
    default:
      return unknown('HTTP_STATUS', new Error(`HTTP status ${httpStatus}`))
  }
}

function judgeBody(request: PaymentRequest, exchange: Answered): PayAnswer {
  const json = readJson(exchange, payBody)
  if (json.kind === 'unreadable') return unknown(json.reason, json.cause)
  const reply = payReply.safeParse(json.value)
  return reply.success ? judgeReply(request, reply.data) : unknown('STATUS_INVALID', reply.error)
}

function judgeReply(request: PaymentRequest, reply: PayReply): PayAnswer {
  // An answer about another order or method says nothing about this one, whatever its status.
  if (!echoes(request, reply)) return unknown('ECHO_MISMATCH')
  if (reply.status === 0) return { kind: 'accepted', pnrCode: reply.pnrCode ?? null }
  const code = codeOfAtlasStatus(reply.status)
  if (code !== null) return { kind: 'refused', code, atlasStatus: reply.status, retryAfterSeconds: null }
  const atlasStatus = Math.abs(reply.status) <= INT32_MAX ? reply.status : null
  return { kind: 'unknown', reason: 'STATUS_UNDOCUMENTED', atlasStatus, cause: null }
}

/** Success must name the order; an error may leave the echo out, but must not name another order. */
function echoes(request: PaymentRequest, { status, orderNo, paymentMethod }: PayReply): boolean {
  const orderMatches = orderNo === request.orderNo || (status !== 0 && (orderNo ?? null) === null)
  const method = paymentMethod ?? null
  return orderMatches && (method === null || method === atlasPaymentMethods[request.paymentMethod])
}

/** The wait that a `Retry-After` asks for, in seconds; a date or anything else counts as not said. */
export function retryAfterSecondsOf(headers: IncomingHttpHeaders): number | null {
  const text = headerText(headers['retry-after'])
  if (text === undefined || !/^\d{1,9}$/.test(text)) return null
  return Math.min(Math.max(Number(text), 1), RETRY_AFTER_MAX_SECONDS)
}

function unknown(reason: UnknownReason, cause: unknown = null): PayAnswer {
  return { kind: 'unknown', reason, atlasStatus: null, cause }
}
