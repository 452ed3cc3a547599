/** What a request must be before GraphQL sees it. A refusal happens before anything can have an effect. */

import type { IncomingMessage } from 'node:http'

/** Most bytes of a request body. A payment has some hundred. */
const REQUEST_BYTES_MAX = 64 * 1024

/** Most bytes of a body that are read for the sake of an orderly refusal. */
const DROPPED_BYTES_MAX = 16 * 1024 * 1024

export type Admission =
  /**
   * `body` is JSON text for a POST, null for other methods. `takesJson` is false when the client takes nothing but
   * a stream of events, which only a subscription may answer with; `takesStream` when it takes none.
   */
  | {
      readonly kind: 'admitted'
      readonly body: string | null
      readonly accept: string | undefined
      readonly takesJson: boolean
      readonly takesStream: boolean
    }
  | { readonly kind: 'refused'; readonly status: number; readonly code: string; readonly message: string }

/**
 * Admits a request to GraphQL. A POST must be JSON in UTF-8, an object, within 64 KiB, and must accept JSON or a
 * stream of events: an answer that cannot be delivered would lose an outcome. Numbers that JSON cannot carry exactly are
 * refused, since an order number written as one would be another order.
 */
export async function admit(request: IncomingMessage): Promise<Admission> {
  const { method, headers } = request
  if (method === 'GET') return admitGet(request)
  if (method !== 'POST') return withoutBody(headers.accept)

  if (!isJsonInUtf8(headers['content-type'])) {
    return refuse(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send the request as application/json in UTF-8.')
  }
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    return refuse(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send the request without a content-encoding.')
  }
  const { json, stream } = acceptedTypes(headers.accept)
  if (json === null && stream === null) return notAcceptable
  const bytes = await readBody(request)
  if (bytes === null) return refuse(413, 'PAYLOAD_TOO_LARGE', `Send at most ${REQUEST_BYTES_MAX} bytes.`)
  const body = decodeUtf8(bytes)
  if (body === null) return refuse(400, 'BAD_REQUEST', 'The body is not valid UTF-8.')
  const fault = jsonFault(body)
  if (fault !== null) return refuse(400, 'BAD_REQUEST', fault)
  const accept = [json, stream].filter((type) => type !== null).join(', ')
  return { kind: 'admitted', body, accept, takesJson: json !== null, takesStream: stream !== null }
}

function admitGet({ url = '', headers }: IncomingMessage): Admission {
  const parameters = new URLSearchParams(url.replace(/^[^?]*\??/, ''))
  for (const name of ['variables', 'extensions']) {
    const text = parameters.get(name)
    const fault = text === null ? null : jsonFault(text)
    if (fault !== null) return refuse(400, 'BAD_REQUEST', `The parameter ${name} is wrong. ${fault}`)
  }
  return withoutBody(headers.accept)
}

/** A request whose answer cannot be that of a payment: Yoga chooses its type, but for a stream. */
function withoutBody(accept: string | undefined): Admission {
  const takesStream = acceptedTypes(accept).stream !== null
  return { kind: 'admitted', body: null, accept, takesJson: true, takesStream }
}

function isJsonInUtf8(contentType = ''): boolean {
  const [mediaType, ...parameters] = contentType.toLowerCase().split(';')
  return (
    mediaType!.trim() === 'application/json' &&
    parameters.every(
      (parameter) => !/^\s*charset\s*=/.test(parameter) || /=\s*"?utf-?8"?\s*$/.test(parameter),
    )
  )
}

/** The one JSON type to answer with, and the type of event streams; null for what the client does not take. */
function acceptedTypes(accept = '*/*'): { readonly json: string | null; readonly stream: string | null } {
  const taken = new Map<string, boolean>()
  for (const range of accept.toLowerCase().split(',')) {
    const [type, ...parameters] = range.split(';').map((part) => part.trim())
    taken.set(type!, !parameters.some((parameter) => /^q\s*=\s*0(\.0*)?$/.test(parameter)))
  }
  const takes = (type: string): boolean =>
    taken.get(type) ?? taken.get('application/*') ?? taken.get('*/*') ?? false
  const standard = 'application/graphql-response+json'
  // Plain JSON is what clients get that do not ask for the standard's own type by name.
  const plain = takes('application/json') ? 'application/json' : null
  const json = taken.get(standard) === true ? standard : (plain ?? (takes(standard) ? standard : null))
  // By name only: who takes anything is better served with JSON.
  return { json, stream: taken.get(eventStream) === true ? eventStream : null }
}

const eventStream = 'text/event-stream'

/**
 * The whole body, or null when it is too large. What is too large is read on and dropped, within bounds:
 * a connection that ends while the client still sends is reset, and the refusal would not arrive.
 */
function readBody(request: IncomingMessage): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length
      if (bytes <= REQUEST_BYTES_MAX) chunks.push(chunk)
      else chunks.length = 0
      if (bytes > DROPPED_BYTES_MAX) resolve(null)
    }
    request.on('data', onData)
    request.once('end', () => resolve(bytes > REQUEST_BYTES_MAX ? null : Buffer.concat(chunks)))
    // The client is gone: there is nobody to answer.
    request.once('close', () => reject(new Error('The request ended early.')))
    request.once('error', reject)
  })
}

function decodeUtf8(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

/** What is wrong with a JSON text, never quoting it: it may hold what no answer or log should. */
function jsonFault(text: string): string | null {
  let isExact = true
  let value: unknown
  try {
    value = JSON.parse(text, (_key, one: unknown) => {
      if (Number.isInteger(one) && !Number.isSafeInteger(one)) isExact = false
      return one
    })
  } catch {
    return 'Send valid JSON.'
  }
  if (!isExact) return 'A number is too large for JSON to carry exactly: send order numbers as strings.'
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? null : 'Send one JSON object: requests are not batched.'
}

function refuse(status: number, code: string, message: string): Extract<Admission, { kind: 'refused' }> {
  return { kind: 'refused', status, code, message: `${message} Nothing was sent.` }
}

/** What a client is told that takes no type that its operation could be answered with. */
export const notAcceptable = refuse(
  406,
  'NOT_ACCEPTABLE',
  'Accept application/json or application/graphql-response+json; text/event-stream is for subscriptions.',
)
