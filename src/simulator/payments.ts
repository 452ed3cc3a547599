/** pay.do once the request is known to be well-formed: who may pay, when money moves, what is answered. */

import type { ServerResponse } from 'node:http'
import { sendBrokenJson, sendHttpError, sendReply, sendTruncatedGzip } from './answers.ts'
import { createCardDesk } from './cards.ts'
import type { PayRequest } from './checks.ts'
import type { Order, OrderBook } from './orders.ts'
import { otherOrderNo, payAccepted, refused } from './replies.ts'
import { ordinary, type Answer, type Scenario, type Ticketing } from './scenario.ts'

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

/** Atlas's test cards are told by their first name: they are accepted, and the airline declines them later. */
const declines: ReadonlyMap<string, Ticketing> = new Map([
  ['Reject', { outcome: 'cancelled', errorCode: '604', delayFactor: 1 }],
  ['Three DS', { outcome: 'cancelled', errorCode: '616', delayFactor: 1 }],
])

export function createPayments(options: PaymentOptions): TakePayment {
  const { book, latencyMs, slowMs, guardsOrders, now, after, onCharge } = options
  const cards = createCardDesk(now)
  const answerAfterMs = { latency: latencyMs, slow: slowMs, nothing: 0 }

  const refusalOf = (order: Order, scenario: Scenario, request: PayRequest): number | null => {
    if (guardsOrders && order.charges > 0) return 404
    if (guardsOrders && order.paymentsUnderWay > 0 && scenario.money !== 'elsewhere') return 406
    // A scenario that charges nothing says its piece however old the order and whatever the card is.
    if (scenario.money === 'none' || scenario.money === 'elsewhere') return null
    if (now() >= order.payDeadlineAt) return 401
    const { paymentMethod, creditCard } = request
    const { methods, cardType } = order.scenario.offer
    if (methods.length === 0) return 412
    if (!methods.includes(paymentMethod)) return 403
    return creditCard === null ? null : cards.refusalOf(creditCard, { paymentMethod, cardType })
  }

  const charge = (order: Order, { paymentMethod, creditCard }: PayRequest): void => {
    book.charge(order, {
      paymentMethod,
      cardTail: creditCard?.cardNumber.slice(-4) ?? null,
      ticketing: declines.get(creditCard?.cardHolderFirstName ?? '') ?? null,
    })
    if (creditCard !== null) cards.hasPaid(creditCard, paymentMethod)
    onCharge()
  }

  return (order, request, response) => {
    const { paymentMethod } = request
    const scenario = scenarioFor(order, paymentMethod)
    const refusal = refusalOf(order, scenario, request)
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
          charge(order, request)
          answer()
        })
        break
      case 'late':
        book.startPayment(order)
        after(slowMs, () => charge(order, request))
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
