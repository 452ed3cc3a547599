import { Readable, type Transform } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import {
  brotliCompressSync,
  constants,
  createBrotliCompress,
  createGzip,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { decodeJson } from '../../src/atlas/decode-body.ts'
import { payBody } from '../../src/atlas/pay-messages.ts'
import { startFaultServer } from '../support/fault-server.ts'
import { head, jsonResponse } from '../support/http-response.ts'
import { payInProcess, type PayProcessResult, type PayProcessTask } from '../support/pay-process.ts'

/** Most bytes that a body may have, decoded and on the wire. */
const BYTES_MAX = 65_536

const value = { status: 0, orderNo: 'A1', note: 'Ünïcode 订单' }
const json = Buffer.from(JSON.stringify(value))

describe('decodeJson', () => {
  test.each<[string | undefined, Buffer]>([
    [undefined, json],
    ['', json],
    ['identity', json],
    ['Identity', json],
    ['gzip', gzipSync(json)],
    ['GZIP', gzipSync(json)],
    [' gzip ', gzipSync(json)],
    ['x-gzip', gzipSync(json)],
    ['X-Gzip', gzipSync(json)],
    ['deflate', deflateSync(json)],
    ['deflate', deflateSync(json, { level: 0, windowBits: 9 })],
    ['deflate', deflateRawSync(json)],
    ['deflate', deflateRawSync(json, { strategy: constants.Z_HUFFMAN_ONLY })],
    ['Deflate', deflateRawSync(json, { level: 0 })],
    ['br', brotliCompressSync(json)],
    ['BR', brotliCompressSync(json)],
  ])('reads the encoding %o', (contentEncoding, body) => {
    expect(decodeJson(body, contentEncoding, payBody)).toEqual(value)
  })

  test.each<[string, Buffer]>([
    ['zstd', zstdCompressSync(json)],
    ['compress', json],
    ['gzip, gzip', gzipSync(gzipSync(json))],
    ['gzip, identity', gzipSync(json)],
    ['gzip;q=1', gzipSync(json)],
    ['utf-8', json],
    ['*', json],
  ])('refuses the encoding %o', (contentEncoding, body) => {
    expect(() => decodeJson(body, contentEncoding, payBody)).toThrow(
      'The content-encoding is not one that was asked for.',
    )
  })

  test.each<[string, string, Buffer]>([
    ['gzip', 'gzip', gzipSync(json)],
    ['zlib', 'deflate', deflateSync(json)],
    ['raw deflate', 'deflate', deflateRawSync(json)],
    ['brotli', 'br', brotliCompressSync(json)],
    ['plain text', 'identity', json],
  ])('refuses %s that is cut anywhere', (_name, contentEncoding, body) => {
    const readable = Array.from(body.keys()).filter((length) =>
      isReadable(body.subarray(0, length), contentEncoding),
    )
    expect(readable).toEqual([])
  })

  test.each<[string, string, Buffer]>([
    ['gzip with a wrong checksum', 'gzip', flipLastBit(gzipSync(json), 8)],
    ['gzip with a wrong length', 'gzip', flipLastBit(gzipSync(json), 1)],
    ['zlib with a wrong checksum', 'deflate', flipLastBit(deflateSync(json), 1)],
    ['plain text that is called gzip', 'gzip', json],
    ['plain text that is called deflate', 'deflate', json],
    ['plain text that is called brotli', 'br', json],
    ['gzip that is called nothing', 'identity', gzipSync(json)],
    ['nothing that is called gzip', 'gzip', Buffer.alloc(0)],
    ['nothing', 'identity', Buffer.alloc(0)],
    ['a byte that is not UTF-8', 'identity', Buffer.from([0x22, 0xff, 0x22])],
    ['a letter of UTF-8 that is cut', 'identity', Buffer.from([0x22, 0xc3, 0x22])],
    ['a surrogate in UTF-8', 'identity', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['UTF-16', 'identity', Buffer.from('{"status":0}', 'utf16le')],
    ['garbage after the JSON', 'identity', Buffer.from('{"status":0}x')],
    ['a second JSON value', 'identity', Buffer.from('{"status":0}{"status":0}')],
    ['JSON with a comment', 'identity', Buffer.from('{"status":0/* paid */}')],
    ['HTML', 'identity', Buffer.from('<html></html>')],
  ])('refuses %s', (_name, contentEncoding, body) => {
    expect(isReadable(body, contentEncoding)).toBe(false)
  })

  test.each<[string, (bytes: Buffer) => Buffer]>([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
  ])('decodes 64 KiB of %s and not a byte more', (contentEncoding, compress) => {
    const most = Buffer.from('{"status":0}'.padEnd(BYTES_MAX))
    expect(decodeJson(compress(most), contentEncoding, payBody)).toEqual({ status: 0 })
    const tooMuch = compress(Buffer.concat([most, Buffer.from(' ')]))
    expect(() => decodeJson(tooMuch, contentEncoding, payBody)).toThrow(
      expect.objectContaining({ code: 'ERR_BUFFER_TOO_LARGE' }),
    )
  })

  test('adds up the members of a gzip body before it compares', () => {
    const half = gzipSync(Buffer.alloc(BYTES_MAX / 2 + 1, ' '))
    expect(() => decodeJson(Buffer.concat([half, half]), 'gzip', payBody)).toThrow(
      expect.objectContaining({ code: 'ERR_BUFFER_TOO_LARGE' }),
    )
  })
})

describe('a decompression bomb that a server answers', () => {
  const MB = 1_000_000
  let gzipOfMany: Buffer
  let gzipOfSome: Buffer
  let brotliOfMany: Buffer

  beforeAll(async () => {
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }
    gzipOfMany = await bomb(256 * MB, createGzip())
    gzipOfSome = await bomb(60 * MB, createGzip({ level: 9 }))
    brotliOfMany = await bomb(256 * MB, createBrotliCompress(quality))
  }, 60_000)

  test('of 256 MB in gzip costs less than 20 MB and is unknown', async () => {
    expect(gzipOfMany.length).toBeGreaterThan(BYTES_MAX)
    const { answer, memoryBytes } = await payForBomb(gzipOfMany, 'gzip')
    expect(answer).toEqual({ kind: 'unknown', reason: 'RESPONSE_TOO_LARGE', atlasStatus: null })
    expect(memoryBytes).toBeLessThan(20 * MB)
  })

  test('of 60 MB in gzip, small enough on the wire, costs less than 20 MB and is unknown', async () => {
    expect(gzipOfSome.length).toBeLessThan(BYTES_MAX)
    const { answer, memoryBytes } = await payForBomb(gzipOfSome, 'gzip')
    expect(answer).toEqual({ kind: 'unknown', reason: 'BODY_UNREADABLE', atlasStatus: null })
    expect(memoryBytes).toBeLessThan(20 * MB)
  })

  test('of 256 MB in brotli costs less than 20 MB and is unknown', async () => {
    expect(brotliOfMany.length).toBeLessThan(BYTES_MAX)
    const { answer, memoryBytes } = await payForBomb(brotliOfMany, 'br')
    expect(answer).toEqual({ kind: 'unknown', reason: 'BODY_UNREADABLE', atlasStatus: null })
    expect(memoryBytes).toBeLessThan(20 * MB)
  })

  test('does cost its whole size, by the same measure, where nothing bounds it', async () => {
    const { memoryBytes } = await payForBomb(gzipOfSome, 'gzip', { careless: true })
    expect(memoryBytes).toBeGreaterThan(60 * MB)
  })
})

/** Pays in another process to a server that answers the bomb, after a payment that was answered well. */
async function payForBomb(
  body: Buffer,
  contentEncoding: string,
  options: Partial<PayProcessTask> = {},
): Promise<PayProcessResult> {
  const headers = {
    'content-type': 'application/json',
    'content-encoding': contentEncoding,
    'content-length': String(body.length),
  }
  const server = await startFaultServer((socket) =>
    socket.write(Buffer.concat([Buffer.from(head(200, headers)), body])),
  )
  const warmUp = await startFaultServer((socket) => socket.write(jsonResponse('{"status":0,"orderNo":"A1"}')))
  const result = await payInProcess({
    orderNo: 'A1',
    baseUrl: `http://127.0.0.1:${server.port}`,
    warmUpBaseUrl: `http://127.0.0.1:${warmUp.port}`,
    ...options,
  })
  await Promise.all([server.close(), warmUp.close()])
  return result
}

/** Compresses zeros, a little at a time. */
function bomb(bytes: number, compressor: Transform): Promise<Buffer> {
  const block = Buffer.alloc(1_000_000)
  return buffer(Readable.from(Array.from({ length: bytes / block.length }, () => block)).pipe(compressor))
}

function isReadable(body: Buffer, contentEncoding: string): boolean {
  try {
    decodeJson(body, contentEncoding, payBody)
    return true
  } catch {
    return false
  }
}

/** Changes one bit of the byte that is so many bytes from the end. */
function flipLastBit(bytes: Buffer, fromEnd: number): Buffer {
  const changed = Buffer.from(bytes)
  changed[changed.length - fromEnd]! ^= 1
  return changed
}
