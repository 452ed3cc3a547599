/** What a card must be to be sent: Atlas's rules for `creditCard`, as far as they can be told before Atlas is asked. */

import { isIP } from 'node:net'
import passesLuhn from 'card-validator/dist/luhn-10.js'
import { z } from 'zod'
import type { Card } from './card.ts'
import { countryCodes } from './country-codes.ts'
import { type InputFaultCode, type PaymentMethod, type TextFault, textFaultOf } from './payment-request.ts'

/** What a card is to be used for. */
export interface CardUse {
  readonly paymentMethod: PaymentMethod
  readonly now: Date
}

/** The first rule that a card broke. `field` is the path from the card. */
export interface CardFault {
  readonly field: readonly string[]
  readonly fault: InputFaultCode
}

/** GraphQL leaves out what was not given; here it is null. */
const given = <Shape extends z.ZodType>(shape: Shape) => shape.nullish().transform((value) => value ?? null)

const billingShape = z.object({
  country: given(z.string()),
  province: given(z.string()),
  city: given(z.string()),
  postCode: given(z.string()),
  address: given(z.string()),
})

const noBilling: z.output<typeof billingShape> = {
  country: null,
  province: null,
  city: null,
  postCode: null,
  address: null,
}

const cardShape = z.object({
  number: z.string(),
  expiryMonth: z.int(),
  expiryYear: z.int(),
  cvv: given(z.string()),
  holderFirstName: z.string(),
  holderLastName: z.string(),
  billing: billingShape.nullish().transform((value) => value ?? noBilling),
  reusable: given(z.boolean()),
  paymentLimit: given(z.int()),
  threeDSecureIp: given(z.string()),
})

/** A `CardInput` as GraphQL delivers it. */
export type CardInput = z.input<typeof cardShape>

/** Atlas's years have two digits, which tell no century. */
const YEAR_MIN = 2000
const YEAR_MAX = 2099

/** Most characters of an address; Atlas documents only the fewest. */
const ADDRESS_LENGTH_MIN = 7
const ADDRESS_LENGTH_MAX = 128

/** The zone in which a day, and so a month, ends last. */
const LAST_ZONE_OFFSET_MS = -12 * 60 * 60_000

type Rule = readonly [field: readonly string[], faultOf: (card: Card, use: CardUse) => InputFaultCode | null]

/** In the order of the fields of `CardInput`. */
const rules: readonly Rule[] = [
  [['number'], ({ number }) => (isCardNumber(number) ? null : 'CARD_NUMBER')],
  [['expiryMonth'], ({ expiryMonth: month }) => (month >= 1 && month <= 12 ? null : 'CARD_EXPIRY_MONTH')],
  [['expiryYear'], ({ expiryYear }) => (isYear(expiryYear) ? null : 'CARD_EXPIRY_YEAR')],
  [['expiryYear'], ({ expiryYear }, { now }) => (expiryYear < monthOf(now).year ? 'CARD_EXPIRED' : null)],
  [['expiryMonth'], (card, { now }) => (isOverThisYear(card, now) ? 'CARD_EXPIRED' : null)],
  [['cvv'], ({ cvv }, { paymentMethod }) => cvvFaultOf(cvv, paymentMethod)],
  [['holderFirstName'], ({ holderFirstName }) => nameFaultOf(holderFirstName)],
  [['holderLastName'], ({ holderLastName }) => nameFaultOf(holderLastName)],
  [['billing', 'country'], ({ billing }) => unless(billing.country, isCountry, 'COUNTRY_CODE')],
  [['billing', 'province'], ({ billing }) => unless(billing.province, isProvince, 'PROVINCE_CODE')],
  [['billing', 'city'], ({ billing }) => cityFaultOf(billing.city)],
  [['billing', 'postCode'], ({ billing }) => unless(billing.postCode, isPostCode, 'POST_CODE')],
  [['billing', 'address'], ({ billing }) => addressFaultOf(billing.address)],
  [['paymentLimit'], ({ paymentLimit }) => unless(paymentLimit, isAboveZero, 'PAYMENT_LIMIT')],
  [
    ['threeDSecureIp'],
    ({ threeDSecureIp: ip }, { paymentMethod }) =>
      unless(ip, () => paymentMethod === 'MOR', 'THREE_DS_NOT_ALLOWED') ??
      unless(ip, isAddress, 'IP_ADDRESS'),
  ],
]

/**
 * Checks the card of a payment; null when there is none. Types are GraphQL's to refuse, so a value of a wrong
 * type throws. What it answers or throws holds no value of the card, but for the card itself.
 */
export function readCard(input: CardInput | null | undefined, use: CardUse): Card | CardFault | null {
  if (input === null || input === undefined) return null
  if (use.paymentMethod !== 'VCC_PASSTHROUGH' && use.paymentMethod !== 'MOR') {
    return { field: [], fault: 'CARD_NOT_ALLOWED' }
  }
  const card = cardShape.parse(input)
  for (const [field, faultOf] of rules) {
    const fault = faultOf(card, use)
    if (fault !== null) return { field, fault }
  }
  return card
}

/** Whatever its brand: which ones are taken is Atlas's and the airline's to say. */
function isCardNumber(number: string): boolean {
  return /^\d{13,19}$/.test(number) && passesLuhn(number)
}

function isYear(year: number): boolean {
  return year >= YEAR_MIN && year <= YEAR_MAX
}

/** A card is good to the end of its month, and that is not over while any zone on earth still has it. */
function monthOf(now: Date): { readonly year: number; readonly month: number } {
  const last = new Date(now.getTime() + LAST_ZONE_OFFSET_MS)
  return { year: last.getUTCFullYear(), month: last.getUTCMonth() + 1 }
}

function isOverThisYear({ expiryYear, expiryMonth }: Card, now: Date): boolean {
  const { year, month } = monthOf(now)
  return expiryYear === year && expiryMonth < month
}

/** Only a card that Atlas has charged itself before goes without its code. */
function cvvFaultOf(cvv: string | null, paymentMethod: PaymentMethod): InputFaultCode | null {
  if (cvv === null) return paymentMethod === 'MOR' ? null : 'CARD_CVV_REQUIRED'
  return /^\d{3,4}$/.test(cvv) ? null : 'CARD_CVV'
}

function nameFaultOf(name: string): InputFaultCode | null {
  const fault = textFaultOf(name)
  if (fault === 'EMPTY' || fault === 'TOO_LONG' || fault === 'SURROUNDING_BLANKS') return fault
  // Letters as Atlas lists them; its own test name has a blank.
  return /^[A-Za-zÀ-ÖØ-öø-ÿ -]+$/.test(name) && /[^ -]/.test(name) ? null : 'HOLDER_NAME'
}

function cityFaultOf(city: string | null): InputFaultCode | null {
  if (city === null) return null
  return withoutComma(textFaultOf(city)) ?? (/[^\d ]/.test(city) ? null : 'CITY')
}

function addressFaultOf(address: string | null): InputFaultCode | null {
  if (address === null) return null
  if (address.length < ADDRESS_LENGTH_MIN || address.length > ADDRESS_LENGTH_MAX) return 'ADDRESS'
  return withoutComma(textFaultOf(address, ADDRESS_LENGTH_MAX))
}

/** Commas belong into addresses. */
function withoutComma(fault: TextFault | null): TextFault | null {
  return fault === 'COMMA' ? null : fault
}

function isCountry(country: string): boolean {
  return countryCodes.has(country)
}

function isProvince(province: string): boolean {
  return /^[A-Za-z]{2}$/.test(province)
}

function isPostCode(postCode: string): boolean {
  return /^[A-Za-z0-9]{5,16}$/.test(postCode)
}

function isAboveZero(paymentLimit: number): boolean {
  return paymentLimit >= 1
}

/** Without a zone, which names an interface of one machine. */
function isAddress(ip: string): boolean {
  return isIP(ip) !== 0 && !ip.includes('%')
}

function unless<Value>(
  value: Value | null,
  keeps: (value: Value) => boolean,
  fault: InputFaultCode,
): InputFaultCode | null {
  return value === null || keeps(value) ? null : fault
}
