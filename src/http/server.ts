/** The listener: node:http in front of the GraphQL handler, with the probes of operators. */

import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createGraphqlHandler, type GraphqlOptions } from './graphql-handler.ts'

export interface HttpOptions extends GraphqlOptions {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  /** Resolves when the gateway can take payments, as far as its parts know. */
  readonly checkReady: () => Promise<void>
}

export interface HttpServer {
  /** Where it listens, without a trailing slash. */
  readonly url: string
  /** From now on readiness is 503 and connections end after their response; requests are still answered. */
  drain(): void
  /** Stops listening, lets requests under way end, and closes idle connections. */
  close(): Promise<void>
}

/** Time to receive a whole request. Bodies are small; a slow one is not a client. */
const REQUEST_TIMEOUT_MS = 15_000

/** Time for the readiness check. An orchestrator's probe gives up after a second or so. */
const READY_TIMEOUT_MS = 1_000

/** Listens. Rejects when the address cannot be had. */
export async function startHttpServer(options: HttpOptions): Promise<HttpServer> {
  const handler = createGraphqlHandler(options)
  const underWay = new Set<ServerResponse>()
  let isDraining = false

  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    underWay.add(response)
    response.once('close', () => underWay.delete(response))
    if (isDraining) leaveAfter(response)
    switch (request.url) {
      case '/livez':
        return answer(response, 200, 'ok')
      case '/readyz':
        return void isReady().then((ready) =>
          answer(response, ready ? 200 : 503, ready ? 'ready' : 'not ready'),
        )
      default:
        return void handler(request, response)
    }
  })
  await listen(server, options)

  /** Fixed answers: what is wrong inside is for the log, not for whoever can reach a probe. */
  async function isReady(): Promise<boolean> {
    if (isDraining) return false
    try {
      const timeout = AbortSignal.timeout(READY_TIMEOUT_MS)
      const tooLate = new Promise<never>((_resolve, reject) => {
        timeout.addEventListener('abort', () => reject(timeout.reason as Error))
      })
      await Promise.race([options.checkReady(), tooLate])
      return !isDraining
    } catch {
      return false
    }
  }

  function drain(): void {
    isDraining = true
    for (const response of underWay) leaveAfter(response)
    server.closeIdleConnections()
  }

  return {
    url: urlOf(server.address() as AddressInfo),
    drain,
    close: () =>
      new Promise((resolve) => {
        drain()
        server.close(() => resolve())
        server.closeIdleConnections()
      }),
  }
}

/** Ends the connection after this response: one that idles would hold the close up for seconds. */
function leaveAfter(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close')
}

function answer(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
  response.end(`${body}\n`)
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
