/** A server on a raw socket that counts requests by their bytes and answers as a test says. */

import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'

/** Answers a request, of which every byte has come. `request` is its text, headers and body. */
export type Reply = (socket: Socket, request: string) => void

export interface FaultServerOptions {
  /** Makes it a TLS server. */
  readonly tls?: TlsOptions
  /** Called with each connection (with TLS: after the handshake), before its first byte is read. */
  readonly greet?: (socket: Socket) => void
}

export interface FaultServer {
  readonly port: number
  /** The whole requests that came, in order, over all connections. */
  readonly requests: readonly string[]
  /** Waits until the clients closed their connections, so that nothing can come later, then counts. */
  close(): Promise<Traffic>
}

/** What came to a server in its lifetime. */
export interface Traffic {
  readonly connections: number
  readonly requests: number
  /** Bytes that came, after TLS, and are no part of a whole request. */
  readonly strayBytes: number
}

/** Listens on a free port of 127.0.0.1. */
export async function startFaultServer(
  reply: Reply,
  { tls, greet }: FaultServerOptions = {},
): Promise<FaultServer> {
  let connections = 0
  let strayBytes = 0
  const requests: string[] = []

  function serve(socket: Socket): void {
    connections += 1
    let text = ''
    // A reset is among the faults that are played, and a client that gives up may reset as well.
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1')
      for (let length = firstRequestLength(text); length > 0; length = firstRequestLength(text)) {
        const request = Buffer.from(text.slice(0, length), 'latin1').toString()
        text = text.slice(length)
        requests.push(request)
        reply(socket, request)
      }
    })
    socket.on('close', () => {
      strayBytes += text.length
    })
    greet?.(socket)
  }

  const server = tls === undefined ? createServer(serve) : createTlsServer(tls, serve)
  const port = await listen(server)
  return {
    port,
    requests,
    async close() {
      await closeServer(server)
      return { connections, requests: requests.length, strayBytes }
    },
  }
}

/** Starts a server on a free port of 127.0.0.1 and says which. */
export async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** Stops listening and waits until every connection is closed. */
export async function closeServer(server: Server): Promise<void> {
  server.close()
  await once(server, 'close')
}

/** Length of the request that a text begins with, or 0 while some of it is missing. */
function firstRequestLength(text: string): number {
  const headersEnd = text.indexOf('\r\n\r\n')
  if (headersEnd === -1) return 0
  const bodyLength = Number(/\r\ncontent-length: (\d+)\r\n/i.exec(text.slice(0, headersEnd + 2))?.[1] ?? 0)
  const length = headersEnd + 4 + bodyLength
  return text.length >= length ? length : 0
}
