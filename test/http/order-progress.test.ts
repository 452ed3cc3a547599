import { beforeEach, describe, expect, test } from 'vitest'
import { languages } from '../../src/payment/languages.ts'
import { orderErrorSentencesOf } from '../../src/payment/remediation.ts'
import { createSimulator, type Simulator } from '../../src/simulator/server.ts'
import { type EventStream, openStream, type StreamOptions } from '../support/event-stream.ts'
import { startGateway, testCredentials, type TestGateway } from '../support/gateway.ts'
import { progressDocument } from '../support/order-documents.ts'
import { bearer, tokenEnvironment } from '../support/token-gateway.ts'
import { claimsOf, signWithSecret, tokenSecret } from '../support/token-issuer.ts'

/** The fastest pace that the settings allow. */
const INTERVAL_MS = 100

let simulator: Simulator
let gateway: TestGateway
const open: EventStream[] = []

beforeEach(async () => {
  simulator = await createSimulator({
    host: '127.0.0.1',
    port: 0,
    latencyMs: 0,
    ticketAfterMs: 900,
    ...testCredentials,
  })
  await start()
  return async () => {
    for (const stream of open.splice(0)) stream.leave()
    await gateway.close()
    await simulator.close()
  }
})

async function start(environment: Record<string, string> = {}): Promise<void> {
  gateway = await startGateway(simulator.url, { ORDER_POLL_INTERVAL_MS: String(INTERVAL_MS), ...environment })
}

async function follow(orderNo: string, options?: StreamOptions): Promise<EventStream> {
  const stream = await openStream(gateway.url, progressDocument, { orderNo }, options)
  open.push(stream)
  return stream
}

async function pay(orderNo: string): Promise<unknown> {
  const { data } = await gateway.graphql(
    `mutation { payOrder(input: { orderNo: "${orderNo}", paymentMethod: BALANCE }) { __typename } }`,
  )
  return data
}

const statesOf = ({ results }: EventStream): unknown[] =>
  results.map(({ data }) => (data!['orderProgress'] as Record<string, unknown>)['state'])
/** Without the moment in which a payment is under way, which a reading can fall into. */
const settledStatesOf = (stream: EventStream): unknown[] =>
  statesOf(stream).filter((state) => state !== 'PAYMENT_PENDING')
const codesOf = ({ results }: EventStream): unknown[] =>
  results.flatMap(({ errors = [] }) => errors.map(({ extensions }) => extensions?.['code']))

/** What ends a stream, from what the sentences of a language are found by. */
const lastError = (...[language, code, fault]: Parameters<typeof orderErrorSentencesOf>): object => ({
  message: orderErrorSentencesOf(language, code, fault).message,
  path: ['orderProgress'],
  locations: [expect.any(Object)],
  extensions: { code, retryable: false },
})

/** `atlas_pay_order_subscriptions` of a scrape. */
async function subscriptions(): Promise<number> {
  const scrape = await (await fetch(`${gateway.url}/metrics`)).text()
  return Number(/^atlas_pay_order_subscriptions (\d+)$/m.exec(scrape)![1])
}

describe('a subscription', () => {
  test('is told the order, its payment at once, and its ticket, and completes', async () => {
    const stream = await follow('A1')
    expect([stream.status, stream.contentType]).toEqual([200, 'text/event-stream'])
    await expect.poll(() => statesOf(stream)).toEqual(['UNPAID'])
    expect(await subscriptions()).toBe(1)
    await pay('A1')
    await stream.ended
    expect([settledStatesOf(stream), stream.isComplete()]).toEqual([
      ['UNPAID', 'TICKETING', 'TICKETED'],
      true,
    ])
    expect(stream.results.at(-1)).toEqual({
      data: {
        orderProgress: expect.objectContaining({
          orderNo: 'A1',
          state: 'TICKETED',
          ticketsIssued: true,
          total: { amount: '86.40', currency: 'USD' },
          paymentMethods: [],
        }) as object,
      },
    })
    await expect.poll(subscriptions).toBe(0)
  })

  test('by GET works as well', async () => {
    await pay('SIM-TICKET-603')
    const stream = await follow('SIM-TICKET-603', { byGet: true })
    await stream.ended
    expect([stream.status, statesOf(stream).at(-1), stream.isComplete()]).toEqual([
      200,
      'CANCELLED_AFTER_PAYMENT',
      true,
    ])
  })

  test('of an order that Atlas does not know ends with that, in the language of who asks', async () => {
    for (const [tag, language] of languages) {
      const stream = await follow('SIM-800', { headers: { 'accept-language': tag } })
      await stream.ended
      expect([stream.results, stream.isComplete()]).toEqual([
        [{ data: null, errors: [lastError(language, 'ORDER_NOT_FOUND')] }],
        true,
      ])
    }
    expect(gateway.log.filter(({ msg }) => msg === 'fault')).toEqual([])
  })

  test('with what is no order number is refused before Atlas is asked, in the language of who asks', async () => {
    const faults = {
      '': 'EMPTY',
      'A1,A2': 'COMMA',
      ' A1': 'SURROUNDING_BLANKS',
      ['A'.repeat(65)]: 'TOO_LONG',
    } as const
    for (const [tag, language] of languages) {
      for (const [orderNo, fault] of Object.entries(faults)) {
        const stream = await follow(orderNo, { headers: { 'accept-language': tag } })
        await stream.ended
        expect([stream.results, stream.isComplete()]).toEqual([
          [{ errors: [lastError(language, 'INVALID_INPUT', { field: ['orderNo'], fault })] }],
          true,
        ])
      }
    }
    expect([simulator.totals().queries, await subscriptions()]).toEqual([0, 0])
  })

  test('outlives a time in which Atlas does not answer', async () => {
    const stream = await follow('SIM-READS-HTTP-500')
    await expect.poll(() => simulator.totals().queries, { timeout: 5_000 }).toBeGreaterThan(3)
    expect([stream.results, stream.isComplete(), await subscriptions()]).toEqual([[], false, 1])
  })

  test('by many clients of one order costs one question at a time', async () => {
    const startedAt = performance.now()
    const streams = await Promise.all(Array.from({ length: 50 }, () => follow('A1')))
    for (const stream of streams) await expect.poll(() => statesOf(stream)).toEqual(['UNPAID'])
    // What is kept serves a second.
    const elapsedMs = performance.now() - startedAt
    expect(simulator.order('A1')!.queries).toBeLessThanOrEqual(1 + Math.floor(elapsedMs / 1_000))
    expect(await subscriptions()).toBe(50)
    // Paying makes the order be asked for anew.
    const paidAt = performance.now()
    const { queries } = simulator.order('A1')!
    await pay('A1')
    for (const stream of streams) await stream.ended
    const paidMs = performance.now() - paidAt
    expect(new Set(streams.map((stream) => settledStatesOf(stream).join()))).toEqual(
      new Set(['UNPAID,TICKETING,TICKETED']),
    )
    expect(simulator.order('A1')!.queries - queries).toBeLessThanOrEqual(2 + Math.floor(paidMs / 1_000))
  })
})

describe('a client that leaves', () => {
  test('is followed for no more: within an interval nothing is asked', async () => {
    const streams = await Promise.all([follow('A1'), follow('A1'), follow('B1')])
    for (const stream of streams) await expect.poll(() => statesOf(stream)).toEqual(['UNPAID'])
    for (const stream of streams) stream.leave()
    await expect.poll(subscriptions, { timeout: 1_000 }).toBe(0)
    const { queries } = simulator.totals()
    await new Promise((resolve) => void setTimeout(resolve, 1_000 + 3 * INTERVAL_MS))
    expect(simulator.totals().queries).toBe(queries)
    expect(gateway.log.filter(({ msg }) => msg === 'fault')).toEqual([])
  })
})

describe('what a client accepts', () => {
  const payment = 'mutation { payOrder(input: { orderNo: "P1", paymentMethod: BALANCE }) { __typename } }'

  test.each([payment, '{ payment(orderNo: "P1") { state } }'])(
    'as a stream only is not for %s, which is not executed',
    async (document) => {
      const stream = await openStream(gateway.url, document, {})
      await stream.ended
      expect([stream.status, codesOf(stream)]).toEqual([406, ['NOT_ACCEPTABLE']])
      expect(simulator.totals()).toMatchObject({ payRequests: 0, queries: 0 })
    },
  )

  test.each([
    'application/json, text/event-stream',
    'text/event-stream, application/json',
    'text/event-stream;q=0.9, application/json;q=0.1',
    'text/event-stream, */*',
  ])('as %s is answered a payment in JSON', async (accept) => {
    const answer = await openStream(gateway.url, payment, {}, { accept })
    await answer.ended
    expect([answer.status, answer.contentType]).toEqual([200, 'application/json; charset=utf-8'])
    expect(JSON.parse(answer.text())).toMatchObject({ data: { payOrder: {} } })
  })

  test.each([
    'application/json, text/event-stream',
    'text/event-stream, application/graphql-response+json;q=0.5',
  ])('as %s is streamed a subscription', async (accept) => {
    const stream = await follow('A1', { accept })
    expect([stream.status, stream.contentType]).toEqual([200, 'text/event-stream'])
    await expect.poll(() => statesOf(stream)).toEqual(['UNPAID'])
  })

  test.each([
    ['application/json', false],
    ['*/*', false],
    ['application/graphql-response+json', false],
    ['application/json, text/event-stream;q=0', false],
    ['application/json', true],
    ['*/*', true],
    ['text/html', true],
  ])('as %s is not for a subscription (by GET: %s): nothing is followed for it', async (accept, byGet) => {
    const answer = await follow('A1', { accept, byGet })
    await answer.ended
    expect(answer.status).toBe(406)
    await new Promise((resolve) => void setTimeout(resolve, 2 * INTERVAL_MS))
    expect([await subscriptions(), simulator.totals().queries]).toEqual([0, 0])
    if (accept !== 'text/html') expect(answer.text()).toContain('"code":"NOT_ACCEPTABLE"')
  })
})

describe('who may follow', () => {
  const secured = { ...tokenEnvironment, AUTH_JWT_SECRET: tokenSecret }
  const tokenOf = async (claims: object) =>
    bearer(await signWithSecret(tokenSecret, claimsOf({ ...claims }), { alg: 'HS256' }))

  test('is a token with the scope, for this order', async () => {
    await gateway.close()
    await start(secured)
    for (const claims of [{ scope: 'orders:pay' }, { order_no: ['A2', 'a1'] }]) {
      const stream = await follow('A1', { headers: await tokenOf(claims) })
      await stream.ended
      expect(codesOf(stream)).toEqual(['FORBIDDEN'])
    }
    const nobody = await follow('A1')
    await nobody.ended
    expect([nobody.status, nobody.text()]).toEqual([401, expect.stringContaining('UNAUTHENTICATED')])
    expect([simulator.totals().queries, await subscriptions()]).toEqual([0, 0])

    const stream = await follow('A1', { headers: await tokenOf({ order_no: 'A1', scope: 'orders:read' }) })
    await expect.poll(() => statesOf(stream)).toEqual(['UNPAID'])
  })

  test('is shown the methods that its token may use', async () => {
    await gateway.close()
    await start(secured)
    const stream = await follow('A1', { headers: await tokenOf({ payment_methods: ['MOR'] }) })
    await expect.poll(() => stream.results.length).toBe(1)
    expect(stream.results[0]!.data!['orderProgress']).toMatchObject({ paymentMethods: ['MOR'] })
  })

  test('counts as a read: ten times the payments of a minute', async () => {
    await gateway.close()
    await start({ RATE_LIMIT_PER_MINUTE: '1' })
    const streams = []
    for (let index = 0; index < 11; index += 1) streams.push(await follow('A1'))
    await streams.at(-1)!.ended
    expect(codesOf(streams.at(-1)!)).toEqual(['RATE_LIMITED'])
    expect(await subscriptions()).toBe(10)
    const { errors } = await gateway.graphql('{ payment(orderNo: "A1") { state } }')
    expect(errors?.[0]?.extensions?.['code']).toBe('RATE_LIMITED')
  })
})

test('more than 200 subscriptions of one subject are OVERLOADED, with the time to wait', async () => {
  await gateway.close()
  await start({ ...tokenEnvironment, AUTH_JWT_SECRET: tokenSecret })
  const headers = bearer(await signWithSecret(tokenSecret, claimsOf()))
  await Promise.all(Array.from({ length: 200 }, () => follow('A1', { headers })))
  const stream = await follow('A1', { headers })
  await stream.ended
  expect([stream.status, stream.headers['retry-after'], await subscriptions()]).toEqual([503, '2', 200])
  const extensions = { code: 'OVERLOADED', retryable: true, retryAfterSeconds: 2 }
  expect(stream.results).toEqual([{ errors: [expect.objectContaining({ extensions }) as object] }])
})

test('two orders in one subscription, or a payment beside it, are refused', async () => {
  for (const document of [
    'subscription { a: orderProgress(orderNo: "A1") { state } b: orderProgress(orderNo: "A2") { state } }',
    'subscription { orderProgress(orderNo: "A1") { state } payOrder { __typename } }',
  ]) {
    const stream = await openStream(gateway.url, document, {})
    await stream.ended
    expect(new Set(codesOf(stream))).toEqual(new Set(['GRAPHQL_VALIDATION_FAILED']))
  }
  expect(simulator.totals()).toMatchObject({ payRequests: 0, queries: 0 })
})

test('variables that do not fit are told without their values', async () => {
  const stream = await openStream(gateway.url, progressDocument, { orderNo: { secret: 'canary' } })
  await stream.ended
  expect(codesOf(stream)).toEqual(['BAD_USER_INPUT'])
  expect(stream.text()).not.toContain('canary')
})
