/** The short JSON bodies Atlas answers with: a payment accepted, a call refused. */

import { createHash } from 'node:crypto'

/** A body before it is written as JSON. */
export type Reply = Readonly<Record<string, unknown>>

/** The airline of every order. */
export const carrier = 'QG'

/** An order number no request has: what an answer that names another order names. */
export const otherOrderNo = 'TESTA20200101000000000'

const statusTexts: Readonly<Record<number, string>> = {
  [-1]: 'Common error',
  1: 'Data check error',
  2: 'System error',
  3: 'Unauthorized',
  100: 'Missing mandatory data',
  110: 'Too many requests',
  400: 'Illegal parameter',
  401: 'The payment deadline of the order has passed',
  402: 'The order status does not allow payment',
  403: 'The payment method is not supported for this order',
  404: 'The order has already been paid',
  405: 'Illegal transaction status',
  406: 'The order is being paid',
  407: 'Passenger information is missing or incorrect',
  408: 'A child cannot travel alone',
  409: 'The baggage must be the same on all connecting segments',
  410: 'The contact information has an illegal format',
  411: 'Payment gateway error or insufficient balance',
  412: 'No payment method is available for this order',
  413: 'The card is not supported',
  414: 'The card type does not match the order',
  415: 'The order has not been confirmed by the user',
  701: 'More than one order matches',
  702: 'PNR and carrier are required',
  703: 'No order was found',
  704: 'The parameters belong to different orders',
  705: 'The query timed out',
  800: 'The order does not exist',
  900: 'Unauthorized',
  901: 'Illegal request data',
  902: 'Access denied',
  905: 'Submitted too frequently',
  9999: 'Internal error',
}

/** Atlas's answer to an accepted payment. */
export function payAccepted(orderNo: string, paymentMethod: number): Reply {
  return {
    status: 0,
    msg: 'success',
    orderNo,
    pnrCode: pnrCodeOf(orderNo),
    paymentMethod,
    airlines: [carrier],
    requestId: null,
    clientRequestId: null,
  }
}

/** Atlas's answer when it refuses, for both endpoints; `orderNo` is null when the request named none. */
export function refused(status: number, orderNo: string | null, msg = textOf(status)): Reply {
  return {
    status,
    msg,
    orderNo,
    pnrCode: null,
    paymentMethod: null,
    airlines: null,
    requestId: null,
    clientRequestId: null,
  }
}

/** The text that comes with a status, for people only. */
export function textOf(status: number): string {
  return statusTexts[status] ?? `Error ${status}`
}

/** Six letters, always the same ones for an order number. */
export function pnrCodeOf(orderNo: string): string {
  return String.fromCodePoint(...[...digestOf(orderNo).subarray(0, 6)].map((byte) => 65 + (byte % 26)))
}

/** What made-up identifiers of an order are drawn from. */
export function digestOf(orderNo: string): Buffer {
  return createHash('sha256').update(orderNo).digest()
}
