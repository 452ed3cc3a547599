/** An issuer's key set at a URL of its own, on a real socket, that can fail in every way. */

import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JWK } from 'jose'

export interface KeySetServer {
  readonly url: string
  /** Times that the set was asked for since the start. */
  fetches: number
  /** What is published. */
  keys: readonly JWK[]
  /** Answers instead of the set, while it is not null. */
  fault: RequestListener | null
  close(): Promise<void>
}

export async function startKeySetServer(keys: readonly JWK[] = []): Promise<KeySetServer> {
  const server = createServer((request, response) => {
    keySet.fetches += 1
    if (keySet.fault !== null) {
      keySet.fault(request, response)
      return
    }
    response.setHeader('content-type', 'application/jwk-set+json')
    response.end(JSON.stringify({ keys: keySet.keys }))
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const keySet: KeySetServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/.well-known/jwks.json`,
    fetches: 0,
    keys,
    fault: null,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return keySet
}
