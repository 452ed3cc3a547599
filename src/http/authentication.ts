/** Who sends a request: bearer tokens (RFC 6750) that are JWTs (RFC 7519). */

import { createSecretKey, hash } from 'node:crypto'
import type { JWTPayload, JWTVerifyGetKey } from 'jose'
import { jwtVerify } from 'jose/jwt/verify'
import { LRUCache } from 'lru-cache'
import { anonymousCaller, type Caller, callerOf } from '../schema/caller.ts'
import { createKeySet, KeysUnavailable } from './key-set.ts'

export type Authentication =
  | { readonly kind: 'authenticated'; readonly caller: Caller }
  /** Nothing was sent that is meant to be a bearer token. */
  | { readonly kind: 'no-token' }
  /** A token that is not good, or several. */
  | { readonly kind: 'bad-token' }
  /** The keys that would tell cannot be had now. */
  | { readonly kind: 'unavailable' }

/**
 * Judges the `Authorization` headers of a request, of which there must be one: at once where nothing has to be
 * verified. Never throws or rejects.
 */
export type Authenticate = (authorizations: readonly string[]) => Authentication | Promise<Authentication>

export type AuthenticationOptions =
  | { readonly mode: 'none' }
  | {
      readonly mode: 'jwt'
      /** Where the issuer publishes its keys, or the secret shared with it: one of them. */
      readonly keys: { readonly jwksUrl: URL } | { readonly secret: string }
      readonly issuer: string
      readonly audience: string
      /** The present, for expiry and for the age of keys. */
      readonly now: () => Date
      /** Told that the issuer's keys cannot be fetched, at most once a minute. Must not throw. */
      readonly onKeysUnavailable: (fault: Error) => void
    }

/**
 * Algorithms by kind of key. Pinned, so that a token can neither do without a signature nor have its public
 * key taken for a shared secret.
 */
const PUBLIC_KEY_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519']
const SECRET_ALGORITHMS = ['HS256']

/** Difference between the clocks of issuer and gateway that is put up with, in seconds. */
const CLOCK_TOLERANCE_SECONDS = 5

/** Longest header that is looked at. A token has one or two thousand characters. */
const AUTHORIZATION_MAX = 8 * 1024

/**
 * How long a token that was found good is not verified again, in milliseconds. A backend sends one token with
 * thousands of payments, a page with its questions and its payment. Short beside the minutes after which the
 * issuer's keys are asked for anew: nothing is trusted for noticeably longer than before.
 */
const VERIFIED_KEPT_MS = 5_000

/** Most good tokens that are remembered, each some 500 bytes: those of 1,000 new callers a second. */
const VERIFIED_MAX = 5_000

/** A token that was found good, from when on and until when, in epoch milliseconds. */
interface Verified {
  readonly authentication: Authentication
  readonly since: number
  readonly until: number
}

/** Without authentication everybody is the anonymous caller, who may do everything. */
export function createAuthenticate(options: AuthenticationOptions): Authenticate {
  if (options.mode === 'none') {
    const anonymous: Authentication = { kind: 'authenticated', caller: anonymousCaller }
    return () => anonymous
  }
  const { keys, issuer, audience, now, onKeysUnavailable } = options
  const isPublic = 'jwksUrl' in keys
  const key = isPublic
    ? createKeySet({ url: keys.jwksUrl, now, onUnavailable: onKeysUnavailable })
    : secretKey(keys.secret)
  // Verifying takes 75 µs, a fifth of a payment with a token of its own. The texts of the tokens themselves are not kept.
  const verified = new LRUCache<string, Verified>({ max: VERIFIED_MAX })

  return ([authorization = '', ...more]) => {
    // Node would take the first of several and a proxy in front perhaps the last: none of them is good.
    if (more.length > 0) return { kind: 'bad-token' }
    if (!/^Bearer( |$)/i.test(authorization)) return { kind: 'no-token' }
    if (authorization.length > AUTHORIZATION_MAX) return { kind: 'bad-token' }
    const digest = hash('sha256', authorization, 'base64')
    const known = verified.get(digest)
    const at = now()
    // Not when the clock was set back: an instant before its verification says nothing about a token.
    if (known !== undefined && known.since <= at.getTime() && at.getTime() < known.until) {
      return known.authentication
    }
    const [, token] = /^Bearer ([\w.~+/=-]+)$/i.exec(authorization) ?? []
    return token === undefined ? { kind: 'bad-token' } : verify(token, digest, at)
  }

  async function verify(token: string, digest: string, at: Date): Promise<Authentication> {
    try {
      const { payload } = await jwtVerify(token, key, {
        issuer,
        audience,
        algorithms: isPublic ? PUBLIC_KEY_ALGORITHMS : SECRET_ALGORITHMS,
        requiredClaims: ['sub', 'exp'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: at,
      })
      const caller = callerOf(payload)
      if (caller === null) return { kind: 'bad-token' }
      const authentication: Authentication = { kind: 'authenticated', caller }
      verified.set(digest, { authentication, since: at.getTime(), until: keptUntil(payload, at) })
      return authentication
    } catch (error) {
      return { kind: error instanceof KeysUnavailable ? 'unavailable' : 'bad-token' }
    }
  }
}

/** Never longer than the token is valid; `exp` is among the claims that are required. */
function keptUntil({ exp = 0 }: JWTPayload, at: Date): number {
  return Math.min(at.getTime() + VERIFIED_KEPT_MS, (exp + CLOCK_TOLERANCE_SECONDS) * 1_000)
}

/** The secret as a key. Made once: of mere bytes one is made for each token, for half of its cost. */
function secretKey(secret: string): JWTVerifyGetKey {
  const bytes = new TextEncoder().encode(secret)
  const key = createSecretKey(bytes).toCryptoKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
  return () => key
}
