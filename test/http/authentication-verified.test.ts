import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AuthenticationOptions, createAuthenticate } from '../../src/http/authentication.ts'
import { type KeySetServer, startKeySetServer } from '../support/key-set-server.ts'
import {
  claimsOf,
  createSigningKey,
  secondsOf,
  type SigningKey,
  signToken,
  signWithSecret,
  tokenAudience,
  tokenIssuer,
  tokenSecret,
} from '../support/token-issuer.ts'

/** How long a good token is not verified again, and the difference of clocks that is put up with, in milliseconds. */
const KEPT_MS = 5_000
const TOLERANCE_MS = 5_000

const start = new Date('2040-11-23T08:00:00.000Z')

let now: Date
let key: SigningKey
let keySet: KeySetServer

beforeEach(async () => {
  now = start
  key = await createSigningKey('ES256', 'first')
  keySet = await startKeySetServer([key.jwk])
})

afterEach(() => keySet.close())

function createJudge(keys: Extract<AuthenticationOptions, { mode: 'jwt' }>['keys']) {
  const authenticate = createAuthenticate({
    mode: 'jwt',
    keys,
    issuer: tokenIssuer,
    audience: tokenAudience,
    now: () => now,
    onKeysUnavailable: () => {},
  })
  return async (token: string): Promise<string> => (await authenticate([`Bearer ${token}`])).kind
}

const later = (ms: number): Date => new Date(start.getTime() + ms)

test('a token counts no longer than it is valid, however lately it was verified', async () => {
  const judge = createJudge({ secret: tokenSecret })
  const token = await signWithSecret(tokenSecret, claimsOf({ exp: secondsOf(start) + 2 }, start))
  const lastMs = 2_000 + TOLERANCE_MS
  for (const [atMs, kind] of [
    [0, 'authenticated'],
    [lastMs - KEPT_MS + 1_000, 'authenticated'],
    [lastMs - 1, 'authenticated'],
    [lastMs, 'bad-token'],
    [lastMs - 1, 'authenticated'],
  ] as const) {
    now = later(atMs)
    expect([atMs, await judge(token)]).toEqual([atMs, kind])
  }
})

test('a token whose key was taken back is good for five seconds after it was verified, and no longer', async () => {
  const judge = createJudge({ jwksUrl: new URL(keySet.url) })
  const token = await signToken(key, claimsOf({ exp: secondsOf(start) + 86_400 }, start))
  expect(await judge(token)).toBe('authenticated')
  // Long enough for the issuer to be asked anew, before which the key itself would count.
  const asked = 11 * 60_000
  keySet.keys = []
  now = later(asked)
  expect(await judge(token)).toBe('bad-token')
  now = later(KEPT_MS - 1)
  expect(await judge(token)).toBe('authenticated')
  now = later(-1)
  expect(await judge(token)).toBe('bad-token')
})

test('what differs from a good token in one character is judged by itself', async () => {
  const judge = createJudge({ secret: tokenSecret })
  const token = await signWithSecret(tokenSecret, claimsOf({}, start))
  expect(await judge(token)).toBe('authenticated')
  for (const index of [0, 40, token.lastIndexOf('.') + 1, token.length - 3]) {
    const other = token.slice(0, index) + (token[index] === 'A' ? 'B' : 'A') + token.slice(index + 1)
    expect([index, await judge(other)]).toEqual([index, 'bad-token'])
  }
  expect(await judge(token)).toBe('authenticated')
})
