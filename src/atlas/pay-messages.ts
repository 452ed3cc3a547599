/** The two messages of pay.do: the body that is sent and the answer that is judged. */

import { z } from 'zod'
import type { Card } from '../payment/card.ts'
import type { PaymentMethod, PaymentRequest } from '../payment/payment-request.ts'
import type { BodyLimits } from './decode-body.ts'

/** The body of an answer, which has about 200 bytes. */
export const payBody: BodyLimits = { bytesMax: 64 * 1024 }

/** Atlas's number of each method, from the page "Payment & Ticketing". */
export const atlasPaymentMethods: Readonly<Record<PaymentMethod, number>> = {
  BALANCE: 1,
  VCC_PASSTHROUGH: 3,
  BYOA: 4,
  MOR: 5,
}

/** The JSON body of pay.do. Optional fields appear only when they were given. */
export function encodePayRequest(request: PaymentRequest): string {
  const { orderNo, paymentMethod, clientOrderNo, requestSource, card } = request
  return JSON.stringify({
    orderNo,
    paymentMethod: atlasPaymentMethods[paymentMethod],
    ...(clientOrderNo !== null && { clientOrderNo }),
    ...(requestSource !== null && { requestSource }),
    ...(card !== null && { creditCard: creditCardOf(card) }),
  })
}

/** The card as Atlas names its parts. A null CVV is sent as such: Atlas takes it, but not the empty text. */
function creditCardOf(card: Card): object {
  const { country, province, city, postCode, address } = card.billing
  return {
    cardNumber: card.number,
    cardCVV: card.cvv,
    cardExpireMonth: twoDigits(card.expiryMonth),
    cardExpireYear: twoDigits(card.expiryYear % 100),
    cardHolderFirstName: card.holderFirstName,
    cardHolderLastName: card.holderLastName,
    ...(country !== null && { cardHolderCountry: country }),
    ...(province !== null && { cardHolderProvince: province }),
    ...(city !== null && { cardHolderCity: city }),
    ...(postCode !== null && { cardHolderPostCode: postCode }),
    ...(address !== null && { cardHolderAddress: address }),
    ...(card.reusable !== null && { reusable: card.reusable }),
    ...(card.paymentLimit !== null && { paymentLimit: card.paymentLimit }),
    ...(card.threeDSecureIp !== null && { threeDS: { ip: card.threeDSecureIp } }),
  }
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0')
}

/** Atlas's reference: six characters in all recordings. Anything else is dropped: it proves nothing. */
export const pnrCode = z
  .string()
  .regex(/^[A-Za-z0-9]{1,12}$/)
  .nullish()
  .catch(null)

/**
 * What is read of an answer. Only `status` and the two echoes decide; `msg` is not even read.
 */
export const payReply = z.object({
  status: z.int(),
  orderNo: z.string().nullish(),
  paymentMethod: z.int().nullish(),
  pnrCode,
})

export type PayReply = z.output<typeof payReply>
