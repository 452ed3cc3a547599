/** Who asks, and what they may do. */

import { z } from 'zod'
import { type PaymentMethod, paymentMethods } from '../payment/payment-request.ts'

/** What a token allows: `orders:pay` for `payOrder`, `orders:read` for the queries about orders. */
export const callerScopes = ['orders:pay', 'orders:read'] as const
export type CallerScope = (typeof callerScopes)[number]

export interface Caller {
  /** The subject of the token, or `anonymous`. Idempotency keys and rate limits are per subject. */
  readonly subject: string
  readonly scopes: ReadonlySet<CallerScope>
  /** The only orders the caller may name, or null for all. */
  readonly orderNos: ReadonlySet<string> | null
  /** The only methods the caller may pay with, or null for all. */
  readonly paymentMethods: ReadonlySet<PaymentMethod> | null
  /** When the token ends, or null where there is none. What lasts longer than a request ends with it. */
  readonly expiresAt: Date | null
}

/** Everybody, where callers are not told apart (AUTH=none). */
export const anonymousCaller: Caller = {
  subject: 'anonymous',
  scopes: new Set(callerScopes),
  orderNos: null,
  paymentMethods: null,
  expiresAt: null,
}

/** Whether a caller may pay an order by a method. */
export function mayPay(caller: Caller, orderNo: string, paymentMethod: PaymentMethod): boolean {
  return (
    caller.scopes.has('orders:pay') &&
    (caller.orderNos?.has(orderNo) ?? true) &&
    (caller.paymentMethods?.has(paymentMethod) ?? true)
  )
}

/** Whether a caller may see what is known of an order. */
export function mayRead(caller: Caller, orderNo: string): boolean {
  return caller.scopes.has('orders:read') && (caller.orderNos?.has(orderNo) ?? true)
}

/** One text or several, as JWT claims often come. */
const texts = z
  .union([z.string().transform((one) => [one]), z.array(z.string())])
  .pipe(z.array(z.string().min(1)).max(100))

const claims = z.object({
  // Without what PostgreSQL cannot keep, and what could not be told apart in a log.
  sub: z
    .string()
    .max(256)
    .regex(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+$/u),
  // RFC 8693: scopes are separated by blanks; some issuers write a list.
  scope: z
    .union([z.string().transform((scopes) => scopes.split(' ')), z.array(z.string())])
    .optional()
    .default([]),
  exp: z.number().optional(),
  order_no: texts.optional(),
  payment_methods: texts.pipe(z.array(z.enum(paymentMethods))).optional(),
})

/** The last instant that a Date holds, in epoch milliseconds. Some issuers write a later one for "never". */
const INSTANT_MAX = 8.64e15

/**
 * The caller that the verified claims of a token describe, or null when they do not describe one. A claim
 * that should narrow the token and cannot be understood makes it worthless: it must never widen it.
 */
export function callerOf(payload: unknown): Caller | null {
  const result = claims.safeParse(payload)
  if (!result.success) return null
  const { sub, scope, exp, order_no: orderNos, payment_methods: methods } = result.data
  return {
    subject: sub,
    scopes: new Set(callerScopes.filter((one) => scope.includes(one))),
    orderNos: orderNos === undefined ? null : new Set(orderNos),
    paymentMethods: methods === undefined ? null : new Set(methods),
    expiresAt: exp === undefined ? null : new Date(Math.min(exp * 1_000, INSTANT_MAX)),
  }
}
