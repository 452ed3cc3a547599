import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  bearer,
  noEffects,
  paymentOf,
  readingOf,
  type Reply,
  startTracedGateway,
  tokenEnvironment,
  type TracedGateway,
} from '../support/token-gateway.ts'
import { claimsOf, signWithSecret, tokenSecret } from '../support/token-issuer.ts'

const SECOND_MS = 1_000

/** Payments of one caller in a minute, and ten times as many reads. */
const PAYMENTS = 2
const READS = 20

/** And twenty times as many requests of any sort. */
const REQUESTS = 40

let gateway: TracedGateway
let orders = 0

beforeEach(async () => {
  // Only the present is ours to set: sockets and timers go on as ever.
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-23T08:00:00.000Z') })
  gateway = await startTracedGateway({
    ...tokenEnvironment,
    AUTH_JWT_SECRET: tokenSecret,
    RATE_LIMIT_PER_MINUTE: String(PAYMENTS),
  })
  gateway.forget()
})

afterEach(async () => {
  await gateway.close()
  vi.useRealTimers()
})

function pass(ms: number): void {
  vi.setSystemTime(Date.now() + ms)
}

async function ask(body: object, claims: Record<string, unknown>): Promise<Reply> {
  return gateway.post(body, bearer(await signWithSecret(tokenSecret, claimsOf(claims))))
}

const pay = (claims: Record<string, unknown> = {}): Promise<Reply> =>
  ask(paymentOf(`RATE-${(orders += 1)}`), claims)
const read = (claims: Record<string, unknown> = {}): Promise<Reply> => ask(readingOf('RATE-READ'), claims)

/** Statuses of requests, one after another. */
async function statuses(count: number, request: () => Promise<Reply>): Promise<number[]> {
  const all: number[] = []
  while (all.length < count) all.push((await request()).status)
  return all
}

const times = (count: number, status: number): number[] => Array<number>(count).fill(status)

function expectLimited({ status, headers, body }: Reply, retryAfterSeconds: number): void {
  expect([status, headers['retry-after'], body]).toEqual([
    429,
    String(retryAfterSeconds),
    {
      errors: [
        {
          message: 'You are sending too many requests. Nothing was sent to Atlas.',
          extensions: { code: 'RATE_LIMITED', retryable: true, retryAfterSeconds },
        },
      ],
    },
  ])
}

async function limitedSoFar(): Promise<string[]> {
  const { text } = await gateway.send('GET', '/metrics')
  return text.split('\n').filter((line) => line.startsWith('atlas_pay_rate_limited_total'))
}

describe('payments over the limit of a caller', () => {
  test('are refused with the time to wait, send nothing and record nothing', async () => {
    expect(await statuses(PAYMENTS, pay)).toEqual(times(PAYMENTS, 200))
    expect(gateway.atlas.seen).toHaveLength(PAYMENTS)
    gateway.forget()
    pass(20.5 * SECOND_MS)
    expectLimited(await pay(), 40)
    expectLimited(await pay(), 40)
    expect(gateway.effects()).toEqual(noEffects)
    for (const order of [orders, orders - 1])
      expect(await gateway.ledger.attemptsOf(`RATE-${order}`)).toEqual([])
    expect(await limitedSoFar()).toEqual(['atlas_pay_rate_limited_total{kind="payment"} 2'])
  })

  test('work again after the time that was told, and not before', async () => {
    expect(await statuses(PAYMENTS, pay)).toEqual(times(PAYMENTS, 200))
    expectLimited(await pay(), 60)
    pass(59 * SECOND_MS)
    expectLimited(await pay(), 1)
    pass(SECOND_MS)
    expect(await statuses(PAYMENTS, pay)).toEqual(times(PAYMENTS, 200))
    expectLimited(await pay(), 60)
    expect(gateway.atlas.seen).toHaveLength(2 * PAYMENTS)
  })

  test('at the same time get through as often as one after another', async () => {
    const replies = await Promise.all(Array.from({ length: 10 }, () => pay()))
    const limited = replies.filter(({ status }) => status === 429)
    const paid = replies.filter(({ status }) => status === 200)
    expect([paid.length, limited.length]).toEqual([PAYMENTS, 10 - PAYMENTS])
    expect(gateway.atlas.seen).toHaveLength(PAYMENTS)
  })

  test('do not limit other callers, nor what the caller reads', async () => {
    expect(await statuses(PAYMENTS + 1, pay)).toEqual([...times(PAYMENTS, 200), 429])
    expect(await statuses(PAYMENTS + 1, () => pay({ sub: 'backend-2' }))).toEqual([
      ...times(PAYMENTS, 200),
      429,
    ])
    expect((await read()).status).toBe(200)
  })

  test('are the same for all tokens of a subject', async () => {
    expect(await statuses(1, () => pay({ jti: 'one' }))).toEqual([200])
    expect(await statuses(1, () => pay({ jti: 'two', order_no: `RATE-${orders + 1}` }))).toEqual([200])
    expect(await statuses(1, () => pay({ jti: 'three' }))).toEqual([429])
  })

  test('are counted whatever comes of them: what is forbidden, refused or repeated too', async () => {
    expect((await pay({ scope: 'orders:read' })).status).toBe(403)
    expect((await ask(paymentOf(''), {})).status).toBe(200)
    expectLimited(await pay(), 60)
    expect(gateway.effects()).toEqual(noEffects)
  })

  test('are not used up by what no token of the caller came with, nor by what is no GraphQL', async () => {
    await gateway.post(paymentOf('RATE-NOBODY'))
    await ask({ query: 'mutation {' }, {})
    await ask({ query: 'mutation { payOrderr { __typename } }' }, {})
    expect(await statuses(PAYMENTS + 1, pay)).toEqual([...times(PAYMENTS, 200), 429])
  })

  test('are limited together where everybody is anonymous', async () => {
    const open = await startTracedGateway({ AUTH: 'none', RATE_LIMIT_PER_MINUTE: '1' })
    const replies = [
      await open.post(paymentOf('RATE-A')),
      await open.post(paymentOf('RATE-B'), {
        authorization: 'Bearer whoever',
        'x-forwarded-for': '10.0.0.1',
      }),
    ]
    expect(replies.map(({ status }) => status)).toEqual([200, 429])
    expect(open.atlas.seen).toHaveLength(1)
    await open.close()
  })
})

describe('reads over the limit of a caller', () => {
  test('are refused with the time to wait, and do not limit payments', async () => {
    expect(await statuses(READS, read)).toEqual(times(READS, 200))
    gateway.forget()
    pass(10 * SECOND_MS)
    expectLimited(await read(), 50)
    expectLimited(await ask({ query: '{ paymentErrorCatalog { code } }' }, {}), 50)
    expect(gateway.effects()).toEqual(noEffects)
    expect(await limitedSoFar()).toEqual(['atlas_pay_rate_limited_total{kind="read"} 2'])
    expect((await pay()).status).toBe(200)
    expect((await read({ sub: 'backend-2' })).status).toBe(200)
  })

  test('by GET are the same reads', async () => {
    const headers = bearer(await signWithSecret(tokenSecret, claimsOf()))
    const get = (): Promise<Reply> => gateway.send('GET', '/graphql?query={__typename}', headers)
    expect(await statuses(READS, get)).toEqual(times(READS, 200))
    expectLimited(await read(), 60)
    expectLimited(await get(), 60)
  })
})

describe('requests of any sort over the limit of a caller', () => {
  const refused = (claims: Record<string, unknown> = {}): Promise<Reply> => ask({ query: '{' }, claims)

  test('are refused with the time to wait, whatever they ask', async () => {
    expect(await statuses(REQUESTS, refused)).toEqual(times(REQUESTS, 200))
    gateway.forget()
    pass(45 * SECOND_MS)
    expectLimited(await refused(), 15)
    expectLimited(await pay(), 15)
    expectLimited(await read(), 15)
    expect(gateway.effects()).toEqual(noEffects)
    expect(await limitedSoFar()).toEqual(['atlas_pay_rate_limited_total{kind="request"} 3'])
    expect((await pay({ sub: 'backend-2' })).status).toBe(200)
  })
})

test('a subscription over the limit is told the time to wait as everything else', async () => {
  expect(await statuses(READS, read)).toEqual(times(READS, 200))
  const headers = bearer(await signWithSecret(tokenSecret, claimsOf()))
  const {
    status,
    headers: got,
    text,
  } = await gateway.post(
    { query: 'subscription { orderProgress(orderNo: "RATE-READ") { state } }' },
    { ...headers, accept: 'text/event-stream' },
  )
  expect([status, got['retry-after']]).toEqual([429, '60'])
  expect(text).toContain('"extensions":{"code":"RATE_LIMITED","retryable":true,"retryAfterSeconds":60}')
})
