import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  bearer,
  noEffects,
  paymentOf,
  readingOf,
  type Reply,
  type SentHeaders,
  startTracedGateway,
  tokenEnvironment,
  type TracedGateway,
} from '../support/token-gateway.ts'
import { claimsOf, signWithSecret, tokenSecret } from '../support/token-issuer.ts'

const shop = 'https://shop.example'
const office = 'http://localhost:3000'

let gateway: TracedGateway
let token: { authorization: string }

beforeAll(async () => {
  gateway = await startTracedGateway(
    {
      ...tokenEnvironment,
      AUTH_JWT_SECRET: tokenSecret,
      CORS_ORIGINS: `${shop}, ${office}`,
      RATE_LIMIT_PER_MINUTE: '1000',
    },
    { inFlightMax: 1 },
  )
  token = bearer(await signWithSecret(tokenSecret, claimsOf()))
})

beforeEach(() => gateway.forget())

afterAll(() => gateway.close())

/** The headers of a reply by which a browser decides. That answers vary by language as well is no part of it. */
function corsOf({ headers: { vary, ...headers } }: Pick<Reply, 'headers'>): object {
  const varied = String(vary ?? '').replace(/(, )?accept-language$/, '')
  return {
    ...Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control-'))),
    ...(varied !== '' && { vary: varied }),
  }
}

const allowed = (origin: string) => ({
  vary: 'origin',
  'access-control-allow-origin': origin,
  'access-control-expose-headers': 'retry-after, x-request-id',
})

const kept = { vary: 'origin' }

const preflight = (origin: string, method = 'POST'): SentHeaders => ({
  origin,
  'access-control-request-method': method,
  'access-control-request-headers': 'authorization,content-type',
})

describe('a page of an origin on the list', () => {
  test.each([shop, office])('may ask before and then read what it paid: %s', async (origin) => {
    const before = await gateway.send('OPTIONS', '/graphql', preflight(origin))
    expect([before.status, before.text, corsOf(before)]).toEqual([
      204,
      '',
      {
        ...allowed(origin),
        'access-control-allow-methods': 'POST, GET',
        'access-control-allow-headers': 'authorization, content-type, traceparent, x-request-id',
        'access-control-max-age': '600',
      },
    ])
    expect(gateway.effects()).toEqual(noEffects)
    const paid = await gateway.post(paymentOf(`CORS-${origin.length}`), { ...token, origin })
    expect([paid.status, corsOf(paid)]).toEqual([200, allowed(origin)])
    expect(paid.body?.data?.['payOrder']).toMatchObject({ __typename: 'PaymentSuccess' })
  })

  test.each<[number, string, (headers: SentHeaders) => Promise<Reply>]>([
    [401, 'without a token', () => gateway.post(paymentOf('C1'), { origin: shop })],
    [
      401,
      'by GET without a token',
      () => gateway.send('GET', '/graphql?query={__typename}', { origin: shop }),
    ],
    [
      403,
      'with a token that does not allow it',
      async () => {
        const narrow = bearer(await signWithSecret(tokenSecret, claimsOf({ order_no: 'X' })))
        return gateway.post(paymentOf('C2'), { origin: shop, ...narrow })
      },
    ],
    [
      406,
      'that takes no JSON',
      (headers) => gateway.post(paymentOf('C3'), { ...headers, accept: 'text/html' }),
    ],
    [
      413,
      'that is too large',
      (headers) => gateway.post({ ...paymentOf('C4'), pad: 'p'.repeat(70_000) }, headers),
    ],
    [
      415,
      'that is no JSON',
      (headers) => gateway.send('POST', '/graphql', { ...headers, 'content-type': 'text/plain' }, '{}'),
    ],
    [
      400,
      'that is broken',
      (headers) => gateway.send('POST', '/graphql', { ...headers, 'content-type': 'application/json' }, '{'),
    ],
    [
      405,
      'that pays by GET',
      (headers) =>
        gateway.send(
          'GET',
          `/graphql?query=${encodeURIComponent('mutation { payOrder(input: { orderNo: "C5", paymentMethod: BALANCE }) { __typename } }')}`,
          headers,
        ),
    ],
  ])('may read a refusal too: %d, of a request %s', async (status, _what, request) => {
    const refused = await request({ ...token, origin: shop })
    expect([refused.status, corsOf(refused)]).toEqual([status, allowed(shop)])
    expect(refused.codes).toHaveLength(1)
    expect(gateway.effects()).toEqual(noEffects)
  })

  test('may read that it has to wait: 429 and 503 with their retry-after', async () => {
    const limited = await startTracedGateway(
      { AUTH: 'none', CORS_ORIGINS: shop, RATE_LIMIT_PER_MINUTE: '1' },
      { inFlightMax: 0 },
    )
    const full = await limited.post(paymentOf('C6'), { origin: shop })
    expect([full.status, full.headers['retry-after'], corsOf(full)]).toEqual([503, '2', allowed(shop)])
    const often = await limited.post(paymentOf('C6'), { origin: shop })
    expect([often.status, often.headers['retry-after'], corsOf(often)]).toEqual([
      429,
      expect.stringMatching(/^\d+$/),
      allowed(shop),
    ])
    expect(limited.atlas.seen).toEqual([])
    await limited.close()
  })

  test('may never send cookies', async () => {
    const replies = [
      await gateway.send('OPTIONS', '/graphql', preflight(shop)),
      await gateway.post(readingOf('C7'), { ...token, origin: shop, cookie: 'session=1' }),
    ]
    for (const { headers } of replies) expect(headers).not.toHaveProperty('access-control-allow-credentials')
  })
})

describe('a page of any other origin', () => {
  test.each([
    'https://evil.example',
    'http://shop.example',
    'https://shop.example:8443',
    'https://shop.example.evil.test',
    'https://evil-shop.example',
    'https://SHOP.example',
    'https://shop.example/',
    'https://shop.example, https://evil.example',
    'null',
    '*',
    '',
  ])('gets nothing that its browser would let it read: %j', async (origin) => {
    const before = await gateway.send('OPTIONS', '/graphql', preflight(origin))
    expect([before.status, corsOf(before)]).toEqual([204, kept])
    const read = await gateway.post(readingOf('C8'), { ...token, origin })
    expect([read.status, corsOf(read)]).toEqual([200, kept])
    const refused = await gateway.post(readingOf('C8'), { origin })
    expect([refused.status, corsOf(refused)]).toEqual([401, kept])
  })

  test('a request without origin is no page’s, and is served', async () => {
    const read = await gateway.post(readingOf('C9'), token)
    expect([read.status, corsOf(read)]).toEqual([200, kept])
  })

  test('a preflight for another method or path changes nothing', async () => {
    for (const method of ['DELETE', 'PUT', 'PATCH']) {
      const before = await gateway.send('OPTIONS', '/graphql', preflight(shop, method))
      expect(corsOf(before)).toMatchObject({ 'access-control-allow-methods': 'POST, GET' })
    }
    for (const path of ['/metrics', '/readyz', '/livez', '/other']) {
      expect(corsOf(await gateway.send('OPTIONS', path, preflight(shop)))).toEqual({})
      expect(corsOf(await gateway.send('GET', path, { origin: shop }))).toEqual({})
    }
    expect(gateway.effects()).toMatchObject({ sent: 0, log: [] })
  })

  test('is every page’s where no origin is on the list', async () => {
    const closed = await startTracedGateway({ AUTH: 'none' })
    const replies = [
      await closed.send('OPTIONS', '/graphql', preflight(shop)),
      await closed.post(readingOf('C10'), { origin: shop }),
    ]
    expect(replies.map(corsOf)).toEqual([{}, {}])
    await closed.close()
  })
})
