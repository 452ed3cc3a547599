/**
 * The card as it is typed in, and the rules of `CardInput` in schema.graphql. The gateway checks them again, and
 * alone knows which countries there are and which characters do not show.
 */

import type { CardInput, PaymentMethod } from './generated/graphql.ts'

export const cardFields = [
  'number',
  'expiryMonth',
  'expiryYear',
  'cvv',
  'holderFirstName',
  'holderLastName',
  'address',
  'city',
  'postCode',
  'province',
  'country',
] as const
export type CardField = (typeof cardFields)[number]

/** What the fields hold, as typed. */
export type CardDraft = Readonly<Record<CardField, string>>

export const emptyCard = Object.fromEntries(cardFields.map((field) => [field, ''])) as CardDraft

/** The field that the path of an input fault leads to, where it is one of the form. */
export function cardFieldOf(path: readonly string[] | null | undefined): CardField | undefined {
  return path?.includes('card') === true ? cardFields.find((field) => field === path.at(-1)) : undefined
}

/** The draft for another card of the same person. */
export function withoutCard(draft: CardDraft): CardDraft {
  return { ...draft, number: '', expiryMonth: '', expiryYear: '', cvv: '' }
}

/** The fields of the billing address, which may be left out. */
export const billingFields = ['address', 'city', 'postCode', 'province', 'country'] as const

/** Which methods charge a card. */
export function takesCard(method: PaymentMethod): boolean {
  return method === 'VCC_PASSTHROUGH' || method === 'MOR'
}

/**
 * The card to send. Blanks and hyphens in number and postcode and small letters in codes are a habit of people,
 * not a fault.
 */
export function cardOf(draft: CardDraft): CardInput {
  const billing = {
    address: filled(draft.address),
    city: filled(draft.city),
    postCode: filled(ungrouped(draft.postCode)),
    province: filled(draft.province.toUpperCase()),
    country: filled(draft.country.toUpperCase()),
  }
  return {
    number: ungrouped(draft.number),
    expiryMonth: Number(draft.expiryMonth),
    expiryYear: Number(draft.expiryYear),
    cvv: filled(draft.cvv),
    holderFirstName: tidy(draft.holderFirstName),
    holderLastName: tidy(draft.holderLastName),
    billing: Object.values(billing).some((part) => part !== null) ? billing : null,
  }
}

/** In the zone where a day, and so the month through which a card is good, ends last: 12 hours behind UTC. */
export function lastMonthOf(now: Date): { readonly year: number; readonly month: number } {
  const last = new Date(now.getTime() - 12 * 60 * 60_000)
  return { year: last.getUTCFullYear(), month: last.getUTCMonth() + 1 }
}

/** The fields that break a rule, in the order of the form. `now` decides whether the card has expired. */
export function wrongFieldsOf(draft: CardDraft, method: PaymentMethod, now: Date): readonly CardField[] {
  const { number, cvv, holderFirstName, holderLastName, billing } = cardOf(draft)
  const year = Number(draft.expiryYear)
  const last = lastMonthOf(now)
  // With a method of Atlas's own, a card that it has charged before needs no security code.
  const needsCvv = method !== 'MOR'
  const isRight: Record<CardField, boolean> = {
    number: /^\d{13,19}$/.test(number) && hasCheckDigit(number),
    expiryMonth: draft.expiryMonth !== '' && (year !== last.year || Number(draft.expiryMonth) >= last.month),
    expiryYear: draft.expiryYear !== '' && year >= last.year,
    cvv: cvv == null ? !needsCvv : /^\d{3,4}$/.test(cvv),
    holderFirstName: isName(holderFirstName),
    holderLastName: isName(holderLastName),
    address: isMissingOr(/^.{7,128}$/s, billing?.address),
    city: isMissingOr(/^(?=.*[^\d ]).{1,64}$/s, billing?.city),
    postCode: isMissingOr(/^[\dA-Za-z]{5,16}$/, billing?.postCode),
    province: isMissingOr(/^[A-Z]{2}$/, billing?.province),
    country: isMissingOr(/^[A-Z]{2}$/, billing?.country),
  }
  return cardFields.filter((field) => !isRight[field])
}

function filled(text: string): string | null {
  return tidy(text) === '' ? null : tidy(text)
}

/** With ordinary blanks only, and each letter with its accent as one character. */
function tidy(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ').normalize('NFC')
}

/** Without what people put between groups of digits and letters to read them. */
function ungrouped(text: string): string {
  return text.replaceAll(/[\s-]/g, '')
}

/** Letters of Western Europe only: Atlas lists no others. */
function isName(text: string): boolean {
  return /^(?=.*[^ -])[A-Za-zÀ-ÖØ-öø-ÿ -]{1,64}$/.test(text)
}

function isMissingOr(rule: RegExp, text: string | null | undefined): boolean {
  return text == null || rule.test(text)
}

/** ISO/IEC 7812-1: every second digit from the right is doubled, and the sum of all digits ends in 0. */
function hasCheckDigit(number: string): boolean {
  const sum = Array.from(number, Number)
    .toReversed()
    .reduce((total, digit, place) => {
      const weighed = place % 2 === 0 ? digit : digit * 2
      return total + (weighed > 9 ? weighed - 9 : weighed)
    }, 0)
  return sum % 10 === 0
}
