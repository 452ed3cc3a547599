/** What a client asks for, checked: the trusted form of `PayOrderInput`, and the rules that an input can break. */

import type { Card } from './card.ts'
import type { Money } from './money.ts'

/** How an order can be paid. The same strings are the GraphQL enum; Atlas's numbers stay in `src/atlas`. */
export const paymentMethods = ['BALANCE', 'VCC_PASSTHROUGH', 'BYOA', 'MOR'] as const
export type PaymentMethod = (typeof paymentMethods)[number]

/** A payment of one order. Every text has passed `readPayOrderInput`. */
export interface PaymentRequest {
  readonly orderNo: string
  readonly paymentMethod: PaymentMethod
  /** The caller's own order number, or null when not given. Atlas neither echoes nor searches it. */
  readonly clientOrderNo: string | null
  /** A free traffic tag for Atlas, or null when not given. */
  readonly requestSource: string | null
  /** The card to pay with, or null when none was given. */
  readonly card: Card | null
  /** What the payer saw and agreed to, or null when the client does not say. */
  readonly expectedTotal: Money | null
}

/** Which rule a text broke. */
export const textFaults = [
  'EMPTY',
  'TOO_LONG',
  'SURROUNDING_BLANKS',
  'CONTROL_CHARACTER',
  'COMMA',
  'KEY_FORMAT',
] as const
export type TextFault = (typeof textFaults)[number]

/** Which rule an input broke: one of texts, of the card, or of an amount. */
export const inputFaults = [
  ...textFaults,
  'CARD_NOT_ALLOWED',
  'CARD_NUMBER',
  'CARD_EXPIRY_MONTH',
  'CARD_EXPIRY_YEAR',
  'CARD_EXPIRED',
  'CARD_CVV',
  'CARD_CVV_REQUIRED',
  'HOLDER_NAME',
  'COUNTRY_CODE',
  'PROVINCE_CODE',
  'CITY',
  'POST_CODE',
  'ADDRESS',
  'PAYMENT_LIMIT',
  'IP_ADDRESS',
  'THREE_DS_NOT_ALLOWED',
  'AMOUNT',
  'CURRENCY_CODE',
] as const
export type InputFaultCode = (typeof inputFaults)[number]

/** The first rule that an input broke, and where. `field` is the path from the mutation's argument. */
export interface InputFault {
  readonly field: readonly string[]
  readonly fault: InputFaultCode
}

/** Longest accepted text, in UTF-16 code units. Atlas documents no limit; its order numbers have 22. */
export const TEXT_LENGTH_MAX = 64

// Control characters, whatever shows as nothing or as a blank (two numbers could look alike), the mark that
// a decoder leaves for what it could not read, and lone surrogates, which no UTF-8 request can carry.
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\ufffd]|(?! )\p{Zs}/u

/** The first rule that a text breaks, or null when it keeps them all. `lengthMax` is in UTF-16 code units. */
export function textFaultOf(value: string, lengthMax = TEXT_LENGTH_MAX): TextFault | null {
  if (value === '') return 'EMPTY'
  if (value.length > lengthMax) return 'TOO_LONG'
  if (value !== value.trim()) return 'SURROUNDING_BLANKS'
  if (unprintable.test(value)) return 'CONTROL_CHARACTER'
  if (value.includes(',')) return 'COMMA'
  return null
}
