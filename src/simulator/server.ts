/** A simulated Atlas: a real HTTP server with the two endpoints of payment, and magic order numbers to break it. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sendJson, sendReply, sendText } from './answers.ts'
import { acceptsGzip, checkPayRequest, checkQueryRequest, type Call } from './checks.ts'
import { createOrderBook, viewOf, type SimulatedOrder, type SimulatorTotals } from './orders.ts'
import { createPayments } from './payments.ts'
import { answerQuery } from './queries.ts'
import { scenarioTable } from './scenarios.ts'

export interface SimulatorOptions {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  /** The one pair of credentials it accepts. */
  readonly clientId: string
  readonly clientSecret: string
  /** How long a well-formed pay.do takes; default 150, what Atlas's sandbox needs. Queries answer at once. */
  readonly latencyMs?: number
  /** From paid to ticketed, measured by `now`; default 5000. */
  readonly ticketAfterMs?: number
  /** How long the slow and late scenarios take; default 4000. */
  readonly slowMs?: number
  /**
   * Default true: an order that was charged answers 404, one being charged 406.
   * False charges every request that arrives, so a test sees each one it should not have sent.
   */
  readonly guardsOrders?: boolean
  /** Epoch milliseconds; default Date.now. Latencies run on real timers all the same. */
  readonly now?: () => number
}

export interface Simulator {
  readonly url: string
  /** The order as it is now, or undefined when no request has named it; never creates one. */
  order(orderNo: string): SimulatedOrder | undefined
  totals(): SimulatorTotals
  /** Ends connections and timers at once; what was under way never happens. */
  close(): Promise<void>
}

/** Far above any pay.do; longer bodies are read to their end but not kept. */
const bodyBytesMax = 64 * 1024

const orderPathPrefix = '/simulator/orders/'

/** Resolves once it listens; rejects when it cannot, for example because the port is taken. */
export async function createSimulator(options: SimulatorOptions): Promise<Simulator> {
  const {
    latencyMs = 150,
    ticketAfterMs = 5000,
    slowMs = 4000,
    guardsOrders = true,
    now = Date.now,
  } = options
  const book = createOrderBook({ ticketAfterMs, now })
  const timers = createTimers()
  const counted = { payRequests: 0, charges: 0, queries: 0 }
  const takePayment = createPayments({
    book,
    latencyMs,
    slowMs,
    guardsOrders,
    now,
    after: timers.after,
    onCharge: () => (counted.charges += 1),
  })

  const pay = (call: Call, response: ServerResponse): void => {
    counted.payRequests += 1
    const checked = checkPayRequest(call, options)
    if (checked.kind === 'refused') {
      if (checked.orderNo !== null) book.see(checked.orderNo).payRequests += 1
      sendReply(response, checked.reply, acceptsGzip(call.headers))
      return
    }
    const order = book.see(checked.request.orderNo)
    order.payRequests += 1
    takePayment(order, checked.request, response)
  }

  const query = (call: Call, response: ServerResponse): void => {
    counted.queries += 1
    const checked = checkQueryRequest(call, options)
    if (checked.kind === 'refused') {
      sendReply(response, checked.reply, acceptsGzip(call.headers))
      return
    }
    const order = book.see(checked.request.orderNo)
    book.read(order)
    answerQuery(response, order, now())
  }

  const orderView = (orderNo: string): SimulatedOrder | undefined => {
    const order = book.find(orderNo)
    return order === undefined ? undefined : viewOf(order, now())
  }
  const totals = (): SimulatorTotals => ({ ...counted, orders: book.ordersSeen() })

  const look = (path: string, response: ServerResponse): void => {
    if (path === '/') return sendText(response, 200, frontPage)
    if (path === '/simulator/totals') return sendJson(response, totals())
    const orderNo = path.startsWith(orderPathPrefix) ? decoded(path.slice(orderPathPrefix.length)) : null
    const view = orderNo === null ? undefined : orderView(orderNo)
    return view === undefined ? sendText(response, 404, 'Not found') : sendJson(response, view)
  }

  const endpoints = new Map([
    ['/pay.do', pay],
    ['/queryOrderDetails.do', query],
  ])

  const server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/\?.*$/s, '')
    const endpoint = endpoints.get(path)
    if (endpoint !== undefined && request.method === 'POST') {
      readBody(request, (body) => endpoint({ headers: request.headers, body }, response))
    } else if (endpoint !== undefined) {
      sendText(response, 405, 'Method not allowed', { allow: 'POST' })
    } else if (request.method === 'GET') {
      look(path, response)
    } else {
      sendText(response, 404, 'Not found')
    }
  })

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, resolve)
  })
  const { address, family, port } = server.address() as AddressInfo

  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    order: orderView,
    totals,
    async close() {
      timers.clear()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

const frontPage = [
  'This is a simulation of Atlas. No real order is paid and no money moves.',
  '',
  'POST /pay.do and POST /queryOrderDetails.do answer as Atlas does.',
  'GET /simulator/orders/{orderNo} and GET /simulator/totals say what happened.',
  '',
  'Any order number pays. These do something else; add -<anything> to have a new order:',
  '',
  ...scenarioTable.map(({ name, description }) => `  ${name.padEnd(30)}${description}`),
].join('\n')

interface Timers {
  readonly after: (ms: number, action: () => void) => void
  readonly clear: () => void
}

function createTimers(): Timers {
  const pending = new Set<NodeJS.Timeout>()
  return {
    after(ms, action) {
      const timer = setTimeout(() => {
        pending.delete(timer)
        action()
      }, ms)
      pending.add(timer)
    },
    clear() {
      for (const timer of pending) clearTimeout(timer)
      pending.clear()
    },
  }
}

/** Calls back with the whole body, or null when it was too long; never, when the client leaves half way. */
function readBody(request: IncomingMessage, whenRead: (body: string | null) => void): void {
  const chunks: Buffer[] = []
  let bytes = 0
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes <= bodyBytesMax) chunks.push(chunk)
  })
  request.on('end', () => whenRead(bytes > bodyBytesMax ? null : Buffer.concat(chunks).toString('utf8')))
}

function decoded(segment: string): string | null {
  try {
    return decodeURIComponent(segment)
  } catch {
    return null
  }
}
