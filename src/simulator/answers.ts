/** How answers get onto the wire, the broken ones included. */

import { STATUS_CODES, type ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import type { Reply } from './replies.ts'

const atlasJson = 'application/json;charset=UTF-8'

/** One well-formed Atlas answer, always HTTP 200; `isGzip` is false only for a client that cannot read it. */
export function sendReply(response: ServerResponse, reply: Reply, isGzip = true): void {
  const text = JSON.stringify(reply)
  if (isGzip) sendGzip(response, gzipSync(text))
  else send(response, 200, { 'content-type': atlasJson }, Buffer.from(text))
}

/** Well-formed gzip around a JSON text that stops half way. */
export function sendBrokenJson(response: ServerResponse, reply: Reply): void {
  const text = JSON.stringify(reply)
  sendGzip(response, gzipSync(text.slice(0, text.length / 2)))
}

/** A gzip stream that stops half way in a complete HTTP answer, so only unpacking can notice. */
export function sendTruncatedGzip(response: ServerResponse, reply: Reply): void {
  const packed = gzipSync(JSON.stringify(reply))
  sendGzip(response, packed.subarray(0, packed.length / 2))
}

/** What a proxy in front of Atlas says: an HTML page. */
export function sendHttpError(
  response: ServerResponse,
  httpStatus: number,
  retryAfterSeconds?: number,
): void {
  const title = `${httpStatus} ${STATUS_CODES[httpStatus] ?? 'Error'}`
  const page = `<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`
  const retryAfter = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }
  send(response, httpStatus, { 'content-type': 'text/html', ...retryAfter }, Buffer.from(page))
}

/** For people and tests, not part of Atlas. */
export function sendText(
  response: ServerResponse,
  httpStatus: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const contentType = { 'content-type': 'text/plain; charset=utf-8' }
  send(response, httpStatus, { ...contentType, ...headers }, Buffer.from(`${text}\n`))
}

/** For people and tests, not part of Atlas. */
export function sendJson(response: ServerResponse, value: object): void {
  send(response, 200, { 'content-type': 'application/json' }, Buffer.from(JSON.stringify(value)))
}

function sendGzip(response: ServerResponse, packed: Buffer): void {
  send(response, 200, { 'content-type': atlasJson, 'content-encoding': 'gzip' }, packed)
}

function send(
  response: ServerResponse,
  httpStatus: number,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
): void {
  response.writeHead(httpStatus, { ...headers, 'content-length': String(body.length) })
  response.end(body)
}
