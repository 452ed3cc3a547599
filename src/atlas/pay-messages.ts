/** The two messages of pay.do: the body that is sent and the answer that is judged. */

import { z } from 'zod'
import type { PaymentMethod, PaymentRequest } from '../payment/payment-request.ts'

/** Atlas's number of each method, from the page "Payment & Ticketing". */
export const atlasPaymentMethods: Readonly<Record<PaymentMethod, number>> = {
  BALANCE: 1,
  VCC_PASSTHROUGH: 3,
  BYOA: 4,
  MOR: 5,
}

/** The JSON body of pay.do. Optional fields appear only when they were given. */
export function encodePayRequest(request: PaymentRequest): string {
  const { orderNo, paymentMethod, clientOrderNo, requestSource } = request
  return JSON.stringify({
    orderNo,
    paymentMethod: atlasPaymentMethods[paymentMethod],
    ...(clientOrderNo !== null && { clientOrderNo }),
    ...(requestSource !== null && { requestSource }),
  })
}

/**
 * What is read of an answer. Only `status` and the two echoes decide; `msg` is not even read.
 * A `pnrCode` of a wrong type is dropped: it is no evidence of anything.
 */
export const payReply = z.object({
  status: z.int(),
  orderNo: z.string().nullish(),
  paymentMethod: z.int().nullish(),
  pnrCode: z.string().min(1).max(64).nullish().catch(null),
})

export type PayReply = z.output<typeof payReply>
