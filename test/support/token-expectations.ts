/** What every test of tokens expects of a gateway: everything happened, or nothing at all. */

import { expect } from 'vitest'
import {
  noEffects,
  paymentOf,
  readingOf,
  type ReplyBody,
  type SentHeaders,
  type TracedGateway,
} from './token-gateway.ts'

let orders = 0

/** Body of a refusal for want of a good token. */
export const unauthenticated: ReplyBody = {
  errors: [
    { message: 'Send a valid bearer token. Nothing was sent.', extensions: { code: 'UNAUTHENTICATED' } },
  ],
}

/** Body of a refusal for want of the keys that would tell. */
const unavailable: ReplyBody = {
  errors: [
    {
      message: 'Tokens cannot be verified now. Nothing was sent.',
      extensions: { code: 'AUTHENTICATION_UNAVAILABLE', retryable: true, retryAfterSeconds: 5 },
    },
  ],
}

/** Pays a new order and then reads its payment: both work, and the log does not hold the token. */
export async function expectToPayAndRead(gateway: TracedGateway, headers: SentHeaders): Promise<void> {
  const orderNo = `GOOD-${(orders += 1)}`
  gateway.forget()
  const paid = await gateway.post(paymentOf(orderNo), headers)
  const payOrder = { __typename: 'PaymentSuccess', orderNo, paymentMethod: 'BALANCE', replayed: false }
  expect([paid.status, paid.body]).toEqual([200, { data: { payOrder } }])
  const read = await gateway.post(readingOf(orderNo), headers)
  expect([read.status, read.body]).toEqual([200, { data: { payment: { state: 'PAID' } } }])
  const { sent, log } = gateway.effects()
  expect([sent, log.length]).toEqual([1, 1])
  const lines = JSON.stringify(log)
  const parts = [headers['authorization'] ?? ''].flat().flatMap((header) => header.split(/[\s.,]+/))
  for (const part of parts.filter(({ length }) => length > 20)) expect(lines).not.toContain(part)
}

/** `www-authenticate` for whoever sent no token, and for whoever sent a bad one (RFC 6750, section 3). */
export const noTokenChallenge = 'Bearer'
export const badTokenChallenge = 'Bearer error="invalid_token"'

/**
 * Neither a payment nor a reading nor the smallest query gets through with these headers; none leaves a
 * trace: no request to Atlas, no question to the ledger, no row, no line of the log at level trace but that
 * it was refused.
 */
export async function expectUnauthenticated(
  gateway: TracedGateway,
  headers: SentHeaders,
  challenge = badTokenChallenge,
): Promise<void> {
  const orderNo = `BAD-${(orders += 1)}`
  gateway.forget()
  for (const body of [paymentOf(orderNo), readingOf(orderNo), { query: '{ __typename }' }]) {
    const reply = await gateway.post(body, headers)
    expect([reply.status, reply.headers['www-authenticate'], reply.body]).toEqual([
      401,
      challenge,
      unauthenticated,
    ])
  }
  expect(gateway.effects()).toEqual(noEffects)
  expect(await gateway.ledger.attemptsOf(orderNo)).toEqual([])
}

/** The same for a token that nobody can judge now. */
export async function expectUnavailable(gateway: TracedGateway, headers: SentHeaders): Promise<void> {
  const orderNo = `DOWN-${(orders += 1)}`
  gateway.forget()
  const reply = await gateway.post(paymentOf(orderNo), headers)
  const { status, body } = reply
  expect([status, reply.headers['retry-after'], reply.headers['www-authenticate'], body]).toEqual([
    503,
    '5',
    undefined,
    unavailable,
  ])
  expect(gateway.effects()).toEqual(noEffects)
  expect(await gateway.ledger.attemptsOf(orderNo)).toEqual([])
}
