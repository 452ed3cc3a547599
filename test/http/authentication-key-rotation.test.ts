import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSteeredClock } from '../support/fast-clock.ts'
import { type KeySetServer, startKeySetServer } from '../support/key-set-server.ts'
import {
  bearer,
  noEffects,
  paymentOf,
  startTracedGateway,
  tokenEnvironment,
  type TracedGateway,
} from '../support/token-gateway.ts'
import { claimsOf, createSigningKey, type SigningKey, signToken } from '../support/token-issuer.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

let first: SigningKey
let second: SigningKey
let keySet: KeySetServer
let gateway: TracedGateway
let clock: ReturnType<typeof createSteeredClock>
let orders = 0

beforeEach(async () => {
  clock = createSteeredClock()
  first = await createSigningKey('ES256', 'first')
  second = await createSigningKey('ES256', 'second')
  keySet = await startKeySetServer([first.jwk])
  gateway = await startTracedGateway({ ...tokenEnvironment, AUTH_JWKS_URL: keySet.url }, { clock })
  gateway.forget()
})

afterEach(async () => {
  await gateway.close()
  await keySet.close()
})

/** Pays a new order with a new token of a key; resolves with the HTTP status. */
async function pay(key: SigningKey, header: { kid?: string } = {}): Promise<number> {
  const orderNo = `ROTATION-${(orders += 1)}`
  const token = await signToken(key, claimsOf({}, clock.now()), header)
  const { status, codes } = await gateway.post(paymentOf(orderNo), bearer(token))
  const expected = { 200: [], 401: ['UNAUTHENTICATED'], 503: ['AUTHENTICATION_UNAVAILABLE'] }[status]
  expect(codes).toEqual(expected)
  return status
}

test('keys are fetched with the first token, once for all that come meanwhile, and not at the start', async () => {
  expect(keySet.fetches).toBe(0)
  expect(await Promise.all(Array.from({ length: 20 }, () => pay(first)))).toEqual(Array(20).fill(200))
  expect([keySet.fetches, gateway.atlas.seen.length]).toEqual([1, 20])
})

test('a token of a new key works as soon as the keys may be fetched anew, 30 seconds after the last time', async () => {
  expect(await pay(first)).toBe(200)
  keySet.keys = [second.jwk]
  gateway.forget()
  clock.advance(29 * SECOND_MS)
  expect(await pay(second)).toBe(401)
  expect([keySet.fetches, gateway.effects()]).toEqual([1, noEffects])
  clock.advance(2 * SECOND_MS)
  expect(await pay(second)).toBe(200)
  expect(keySet.fetches).toBe(2)
})

test('a key that the issuer took back is refused once the keys are fetched anew', async () => {
  expect(await pay(first)).toBe(200)
  keySet.keys = [second.jwk]
  clock.advance(31 * SECOND_MS)
  expect(await pay(second)).toBe(200)
  gateway.forget()
  expect(await pay(first)).toBe(401)
  expect([keySet.fetches, gateway.effects()]).toEqual([2, noEffects])
})

test('a key that the issuer took back works for ten minutes at most', async () => {
  expect(await pay(first)).toBe(200)
  keySet.keys = [second.jwk]
  clock.advance(10 * MINUTE_MS - 1)
  expect(await pay(first)).toBe(200)
  clock.advance(10 * MINUTE_MS)
  gateway.forget()
  expect(await pay(first)).toBe(401)
  expect(gateway.effects()).toEqual(noEffects)
})

test('unknown keys, however many, make the issuer be asked once in 30 seconds', async () => {
  expect(await pay(first)).toBe(200)
  gateway.forget()
  for (const round of [1, 2, 3]) {
    for (const name of ['a', 'b', 'c']) expect(await pay(second, { kid: `${name}${round}` })).toBe(401)
    expect(keySet.fetches).toBe(round)
    clock.advance(31 * SECOND_MS)
  }
  expect(gateway.effects()).toEqual(noEffects)
  expect(await pay(first)).toBe(200)
})

test('keys that are known keep working for twelve hours while the issuer is down', async () => {
  expect(await pay(first)).toBe(200)
  keySet.fault = (_request, response) => response.writeHead(500).end()
  clock.advance(12 * HOUR_MS - 1)
  expect([await pay(first), keySet.fetches, gateway.atlas.seen.length]).toEqual([200, 2, 2])
  gateway.forget()
  // An unknown one may be new, which only the issuer can tell.
  expect([await pay(second), keySet.fetches]).toEqual([503, 2])
  expect(gateway.effects()).toEqual(noEffects)
  // A failed fetch takes no key away.
  expect(await pay(first)).toBe(200)
})

test('keys that are twelve hours old are not trusted without asking, and work again when the issuer is back', async () => {
  expect(await pay(first)).toBe(200)
  keySet.fault = ({ socket }) => void socket.resetAndDestroy()
  clock.advance(12 * HOUR_MS)
  gateway.forget()
  expect([await pay(first), keySet.fetches]).toEqual([503, 2])
  expect(gateway.effects()).toEqual(noEffects)
  keySet.fault = null
  clock.advance(SECOND_MS)
  expect([await pay(first), keySet.fetches]).toEqual([200, 3])
})
