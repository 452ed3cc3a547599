// Prints a token for compose.yaml, good for ten minutes and every order. It is read from standard input inside
// a gateway's container, where the made-up secret and `jose` are; see the head of compose.yaml.
import { readFileSync } from 'node:fs'
import { env } from 'node:process'
import { SignJWT } from 'jose'

const { AUTH_JWT_SECRET_FILE, AUTH_ISSUER, AUTH_AUDIENCE } = env
const secret = readFileSync(AUTH_JWT_SECRET_FILE, 'utf8').replace(/\r?\n$/, '')
const token = await new SignJWT({ scope: 'orders:pay orders:read' })
  .setProtectedHeader({ alg: 'HS256' })
  .setSubject('local-try-out')
  .setIssuer(AUTH_ISSUER)
  .setAudience(AUTH_AUDIENCE)
  .setExpirationTime('10m')
  .sign(new TextEncoder().encode(secret))
console.log(token)
