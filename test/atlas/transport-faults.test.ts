import * as diagnostics from 'node:diagnostics_channel'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { constants, createSecureServer } from 'node:http2'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { Agent } from 'undici'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { type Exchange, type OncePost, sendOnce } from '../../src/atlas/send-once.ts'
import type { NotSentReason, PayAnswer, UnknownReason } from '../../src/payment/ports.ts'
import { createAuthority, selfSign } from '../support/certificate.ts'
import {
  closeServer,
  listen,
  startFaultServer,
  type FaultServer,
  type Reply,
  type Traffic,
} from '../support/fault-server.ts'
import { chunk, chunkedResponse, head, jsonResponse, unboundedResponse } from '../support/http-response.ts'
import { connectTo, payAgainst, paymentOf, payOnce } from '../support/pay-against.ts'
import { payInProcess } from '../support/pay-process.ts'
import { ScriptedController, ScriptedDispatcher } from '../support/scripted-dispatcher.ts'

/** Most bytes of a body that are read. */
const WIRE_BYTES_MAX = 65_536
/** A deadline that is there to be reached. */
const SHORT_MS = 150
/** Long enough for a request to be started in it on any machine. */
const STALL_MS = 600
/** How long an idle connection is kept. */
const KEEP_ALIVE_MS = 4_000

const paid = '{"status":0,"orderNo":"A1","paymentMethod":1,"pnrCode":"PNR123"}'
const oversize = ' '.repeat(WIRE_BYTES_MAX + 1)
const allowed = paid.padEnd(WIRE_BYTES_MAX)
const accepted: PayAnswer = { kind: 'accepted', pnrCode: 'PNR123' }
const sentOnce: Traffic = { connections: 1, requests: 1, strayBytes: 0 }

const authority = createAuthority()
const identity = authority.certify('127.0.0.1')
const trusted = { ca: [authority.certificate] }

describe('an exchange that ends before the request leaves is "not sent"', () => {
  test('when the connection is refused', async () => {
    const server = createServer()
    const port = await listen(server)
    await closeServer(server)
    expect(await payOnce(`https://127.0.0.1:${port}`)).toEqual(notSent('CONNECTION_FAILED'))
  })

  test('when the name does not resolve', async () => {
    expect(await payOnce('https://atlas.invalid')).toEqual(notSent('CONNECTION_FAILED'))
  })

  test.each([
    ['signed by itself', selfSign('127.0.0.1'), {}],
    ['of an authority that was not named', createAuthority().certify('127.0.0.1'), trusted],
    ['of a private authority, when none was named', identity, {}],
    ['for another host', authority.certify('other.example'), trusted],
    ['that has expired', authority.certify('127.0.0.1', new Date(Date.now() - 60_000)), trusted],
  ])('when the certificate is one %s', async (_name, tls, options) => {
    expect(await payAgainst(answerPaid, { tls }, options)).toEqual({
      answer: notSent('CONNECTION_FAILED'),
      requests: 0,
      strayBytes: 0,
      connections: expect.any(Number),
    })
  })

  test('when the server speaks TLS 1.1 at most', async () => {
    const tls = {
      ...identity,
      maxVersion: 'TLSv1.1',
      minVersion: 'TLSv1',
      ciphers: 'ALL@SECLEVEL=0',
    } as const
    expect(await payAgainst(answerPaid, { tls }, trusted)).toEqual({
      answer: notSent('CONNECTION_FAILED'),
      connections: 0,
      requests: 0,
      strayBytes: 0,
    })
  })

  test('when the port is a plain one', async () => {
    let seen = ''
    const server = createServer((socket) => {
      socket.once('data', (bytes) => {
        seen += bytes.toString('latin1')
        socket.end(jsonResponse(paid))
      })
      socket.on('error', () => {})
    })
    const port = await listen(server)
    expect(await payOnce(`https://127.0.0.1:${port}`, trusted)).toEqual(notSent('CONNECTION_FAILED'))
    await closeServer(server)
    // The record header of a TLS handshake.
    expect(seen.slice(0, 2)).toBe('\x16\x03')
    expect(seen).not.toMatch(/pay\.do|orderNo|secret/)
  })

  test.each([
    ['closes', (socket: Socket) => socket.end()],
    ['resets', (socket: Socket) => socket.resetAndDestroy()],
  ])('when the server %s inside the TLS handshake', async (_name, fail) => {
    let connections = 0
    const server = createServer((socket) => {
      connections += 1
      socket.on('error', () => {})
      socket.once('data', () => fail(socket))
    })
    const port = await listen(server)
    const answer = await payOnce(`https://127.0.0.1:${port}`, trusted)
    await closeServer(server)
    expect({ answer, code: codeOf(answer), connections }).toEqual({
      answer: notSent('CONNECTION_FAILED'),
      code: 'ECONNRESET',
      connections: 1,
    })
  })

  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'when the handshake (%s) outlasts the deadline, and it stays so when the handshake ends after all',
    async (version) => {
      const backend = createTlsServer({ ...identity, minVersion: version, maxVersion: version })
      let plainBytes = 0
      backend.on('secureConnection', (socket: TLSSocket) => {
        socket.on('data', (bytes) => (plainBytes += bytes.length))
        socket.on('error', () => {})
      })
      const backendPort = await listen(backend)
      // It holds what the client says until the test lets it through.
      const front = createServer({ pauseOnConnect: true })
      const port = await listen(front)
      const held = once(front, 'connection') as Promise<[Socket]>

      const atlas = connectTo(`https://127.0.0.1:${port}`, { ...trusted, timeoutMs: SHORT_MS })
      const paying = atlas.pay(paymentOf('A1'))
      const [client] = await held
      expect(await paying).toEqual(notSent('DEADLINE'))

      const handshake = Promise.withResolvers<void>()
      const onConnected = (): void => handshake.resolve()
      diagnostics.subscribe('undici:client:connected', onConnected)
      onTestFinished(() => void diagnostics.unsubscribe('undici:client:connected', onConnected))
      const through = connect(backendPort, '127.0.0.1')
      through.on('error', () => {})
      client.on('error', () => {})
      client.pipe(through).pipe(client)
      // The moment in which undici would start the request.
      await handshake.promise
      await atlas.close()
      await Promise.all([closeServer(front), closeServer(backend)])
      expect(plainBytes).toBe(0)
    },
  )

  test('when it offers HTTP/2 only', async () => {
    const server = createSecureServer(identity)
    let sessions = 0
    server.on('session', () => (sessions += 1))
    const port = await listen(server)
    expect(await payOnce(`https://127.0.0.1:${port}`, trusted)).toEqual(notSent('CONNECTION_FAILED'))
    await closeServer(server)
    expect(sessions).toBe(0)
  })

  test('when the credentials cannot be put into a header', async () => {
    expect(await payAgainst(answerPaid, {}, { clientSecret: 'one\r\nx-injected: two' })).toEqual({
      answer: notSent('CONNECTION_FAILED'),
      connections: 0,
      requests: 0,
      strayBytes: 0,
    })
  })

  test('when the connections were closed before', async () => {
    const server = await startFaultServer(answerPaid)
    const atlas = connectTo(`http://127.0.0.1:${server.port}`)
    await atlas.close()
    expect(await atlas.pay(paymentOf('A1'))).toEqual(notSent('CONNECTION_FAILED'))
    expect(await server.close()).toEqual({ connections: 0, requests: 0, strayBytes: 0 })
  })
})

describe('an exchange that breaks after the request left is unknown, and the request is not sent again', () => {
  test.each<[string, Reply]>([
    ['closes without an answer', (socket) => socket.end()],
    ['resets without an answer', (socket) => socket.resetAndDestroy()],
    ['closes inside the headers', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-type: appli')],
    [
      'ends the body early',
      (socket) => socket.end(jsonResponse(paid, { 'content-length': `${paid.length + 1}` })),
    ],
    [
      'resets inside the body',
      (socket) => resetAfter(socket, jsonResponse(paid, { 'content-length': '900' })),
    ],
    ['cuts a chunk', (socket) => socket.end(chunkedResponse([`ff\r\n${paid}`]))],
    ['leaves out the last chunk', (socket) => socket.end(chunkedResponse([chunk(paid)]))],
    ['answers garbage', (socket) => socket.end('\x00\x00\x12\x04\x00\x00\x00 this is not HTTP')],
    ['answers an empty line', (socket) => socket.end('\r\n')],
    [
      'changes the protocol',
      (socket) => socket.end('HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n'),
    ],
    ['asks to continue', (socket) => socket.end(`HTTP/1.1 100 Continue\r\n\r\n${jsonResponse(paid)}`)],
    ['announces an answer and closes', (socket) => socket.end('HTTP/1.1 103 Early Hints\r\n\r\n')],
    [
      'names two lengths',
      (socket) => socket.end(jsonResponse(paid, { 'Content-Length': `${paid.length - 1}` })),
    ],
    [
      'names a length and chunks',
      (socket) =>
        socket.end(chunkedResponse([chunk(paid), chunk('')], { 'content-length': `${paid.length}` })),
    ],
    [
      'answers 32 KiB of headers',
      (socket) => socket.end(jsonResponse(paid, { 'x-padding': 'x'.repeat(32 * 1_024) })),
    ],
  ])('when the server %s', async (_name, reply) => {
    expect(await payAgainst(reply)).toEqual({ answer: unknown('CONNECTION_LOST'), ...sentOnce })
  })

  test('when the server closes before it reads', async () => {
    const { answer, connections, requests } = await payAgainst(answerPaid, {
      greet: (socket) => socket.destroy(),
    })
    // That it saw nothing is known to this test only: the request had left.
    expect({ answer, connections, requests }).toEqual({
      answer: unknown('CONNECTION_LOST'),
      connections: 1,
      requests: 0,
    })
  })

  test('although a reset has the same error code as one inside the TLS handshake', async () => {
    const { answer } = await payAgainst((socket) => socket.resetAndDestroy())
    expect({ answer, code: codeOf(answer) }).toEqual({
      answer: unknown('CONNECTION_LOST'),
      code: 'ECONNRESET',
    })
  })

  test('when the server asks for a certificate of the client, after the request left', async () => {
    const tls = { ...identity, requestCert: true, ca: authority.certificate, minVersion: 'TLSv1.3' } as const
    expect(await payAgainst(answerPaid, { tls }, trusted)).toEqual({
      answer: unknown('CONNECTION_LOST'),
      connections: 0,
      requests: 0,
      strayBytes: 0,
    })
  })

  test.each<[string, Reply]>([
    ['no headers come', () => {}],
    ['the body stalls', (socket) => socket.write(jsonResponse(paid, { 'content-length': '900' }))],
    [
      'the body never ends but trickles',
      (socket) => trickle(socket, jsonResponse(paid, { 'content-length': '900' }), ' '),
    ],
    ['announcements never end', (socket) => trickle(socket, '', 'HTTP/1.1 103 Early Hints\r\n\r\n')],
  ])('when %s until the deadline', async (_name, reply) => {
    expect(await payAgainst(reply, {}, { timeoutMs: STALL_MS })).toEqual({
      answer: unknown('DEADLINE'),
      ...sentOnce,
    })
  })

  test.each<[string, string]>([
    ['with its length', jsonResponse(oversize)],
    ['with its length, and closed', jsonResponse(oversize, { connection: 'close' })],
    ['in one chunk', chunkedResponse([chunk(oversize), chunk('')])],
    ['until the connection closes', unboundedResponse(oversize)],
    ['as the start of 10 GB', jsonResponse(oversize, { 'content-length': '10000000000' })],
  ])('when the answer is too large, sent %s', async (_name, text) => {
    expect(await payAgainst((socket) => socket.end(text))).toEqual({
      answer: unknown('RESPONSE_TOO_LARGE'),
      ...sentOnce,
    })
  })

  test('when the answer is an endless stream of chunks', async () => {
    const reply: Reply = (socket) => {
      socket.write(chunkedResponse([]))
      const more = (): void => {
        while (socket.writable && socket.write(chunk(' '.repeat(1_024))));
      }
      socket.on('drain', more)
      more()
    }
    expect(await payAgainst(reply)).toEqual({ answer: unknown('RESPONSE_TOO_LARGE'), ...sentOnce })
  })

  test('when a body that ends with the connection is cut, which is no error of HTTP', async () => {
    const text = unboundedResponse(paid.slice(0, paid.length / 2))
    expect(await payAgainst((socket) => socket.end(text))).toEqual({
      answer: unknown('BODY_UNREADABLE'),
      ...sentOnce,
    })
  })

  test.each<[string, string]>([
    ['with its length', jsonResponse(paid)],
    ['in chunks', chunkedResponse([chunk(paid.slice(0, 9)), chunk(paid.slice(9)), chunk('')])],
    ['until the connection closes', unboundedResponse(paid)],
  ])('wherever an answer sent %s is cut', async (_name, text) => {
    const server = await startFaultServer((socket, request) => {
      socket.end(text.slice(0, Number(/x-cut-(\d+)/.exec(request)?.[1])))
    })
    const atlas = connectTo(`http://127.0.0.1:${server.port}`)
    const kinds: string[] = []
    for (let length = 0; length <= text.length; length += 1) {
      const answer = await atlas.pay({ ...paymentOf('A1'), requestSource: `x-cut-${length}` })
      kinds.push(answer.kind)
    }
    await atlas.close()
    expect(kinds).toEqual([...Array<string>(text.length).fill('unknown'), 'accepted'])
    expect(await server.close()).toEqual({
      connections: text.length + 1,
      requests: text.length + 1,
      strayBytes: 0,
    })
  })
})

describe('an HTTP status other than 200 is not followed, retried or taken for success', () => {
  test.each([201, 202, 204, 206, 300, 304, 408, 421, 425, 500, 502, 503, 504])('%i', async (status) => {
    // Those without a body by definition take what follows for the next response.
    const body = status === 204 || status === 304 ? '' : paid
    const headers = { 'content-type': 'application/json', 'retry-after': '0' }
    const text = `${head(status, { ...headers, 'content-length': String(body.length) })}${body}`
    expect(await payAgainst((socket) => socket.end(text))).toEqual({
      answer: unknown('HTTP_STATUS'),
      ...sentOnce,
    })
  })

  test.each([301, 302, 303, 307, 308])('%i to another server', async (status) => {
    const other = await startFaultServer(answerPaid)
    const location = `http://127.0.0.1:${other.port}/pay.do`
    const text = head(status, { location, 'content-length': '0' })
    expect(await payAgainst((socket) => socket.write(text))).toEqual({
      answer: unknown('HTTP_STATUS'),
      ...sentOnce,
    })
    expect(await other.close()).toEqual({ connections: 0, requests: 0, strayBytes: 0 })
  })
})

describe('a whole answer is read', () => {
  test.each<[string, string]>([
    ['with its length', jsonResponse(paid)],
    ['in chunks', chunkedResponse([chunk(paid.slice(0, 9)), chunk(paid.slice(9)), chunk('')])],
    ['until the connection closes', unboundedResponse(paid)],
    ['after early hints', `HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${jsonResponse(paid)}`],
    ['in exactly the bytes that are allowed', jsonResponse(allowed)],
  ])('that was sent %s', async (_name, text) => {
    expect(await payAgainst((socket) => socket.end(text))).toEqual({ answer: accepted, ...sentOnce })
  })

  test('over TLS, from a server that the named authority vouches for', async () => {
    expect(await payAgainst(answerPaid, { tls: identity }, trusted)).toEqual({
      answer: accepted,
      ...sentOnce,
    })
  })

  test('over HTTP/1.1, from a server that prefers HTTP/2', async () => {
    const server = createSecureServer({ ...identity, allowHTTP1: true })
    const seen: string[] = []
    server.on('session', () => seen.push('HTTP/2 session'))
    server.on('request', (request, answer) => {
      seen.push(`${request.method} ${request.url} ${request.httpVersion}`)
      answer.setHeader('content-type', 'application/json')
      answer.end(paid)
    })
    const port = await listen(server)
    expect(await payOnce(`https://127.0.0.1:${port}`, trusted)).toEqual(accepted)
    await closeServer(server)
    expect(seen).toEqual(['POST /pay.do 1.1'])
  })
})

describe('connections that are used again', () => {
  test('payments share one that the server keeps', async () => {
    const server = await startFaultServer(answerPaid)
    const atlas = connectTo(`http://127.0.0.1:${server.port}`)
    expect(await atlas.pay(paymentOf('A1'))).toEqual(accepted)
    await turns(2)
    expect(await atlas.pay(paymentOf('A1'))).toEqual(accepted)
    await atlas.close()
    expect(await server.close()).toEqual({ connections: 1, requests: 2, strayBytes: 0 })
  })

  test('closing ends a payment that has not left yet, which is proved not to be sent', async () => {
    const server = await startFaultServer(answerPaid)
    const atlas = connectTo(`http://127.0.0.1:${server.port}`)
    const paying = atlas.pay(paymentOf('A1'))
    await atlas.close()
    expect(await paying).toEqual(notSent('CONNECTION_FAILED'))
    expect(await server.close()).toMatchObject({ requests: 0, strayBytes: 0 })
  })

  test('a payment after an answer with which the server closed the connection takes a new one', async () => {
    const server = await startFaultServer((socket) => socket.end(jsonResponse(paid)))
    const atlas = connectTo(`http://127.0.0.1:${server.port}`)
    expect(await atlas.pay(paymentOf('A1'))).toEqual(accepted)
    await turns(2)
    expect(await atlas.pay(paymentOf('A1'))).toEqual(accepted)
    await atlas.close()
    expect(await server.close()).toEqual({ connections: 2, requests: 2, strayBytes: 0 })
  })

  /** As when the process stood still: the server may have closed it, of which nothing was heard yet. */
  test('a payment takes a new one when the clock says that the old one was idle for too long', async () => {
    const server = await startFaultServer(answerPaid)
    const atlas = connectTo(`http://127.0.0.1:${server.port}`)
    expect(await atlas.pay(paymentOf('A1'))).toEqual(accepted)
    await turns(2)
    const later = performance.now() + KEEP_ALIVE_MS
    const clock = vi.spyOn(performance, 'now').mockReturnValue(later)
    onTestFinished(() => clock.mockRestore())
    expect(await atlas.pay(paymentOf('A1'))).toEqual(accepted)
    await atlas.close()
    expect(await server.close()).toEqual({ connections: 2, requests: 2, strayBytes: 0 })
  })

  test('a payment that races with the end of its connection is sent at most once', async () => {
    const server = await startFaultServer((socket, request) => {
      answerOrder(socket, request)
      void turns(Number(/-(\d)"/.exec(request)![1])).then(() => socket.destroy())
    })
    const atlas = connectTo(`http://127.0.0.1:${server.port}`)
    const kinds = new Map<string, PayAnswer['kind']>()
    for (let round = 0; round < 200; round += 1) {
      const orderNo = `ORDER-${round}-${round % 8}`
      kinds.set(orderNo, (await atlas.pay(paymentOf(orderNo))).kind)
      await turns(round % 7)
    }
    await atlas.close()
    const { requests } = await server.close()
    expectSentAtMostOnce(kinds, server)
    // Not so hostile that nothing was paid.
    expect(requests).toBeGreaterThan(100)
  })

  test('a payment whose connection closes when it arrives is unknown and not sent on another', async () => {
    const replies: Reply[] = [answerPaid, (socket) => socket.end(), answerPaid]
    const server = await startFaultServer((socket, request) => replies.shift()?.(socket, request))
    const atlas = connectTo(`http://127.0.0.1:${server.port}`)
    expect(await atlas.pay(paymentOf('A1'))).toEqual(accepted)
    await turns(2)
    expect(await atlas.pay(paymentOf('A1'))).toEqual(unknown('CONNECTION_LOST'))
    await atlas.close()
    expect(await server.close()).toEqual({ connections: 1, requests: 2, strayBytes: 0 })
  })

  test('a second answer to one payment is never taken for the answer to the next', async () => {
    const replies: Reply[] = [
      (socket) => socket.write(jsonResponse(paid).repeat(2)),
      (socket) => socket.end(),
    ]
    const server = await startFaultServer((socket, request) => replies.shift()?.(socket, request))
    const atlas = connectTo(`http://127.0.0.1:${server.port}`)
    expect(await atlas.pay(paymentOf('A1'))).toEqual(accepted)
    expect(await atlas.pay(paymentOf('A1'))).toEqual(unknown('CONNECTION_LOST'))
    await atlas.close()
    expect(await server.close()).toEqual({ connections: 2, requests: 2, strayBytes: 0 })
  })

  test('fifty payments at the same time are sent once each', async () => {
    const server = await startFaultServer(answerOrder)
    const atlas = connectTo(`http://127.0.0.1:${server.port}`)
    const orderNos = Array.from({ length: 50 }, (_, index) => `ORDER-${index}`)
    const paying = orderNos.map((orderNo) => atlas.pay(paymentOf(orderNo)))
    expect(await Promise.all(paying)).toEqual(orderNos.map(() => accepted))
    await atlas.close()
    expect(await server.close()).toEqual({ connections: 50, requests: 50, strayBytes: 0 })
    expect(server.requests.map(orderNoOf).sort()).toEqual([...orderNos].sort())
  })

  test('more payments than connections are sent once each, and none before its predecessor is answered', async () => {
    const unanswered = new Map<Socket, number>()
    let unansweredMax = 0
    const server = await startFaultServer((socket, request) => {
      const count = (unanswered.get(socket) ?? 0) + 1
      unanswered.set(socket, count)
      unansweredMax = Math.max(unansweredMax, count)
      void answerLater(socket, request)
    })
    const answerLater = async (socket: Socket, request: string): Promise<void> => {
      await turns(3)
      unanswered.set(socket, unanswered.get(socket)! - 1)
      answerOrder(socket, request)
    }
    const atlas = connectTo(`http://127.0.0.1:${server.port}`)
    const orderNos = Array.from({ length: 400 }, (_, index) => `ORDER-${index}`)
    const paying = orderNos.map((orderNo) => atlas.pay(paymentOf(orderNo)))
    expect(await Promise.all(paying)).toEqual(orderNos.map(() => accepted))
    await atlas.close()
    expect(await server.close()).toEqual({ connections: 256, requests: 400, strayBytes: 0 })
    expect(server.requests.map(orderNoOf).sort()).toEqual([...orderNos].sort())
    expect(unansweredMax).toBe(1)
  })

  test('waves of payments to a server that fails now and then are never sent twice', async () => {
    const faults: Reply[] = [
      answerOrder,
      answerOrder,
      (socket) => socket.resetAndDestroy(),
      (socket, request) => socket.end(jsonResponse(paid.replace('A1', orderNoOf(request)))),
      answerOrder,
      (socket) => socket.end('HTTP/1.1 200 OK\r\n'),
    ]
    let turn = 0
    const server = await startFaultServer((socket, request) =>
      faults[turn++ % faults.length]!(socket, request),
    )
    const atlas = connectTo(`http://127.0.0.1:${server.port}`)
    const kinds = new Map<string, PayAnswer['kind']>()
    for (let wave = 0; wave < 6; wave += 1) {
      const orderNos = Array.from({ length: 50 }, (_, index) => `ORDER-${wave}-${index}`)
      const paying = orderNos.map(async (orderNo) => {
        kinds.set(orderNo, (await atlas.pay(paymentOf(orderNo))).kind)
      })
      await Promise.all(paying)
      await turns(2)
    }
    await atlas.close()
    const { connections, requests } = await server.close()
    expectSentAtMostOnce(kinds, server)
    // It must have been a real storm: most requests came, some on connections that were used before.
    expect(requests).toBeGreaterThan(250)
    expect(connections).toBeLessThan(requests)
    expect(new Set(kinds.values())).toEqual(new Set(['accepted', 'unknown']))
  })
})

describe('what the environment says about TLS and proxies', () => {
  test('NODE_TLS_REJECT_UNAUTHORIZED=0 does not make an unverified server trusted', async () => {
    const [server, other] = await Promise.all([startTls(), startTls()])
    const result = await payInProcess(
      { orderNo: 'A1', baseUrl: urlOf(server), fetchUrl: urlOf(other) },
      { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    )
    expect(result).toEqual({
      answer: { kind: 'not-sent', reason: 'CONNECTION_FAILED' },
      causeCode: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      memoryBytes: expect.any(Number),
      // The variable was in effect: Node's own client did trust that certificate.
      fetched: true,
    })
    expect(await server.close()).toEqual({ connections: 0, requests: 0, strayBytes: 0 })
    await other.close()
  })

  test('NODE_EXTRA_CA_CERTS does not add an authority', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'transport-faults-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const path = join(folder, 'authority.pem')
    await writeFile(path, authority.certificate)
    const [server, other] = await Promise.all([startTls(), startTls()])
    const result = await payInProcess(
      { orderNo: 'A1', baseUrl: urlOf(server), fetchUrl: urlOf(other) },
      { NODE_EXTRA_CA_CERTS: path },
    )
    expect(result).toEqual({
      answer: { kind: 'not-sent', reason: 'CONNECTION_FAILED' },
      causeCode: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      memoryBytes: expect.any(Number),
      fetched: true,
    })
    expect(await server.close()).toEqual({ connections: 0, requests: 0, strayBytes: 0 })
    await other.close()
  })

  test.each([
    ['http', undefined],
    ['https', identity],
  ])('proxy variables do not divert a payment over %s', async (_scheme, tls) => {
    const proxy = await startFaultServer((socket) => socket.destroy())
    const server = await startFaultServer(answerPaid, tls && { tls })
    const baseUrl = `${tls ? 'https' : 'http'}://127.0.0.1:${server.port}`
    const proxyUrl = `http://127.0.0.1:${proxy.port}`
    const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy']
    const environment = {
      ...Object.fromEntries(names.map((name) => [name, proxyUrl])),
      NODE_USE_ENV_PROXY: '1',
    }

    expect(await payInProcess({ orderNo: 'A1', baseUrl, ...trusted }, environment)).toMatchObject({
      answer: accepted,
    })
    expect(await server.close()).toEqual(sentOnce)
    expect(await proxy.close()).toEqual({ connections: 0, requests: 0, strayBytes: 0 })
  })

  test('although the same proxy variables do divert what Node itself fetches', async () => {
    const proxy = await startFaultServer((socket) => socket.end(head(502, {})))
    const server = await startFaultServer(answerPaid)
    const proxyUrl = `http://127.0.0.1:${proxy.port}`
    await payInProcess(
      { orderNo: 'A1', baseUrl: `http://127.0.0.1:${server.port}`, fetchUrl: 'http://atlas.invalid/' },
      { HTTP_PROXY: proxyUrl, NODE_USE_ENV_PROXY: '1' },
    )
    expect(await server.close()).toEqual(sentOnce)
    expect(await proxy.close()).toMatchObject({ requests: 1 })
  })
})

describe('sendOnce, whatever its dispatcher does', () => {
  test('refuses a second start of the request, and the exchange is lost', async () => {
    const [first, second] = [new ScriptedController(), new ScriptedController()]
    const dispatcher = new ScriptedDispatcher((handler) => {
      handler.onRequestStart?.(first, null)
      handler.onRequestStart?.(second, null)
    })
    expect(await sendOnce(dispatcher, post())).toEqual({
      kind: 'lost',
      reason: 'RESEND_REFUSED',
      cause: expect.any(Error),
    })
    expect([first.aborted, second.aborted]).toEqual([false, true])
  })

  test('refuses a start after the deadline, which was "not sent"', async () => {
    const controller = new ScriptedController()
    let start = (): void => {}
    const dispatcher = new ScriptedDispatcher((handler) => {
      start = () => handler.onRequestStart?.(controller, null)
    })
    const sent = await sendOnce(dispatcher, { ...post(), startWithinMs: 1 })
    expect(sent).toEqual({ kind: 'not-sent', reason: 'DEADLINE', cause: timeout })
    expect(controller.aborted).toBe(false)
    start()
    expect(controller.aborted).toBe(true)
  })

  test('refuses a start that may not be any more, just before the first byte', async () => {
    const controller = new ScriptedController()
    const dispatcher = new ScriptedDispatcher((handler) => handler.onRequestStart?.(controller, null))
    expect(await sendOnce(dispatcher, { ...post(), mayStart: () => false })).toEqual({
      kind: 'not-sent',
      reason: 'CLAIM_STALE',
      cause: null,
    })
    expect(controller.aborted).toBe(true)
  })

  test('a payment that may not start any more reaches the server with no byte', async () => {
    const server = await startFaultServer(answerPaid)
    const atlas = connectTo(`http://127.0.0.1:${server.port}`)
    expect(await atlas.pay(paymentOf('A1'), () => false)).toEqual({ ...notSent('CLAIM_STALE'), cause: null })
    await atlas.close()
    expect(await server.close()).toMatchObject({ requests: 0, strayBytes: 0 })
  })

  test('refuses a start after the answer', async () => {
    const [first, second] = [new ScriptedController(), new ScriptedController()]
    const dispatcher = new ScriptedDispatcher((handler) => {
      handler.onRequestStart?.(first, null)
      handler.onResponseStart?.(first, 200, {})
      handler.onResponseEnd?.(first, {})
      handler.onRequestStart?.(second, null)
    })
    expect(await sendOnce(dispatcher, post())).toEqual({
      kind: 'answered',
      httpStatus: 200,
      headers: {},
      body: Buffer.alloc(0),
    })
    expect([first.aborted, second.aborted]).toEqual([false, true])
  })

  describe('by its deadline', () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
    afterEach(() => void vi.useRealTimers())

    /** An exchange whose request starts after so many milliseconds, and is never answered. */
    function exchangeThatStartsAfter(startMs: number, bounds: Pick<OncePost, 'timeoutMs' | 'startWithinMs'>) {
      const controller = new ScriptedController()
      const dispatcher = new ScriptedDispatcher((handler) => {
        setTimeout(() => handler.onRequestStart?.(controller, null), startMs)
      })
      const sent: Exchange[] = []
      void sendOnce(dispatcher, { ...post(), ...bounds }).then((exchange) => sent.push(exchange))
      return { sent, controller }
    }

    test.each([
      ['not sent when it did not start in time', 60, { startWithinMs: 50, timeoutMs: 500 }, 50, 'not-sent'],
      ['lost a whole deadline after its start', 40, { startWithinMs: 50, timeoutMs: 500 }, 540, 'lost'],
      ['lost a deadline after the call, without a time to start', 40, { timeoutMs: 500 }, 500, 'lost'],
      ['not sent, without a time to start', 600, { timeoutMs: 500 }, 500, 'not-sent'],
    ] as const)('is %s', async (_name, startMs, bounds, endMs, kind) => {
      const { sent, controller } = exchangeThatStartsAfter(startMs, bounds)
      await vi.advanceTimersByTimeAsync(endMs - 1)
      expect(sent).toEqual([])
      await vi.advanceTimersByTimeAsync(1)
      expect(sent).toEqual([{ kind, reason: 'DEADLINE', cause: timeout }])
      // One that starts later is aborted before its first byte.
      await vi.advanceTimersByTimeAsync(200)
      expect(controller.aborted).toBe(true)
    })
  })

  test('is "not sent" when dispatching throws before a start', async () => {
    const fault = new Error('fault')
    const dispatcher = new ScriptedDispatcher(() => {
      throw fault
    })
    expect(await sendOnce(dispatcher, post())).toEqual({
      kind: 'not-sent',
      reason: 'CONNECTION_FAILED',
      cause: fault,
    })
  })

  test('is lost when dispatching throws after a start', async () => {
    const fault = new Error('fault')
    const dispatcher = new ScriptedDispatcher((handler) => {
      handler.onRequestStart?.(new ScriptedController(), null)
      throw fault
    })
    expect(await sendOnce(dispatcher, post())).toEqual({
      kind: 'lost',
      reason: 'CONNECTION_LOST',
      cause: fault,
    })
  })

  test.each([
    ['an undici agent as it comes sends a POST again over HTTP/2', false, 2],
    ['sendOnce through such an agent does not', true, 1],
  ])('%s', async (_name, guarded, streamsExpected) => {
    const server = createSecureServer(identity)
    let streams = 0
    server.on('stream', (stream) => {
      streams += 1
      stream.on('error', () => {})
      if (streams === 1) stream.close(constants.NGHTTP2_REFUSED_STREAM)
      else stream.respond({ ':status': 200 }, { endStream: true })
    })
    const origin = `https://127.0.0.1:${await listen(server)}`
    const agent = new Agent({ connect: trusted })
    const outcome = guarded
      ? await sendOnce(agent, { ...post(), origin })
      : await agent.request({ origin, path: '/', method: 'POST', body: '{}' })
    await agent.destroy()
    await closeServer(server)
    expect(streams).toBe(streamsExpected)
    expect(outcome).toMatchObject(guarded ? { kind: 'lost', reason: 'RESEND_REFUSED' } : { statusCode: 200 })
  })
})

/** No order came twice, what was accepted came, and what was "not sent" did not. */
function expectSentAtMostOnce(kinds: ReadonlyMap<string, PayAnswer['kind']>, server: FaultServer): void {
  const seen = server.requests.map(orderNoOf)
  const wrong = [...kinds].filter(([orderNo, kind]) => {
    const times = seen.filter((other) => other === orderNo).length
    return times > 1 || (kind === 'accepted' && times === 0) || (kind === 'not-sent' && times > 0)
  })
  expect(wrong).toEqual([])
}

function startTls(): Promise<FaultServer> {
  return startFaultServer(answerPaid, { tls: identity })
}

function urlOf({ port }: FaultServer): string {
  return `https://127.0.0.1:${port}`
}

function answerPaid(socket: Socket): void {
  socket.write(jsonResponse(paid))
}

function answerOrder(socket: Socket, request: string): void {
  socket.write(jsonResponse(paid.replace('A1', orderNoOf(request))))
}

function orderNoOf(request: string): string {
  return /"orderNo":"([^"]+)"/.exec(request)![1]!
}

/** Writes, and resets once the bytes are with the system. */
function resetAfter(socket: Socket, text: string): void {
  socket.write(text, () => socket.resetAndDestroy())
}

/** Writes a start, then some more at short intervals for as long as the client stays. */
function trickle(socket: Socket, start: string, more: string): void {
  socket.write(start)
  const timer = setInterval(() => socket.write(more), 10)
  socket.on('close', () => clearInterval(timer))
}

/** Lets the event loop turn, as it does between two payments. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await setImmediate()
}

function post(): OncePost {
  return {
    origin: 'http://127.0.0.1',
    path: '/pay.do',
    headers: {},
    body: '{}',
    timeoutMs: 2_000,
    bytesMax: WIRE_BYTES_MAX,
  }
}

const timeout: unknown = expect.objectContaining({ name: 'TimeoutError' })

function notSent(reason: NotSentReason): PayAnswer {
  return { kind: 'not-sent', reason, cause: expect.any(Error) }
}

function unknown(reason: UnknownReason): PayAnswer {
  return { kind: 'unknown', reason, atlasStatus: null, cause: expect.any(Error) }
}

function codeOf(answer: PayAnswer): unknown {
  return 'cause' in answer ? (answer.cause as NodeJS.ErrnoException).code : undefined
}
