/** The two messages of queryOrderDetails.do: the body that is sent, and what is read of an answer. */

import { z } from 'zod'
import { type Money, moneyOf, sumOf } from '../payment/money.ts'
import type { PaymentOption } from '../payment/order-facts.ts'
import type { PaymentMethod } from '../payment/payment-request.ts'
import type { BodyLimits } from './decode-body.ts'
import { atlasPaymentMethods, pnrCode } from './pay-messages.ts'

/** The JSON body of queryOrderDetails.do. */
export function encodeOrderQuery(orderNo: string): string {
  return JSON.stringify({ orderNo })
}

/** The body of an answer: it grows with passengers and flights. Numbers that are money are exact. */
export const orderBody: BodyLimits = {
  bytesMax: 512 * 1024,
  exactKeys: new Set(['totalPrice', 'totalTransactionFee', 'amount']),
}

const methodByNumber = new Map<unknown, PaymentMethod>(
  Object.entries(atlasPaymentMethods).map(([method, number]) => [number, method as PaymentMethod]),
)

/** The method of Atlas's number, or null for anything else. */
export function methodOf(value: unknown): PaymentMethod | null {
  return methodByNumber.get(value) ?? null
}

/** `orderStatus` is a string in this answer and an integer in others of Atlas. */
export const orderStatus = z
  .union([z.string(), z.int()])
  .transform(String)
  .pipe(z.enum(['0', '1', '2', '-3']))

/** What decides. Everything about it is checked; an answer that breaks it is no answer about an order. */
export const orderReply = z.object({
  orderNo: z.string(),
  orderStatus,
  payTime: z.unknown().optional(),
  payment: z.unknown().optional(),
  paymentMethod: z.unknown().optional(),
  paymentAttempted: z.unknown().optional(),
  errorCode: z.unknown().optional(),
  pnrCode,
})

/** A part of what a method costs. One that cannot be read is kept as such: without it the sum would be too low. */
const priced = z
  .object({ amount: z.string(), currency: z.string(), deductFrom: z.unknown().optional() })
  .transform(({ amount, currency, deductFrom }) => ({
    money: moneyOf(amount, currency),
    isByCard: deductFrom === 'CARD',
  }))
  .nullish()
  .catch({ money: null, isByCard: false })

const paymentOption = z.object({
  paymentMethod: z.int(),
  ticketFare: priced,
  serviceFee: priced,
  paymentFee: priced,
})

/** References of airlines: letters and digits. Other texts are dropped. */
const recordLocator = z.string().regex(/^[A-Za-z0-9]{1,16}$/)

/** What is shown. A field that is not as documented counts as not given; it must not hide what decides. */
export const orderDetails = z.object({
  ticketStatus: z.union([z.string(), z.int()]).transform(String).nullish().catch(null),
  tktLimitTime: z.string().nullish().catch(null),
  totalPrice: z.string().nullish().catch(null),
  // Its own fault must not make a total of the price alone.
  totalTransactionFee: z.union([z.string(), z.null()]).optional().catch('not an amount'),
  currency: z.string().nullish().catch(null),
  supportPaymentMethods: z.array(z.unknown()).nullish().catch(null),
  paymentOptions: z.array(z.unknown()).nullish().catch([null]),
  airlineBookings: z
    .array(z.object({ airlinePnr: z.unknown() }).catch({ airlinePnr: null }))
    .nullish()
    .catch(null),
  paxTicketInfos: z
    .array(z.object({ airlinePNRs: z.array(z.unknown()).nullish().catch(null) }).catch({ airlinePNRs: null }))
    .nullish()
    .catch(null),
})

type OrderDetails = z.output<typeof orderDetails>

/** Price and fee together; null when either is not readable. A fee that is not given is none. */
export function totalOf({ totalPrice, totalTransactionFee, currency }: OrderDetails): Money | null {
  const parts = [totalPrice, totalTransactionFee ?? '0'].map((part) => moneyOf(part ?? '', currency ?? ''))
  return parts.every((part) => part !== null) ? sumOf(parts) : null
}

/** The methods among Atlas's numbers, each once. */
export function methodsOf({ supportPaymentMethods }: OrderDetails): readonly PaymentMethod[] {
  const methods = (supportPaymentMethods ?? []).map(methodOf).filter((method) => method !== null)
  return [...new Set(methods)]
}

/**
 * What each way to pay costs; null when an entry does not tell of which it is, since it may be of any. Of an entry
 * with a part that is not readable no sum is told: it would be too low.
 */
export function optionsOf({ paymentOptions }: OrderDetails): readonly PaymentOption[] | null {
  const options = (paymentOptions ?? []).map((value) => paymentOption.safeParse(value).data)
  if (!options.every((option) => option !== undefined)) return null
  return options.map(readOption).filter((option) => option !== null)
}

/** Null for a method that is not ours. */
function readOption(data: z.output<typeof paymentOption>): PaymentOption | null {
  const paymentMethod = methodOf(data.paymentMethod)
  if (paymentMethod === null) return null
  const { ticketFare, serviceFee, paymentFee } = data
  const parts = [ticketFare, serviceFee, paymentFee].filter((one) => one !== null && one !== undefined)
  // The fare is always told. What is left of an entry without one is not what the method costs.
  const isWhole = (ticketFare ?? null) !== null && parts.every(({ money }) => money !== null)
  const sumOfParts = (some: typeof parts): Money | null =>
    isWhole ? sumOf(some.map(({ money }) => money!)) : null
  return {
    paymentMethod,
    ticketFare: ticketFare?.money ?? null,
    serviceFee: serviceFee?.money ?? null,
    paymentFee: paymentFee?.money ?? null,
    total: sumOfParts(parts),
    chargedToCard: sumOfParts(parts.filter(({ isByCard }) => isByCard)),
  }
}

/** The references at the airlines, each once. */
export function recordLocatorsOf({ airlineBookings, paxTicketInfos }: OrderDetails): readonly string[] {
  const values = [
    ...(airlineBookings ?? []).map(({ airlinePnr }) => airlinePnr),
    ...(paxTicketInfos ?? []).flatMap(({ airlinePNRs }) => airlinePNRs ?? []),
  ]
  const locators = values.map((value) => recordLocator.safeParse(value).data)
  return [...new Set(locators.filter((locator) => locator !== undefined))]
}

/** Atlas writes instants as `yyyy-MM-dd HH:mm:ss` in UTC+8. Null for anything else, and for days there are not. */
export function instantOf(text: string | null | undefined): Date | null {
  if (text === null || text === undefined || !/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return null
  const local = text.replace(' ', 'T')
  const asUtc = new Date(`${local}Z`)
  // Date makes 2 March of 30 February.
  if (Number.isNaN(asUtc.getTime()) || !asUtc.toISOString().startsWith(local)) return null
  return new Date(`${local}+08:00`)
}
