/** The listener: node:http in front of the GraphQL handler, with the probes of operators. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { createGraphqlHandler, GRAPHQL_PATH, type GraphqlOptions } from './graphql-handler.ts'

export interface HttpOptions extends GraphqlOptions {
  /** The IP address to listen on. */
  readonly address: string
  /** 0 takes any free port. */
  readonly port: number
  /** Resolves when the gateway can take payments, as far as its parts know. */
  readonly checkReady: () => Promise<void>
  /** What to answer at /metrics. */
  readonly renderMetrics: () => Promise<{ readonly contentType: string; readonly body: string }>
  /** Runs the work of one GraphQL request; measures and traces it. */
  readonly aroundRequest: (
    request: IncomingMessage,
    response: ServerResponse,
    work: () => Promise<void>,
  ) => Promise<void>
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

/** Time for the headers, from when the connection is there: silent connections go first. */
const HEADERS_TIMEOUT_MS = 5_000

/** How often late requests are looked for. Node's half a minute would triple the times above. */
const LATE_CHECK_INTERVAL_MS = 2_000

/** Time for a client to take its whole answer, once that is ready. Who does not read holds memory. */
const TAKE_TIMEOUT_MS = 30_000

/** Most connections at a time, each some 10 KB when idle. More are refused by closing them at once. */
const CONNECTIONS_MAX = 20_000

/** How long the end waits for clients to finish a request or take an answer, in milliseconds. */
const CLOSE_WAIT_MS = 1_000

/** Time for the readiness check. An orchestrator's probe gives up after a second or so. */
const READY_TIMEOUT_MS = 1_000

/** Listens. Rejects when the address cannot be had. */
export async function startHttpServer(options: HttpOptions): Promise<HttpServer> {
  const handleGraphql = createGraphqlHandler(options)
  /** Requests under way on each open connection. */
  const connections = new Map<Socket, number>()
  let isDraining = false

  const timeouts = {
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: LATE_CHECK_INTERVAL_MS,
  }
  const server = createServer(timeouts, (request, response) => {
    const { socket } = request
    connections.set(socket, (connections.get(socket) ?? 0) + 1)
    let taking: NodeJS.Timeout | undefined
    response.on('prefinish', () => {
      taking = setTimeout(() => socket.destroy(), TAKE_TIMEOUT_MS)
    })
    response.on('close', () => {
      clearTimeout(taking)
      const left = (connections.get(socket) ?? 1) - 1
      if (connections.has(socket)) connections.set(socket, left)
      if (isDraining && left === 0) socket.end()
    })
    if (isDraining) response.setHeader('connection', 'close')
    answerRequest(request, response)
  })
  server.maxConnections = CONNECTIONS_MAX
  server.on('connection', (socket: Socket) => {
    connections.set(socket, 0)
    socket.once('close', () => connections.delete(socket))
  })
  await listen(server, options)

  function answerRequest(request: IncomingMessage, response: ServerResponse): void {
    const path = (request.url ?? '').split('?', 1)[0]
    if (path === GRAPHQL_PATH) {
      void options.aroundRequest(request, response, () => handleGraphql(request, response))
    } else if (path === '/metrics') void answerMetrics(request, response)
    else if (path === '/livez') answer(response, 200, 'ok')
    else if (path === '/readyz') void answerReadiness(response)
    else answer(response, 404, 'not found')
  }

  /** Fixed answers: what is wrong inside is for the log, not for whoever can reach a probe. */
  async function answerReadiness(response: ServerResponse): Promise<void> {
    const isReady = !isDraining && (await within(READY_TIMEOUT_MS, options.checkReady())) && !isDraining
    answer(response, isReady ? 200 : 503, isReady ? 'ready' : 'not ready')
  }

  async function answerMetrics(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const foreign = options.refuseForeign(request.headers)
    if (foreign !== null) return answer(response, foreign.status, foreign.code)
    const { contentType, body } = await options.renderMetrics()
    response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' })
    response.end(body)
  }

  return {
    url: urlOf(server.address() as AddressInfo),
    drain() {
      isDraining = true
      server.closeIdleConnections()
    },
    close: () =>
      new Promise((resolve) => {
        isDraining = true
        server.close(() => resolve())
        // Also those that have sent nothing, or half a request: Node counts them neither idle nor late.
        for (const [socket, requests] of connections) if (requests === 0) socket.destroy()
        // And those that never finish their request, or never take their answer.
        setTimeout(() => server.closeAllConnections(), CLOSE_WAIT_MS).unref()
      }),
  }
}

/** Whether work resolves within a time. */
async function within(timeoutMs: number, work: Promise<void>): Promise<boolean> {
  const { promise: tooLate, resolve } = Promise.withResolvers<false>()
  const timer = setTimeout(resolve, timeoutMs, false)
  const done = work.then(
    () => true,
    () => false,
  )
  const isDone = await Promise.race([done, tooLate])
  clearTimeout(timer)
  return isDone
}

function answer(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
  response.end(`${body}\n`)
}

function listen(server: Server, { address, port }: HttpOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, address, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}
