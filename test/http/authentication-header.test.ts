import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createFastClock } from '../support/fast-clock.ts'
import { expectUnauthenticated, noTokenChallenge, unauthenticated } from '../support/token-expectations.ts'
import {
  noEffects,
  paymentOf,
  type SentHeaders,
  startTracedGateway,
  tokenEnvironment,
  type TracedGateway,
} from '../support/token-gateway.ts'
import { claimsOf, signWithSecret, tokenSecret } from '../support/token-issuer.ts'

/** Tokens are judged by the gateway's clock, which stands still here, years from any real one. */
const now = new Date('2040-11-23T08:00:00.000Z')

let gateway: TracedGateway

const good = (): Promise<string> => signWithSecret(tokenSecret, claimsOf({}, now))

beforeAll(async () => {
  const environment = { ...tokenEnvironment, AUTH_JWT_SECRET: tokenSecret }
  gateway = await startTracedGateway(environment, { clock: createFastClock(now) })
})

afterAll(() => gateway.close())

describe('a request without a good token in its one header is refused with 401 and leaves no trace', () => {
  type Bad = [what: string, headers: () => SentHeaders | Promise<SentHeaders>]

  const raw = (authorization: string) => () => ({ authorization })

  test.each<Bad>([
    ['no header', () => ({})],
    ['an empty header', raw('')],
    ['Basic credentials', raw(`Basic ${Buffer.from('user:password').toString('base64')}`)],
    ['a token without a scheme', async () => ({ authorization: await good() })],
    ['a good token of another scheme', async () => ({ authorization: `DPoP ${await good()}` })],
    [
      'a good token of a scheme that begins alike',
      async () => ({ authorization: `BearerX ${await good()}` }),
    ],
    ['a good token in the cookie', async () => ({ cookie: `access_token=${await good()}` })],
  ])('no bearer token: %s', async (_what, headers) => {
    await expectUnauthenticated(gateway, await headers(), noTokenChallenge)
  })

  test.each<Bad>([
    ['Bearer without a token', raw('Bearer')],
    ['Bearer and a blank', raw('Bearer ')],
    ['Bearer and two blanks', async () => ({ authorization: `Bearer  ${await good()}` })],
    ['two tokens', async () => ({ authorization: `Bearer ${await good()} ${await good()}` })],
    [
      'two tokens with a comma',
      async () => ({ authorization: `Bearer ${await good()}, Bearer ${await good()}` }),
    ],
    [
      'two headers, the second one bad',
      async () => ({ authorization: [`Bearer ${await good()}`, 'Bearer bad'] }),
    ],
    [
      'two headers, the first one bad',
      async () => ({ authorization: ['Bearer bad', `Bearer ${await good()}`] }),
    ],
    ['two good headers', async () => ({ authorization: Array<string>(2).fill(`Bearer ${await good()}`) })],
    ['garbage', raw('Bearer not-a-token')],
    ['garbage in three parts', raw('Bearer a.b.c')],
    ['dots', raw('Bearer ...')],
    ['JSON that is too deep', raw(`Bearer ${Buffer.from('['.repeat(3_000)).toString('base64url')}.e30.x`)],
  ])('a bad bearer token: %s', async (_what, headers) => {
    await expectUnauthenticated(gateway, await headers())
  })

  test('by GET too, where nothing is read', async () => {
    gateway.forget()
    const reply = await gateway.send('GET', `/graphql?query=${encodeURIComponent('{__typename}')}`)
    expect([reply.status, reply.headers['www-authenticate'], reply.body]).toEqual([
      401,
      noTokenChallenge,
      unauthenticated,
    ])
    expect(gateway.effects()).toEqual(noEffects)
  })

  test.each(['access_token', 'token', 'authorization'])(
    'a good token in the query string, as %s, is none',
    async (name) => {
      gateway.forget()
      const path = `/graphql?${name}=${encodeURIComponent(await good())}`
      const json = { 'content-type': 'application/json' }
      const reply = await gateway.send('POST', path, json, JSON.stringify(paymentOf('QUERY-STRING-1')))
      expect([reply.status, reply.headers['www-authenticate'], reply.body]).toEqual([
        401,
        noTokenChallenge,
        unauthenticated,
      ])
      expect(gateway.effects()).toEqual(noEffects)
      expect(await gateway.ledger.attemptsOf('QUERY-STRING-1')).toEqual([])
    },
  )

  test('before its body is looked at: a wrong one is not told apart', async () => {
    gateway.forget()
    const types = ['application/json', 'text/plain', 'application/x-www-form-urlencoded']
    for (const type of types) {
      const reply = await gateway.send('POST', '/graphql', { 'content-type': type }, '{"query":')
      expect([reply.status, reply.body]).toEqual([401, unauthenticated])
    }
    expect(gateway.effects()).toEqual(noEffects)
  })
})
