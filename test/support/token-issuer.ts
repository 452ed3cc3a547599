/** An issuer of tokens with keys of its own, good and bad, made anew for each test file. */

import { createSecretKey, type KeyObject } from 'node:crypto'
import {
  CompactSign,
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
} from 'jose'

export const tokenIssuer = 'https://issuer.test'
export const tokenAudience = 'atlas-pay-gateway'

/** A secret that is visibly made up, of just enough bytes. */
export const tokenSecret = 'shared-secret-of-32-bytes-test!!'

/** A key pair that a key set can publish. */
export interface SigningKey {
  readonly alg: string
  readonly kid: string
  readonly privateKey: CryptoKey
  readonly publicKey: CryptoKey
  /** The public half, as it is published. */
  readonly jwk: JWK
}

export async function createSigningKey(alg: string, kid: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { alg, kid, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } }
}

/** Seconds since the epoch. */
export function secondsOf(at: Date): number {
  return Math.floor(at.getTime() / 1_000)
}

/** Claims of a token that may do everything for five minutes; those given replace these, undefined removes. */
export function claimsOf(claims: Record<string, unknown> = {}, at: Date = new Date()): JWTPayload {
  const now = secondsOf(at)
  return {
    iss: tokenIssuer,
    aud: tokenAudience,
    sub: 'backend-1',
    iat: now,
    exp: now + 300,
    scope: 'orders:pay orders:read',
    ...claims,
  }
}

/** A JWS over any payload, with any header: nothing is checked, so that bad tokens can be made too. */
export function signPayload(
  payload: unknown,
  key: CryptoKey | KeyObject,
  header: JWTHeaderParameters,
): Promise<string> {
  return new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
    .setProtectedHeader(header)
    .sign(key)
}

/** A token of a published key. */
export function signToken(
  key: SigningKey,
  claims: JWTPayload,
  header: Partial<JWTHeaderParameters> = {},
): Promise<string> {
  return signPayload(claims, key.privateKey, { alg: key.alg, kid: key.kid, typ: 'JWT', ...header })
}

/** A token of a shared secret. */
export function signWithSecret(
  secret: string | Buffer,
  claims: JWTPayload,
  header: Partial<JWTHeaderParameters> = {},
): Promise<string> {
  const key = createSecretKey(typeof secret === 'string' ? Buffer.from(secret) : secret)
  return signPayload(claims, key, { alg: 'HS256', typ: 'JWT', ...header })
}

/** Base64url of a JSON text: one part of a token. */
export function tokenPart(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
