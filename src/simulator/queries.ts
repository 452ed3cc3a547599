/** queryOrderDetails.do once the request is known to be well-formed: the truth, or what the scenario makes of it. */

import type { ServerResponse } from 'node:http'
import { sendHttpError, sendReply } from './answers.ts'
import { orderDetails } from './order-details.ts'
import { stateOf, type Order } from './orders.ts'
import { otherOrderNo, refused, textOf, type Reply } from './replies.ts'
import { singaporeTime } from './singapore-time.ts'

/** Answers what the order reads as at an instant (epoch milliseconds). */
export function answerQuery(response: ServerResponse, order: Order, at: number): void {
  const { reads } = order.scenario
  const details = orderDetails(order, at)
  switch (reads.kind) {
    case 'truth':
      sendReply(response, stateOf(order, at) === 'missing' ? refused(800, order.orderNo) : details)
      break
    case 'ticketless':
      sendReply(response, order.paidAt === null ? details : { ...details, orderStatus: '2' })
      break
    case 'contradictory':
      sendReply(response, { ...details, payTime: singaporeTime(order.createdAt) })
      break
    case 'charge-started':
      sendReply(response, { ...details, paymentAttempted: true })
      break
    case 'strange-status':
      sendReply(response, { ...details, orderStatus: '7' })
      break
    case 'other-order':
      sendReply(response, { ...details, orderNo: otherOrderNo })
      break
    case 'nulls':
      sendReply(response, { ...emptied(details), status: 0, msg: 'success' })
      break
    case 'status':
      sendReply(response, { ...emptied(details), status: reads.status, msg: textOf(reads.status) })
      break
    case 'http':
      sendHttpError(response, reads.httpStatus, reads.retryAfterSeconds)
      break
    case 'silence':
      // The socket stays open until the client or close() ends it.
      break
  }
}

function emptied(reply: Reply): Reply {
  return Object.fromEntries(Object.keys(reply).map((field) => [field, null]))
}
