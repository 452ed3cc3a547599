/** A subscription over server-sent events, as any client of HTTP reads it. */

import { type IncomingHttpHeaders, request } from 'node:http'

export interface StreamedResult {
  readonly data?: Record<string, unknown> | null
  readonly errors?: readonly { message: string; extensions?: Record<string, unknown> }[]
}

export interface EventStream {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly contentType: string | undefined
  /** The body so far. */
  text(): string
  /** What came as events of the name `next`, in order. */
  readonly results: StreamedResult[]
  /** Whether the event `complete` came. */
  isComplete(): boolean
  /** Resolves when the response has ended, in whatever way. */
  readonly ended: Promise<void>
  /** Goes away, as a closed page does. */
  leave(): void
}

export interface StreamOptions {
  readonly accept?: string
  readonly headers?: Record<string, string>
  /** Sends the document in the URL. */
  readonly byGet?: boolean
}

/** Resolves when the response has begun. Each stream has a connection of its own. */
export function openStream(
  gatewayUrl: string,
  query: string,
  variables: object,
  { accept = 'text/event-stream', headers = {}, byGet = false }: StreamOptions = {},
): Promise<EventStream> {
  const parameters = new URLSearchParams({ query, variables: JSON.stringify(variables) })
  const url = `${gatewayUrl}/graphql${byGet ? `?${parameters}` : ''}`
  const { promise, resolve, reject } = Promise.withResolvers<EventStream>()
  const sent = request(
    url,
    {
      method: byGet ? 'GET' : 'POST',
      headers: { accept, ...(!byGet && { 'content-type': 'application/json' }), ...headers },
      agent: false,
    },
    (response) => {
      let text = ''
      let taken = 0
      let isComplete = false
      const results: StreamedResult[] = []
      const ended = Promise.withResolvers<void>()
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
        for (let end = text.indexOf('\n\n', taken); end !== -1; end = text.indexOf('\n\n', taken)) {
          const block = text.slice(taken, end)
          taken = end + 2
          if (block.startsWith('event: next\n')) {
            results.push(JSON.parse(block.slice('event: next\ndata: '.length)) as StreamedResult)
          } else if (block.startsWith('event: complete\n')) isComplete = true
        }
      })
      response.once('error', () => {})
      response.once('close', () => ended.resolve())
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        contentType: response.headers['content-type'],
        text: () => text,
        results,
        isComplete: () => isComplete,
        ended: ended.promise,
        leave: () => void sent.destroy(),
      })
    },
  )
  sent.once('error', reject)
  sent.end(byGet ? undefined : JSON.stringify({ query, variables }))
  return promise
}
