import { createHash } from 'node:crypto'
import { CompactEncrypt, CompactSign, exportSPKI } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createFastClock } from '../support/fast-clock.ts'
import { type KeySetServer, startKeySetServer } from '../support/key-set-server.ts'
import { expectUnauthenticated } from '../support/token-expectations.ts'
import {
  bearer,
  type SentHeaders,
  startTracedGateway,
  tokenEnvironment,
  type TracedGateway,
} from '../support/token-gateway.ts'
import {
  claimsOf,
  createSigningKey,
  secondsOf,
  signPayload,
  type SigningKey,
  signToken,
  signWithSecret,
  tokenIssuer,
  tokenPart,
  tokenSecret,
} from '../support/token-issuer.ts'

/** Tokens are judged by the gateway's clock, which stands still here, years from any real one. */
const now = new Date('2040-11-23T08:00:00.000Z')
const nowSeconds = secondsOf(now)

/** Long enough for the algorithms that are not taken, too. */
const secret = `${tokenSecret}${tokenSecret}`

/** Difference of clocks that is put up with, in seconds. */
const TOLERANCE = 5

let rs: SigningKey
/** Has the kid of `rs`, and was never published. */
let forger: SigningKey
let keySet: KeySetServer
let gateway: TracedGateway
let withSecret: TracedGateway

const claims = (more: Record<string, unknown> = {}) => claimsOf(more, now)
const good = (more: Record<string, unknown> = {}): Promise<string> => signToken(rs, claims(more))

beforeAll(async () => {
  rs = await createSigningKey('RS256', 'key-rs')
  forger = await createSigningKey('RS256', 'key-rs')
  // As issuers may, it leaves open which algorithm its key is for.
  const { alg: _, ...jwk } = rs.jwk
  keySet = await startKeySetServer([jwk])
  const clock = createFastClock(now)
  gateway = await startTracedGateway({ ...tokenEnvironment, AUTH_JWKS_URL: keySet.url }, { clock })
  withSecret = await startTracedGateway({ ...tokenEnvironment, AUTH_JWT_SECRET: secret }, { clock })
})

afterAll(async () => {
  await gateway.close()
  await withSecret.close()
  await keySet.close()
})

describe('a bad token is refused with 401, sends nothing, records nothing and is not logged', () => {
  type Bad = [what: string, headers: () => SentHeaders | Promise<SentHeaders>]

  const tokenWith = (more: Record<string, unknown>) => async () => bearer(await good(more))

  test.each<Bad>([
    ['alg none', () => bearer(`${tokenPart({ alg: 'none' })}.${tokenPart(claims())}.`)],
    ['alg nOnE', () => bearer(`${tokenPart({ alg: 'nOnE' })}.${tokenPart(claims())}.`)],
    [
      'alg none under a good signature',
      async () => {
        const [, payload, signature] = (await good()).split('.')
        return bearer(`${tokenPart({ alg: 'none', kid: 'key-rs' })}.${payload}.${signature}`)
      },
    ],
    ['no alg', () => bearer(`${tokenPart({ kid: 'key-rs' })}.${tokenPart(claims())}.c2ln`)],
    [
      'HS256 with the public key as the secret (PEM)',
      async () => bearer(await signWithSecret(await exportSPKI(rs.publicKey), claims(), { kid: 'key-rs' })),
    ],
    [
      'HS256 with the public key as the secret (JWK)',
      async () => bearer(await signWithSecret(JSON.stringify(rs.jwk), claims(), { kid: 'key-rs' })),
    ],
    [
      'HS256 with the modulus as the secret',
      async () => {
        const modulus = Buffer.from(rs.jwk.n!, 'base64url')
        return bearer(await signWithSecret(modulus, claims(), { kid: 'key-rs' }))
      },
    ],
    [
      'RS384, which is not taken, by the right key',
      async () => {
        const key = await importAs(rs, 'SHA-384')
        return bearer(await signPayload(claims(), key, { alg: 'RS384', kid: 'key-rs' }))
      },
    ],
    [
      'RS512, which is not taken, by the right key',
      async () => {
        const key = await importAs(rs, 'SHA-512')
        return bearer(await signPayload(claims(), key, { alg: 'RS512', kid: 'key-rs' }))
      },
    ],
    [
      'another algorithm than its key has',
      async () => {
        const es = await createSigningKey('ES256', 'key-rs')
        return bearer(await signToken(es, claims()))
      },
    ],
    ['another key of the same kid', async () => bearer(await signToken(forger, claims()))],
    ['an unknown kid', async () => bearer(await signToken(rs, claims(), { kid: 'nobody' }))],
    [
      'its own key in its header',
      async () => bearer(await signToken(forger, claims(), { kid: 'own', jwk: forger.jwk })),
    ],
    [
      'its own certificate in its header',
      async () => bearer(await signToken(forger, claims(), { kid: 'own', x5c: ['MIIB'] })),
    ],
    [
      'an extension that must be understood',
      async () => {
        const header = { alg: 'RS256', kid: 'key-rs', crit: ['urn:x'], 'urn:x': true }
        const jws = new CompactSign(Buffer.from(JSON.stringify(claims()))).setProtectedHeader(header)
        return bearer(await jws.sign(rs.privateKey, { crit: { 'urn:x': true } }))
      },
    ],
    [
      'a tampered payload',
      async () => {
        const [header, , signature] = (await good({ scope: '' })).split('.')
        return bearer(`${header}.${tokenPart(claims())}.${signature}`)
      },
    ],
    [
      'a tampered signature',
      async () => {
        const token = await good()
        const at = token.lastIndexOf('.') + 10
        return bearer(`${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`)
      },
    ],
    ['a cut signature', async () => bearer((await good()).slice(0, -20))],
    ['no signature', async () => bearer((await good()).replace(/[^.]+$/, ''))],
    ['a part too many', async () => bearer(`${await good()}.e30`)],
    [
      'an encrypted token (JWE)',
      async () => {
        const jwe = new CompactEncrypt(Buffer.from(await good()))
        jwe.setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM', cty: 'JWT', kid: 'key-rs' })
        return bearer(await jwe.encrypt({ ...rs.jwk, alg: 'RSA-OAEP-256', use: 'enc' }))
      },
    ],
    ['more than 8 KiB', tokenWith({ pad: 'p'.repeat(6_200) })],
  ])('signature: %s', async (_what, headers) => {
    await expectUnauthenticated(gateway, await headers())
  })

  test.each<[string, Record<string, unknown>]>([
    ['of another issuer', { iss: 'https://evil.test' }],
    ['of almost our issuer', { iss: `${tokenIssuer}/` }],
    ['without issuer', { iss: undefined }],
    ['with a list of issuers', { iss: [tokenIssuer] }],
    ['for another audience', { aud: 'another-service' }],
    ['for a list of audiences without ours', { aud: ['another-service', 'a-third'] }],
    ['for an empty list of audiences', { aud: [] }],
    ['without audience', { aud: undefined }],
    ['that expired an hour ago', { exp: nowSeconds - 3_600 }],
    ['that expired just over the tolerance', { exp: nowSeconds - TOLERANCE }],
    ['that is not yet valid', { nbf: nowSeconds + TOLERANCE + 1 }],
    ['without expiry', { exp: undefined }],
    ['whose expiry is a text', { exp: String(nowSeconds + 300) }],
    ['whose expiry is null', { exp: null }],
    ['whose beginning is a text', { nbf: 'now' }],
    ['without subject', { sub: undefined }],
    ['with an empty subject', { sub: '' }],
    ['whose subject is a number', { sub: 7 }],
    ['whose subject is a list', { sub: ['backend-1'] }],
    ['whose subject has a NUL', { sub: 'backend\u00001' }],
    ['whose subject has a line break', { sub: 'backend-1\nbackend-2' }],
    ['whose subject has half a character', { sub: 'backend-\ud800' }],
    ['whose subject is too long', { sub: 's'.repeat(257) }],
    ['whose order_no is a number', { order_no: 20_261_123 }],
    ['whose order_no is an object', { order_no: { eq: 'A1' } }],
    ['whose order_no is null', { order_no: null }],
    ['whose order_no is empty', { order_no: '' }],
    ['whose order_no lists what is no text', { order_no: ['A1', 1] }],
    [
      'whose order_no lists more than a hundred',
      { order_no: Array.from({ length: 101 }, (_, i) => `A${i}`) },
    ],
    ['whose payment_methods has an unknown method', { payment_methods: ['BALANCE', 'CASH'] }],
    ['whose payment_methods is in lower case', { payment_methods: 'balance' }],
    ["whose payment_methods has Atlas's number", { payment_methods: [1] }],
    ['whose payment_methods is null', { payment_methods: null }],
    ['whose scope is a number', { scope: 1 }],
    ['whose scope is an object', { scope: { 'orders:pay': true } }],
    ['whose scope is null', { scope: null }],
    ['whose scope lists what is no text', { scope: ['orders:pay', 1] }],
  ])('a token %s', async (_what, more) => {
    await expectUnauthenticated(gateway, bearer(await good(more)))
  })

  test.each<[string, unknown]>([
    ['a list', [claimsOf({}, now)]],
    ['a text', 'claims'],
    ['null', null],
  ])('a token whose payload is %s', async (_what, payload) => {
    const token = await signPayload(payload, rs.privateKey, { alg: 'RS256', kid: 'key-rs' })
    await expectUnauthenticated(gateway, bearer(token))
  })

  test.each<Bad>([
    ['another secret', async () => bearer(await signWithSecret(`${secret}x`, claims()))],
    [
      'the hash of the secret',
      async () => bearer(await signWithSecret(createHash('sha256').update(secret).digest(), claims())),
    ],
    [
      'HS384, which is not taken',
      async () => bearer(await signWithSecret(secret, claims(), { alg: 'HS384' })),
    ],
    [
      'HS512, which is not taken',
      async () => bearer(await signWithSecret(secret, claims(), { alg: 'HS512' })),
    ],
    ['RS256 of some key', async () => bearer(await good())],
    ['alg none', () => bearer(`${tokenPart({ alg: 'none' })}.${tokenPart(claims())}.`)],
    ['an expired token', async () => bearer(await signWithSecret(secret, claims({ exp: nowSeconds - 60 })))],
    [
      'another issuer',
      async () => bearer(await signWithSecret(secret, claims({ iss: 'https://evil.test' }))),
    ],
  ])('where a secret is shared: %s', async (_what, headers) => {
    await expectUnauthenticated(withSecret, await headers())
  })

  test('a URL of keys in a token is never looked at', async () => {
    const evil = await startKeySetServer([forger.jwk])
    const header = { kid: 'own', jku: evil.url, x5u: evil.url }
    await expectUnauthenticated(gateway, bearer(await signToken(forger, claims(), header)))
    expect(evil.fetches).toBe(0)
    await evil.close()
  })

  test('a shared secret that the issuer publishes by mistake signs nothing', async () => {
    const own = await startKeySetServer([
      rs.jwk,
      { kty: 'oct', kid: 'oct', alg: 'HS256', k: Buffer.from(tokenSecret).toString('base64url') },
    ])
    const careless = await startTracedGateway(
      { ...tokenEnvironment, AUTH_JWKS_URL: own.url },
      { clock: createFastClock(now) },
    )
    await expectUnauthenticated(careless, bearer(await signWithSecret(tokenSecret, claims(), { kid: 'oct' })))
    await careless.close()
    await own.close()
  })
})

/** The private key for another hash, which WebCrypto binds to keys. */
async function importAs({ privateKey }: SigningKey, hash: string) {
  const jwk = await crypto.subtle.exportKey('jwk', privateKey)
  delete jwk.alg
  return crypto.subtle.importKey('jwk', jwk, { name: 'RSASSA-PKCS1-v1_5', hash }, false, ['sign'])
}
