import { writeFileSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAuthority } from '../support/certificate.ts'
import { startGatewayProcess } from '../support/gateway-process.ts'
import { bearer, tokenEnvironment } from '../support/token-gateway.ts'
import { claimsOf, createSigningKey, type SigningKey, signToken } from '../support/token-issuer.ts'

const authority = createAuthority()
const folder = mkdtempSync(join(tmpdir(), 'key-set-tls-'))
let key: SigningKey
let issuer: Server
let jwksUrl: string

beforeAll(async () => {
  key = await createSigningKey('ES256', 'k1')
  writeFileSync(join(folder, 'authority.pem'), authority.certificate)
  issuer = createServer(authority.certify('127.0.0.1'), (_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [key.jwk] }))
  })
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve))
  jwksUrl = `https://127.0.0.1:${(issuer.address() as AddressInfo).port}/keys`
})

afterAll(() => {
  issuer.close()
  rmSync(folder, { recursive: true })
})

test.each<[string, Record<string, string>, number]>([
  [
    'that no authority vouches for is not believed, whatever Node is told',
    { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    503,
  ],
  [
    'with an authority of its own is believed when NODE_EXTRA_CA_CERTS names that',
    { NODE_EXTRA_CA_CERTS: join(folder, 'authority.pem') },
    200,
  ],
])('an issuer %s', async (_what, environment, status) => {
  const gateway = await startGatewayProcess('http://127.0.0.1:1', {
    ...tokenEnvironment,
    AUTH_JWKS_URL: jwksUrl,
    ...environment,
  })
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...bearer(await signToken(key, claimsOf())) },
    body: JSON.stringify({ query: '{ __typename }' }),
  })
  expect(response.status).toBe(status)
  gateway.process.signal('SIGTERM')
  await gateway.process.ended
})
