/** Texts of HTTP responses, whole or wrong, as a test puts them on a raw socket. */

export type Headers = Readonly<Record<string, string>>

/** Status line and headers. */
export function head(status: number, headers: Headers): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${status} Status\r\n${lines.join('')}\r\n`
}

/** A 200 with JSON and its length. Headers of the same name replace these; others, in any case, come after. */
export function jsonResponse(body: string, headers: Headers = {}): string {
  const length = String(Buffer.byteLength(body))
  return `${head(200, { 'content-type': 'application/json', 'content-length': length, ...headers })}${body}`
}

/** A 200 with JSON that ends when the connection does. */
export function unboundedResponse(body: string): string {
  return `${head(200, { 'content-type': 'application/json', connection: 'close' })}${body}`
}

/** A 200 with JSON in chunks, each as {@link chunk} or something wrong makes it. */
export function chunkedResponse(chunks: readonly string[], headers: Headers = {}): string {
  const names = { 'content-type': 'application/json', 'transfer-encoding': 'chunked', ...headers }
  return `${head(200, names)}${chunks.join('')}`
}

/** One chunk; of the empty text, the last one. */
export function chunk(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`
}
