/** An Atlas that answers what a test tells it to, and keeps what it was sent. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request as it arrived. */
interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}

/** Answers one request. `seen.body` is the parsed JSON. */
export type Answer = (response: ServerResponse, seen: SeenRequest) => void

export interface ScriptedAtlas {
  readonly url: string
  /** Every pay.do since the start, in order. */
  readonly seen: SeenRequest[]
  /** Every queryOrderDetails.do since the start, in order. */
  readonly reads: SeenRequest[]
  /** What the next pay.do are answered. */
  answer: Answer
  /** What the next queryOrderDetails.do are answered; at first, that Atlas is busy. */
  read: Answer
  close(): Promise<void>
}

export async function startScriptedAtlas(answer: Answer = answerStatus(0)): Promise<ScriptedAtlas> {
  const seen: SeenRequest[] = []
  const reads: SeenRequest[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request
      const one = { method, path, headers, body: JSON.parse(Buffer.concat(chunks).toString()) as unknown }
      const isRead = path.endsWith('/queryOrderDetails.do')
      ;(isRead ? reads : seen).push(one)
      ;(isRead ? atlas.read : atlas.answer)(response, one)
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const atlas: ScriptedAtlas = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    reads,
    answer,
    read: (response) => response.writeHead(503).end(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return atlas
}

/** A reply with this status that echoes the request, as Atlas sends it. `msg` lies on purpose. */
export function answerStatus(status: unknown, more: object = {}): Answer {
  return (response, { body }) => {
    const { orderNo, paymentMethod } = body as { orderNo: string; paymentMethod: number }
    const accepted = status === 0
    answerJson({
      status,
      msg: accepted ? 'payment failed, please retry' : 'success',
      orderNo,
      paymentMethod: accepted ? paymentMethod : null,
      pnrCode: accepted ? 'ROWFRI' : null,
      ...more,
    })(response, { method: '', path: '', headers: {}, body })
  }
}

/** An order as queryOrderDetails.do tells it; unpaid unless `order` says otherwise. */
export function answerOrder(order: object = {}): Answer {
  return (response, seen) => {
    const { orderNo } = seen.body as { orderNo: string }
    const unpaid = {
      status: 0,
      msg: 'success',
      orderNo,
      orderStatus: '0',
      ticketStatus: '0',
      payTime: null,
      payment: null,
      paymentMethod: null,
      paymentAttempted: null,
      pnrCode: 'ROWFRI',
    }
    answerJson({ ...unpaid, ...order })(response, seen)
  }
}

/** A reply with this JSON. */
export function answerJson(value: unknown): Answer {
  return (response) => {
    response.setHeader('content-type', 'application/json;charset=UTF-8')
    response.end(JSON.stringify(value))
  }
}
