/** Who sends a request: bearer tokens (RFC 6750) that are JWTs (RFC 7519). */

import {
  createRemoteJWKSet,
  customFetch,
  errors,
  type FetchImplementation,
  jwtVerify,
  type JWTVerifyGetKey,
} from 'jose'
import { fetch } from 'undici'
import { anonymousCaller, type Caller, callerOf } from '../schema/caller.ts'

export type Authentication =
  | { readonly kind: 'authenticated'; readonly caller: Caller }
  /** No token, or one that is not good. */
  | { readonly kind: 'unauthenticated' }
  /** The keys that would tell cannot be had now. */
  | { readonly kind: 'unavailable'; readonly cause: unknown }

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
      /** The present, for expiry. */
      readonly now: () => Date
    }

/**
 * Algorithms by kind of key. Pinned, so that a token can neither do without a signature nor have its public
 * key taken for a shared secret.
 */
const PUBLIC_KEY_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519']
const SECRET_ALGORITHMS = ['HS256']

/** Difference between the clocks of issuer and gateway that is put up with, in seconds. */
const CLOCK_TOLERANCE_SECONDS = 5

/** Keys are kept for so long, and an unknown `kid` (a rotation) fetches them anew at most this often. */
const JWKS_MAX_AGE_MS = 10 * 60_000
const JWKS_COOLDOWN_MS = 30_000
const JWKS_TIMEOUT_MS = 3_000

/** Most bytes of a key set. One with ten keys has about 5,000. */
const JWKS_BYTES_MAX = 256 * 1024

/** Longest header that is looked at. A token has one or two thousand characters. */
const AUTHORIZATION_MAX = 8 * 1024

/** Without authentication everybody is the anonymous caller, who may do everything. */
export function createAuthenticate(options: AuthenticationOptions): Authenticate {
  if (options.mode === 'none') {
    const anonymous: Authentication = { kind: 'authenticated', caller: anonymousCaller }
    return () => Promise.resolve(anonymous)
  }
  const { keys, issuer, audience, now } = options
  const isPublic = 'jwksUrl' in keys
  const key: JWTVerifyGetKey | Uint8Array = isPublic
    ? createRemoteJWKSet(keys.jwksUrl, {
        [customFetch]: fetchKeys,
        cacheMaxAge: JWKS_MAX_AGE_MS,
        cooldownDuration: JWKS_COOLDOWN_MS,
        timeoutDuration: JWKS_TIMEOUT_MS,
      })
    : new TextEncoder().encode(keys.secret)

  return async ([authorization = '', ...more]) => {
    // Node would take the first of several and a proxy in front perhaps the last: none of them is good.
    if (more.length > 0) return { kind: 'unauthenticated' }
    const [, token] = /^Bearer ([\w.~+/=-]+)$/i.exec(authorization.slice(0, AUTHORIZATION_MAX + 1)) ?? []
    if (token === undefined || authorization.length > AUTHORIZATION_MAX) return { kind: 'unauthenticated' }
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
      return caller === null ? { kind: 'unauthenticated' } : { kind: 'authenticated', caller }
    } catch (error) {
      return isIssuersFault(error) ? { kind: 'unavailable', cause: error } : { kind: 'unauthenticated' }
    }
  }
}

/** The issuer did not answer with its keys. */
class KeysUnavailable extends Error {}

/** Fetches keys so that the issuer's faults can be told from the token's. Follows no redirect. */
async function fetchKeys(...[url, { signal }]: Parameters<FetchImplementation>): Promise<Response> {
  try {
    const response = await fetch(url, { headers: { accept: 'application/json' }, redirect: 'manual', signal })
    if (response.status !== 200) throw new Error(`The answer has status ${response.status}.`)
    const chunks: Uint8Array[] = []
    let bytes = 0
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length
      if (bytes > JWKS_BYTES_MAX) throw new Error(`The answer has more than ${JWKS_BYTES_MAX} bytes.`)
      chunks.push(chunk)
    }
    return Response.json(JSON.parse(Buffer.concat(chunks).toString()))
  } catch (cause) {
    throw new KeysUnavailable('The keys could not be fetched.', { cause })
  }
}

function isIssuersFault(error: unknown): boolean {
  return (
    error instanceof KeysUnavailable ||
    error instanceof errors.JWKSTimeout ||
    error instanceof errors.JWKSInvalid
  )
}
