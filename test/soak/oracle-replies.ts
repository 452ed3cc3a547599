/** How the oracle answers, and how it fails to. */

import type { ServerResponse } from 'node:http'
import type { TruthOrder } from './truth.ts'

/** Longest that a request is left hanging, in milliseconds: every gateway under test gives up sooner. */
const HANG_MS = 20_000

/** How long an order is ticketing before it is ticketed, in milliseconds. */
const TICKETING_MS = 2_000

/** An order, and what only the running oracle knows of it. */
export interface OracleOrder extends TruthOrder {
  /** Requests that may still charge. */
  applying: number
}

export function payReply(orderNo: string, paymentMethod: number, status: number): object {
  const isAccepted = status === 0
  return {
    status,
    // Lies on purpose: nobody may decide by it.
    msg: isAccepted ? 'payment failed' : 'success',
    orderNo,
    paymentMethod: isAccepted ? paymentMethod : null,
    pnrCode: isAccepted ? 'ROWFRI' : null,
  }
}

/** The order as queryOrderDetails.do tells it; a charge younger than `hiddenMs` is not shown. */
export function orderReply(order: OracleOrder, hiddenMs: number): object {
  const now = Date.now()
  const charge = order.charges.find(({ chargedAt }) => chargedAt <= now - hiddenMs)
  const isTicketed = charge !== undefined && now - charge.chargedAt > TICKETING_MS
  const orderStatus = isTicketed ? '2' : '1'
  return {
    status: 0,
    msg: 'success',
    orderNo: order.orderNo,
    orderStatus: charge === undefined ? '0' : orderStatus,
    ticketStatus: isTicketed ? '1' : '0',
    payTime: charge === undefined ? null : new Date(charge.chargedAt).toISOString().slice(0, 19),
    payment: charge === undefined ? null : {},
    paymentMethod: charge?.paymentMethod ?? null,
    paymentAttempted: charge === undefined && order.applying > 0 && isByCard(order) ? true : null,
    pnrCode: 'ROWFRI',
  }
}

/** Atlas tells of a card that it has begun to charge, and of no other method. */
function isByCard({ requests }: OracleOrder): boolean {
  return requests.at(-1)?.paymentMethod === 3
}

export function sendJson(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

export function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy()
}

export function hang(response: ServerResponse): void {
  const timer = setTimeout(() => response.destroy(), HANG_MS)
  response.once('close', () => clearTimeout(timer))
}
