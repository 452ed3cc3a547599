/**
 * A fake Atlas that knows what it charged. Unlike the simulator it can be careless: an order whose number has
 * `-U-` in it is charged for every request that is accepted; every other order is guarded as Atlas documents it
 * (paid: 404, being paid: 406). A gateway that is killed changes nothing here: what has arrived is carried out.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type PayFault, planPay, planRead, type ReadFault } from './oracle-faults.ts'
import { hang, type OracleOrder, orderReply, payReply, reset, sendJson } from './oracle-replies.ts'
import type { Truth, TruthCharge, TruthRequest } from './truth.ts'

export interface OracleOptions {
  readonly seed: string
  /** The gateway's deadline of an exchange, in milliseconds: late answers come after it. */
  readonly exchangeMs: number
  /** False: only faults that an order number asks for. */
  readonly faulty: boolean
}

interface Order extends OracleOrder {
  /** Told when a pay.do arrives. */
  readonly watchers: (() => void)[]
}

/** How long a stale reading hides a charge, in milliseconds. */
const STALE_MS = 600

/** Starts an oracle on a free loopback port. Resolves with its URL; it lives as long as its process. */
export async function startOracle(options: OracleOptions): Promise<string> {
  const orders = new Map<string, Order>()
  const injected: Partial<Record<PayFault | ReadFault, number>> = {}
  /** Set from outside: readings hang. */
  let isBlind = false

  function orderOf(orderNo: string): Order {
    const known = orders.get(orderNo)
    if (known !== undefined) return known
    const order: Order = { orderNo, requests: [], charges: [], reads: 0, applying: 0, watchers: [] }
    orders.set(orderNo, order)
    return order
  }

  const inject = (fault: PayFault | ReadFault): void => {
    injected[fault] = (injected[fault] ?? 0) + 1
  }

  async function pay(orderNo: string, paymentMethod: number, response: ServerResponse): Promise<void> {
    const order = orderOf(orderNo)
    const planned = planPay(options.seed, orderNo, order.requests.length, paymentMethod)
    const isWanted = options.faulty || orderNo.endsWith(`.${planned.fault}`)
    const { fault, workMs, lateMs } = isWanted ? planned : { ...planned, fault: 'none' as const }
    const request: TruthRequest = { arrivedAt: Date.now(), paymentMethod, fault, answeredAt: null }
    order.requests.push(request)
    for (const watcher of order.watchers.splice(0)) watcher()

    const guard = isGuarded(orderNo) ? guardStatus(order) : null
    const answer = (status: number): void => {
      request.answeredAt = Date.now()
      sendJson(response, payReply(orderNo, paymentMethod, status))
    }
    const answerHttp = (): void => {
      request.answeredAt = Date.now()
      response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad Gateway</h1>')
    }
    if (guard !== null) {
      // Its answer can be lost like any other.
      if (fault === 'lose-reset') reset(response)
      else answer(guard)
      return
    }
    const charge = (): void => {
      const { arrivedAt } = request
      order.charges.push({ chargedAt: Date.now(), arrivedAt, paymentMethod } satisfies TruthCharge)
    }
    order.applying += 1
    await sleep(workMs)
    inject(fault)
    switch (fault) {
      case 'none':
      case 'slow':
        charge()
        answer(0)
        break
      case 'answer-late':
        charge()
        await sleep(options.exchangeMs + lateMs)
        answer(0)
        break
      case 'lose-reset':
        reset(response)
        break
      case 'lose-hang':
        hang(response)
        break
      case 'charge-reset':
        charge()
        reset(response)
        break
      case 'charge-hang':
        charge()
        hang(response)
        break
      case 'charge-garbled':
        charge()
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"status": 0, "orderN')
        break
      case 'late-reset':
        reset(response)
        await sleep(lateMs)
        charge()
        break
      case 'late-hang':
        hang(response)
        await sleep(lateMs)
        charge()
        break
      case 'http-before':
        answerHttp()
        break
      case 'http-after':
        charge()
        answerHttp()
        break
      case 'refuse-403':
        answer(403)
        break
      case 'refuse-411':
        answer(411)
        break
      case 'refuse-411-late':
        answer(411)
        await sleep(lateMs)
        charge()
        break
    }
    order.applying -= 1
  }

  function read(orderNo: string, response: ServerResponse): void {
    const order = orderOf(orderNo)
    const fault = options.faulty ? planRead(options.seed, orderNo, order.reads) : 'none'
    order.reads += 1
    if (isBlind) {
      hang(response)
      return
    }
    if (fault !== 'none') inject(fault)
    switch (fault) {
      case 'none':
        sendJson(response, orderReply(order, 0))
        break
      case 'read-http':
        response.writeHead(500, { 'content-type': 'text/plain' }).end('fault')
        break
      case 'read-reset':
        reset(response)
        break
      case 'read-hang':
        hang(response)
        break
      case 'read-busy':
        sendJson(response, { ...orderReply(order, 0), status: 705, orderStatus: null })
        break
      case 'read-empty':
        sendJson(response, { status: 0, msg: null, orderNo: null, orderStatus: null, ticketStatus: null })
        break
      case 'read-stale':
        sendJson(response, orderReply(order, STALE_MS))
        break
    }
  }

  /** The judge's side. */
  async function control(path: string, response: ServerResponse): Promise<void> {
    const url = new URL(path, 'http://oracle')
    switch (url.pathname) {
      case '/oracle/truth': {
        const list = [...orders.values()].map(({ orderNo, requests, charges, reads }) => {
          return { orderNo, requests, charges, reads }
        })
        sendJson(response, { orders: list, injected } satisfies Truth)
        return
      }
      case '/oracle/arrival': {
        // Answers once a pay.do of the order has arrived.
        const order = orderOf(url.searchParams.get('orderNo') ?? '')
        if (order.requests.length === 0) await new Promise<void>((resolve) => order.watchers.push(resolve))
        sendJson(response, {})
        return
      }
      case '/oracle/blind':
        isBlind = url.searchParams.get('on') === 'true'
        sendJson(response, {})
        return
      default:
        response.writeHead(404).end()
    }
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url: path = '/' } = request
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    if (path.startsWith('/oracle/')) {
      await control(path, response)
      return
    }
    const body = JSON.parse(Buffer.concat(chunks).toString()) as { orderNo: string; paymentMethod: number }
    if (path.endsWith('/pay.do')) await pay(body.orderNo, body.paymentMethod, response)
    else if (path.endsWith('/queryOrderDetails.do')) read(body.orderNo, response)
    else response.writeHead(404).end()
  }

  const server = createServer((request, response) => {
    // A gateway that dies takes its connections with it, even in the middle of a request.
    response.on('error', () => {})
    handle(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function isGuarded(orderNo: string): boolean {
  return !orderNo.includes('-U-')
}

function guardStatus(order: Order): number | null {
  if (order.charges.length > 0) return 404
  return order.applying > 0 ? 406 : null
}
