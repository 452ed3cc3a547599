/** What a request must be before GraphQL sees it. A refusal happens before anything can have an effect. */

import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'

/** Most bytes of a request body. A payment has some hundred. */
const REQUEST_BYTES_MAX = 64 * 1024

/** Deepest nesting of a body. A payment by card has five levels. */
const JSON_DEPTH_MAX = 100

/** Most bytes of a body that are read for the sake of an orderly refusal. */
const DROPPED_BYTES_MAX = 16 * 1024 * 1024

export type Admission =
  /**
   * `body` is the JSON of a POST, null for other methods. `jsonType` is the type of JSON to answer with, null when
   * the client takes nothing but a stream of events, which only a subscription may answer with; `takesStream` is
   * false when it takes none.
   */
  | {
      readonly kind: 'admitted'
      readonly body: JsonBody | null
      readonly accept: string | undefined
      readonly jsonType: string | null
      readonly takesStream: boolean
    }
  | { readonly kind: 'refused'; readonly status: number; readonly code: string; readonly message: string }

/** The body of a POST: a JSON object. */
export type JsonBody = Readonly<Record<string, unknown>>

/**
 * Admits a request to GraphQL. A POST must be JSON in UTF-8, an object, within 64 KiB, and must accept JSON or a
 * stream of events: an answer that cannot be delivered would lose an outcome. Numbers that JSON cannot carry exactly are
 * refused, since an order number written as one would be another order. `isPage`: it is a browser's, for GraphiQL.
 */
export async function admit(request: IncomingMessage, isPage: boolean): Promise<Admission> {
  const { method, headers } = request
  if (method === 'GET' && !isPage) return admitGet(request)
  if (method !== 'POST') return withoutBody(headers.accept)

  if (!isJsonInUtf8(headers['content-type'])) {
    return refuse(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send the request as application/json in UTF-8.')
  }
  if (!/^(identity)?$/i.test(headers['content-encoding'] ?? '')) {
    return refuse(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send the request without a content-encoding.')
  }
  const accepted = acceptedTypes(headers.accept)
  if (!isAcceptable(accepted)) return notAcceptable
  const bytes = await readBody(request)
  if (bytes === null) return refuse(413, 'PAYLOAD_TOO_LARGE', `Send at most ${REQUEST_BYTES_MAX} bytes.`)
  const text = decodeUtf8(bytes)
  if (text === null) return refuse(400, 'BAD_REQUEST', 'The body is not valid UTF-8.')
  const json = readJson(text)
  if (json.kind === 'fault') return refuse(400, 'BAD_REQUEST', json.message)
  // Yoga would take the body for a promise, and fail.
  if (json.value['then'] != null) return refuse(400, 'BAD_REQUEST', unexpectedThen)
  return { kind: 'admitted', body: json.value, ...accepted }
}

function admitGet({ url = '', headers }: IncomingMessage): Admission {
  const accepted = acceptedTypes(headers.accept)
  if (!isAcceptable(accepted)) return notAcceptable
  const parameters = new URLSearchParams(url.replace(/^[^?]*\??/, ''))
  for (const name of ['variables', 'extensions']) {
    const text = parameters.get(name)
    // GraphQL over HTTP takes null for left out.
    const json = text === null || /^[ \t\n\r]*null[ \t\n\r]*$/.test(text) ? null : readJson(text)
    if (json?.kind === 'fault')
      return refuse(400, 'BAD_REQUEST', `The parameter ${name} is wrong. ${json.message}`)
  }
  return { kind: 'admitted', body: null, ...accepted }
}

const unexpectedThen = 'Unexpected parameter "then" in the request body.'

/** A page, or a method that is none of GraphQL: Yoga chooses the type of its answer. */
function withoutBody(accept: string | undefined): Admission {
  return { kind: 'admitted', body: null, accept, jsonType: 'application/json', takesStream: false }
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

/** What a client takes. */
interface AcceptedTypes {
  /** The header for those who go by it: nothing is left to choose. */
  readonly accept: string
  readonly jsonType: string | null
  readonly takesStream: boolean
}

function isAcceptable({ jsonType, takesStream }: AcceptedTypes): boolean {
  return jsonType !== null || takesStream
}

function acceptedTypes(accept = '*/*'): AcceptedTypes {
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
  const jsonType = taken.get(standard) === true ? standard : (plain ?? (takes(standard) ? standard : null))
  // By name only: who takes anything is better served with JSON.
  const stream = taken.get(eventStream) === true ? eventStream : null
  const types = [jsonType, stream].filter((type) => type !== null)
  return { accept: types.join(', '), jsonType, takesStream: stream !== null }
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
    // None of them comes twice, and `once` costs more than all that they do.
    request.on('end', () => resolve(bytes > REQUEST_BYTES_MAX ? null : joined(chunks)))
    request.on('close', () => {
      // The client is gone: there is nobody to answer.
      if (!request.complete) reject(new Error('The request ended early.'))
    })
    request.on('error', reject)
  })
}

function joined(chunks: readonly Buffer[]): Buffer {
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
}

/** The text of bytes, without a byte order mark, or null when they are not UTF-8. */
function decodeUtf8(bytes: Buffer): string | null {
  return isUtf8(bytes) ? bytes.toString().replace(/^\ufeff/, '') : null
}

type JsonReading =
  | { readonly kind: 'object'; readonly value: JsonBody }
  | { readonly kind: 'fault'; readonly message: string }

/** The object that a JSON text is, or what is wrong with it; never quoting it: it may hold what no answer should. */
function readJson(text: string): JsonReading {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { kind: 'fault', message: 'Send valid JSON.' }
  }
  const message = valueFault(value)
  if (message !== null) return { kind: 'fault', message }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { kind: 'fault', message: 'Send one JSON object: requests are not batched.' }
  }
  return { kind: 'object', value: value as JsonBody }
}

/**
 * What is wrong inside of a JSON value: a whole number that is not exact, or nesting that is meant for the stack,
 * which is not followed further. Not as a reviver of JSON.parse, which is slow enough to be felt in each payment.
 */
function valueFault(value: unknown, depth = 0): string | null {
  if (depth > JSON_DEPTH_MAX) return `Nest values at most ${JSON_DEPTH_MAX} levels deep.`
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value))
    return 'A number is too large for JSON to carry exactly: send order numbers as strings.'
  if (typeof value !== 'object' || value === null) return null
  for (const one of Object.values(value)) {
    const fault = valueFault(one, depth + 1)
    if (fault !== null) return fault
  }
  return null
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
