/** The JSON of a response, if it is declared as JSON and readable. */

import { type BodyLimits, decodeJson } from './decode-body.ts'
import type { Exchange } from './send-once.ts'

type Answered = Extract<Exchange, { kind: 'answered' }>

export type JsonReading =
  | { readonly kind: 'json'; readonly value: unknown }
  | {
      readonly kind: 'unreadable'
      readonly reason: 'CONTENT_TYPE' | 'BODY_UNREADABLE'
      readonly cause: unknown
    }

/** Reads the JSON of a response, whatever its HTTP status. */
export function readJson({ headers, body }: Answered, limits: BodyLimits): JsonReading {
  if (headerText(headers['content-type'])?.split(';')[0]?.trim().toLowerCase() !== 'application/json') {
    return { kind: 'unreadable', reason: 'CONTENT_TYPE', cause: null }
  }
  try {
    return { kind: 'json', value: decodeJson(body, headerText(headers['content-encoding']), limits) }
  } catch (cause) {
    return { kind: 'unreadable', reason: 'BODY_UNREADABLE', cause }
  }
}

/** The text of a header. One that came twice is ambiguous: joined, it matches nothing. */
export function headerText(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(', ') : header
}
