/** The two messages of queryOrderDetails.do, and what an answer tells about the payment. */

import { z } from 'zod'
import type { PaymentMethod } from '../payment/payment-request.ts'
import type { OrderReading } from '../payment/ports.ts'
import { atlasPaymentMethods, pnrCode } from './pay-messages.ts'
import { readJson } from './read-json.ts'
import type { Exchange } from './send-once.ts'

/** The JSON body of queryOrderDetails.do. */
export function encodeOrderQuery(orderNo: string): string {
  return JSON.stringify({ orderNo })
}

/** `orderStatus` is a string in this answer and an integer in others of Atlas. */
const orderStatus = z
  .union([z.string(), z.int()])
  .transform(String)
  .pipe(z.enum(['0', '1', '2', '-3']))

const reply = z.object({
  status: z.literal(0),
  orderNo: z.string(),
  orderStatus,
  payTime: z.unknown().optional(),
  payment: z.unknown().optional(),
  paymentMethod: z.unknown().optional(),
  paymentAttempted: z.unknown().optional(),
  errorCode: z.unknown().optional(),
  pnrCode,
})

const methodByNumber = new Map<unknown, PaymentMethod>(
  Object.entries(atlasPaymentMethods).map(([method, number]) => [number, method as PaymentMethod]),
)

const unreadable: OrderReading = { kind: 'unreadable' }

/**
 * Judges an exchange of queryOrderDetails.do. It counts only when HTTP is 200, `status` 0, the echo is the
 * order and `orderStatus` is known; an unknown order is answered with status 0 and nulls as well.
 */
export function judgeOrderExchange(orderNo: string, exchange: Exchange): OrderReading {
  if (exchange.kind !== 'answered' || exchange.httpStatus !== 200) return unreadable
  const json = readJson(exchange)
  if (json.kind === 'unreadable') return unreadable
  const order = reply.safeParse(json.value)
  if (!order.success || order.data.orderNo !== orderNo) return unreadable

  const { payTime, payment, paymentMethod, paymentAttempted, errorCode } = order.data
  // Signs that the order was paid. On an unpaid order they contradict it: a charge may be on its way.
  const hasPayment = isGiven(payTime) || isGiven(payment) || isGiven(paymentMethod)
  const chargeStarted = isYes(paymentAttempted)
  switch (order.data.orderStatus) {
    case '1':
    case '2':
      return {
        kind: 'paid',
        paymentMethod: methodByNumber.get(paymentMethod) ?? null,
        pnrCode: order.data.pnrCode ?? null,
      }
    case '-3':
      // An error code says that ticketing failed, which comes after payment.
      if (hasPayment || isGiven(errorCode)) return { kind: 'cancelled', paid: true }
      return chargeStarted ? { kind: 'unpaid', chargeStarted } : { kind: 'cancelled', paid: false }
    case '0':
      return { kind: 'unpaid', chargeStarted: hasPayment || chargeStarted }
  }
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}

/** Anything but a plain no counts: a sign of a charge must not be overlooked for its type. */
function isYes(value: unknown): boolean {
  return isGiven(value) && value !== false
}
