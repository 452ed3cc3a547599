/** Who sends a request: bearer tokens (RFC 6750) that are JWTs (RFC 7519). */

import { jwtVerify, type JWTVerifyGetKey } from 'jose'
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

/** Judges the `Authorization` headers of a request, of which there must be one. Never rejects. */
export type Authenticate = (authorizations: readonly string[]) => Promise<Authentication>

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

/** Without authentication everybody is the anonymous caller, who may do everything. */
export function createAuthenticate(options: AuthenticationOptions): Authenticate {
  if (options.mode === 'none') {
    const anonymous: Authentication = { kind: 'authenticated', caller: anonymousCaller }
    return () => Promise.resolve(anonymous)
  }
  const { keys, issuer, audience, now, onKeysUnavailable } = options
  const isPublic = 'jwksUrl' in keys
  const key: JWTVerifyGetKey | Uint8Array = isPublic
    ? createKeySet({ url: keys.jwksUrl, now, onUnavailable: onKeysUnavailable })
    : new TextEncoder().encode(keys.secret)

  return async ([authorization = '', ...more]) => {
    // Node would take the first of several and a proxy in front perhaps the last: none of them is good.
    if (more.length > 0) return { kind: 'bad-token' }
    if (!/^Bearer( |$)/i.test(authorization)) return { kind: 'no-token' }
    const [, token] = /^Bearer ([\w.~+/=-]+)$/i.exec(authorization.slice(0, AUTHORIZATION_MAX + 1)) ?? []
    if (token === undefined || authorization.length > AUTHORIZATION_MAX) return { kind: 'bad-token' }
    try {
      const { payload } = await jwtVerify(token, key as JWTVerifyGetKey, {
        issuer,
        audience,
        algorithms: isPublic ? PUBLIC_KEY_ALGORITHMS : SECRET_ALGORITHMS,
        requiredClaims: ['sub', 'exp'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: now(),
      })
      const caller = callerOf(payload)
      return caller === null ? { kind: 'bad-token' } : { kind: 'authenticated', caller }
    } catch (error) {
      return { kind: error instanceof KeysUnavailable ? 'unavailable' : 'bad-token' }
    }
  }
}
