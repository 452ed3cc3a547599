/** Collectors of spans: one in this process, and OpenTelemetry's protocol on a socket. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ExportResultCode } from '@opentelemetry/core'
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace'

/** Keeps spans, also after it was shut down, when the last ones have come. */
export function createSpanKeeper(): SpanExporter & { readonly spans: ReadableSpan[] } {
  const spans: ReadableSpan[] = []
  return {
    spans,
    export(batch, done) {
      spans.push(...batch)
      done({ code: ExportResultCode.SUCCESS })
    },
    shutdown: () => Promise.resolve(),
  }
}

export interface SpanCollector {
  readonly url: string
  /** Paths and bodies of the requests so far. */
  readonly requests: { readonly path: string; readonly text: string }[]
  close(): Promise<void>
}

/** Listens on a free port of 127.0.0.1 and takes every request, or does with it what `answer` says. */
export async function startSpanCollector(
  answer: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  },
): Promise<SpanCollector> {
  const requests: SpanCollector['requests'] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      requests.push({ path: request.url ?? '', text: Buffer.concat(chunks).toString() })
      answer(request, response)
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
