import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createFastClock } from '../support/fast-clock.ts'
import { type KeySetServer, startKeySetServer } from '../support/key-set-server.ts'
import {
  expectToPayAndRead,
  expectUnauthenticated,
  noTokenChallenge,
  unauthenticated,
} from '../support/token-expectations.ts'
import {
  bearer,
  noEffects,
  paymentOf,
  startTracedGateway,
  tokenEnvironment,
  type TracedGateway,
} from '../support/token-gateway.ts'
import {
  claimsOf,
  createSigningKey,
  secondsOf,
  type SigningKey,
  signToken,
  signWithSecret,
  tokenAudience,
  tokenSecret,
} from '../support/token-issuer.ts'

/** Tokens are judged by the gateway's clock, which stands still here, years from any real one. */
const now = new Date('2040-11-23T08:00:00.000Z')
const clock = createFastClock(now)

/** Difference of clocks that is put up with, in seconds. */
const TOLERANCE = 5

let keys: SigningKey[]
let keySet: KeySetServer
let gateway: TracedGateway

const claims = (more: Record<string, unknown> = {}) => claimsOf(more, now)
const good = (more: Record<string, unknown> = {}): Promise<string> => signToken(keys[0]!, claims(more))

beforeAll(async () => {
  keys = await Promise.all(
    ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'].map((alg) => createSigningKey(alg, `key-${alg}`)),
  )
  keySet = await startKeySetServer(keys.map(({ jwk }) => jwk))
  gateway = await startTracedGateway({ ...tokenEnvironment, AUTH_JWKS_URL: keySet.url }, { clock })
})

afterAll(async () => {
  await gateway.close()
  await keySet.close()
})

/** A gateway of its own until the test ends. */
async function startUntilEnd(environment: Record<string, string>): Promise<TracedGateway> {
  const own = await startTracedGateway(environment, { clock })
  onTestFinished(() => own.close())
  return own
}

describe('a good token pays and reads', () => {
  test('by a published key of every algorithm that is taken', async () => {
    for (const key of keys) {
      await expectToPayAndRead(gateway, bearer(await signToken(key, claims())))
    }
    expect(keySet.fetches).toBe(1)
  })

  test('by a shared secret', async () => {
    const withSecret = await startUntilEnd({ ...tokenEnvironment, AUTH_JWT_SECRET: tokenSecret })
    await expectToPayAndRead(withSecret, bearer(await signWithSecret(tokenSecret, claims())))
  })

  test.each<[string, Record<string, unknown>]>([
    ['for several audiences, ours among them', { aud: ['another-service', tokenAudience] }],
    ['with its scopes as a list', { scope: ['orders:pay', 'orders:read'] }],
    ['with scopes that mean nothing here', { scope: 'openid orders:read orders:pay orders:refund' }],
    ['that expired within the tolerance', { exp: secondsOf(now) - TOLERANCE + 1 }],
    ['that begins within the tolerance', { nbf: secondsOf(now) + TOLERANCE }],
    ['whose subject has 256 characters', { sub: 's'.repeat(256) }],
    ['that is long, but not too long', { pad: 'p'.repeat(5_000) }],
    ['with claims that are named like parts of an object', { constructor: 1, hasOwnProperty: 2 }],
  ])('%s', async (_what, more) => {
    await expectToPayAndRead(gateway, bearer(await good(more)))
  })

  test('whatever the case of the scheme', async () => {
    await expectToPayAndRead(gateway, { authorization: `bearer ${await good()}` })
  })

  test('and is told of in the log by its subject alone', async () => {
    await expectToPayAndRead(gateway, bearer(await good({ sub: 'backend-7', email: 'canary@issuer.test' })))
    expect(gateway.log).toEqual([
      expect.objectContaining({
        msg: 'payment',
        caller: 'backend-7',
        state: 'PAID',
        requestId: expect.any(String) as string,
      }),
    ])
    expect(JSON.stringify(gateway.log)).not.toContain('canary')
  })
})

describe('GraphiQL where callers are known', () => {
  const toBrowsers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
  const query = encodeURIComponent('{ paymentErrorCatalog { code } }')

  test.each(['/graphql', `/graphql?query=${query}`])(
    'is a page for everybody, which executes nothing: GET %s',
    async (path) => {
      const own = await startUntilEnd({ ...tokenEnvironment, AUTH_JWT_SECRET: tokenSecret, GRAPHIQL: 'on' })
      own.forget()
      const expired = await signWithSecret(tokenSecret, claims({ exp: secondsOf(now) - 60 }))
      const pages = await Promise.all(
        [{}, bearer(expired)].map((more) => own.send('GET', path, { ...toBrowsers, ...more })),
      )
      for (const page of pages) {
        expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html'])
        expect(page.text).toContain('<title>Atlas Pay Gateway</title>')
        expect(page.text).not.toContain('ORDER_ALREADY_PAID')
      }
      expect(own.effects()).toEqual(noEffects)
    },
  )

  test('sends what is authenticated like everything else', async () => {
    const own = await startUntilEnd({ ...tokenEnvironment, AUTH_JWT_SECRET: tokenSecret, GRAPHIQL: 'on' })
    await expectUnauthenticated(own, toBrowsers, noTokenChallenge)
    for (const accept of ['application/json', 'application/graphql-response+json', '*/*']) {
      const reply = await own.send('GET', `/graphql?query=${query}`, { accept })
      expect([reply.status, reply.body]).toEqual([401, unauthenticated])
    }
    expect((await own.send('HEAD', '/graphql', toBrowsers)).status).toBe(401)
    expect(own.effects()).toEqual(noEffects)
    await expectToPayAndRead(own, bearer(await signWithSecret(tokenSecret, claims())))
  })

  test('is not there unless it is switched on, with a token or without', async () => {
    const replies = await Promise.all(
      [{}, bearer(await good())].map((more) => gateway.send('GET', '/graphql', { ...toBrowsers, ...more })),
    )
    expect(replies.map(({ codes }) => codes)).toEqual([['UNAUTHENTICATED'], ['BAD_REQUEST']])
    for (const { text } of replies) expect(text).not.toContain('<')
  })
})

describe('AUTH=none', () => {
  const warning = 'AUTH=none: whoever reaches this gateway can pay with the Atlas account'

  test('warns in the log, and lets everybody pay as "anonymous"', async () => {
    const open = await startUntilEnd({ AUTH: 'none' })
    expect(open.log.filter(({ level }) => level === 'warn')).toEqual([
      { level: 'warn', time: expect.any(String) as string, msg: warning },
    ])
    for (const headers of [{}, { authorization: 'Bearer not-a-token' }]) {
      await expectToPayAndRead(open, headers)
      expect(open.log).toEqual([expect.objectContaining({ msg: 'payment', caller: 'anonymous' })])
    }
  })

  test('is not what AUTH=jwt warns of', async () => {
    const own = await startUntilEnd({ ...tokenEnvironment, AUTH_JWT_SECRET: tokenSecret })
    expect(own.log.filter(({ level }) => level === 'warn')).toEqual([])
    expect((await own.post(paymentOf('NONE-1'))).status).toBe(401)
  })
})
