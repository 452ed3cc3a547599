/** From the bytes of a response to its JSON value, with every size bounded. */

import { isUtf8 } from 'node:buffer'
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib'

/** What a body may be. */
export interface BodyLimits {
  /** Most bytes, on the wire and decoded. Decoding stops there, so a bomb costs no more than this. */
  readonly bytesMax: number
  /** Keys whose numbers are kept as their text: 26.125 as a float is another number. */
  readonly exactKeys?: ReadonlySet<string>
}

/**
 * Decodes `content-encoding` gzip, deflate, br or identity, then UTF-8, then JSON.
 * Throws for another encoding, cut or corrupt data, a result of more bytes than the most, bytes that
 * are not UTF-8, and text that is not one JSON value.
 */
export function decodeJson(
  body: Buffer,
  contentEncoding: string | undefined,
  { bytesMax, exactKeys }: BodyLimits,
): unknown {
  const bytes = decompress(body, contentEncoding?.trim().toLowerCase() ?? 'identity', bytesMax)
  // As a fatal TextDecoder does, for a fraction of making one.
  if (!isUtf8(bytes)) throw new Error('The body is not valid UTF-8.')
  const text = bytes.toString().replace(/^\ufeff/, '')
  if (exactKeys === undefined) return JSON.parse(text)
  return JSON.parse(text, (key, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' && exactKeys.has(key) ? plainDecimal(context?.source ?? '') : value,
  )
}

function decompress(body: Buffer, encoding: string, maxOutputLength: number): Buffer {
  // Bodies are small: one output chunk, and no stream for a few hundred bytes.
  const bounds = { maxOutputLength, chunkSize: 4 * 1024 }
  switch (encoding) {
    case '':
    case 'identity':
      return body
    case 'gzip':
    case 'x-gzip':
      return gunzipSync(body, bounds)
    case 'deflate':
      // The standard says zlib (its first byte has 8 in the low half), some servers send raw deflate.
      return ((body[0] ?? 0) & 0x0f) === 8 ? inflateSync(body, bounds) : inflateRawSync(body, bounds)
    case 'br':
      return brotliDecompressSync(body, bounds)
    default:
      throw new Error('The content-encoding is not one that was asked for.')
  }
}

/** Most zeros that an exponent may stand for. */
const EXPONENT_MAX = 30

/**
 * A JSON number without its exponent, as exact as it was: Java writes 12345678 as 1.2345678E7. One whose exponent
 * is beyond any amount is left as it is, and is then no amount.
 */
function plainDecimal(source: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = ''] =
    /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d+)$/.exec(source) ?? []
  const shift = Number(exponent)
  if (exponent === '' || Math.abs(shift) > EXPONENT_MAX) return source
  const digits = whole + fraction
  const point = whole.length + shift
  const padded = point <= 0 ? '0'.repeat(1 - point) + digits : digits.padEnd(point, '0')
  const at = Math.max(point, 1)
  const decimals = padded.slice(at).replace(/0+$/, '')
  return `${sign}${padded.slice(0, at).replace(/^0+(?=\d)/, '')}${decimals === '' ? '' : `.${decimals}`}`
}
