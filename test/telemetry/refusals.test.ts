import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { request } from 'undici'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import type { ServiceOverrides } from '../../src/service.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { accessAndLoadCodes, refusalCodes } from '../../src/telemetry/refusal-codes.ts'
import { bearer, tokenEnvironment } from '../support/token-gateway.ts'
import {
  claimsOf,
  createSigningKey,
  signToken,
  signWithSecret,
  tokenSecret,
} from '../support/token-issuer.ts'
import { type Exposition, growthOf, parseExposition } from './exposition.ts'
import { ledgerAway, type ObservedGateway, startObservedGateway } from './observed-gateway.ts'

const MINUTE = 60_000
/** Lines of one code in a minute. */
const LINES = 10

const folder = mkdtempSync(join(tmpdir(), 'refusals-'))
const manifest = join(folder, 'documents.json')
writeFileSync(manifest, '{}')

const withTokens = { ...tokenEnvironment, AUTH_JWT_SECRET: tokenSecret }
const started: ObservedGateway[] = []

async function start(
  environment: Record<string, string> = {},
  overrides: ServiceOverrides = {},
): Promise<ObservedGateway> {
  const gateway = await startObservedGateway(environment, overrides)
  started.push(gateway)
  return gateway
}

afterEach(async () => {
  for (const gateway of started.splice(0)) await gateway.close()
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const linesOf = ({ log }: ObservedGateway): Record<string, unknown>[] =>
  log.filter(({ msg }) => msg === 'refused')

const growth = (before: Exposition, after: Exposition): object =>
  growthOf(before, after, /^atlas_pay_(refusals|payments)_total$/)

const query = (document: string, more: object = {}): string => JSON.stringify({ query: document, ...more })
const payment = 'mutation { payOrder(input: {orderNo: "R1", paymentMethod: BALANCE}) { __typename } }'

interface Case {
  readonly code: (typeof refusalCodes)[number]
  readonly environment?: Record<string, string>
  readonly overrides?: ServiceOverrides
  /** Sends the request that is refused. */
  readonly refuse: (gateway: ObservedGateway) => Promise<unknown>
  readonly caller?: string | null
}

const cases: readonly Case[] = [
  {
    code: 'UNAUTHENTICATED',
    environment: withTokens,
    refuse: ({ post }) => post(query(payment), { authorization: 'Bearer canary.canary.canary' }),
    caller: null,
  },
  {
    code: 'FORBIDDEN',
    environment: withTokens,
    refuse: async ({ post }) =>
      post(
        query(payment),
        bearer(await signWithSecret(tokenSecret, claimsOf({ sub: 'backend-7', scope: 'canary' }))),
      ),
    caller: 'backend-7',
  },
  {
    code: 'ORIGIN_NOT_ALLOWED',
    refuse: ({ post }) => post(query(payment), { origin: 'https://canary.example' }),
    caller: null,
  },
  {
    code: 'MISDIRECTED_REQUEST',
    // `fetch` sends the host of its URL, whatever it is told.
    refuse: ({ url }) =>
      request(`${url}/graphql`, {
        method: 'POST',
        headers: { host: 'canary.example', 'content-type': 'application/json' },
        body: query(payment),
      }).then(({ body }) => body.dump()),
    caller: null,
  },
  {
    code: 'AUTHENTICATION_UNAVAILABLE',
    environment: { ...tokenEnvironment, AUTH_JWKS_URL: 'http://127.0.0.1:1/keys' },
    refuse: async ({ post }) =>
      post(query(payment), bearer(await signToken(await createSigningKey('ES256', 'k'), claimsOf()))),
    caller: null,
  },
  {
    code: 'UNTRUSTED_DOCUMENT',
    environment: { TRUSTED_DOCUMENTS: manifest },
    refuse: ({ post }) => post(query(payment)),
  },
  {
    code: 'RATE_LIMITED',
    environment: { RATE_LIMIT_PER_MINUTE: '1' },
    refuse: async ({ post }) => {
      for (let read = 0; read <= LINES; read += 1) await post(query('{ paymentErrorCatalog { code } }'))
    },
  },
  { code: 'OVERLOADED', overrides: { inFlightMax: 0 }, refuse: ({ pay }) => pay('R1') },
  {
    code: 'LEDGER_UNAVAILABLE',
    refuse: async ({ broken, pay }) => {
      broken.set('claim', ledgerAway)
      await pay('R1')
      broken.clear()
    },
  },
  {
    code: 'CARD_IN_DOCUMENT',
    refuse: ({ post }) =>
      post(query(payment.replace('paymentMethod: BALANCE', 'paymentMethod: MOR, card: {number: "canary"}'))),
  },
  {
    code: 'MULTIPLE_PAYMENTS',
    refuse: ({ post }) =>
      post(
        query(
          payment.replace(
            '{ payOrder',
            '{ a: payOrder(input: {orderNo: "R2", paymentMethod: BYOA}) { __typename } payOrder',
          ),
        ),
      ),
  },
  {
    code: 'QUERY_TOO_LARGE',
    refuse: ({ post }) =>
      post(query('{ a: __typename b: __typename c: __typename d: __typename e: __typename f: __typename }')),
  },
  { code: 'BAD_REQUEST', refuse: ({ post }) => post('canary') },
  {
    code: 'BAD_USER_INPUT',
    refuse: ({ pay }) => pay('R1', { paymentMethod: 'CANARY', unknownField: 'canary' }),
  },
  { code: 'GRAPHQL_PARSE_FAILED', refuse: ({ post }) => post(query('{ canary')) },
  { code: 'GRAPHQL_VALIDATION_FAILED', refuse: ({ post }) => post(query('{ canary rooster }')) },
  {
    code: 'OPERATION_RESOLUTION_FAILURE',
    refuse: ({ post }) => post(query('query A { __typename } query B { __typename }')),
  },
  {
    code: 'UNSUPPORTED_MEDIA_TYPE',
    refuse: ({ post }) => post(query(payment), { 'content-type': 'text/canary' }),
  },
  { code: 'NOT_ACCEPTABLE', refuse: ({ post }) => post(query(payment), { accept: 'text/canary' }) },
  { code: 'PAYLOAD_TOO_LARGE', refuse: ({ post }) => post('canary'.repeat(20_000)) },
  {
    code: 'INTERNAL_SERVER_ERROR',
    refuse: async ({ broken, pay }) => {
      broken.set('claim', new Error('out of order'))
      await pay('R1')
      broken.clear()
    },
  },
]

describe('a request that is refused as a whole is counted once by its code, and logged when it is about access or load', () => {
  test.each(cases)('$code', async ({ code, environment, overrides, refuse, caller = 'anonymous' }) => {
    const gateway = await start(environment, overrides)
    const before = await gateway.scrape()
    await refuse(gateway)
    expect(growth(before, await gateway.scrape())).toEqual({
      [`atlas_pay_refusals_total{code="${code}"}`]: 1,
    })
    expect(gateway.atlas.seen).toEqual([])
    const line = {
      level: 'warn',
      time: expect.any(String) as string,
      msg: 'refused',
      requestId: expect.stringMatching(/^[\da-f-]{36}$/) as string,
      caller,
      code,
    }
    const isLogged = (accessAndLoadCodes as readonly string[]).includes(code)
    expect(linesOf(gateway)).toEqual(isLogged ? [line] : [])
    expect(JSON.stringify(gateway.log)).not.toMatch(/canary/i)
  })

  test('SHUTTING_DOWN', async () => {
    const gateway = await startObservedGateway()
    const held = Promise.withResolvers<void>()
    const arrived = Promise.withResolvers<void>()
    const { answer } = gateway.atlas
    gateway.atlas.answer = (response, seen) => {
      arrived.resolve()
      void held.promise.then(() => answer(response, seen))
    }
    const paying = gateway.pay('R1')
    await arrived.promise
    const before = await gateway.scrape()
    const closing = gateway.close()
    expect(await gateway.pay('R2', {}, { 'x-request-id': 'after-the-end' })).toBe('SHUTTING_DOWN')
    expect(growth(before, await gateway.scrape())).toEqual({
      'atlas_pay_refusals_total{code="SHUTTING_DOWN"}': 1,
    })
    held.resolve()
    expect(await paying).toBe('PaymentSuccess')
    await closing
    expect(linesOf(gateway)).toMatchObject([{ requestId: 'after-the-end', code: 'SHUTTING_DOWN' }])
  })

  test('none is forgotten here or in the README, which lists them', () => {
    const tested = [...cases.map(({ code }) => code), 'SHUTTING_DOWN']
    expect(tested.toSorted()).toEqual(refusalCodes.toSorted())
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
    const [, list] = /^Expected failures are data\. Top-level `errors` (.+)$/m.exec(readme)!
    const documented = [...list!.matchAll(/`([A-Z_]{5,})`/g)].map(([, code]) => code!)
    expect(documented.toSorted()).toEqual(refusalCodes.toSorted())
    const [, logged] = /^- \*\*A refusal\*\* [^(]+\(([^)]+)\)/m.exec(readme)!
    expect(logged!.replaceAll('`', '').split(', ')).toEqual(accessAndLoadCodes)
  })
})

describe('refusals', () => {
  test('of expected failures are none: they are results, as is a preflight', async () => {
    const gateway = await start()
    const before = await gateway.scrape()
    await gateway.pay('R1', { clientOrderNo: '' })
    await fetch(`${gateway.url}/graphql`, { method: 'OPTIONS' })
    await gateway.post(query('{ __typename }'))
    expect(growth(before, await gateway.scrape())).toEqual({})
    expect(linesOf(gateway)).toEqual([])
  })

  test('of other methods are told of, too: a payment by GET, and DELETE', async () => {
    const gateway = await start()
    const before = await gateway.scrape()
    await fetch(`${gateway.url}/graphql?query=${encodeURIComponent(payment)}`)
    await fetch(`${gateway.url}/graphql`, { method: 'DELETE' })
    expect(growth(before, await gateway.scrape())).toEqual({
      'atlas_pay_refusals_total{code="BAD_REQUEST"}': 2,
    })
  })

  test('of one request with several codes count for each of them, and with several errors of one code once', async () => {
    const gateway = await start(withTokens)
    const headers = bearer(await signWithSecret(tokenSecret, claimsOf({ order_no: ['R1', 'R2'] })))
    gateway.broken.set('attemptsOf', ledgerAway)
    const before = await gateway.scrape()
    const read = (name: string): string => `${name}: payment(orderNo: "${name}") { state }`
    await gateway.post(query(`{ ${['R1', 'R2', 'R3', 'R4'].map(read).join(' ')} }`), headers)
    gateway.broken.clear()
    expect(growth(before, await gateway.scrape())).toEqual({
      'atlas_pay_refusals_total{code="FORBIDDEN"}': 1,
      'atlas_pay_refusals_total{code="LEDGER_UNAVAILABLE"}': 1,
    })
    expect(linesOf(gateway).map(({ code }) => code)).toEqual(
      expect.arrayContaining(['FORBIDDEN', 'LEDGER_UNAVAILABLE']),
    )
    expect(linesOf(gateway)).toHaveLength(2)
  })

  test('in a flood are ten lines a minute for each code, and the next one tells how many it left out', async () => {
    const gateway = await start(withTokens)
    const narrow = bearer(await signWithSecret(tokenSecret, claimsOf({ scope: '' })))
    const before = await gateway.scrape()
    for (let one = 0; one < 25; one += 1) await gateway.post(query(payment))
    await gateway.post(query(payment), narrow)
    const told = (): unknown[] => linesOf(gateway).map(({ code, suppressed }) => [code, suppressed])
    const first = [
      ...Array.from({ length: LINES }, () => ['UNAUTHENTICATED', undefined]),
      ['FORBIDDEN', undefined],
    ]
    expect(told()).toEqual(first)
    gateway.advance(MINUTE)
    await gateway.post(query(payment))
    await gateway.post(query(payment))
    expect(told()).toEqual([...first, ['UNAUTHENTICATED', 15], ['UNAUTHENTICATED', undefined]])
    expect(growth(before, await gateway.scrape())).toEqual({
      'atlas_pay_refusals_total{code="UNAUTHENTICATED"}': 27,
      'atlas_pay_refusals_total{code="FORBIDDEN"}': 1,
    })
  })

  test('by a code that is not of the set count as OTHER', async () => {
    const metrics = createMetrics({ version: '1.2.3', inFlight: () => 0, followers: () => 0 })
    const before = parseExposition((await metrics.render()).body)
    for (const code of ['CANARY', '', 'undefined', 'OTHER', 'toString']) metrics.countRefusal(code)
    const after = parseExposition((await metrics.render()).body)
    expect(growth(before, after)).toEqual({ 'atlas_pay_refusals_total{code="OTHER"}': 5 })
  })
})
