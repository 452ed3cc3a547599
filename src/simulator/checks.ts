/** What Atlas refuses before it looks at the order: credentials, headers, the shape of the body. */

import type { IncomingHttpHeaders } from 'node:http'
import { z } from 'zod'
import { creditCardShape, type CreditCard } from './credit-card.ts'
import { paymentMethods, type PaymentMethod } from './offers.ts'
import { refused, type Reply } from './replies.ts'

export interface Credentials {
  readonly clientId: string
  readonly clientSecret: string
}

/** A call as it arrived; `body` is null when it was longer than the simulator reads. */
export interface Call {
  readonly headers: IncomingHttpHeaders
  readonly body: string | null
}

/** A refused request still names its order when that much could be read. */
export type Checked<Request> =
  | { readonly kind: 'accepted'; readonly request: Request }
  | { readonly kind: 'refused'; readonly reply: Reply; readonly orderNo: string | null }

/** Longer than any order number seen, short enough to keep many. */
const orderNoCharsMax = 128

const orderNoShape = z.string().min(1).max(orderNoCharsMax)

/** Methods that Atlas refuses without a card: VCC pass-through and Merchant of Record. */
const cardMethods: ReadonlySet<PaymentMethod> = new Set([3, 5])

/** Undocumented keys are let through, as Atlas does, while they are plain values. */
const payRequestShape = z
  .object({
    orderNo: orderNoShape,
    paymentMethod: z.literal(paymentMethods),
    clientOrderNo: z.string().nullish(),
    requestSource: z.string().nullish(),
    creditCard: z.record(z.string(), z.unknown()).nullish(),
    supportCreditTransPayment: z.enum(['0', '1']).nullish(),
    cid: z.string().nullish(),
  })
  .catchall(z.union([z.string(), z.number(), z.boolean(), z.null()]))

/** What pay.do needs of a request; the other fields are checked and dropped. */
export interface PayRequest {
  readonly orderNo: string
  readonly paymentMethod: PaymentMethod
  /** Null for the methods that need none, even when one was sent. */
  readonly creditCard: CreditCard | null
}

export type QueryRequest = Pick<PayRequest, 'orderNo'>

/** Refuses with 900, 901, 100 or 400, whichever is due first in that order. */
export function checkPayRequest(call: Call, credentials: Credentials): Checked<PayRequest> {
  const body = checkCall(call, credentials, ['orderNo', 'paymentMethod'])
  if (body.kind === 'refused') return body
  const parsed = payRequestShape.safeParse(body.request)
  if (!parsed.success) return refuseField(parsed.error, [], orderNoIn(body.request))
  const { orderNo, paymentMethod, creditCard } = parsed.data
  if (!cardMethods.has(paymentMethod)) {
    return { kind: 'accepted', request: { orderNo, paymentMethod, creditCard: null } }
  }
  const card = creditCardShape.safeParse(creditCard)
  if (!card.success) return refuseField(card.error, ['creditCard'], orderNo)
  return { kind: 'accepted', request: { orderNo, paymentMethod, creditCard: card.data } }
}

/** Refuses with 900, 901 or 100; an order number that is none is illegal data (901), the query knows no 400. */
export function checkQueryRequest(call: Call, credentials: Credentials): Checked<QueryRequest> {
  const body = checkCall(call, credentials, ['orderNo'])
  if (body.kind === 'refused') return body
  const orderNo = orderNoIn(body.request)
  if (orderNo === null) return refuse(901, 'Illegal request data: orderNo')
  return { kind: 'accepted', request: { orderNo } }
}

type Refused = Extract<Checked<never>, { kind: 'refused' }>

type JsonObject = Readonly<Record<string, unknown>>

function checkCall(call: Call, credentials: Credentials, mandatory: readonly string[]): Checked<JsonObject> {
  const { headers } = call
  if (
    headers['x-atlas-client-id'] !== credentials.clientId ||
    headers['x-atlas-client-secret'] !== credentials.clientSecret
  ) {
    return refuse(900, 'Unauthorized: unknown client id or secret')
  }
  const illegal = illegalHeaderIn(headers)
  if (illegal !== null) return refuse(901, `Illegal request data: ${illegal}`)
  const body = jsonObjectIn(call.body)
  if (body === null) return refuse(901, 'Illegal request data: the body is not a JSON object')
  const missing = mandatory.find((field) => (body[field] ?? '') === '')
  if (missing !== undefined) return refuse(100, `Missing mandatory data: ${missing}`, orderNoIn(body))
  return { kind: 'accepted', request: body }
}

/** Whether the client reads gzip; when it does not, even the refusal must come as plain text. */
export function acceptsGzip(headers: IncomingHttpHeaders): boolean {
  return listedIn(headers['accept-encoding'] ?? '').includes('gzip')
}

function illegalHeaderIn(headers: IncomingHttpHeaders): string | null {
  const [contentType] = (headers['content-type'] ?? '').split(';')
  if (contentType?.trim().toLowerCase() !== 'application/json') return 'Content-Type must be application/json'
  if (!acceptsGzip(headers)) return 'Accept-Encoding must contain gzip'
  // No Accept header admits everything (RFC 9110, 12.5.1).
  const accepted = listedIn(headers.accept ?? '*/*')
  const admitsJson = ['application/json', 'application/*', '*/*'].some((range) => accepted.includes(range))
  return admitsJson ? null : 'Accept must admit application/json'
}

/** The members of a negotiation header that are wanted, in lower case; `;q=0` means not wanted. */
function listedIn(header: string): string[] {
  return header
    .toLowerCase()
    .split(',')
    .filter((member) => !/;\s*q=0(?:\.0*)?\s*(?:;|$)/.test(member))
    .map((member) => member.replace(/;.*$/s, '').trim())
}

function jsonObjectIn(text: string | null): JsonObject | null {
  if (text === null) return null
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null
  } catch {
    return null
  }
}

function orderNoIn(body: JsonObject): string | null {
  return orderNoShape.safeParse(body['orderNo']).data ?? null
}

/** Names the first field that is illegal, never its value. */
function refuseField(error: z.ZodError, within: readonly string[], orderNo: string | null): Refused {
  const field = [...within, ...(error.issues[0]?.path ?? [])].map(String).join('.')
  return refuse(400, `Illegal parameter: ${field === '' ? 'body' : field}`, orderNo)
}

function refuse(status: number, msg: string, orderNo: string | null = null): Refused {
  return { kind: 'refused', reply: refused(status, orderNo, msg), orderNo }
}
