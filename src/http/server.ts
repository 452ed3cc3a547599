/** The listener: node:http in front of the GraphQL handler. */

import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createGraphqlHandler, type GraphqlOptions } from './graphql-handler.ts'

export interface HttpOptions extends GraphqlOptions {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
}

export interface HttpServer {
  /** Where it listens, without a trailing slash. */
  readonly url: string
  /** Stops listening, lets requests under way end, and closes idle connections. */
  close(): Promise<void>
}

/** Time to receive a whole request. Bodies are small; a slow one is not a client. */
const REQUEST_TIMEOUT_MS = 15_000

/** Listens. Rejects when the address cannot be had. */
export async function startHttpServer(options: HttpOptions): Promise<HttpServer> {
  const handler = createGraphqlHandler(options)
  const underWay = new Set<ServerResponse>()
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    underWay.add(response)
    response.once('close', () => underWay.delete(response))
    if (!server.listening) leaveAfter(response)
    void handler(request, response)
  })
  await listen(server, options)
  return {
    url: urlOf(server.address() as AddressInfo),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeIdleConnections()
        for (const response of underWay) leaveAfter(response)
      }),
  }
}

/** Ends the connection after this response: one that idles would hold the close up for seconds. */
function leaveAfter(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close')
}

function listen(server: Server, { host, port }: HttpOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}
