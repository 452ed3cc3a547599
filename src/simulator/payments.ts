/** pay.do once the request is known to be well-formed: who may pay, when money moves, what is answered. */

import type { ServerResponse } from 'node:http'
import { sendBrokenJson, sendHttpError, sendReply, sendTruncatedGzip } from './answers.ts'
import type { PayRequest } from './checks.ts'
import type { Order, OrderBook } from './orders.ts'
import { payAccepted, refused } from './replies.ts'
import { ordinary, type Answer, type Scenario } from './scenarios.ts'

export interface PaymentOptions {
  readonly book: OrderBook
  readonly latencyMs: number
  readonly slowMs: number
  readonly guardsOrders: boolean
  readonly now: () => number
  /** Runs something later, unless the simulator is closed before. */
  readonly after: (ms: number, action: () => void) => void
  /** Called once for each time money moves. */
  readonly onCharge: () => void
}

/** Takes one payment and answers it. What was begun goes on when the client leaves, as it does at Atlas. */
export type TakePayment = (order: Order, request: PayRequest, response: ServerResponse) => void

/** An order number no request has: what SIM-WRONG-ECHO answers for. */
const otherOrderNo = 'TESTA20200101000000000'

export function createPayments(options: PaymentOptions): TakePayment {
  const { book, latencyMs, slowMs, guardsOrders, now, after, onCharge } = options
  const answerAfterMs = { latency: latencyMs, slow: slowMs, nothing: 0 }

  const refusalOf = (order: Order, scenario: Scenario): number | null => {
    if (guardsOrders && order.charges > 0) return 404
    if (guardsOrders && order.paymentsUnderWay > 0 && scenario.money !== 'elsewhere') return 406
    // A scenario that charges nothing says its piece however old the order is.
    if (scenario.money === 'before-answer' || scenario.money === 'late') {
      if (now() >= order.payDeadlineAt) return 401
    }
    return null
  }

  const charge = (order: Order, paymentMethod: number): void => {
    book.charge(order, paymentMethod)
    onCharge()
  }

  return (order, { paymentMethod }, response) => {
    const scenario = scenarioFor(order, paymentMethod)
    const refusal = refusalOf(order, scenario)
    if (refusal !== null) {
      after(latencyMs, () => sendReply(response, refused(refusal, order.orderNo)))
      return
    }

    const answer = (): void => sendAnswer(response, scenario.answer, order.orderNo, paymentMethod)
    const waitMs = answerAfterMs[scenario.answerAfter]
    switch (scenario.money) {
      case 'none':
        after(waitMs, answer)
        break
      case 'before-answer':
        book.startPayment(order)
        after(waitMs, () => {
          charge(order, paymentMethod)
          answer()
        })
        break
      case 'late':
        book.startPayment(order)
        after(slowMs, () => charge(order, paymentMethod))
        after(waitMs, answer)
        break
      case 'elsewhere':
        if (order.paidAt === null && order.paymentsUnderWay === 0) {
          book.startPayment(order)
          after(slowMs, () => book.payElsewhere(order, paymentMethod))
        }
        after(waitMs, answer)
        break
    }
  }
}

function scenarioFor(order: Order, paymentMethod: number): Scenario {
  const { scenario } = order
  const isAffected = (scenario.onlyPaymentMethod ?? paymentMethod) === paymentMethod
  return isAffected ? scenario : ordinary
}

function sendAnswer(response: ServerResponse, answer: Answer, orderNo: string, paymentMethod: number): void {
  const accepted = payAccepted(orderNo, paymentMethod)
  switch (answer.kind) {
    case 'status':
      sendReply(response, answer.status === 0 ? accepted : refused(answer.status, orderNo))
      break
    case 'http':
      sendHttpError(response, answer.httpStatus, answer.retryAfterSeconds)
      break
    case 'silence':
      // The socket stays open until the client or close() ends it.
      break
    case 'reset':
      response.socket?.resetAndDestroy()
      break
    case 'broken-json':
      sendBrokenJson(response, accepted)
      break
    case 'wrong-echo':
      sendReply(response, payAccepted(otherOrderNo, paymentMethod))
      break
    case 'truncated-gzip':
      sendTruncatedGzip(response, accepted)
      break
  }
}
