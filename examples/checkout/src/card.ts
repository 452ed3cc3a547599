/** The card as it is typed in, and the rules of `CardInput` in schema.graphql. The gateway checks them again. */

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

/** The fields of the billing address, which may be left out. */
export const billingFields = ['address', 'city', 'postCode', 'province', 'country'] as const

/** Which methods charge a card. */
export function takesCard(method: PaymentMethod): boolean {
  return method === 'VCC_PASSTHROUGH' || method === 'MOR'
}

/** The card to send. Blanks in the number and small letters in codes are a habit of people, not a fault. */
export function cardOf(draft: CardDraft): CardInput {
  const billing = {
    address: filled(draft.address),
    city: filled(draft.city),
    postCode: filled(draft.postCode),
    province: filled(draft.province.toUpperCase()),
    country: filled(draft.country.toUpperCase()),
  }
  return {
    number: draft.number.replaceAll(/[\s-]/g, ''),
    expiryMonth: Number(draft.expiryMonth),
    expiryYear: Number(draft.expiryYear),
    cvv: filled(draft.cvv),
    holderFirstName: draft.holderFirstName.trim(),
    holderLastName: draft.holderLastName.trim(),
    billing: Object.values(billing).some((part) => part !== null) ? billing : null,
  }
}

/** The fields that break a rule, in the order of the form. `today` decides whether the card has expired. */
export function wrongFieldsOf(draft: CardDraft, method: PaymentMethod, today: Date): readonly CardField[] {
  const { number, cvv, holderFirstName, holderLastName, billing } = cardOf(draft)
  const year = Number(draft.expiryYear)
  const thisYear = today.getFullYear()
  // With a method of Atlas's own, a card that it has charged before needs no security code.
  const needsCvv = method !== 'MOR'
  const isRight: Record<CardField, boolean> = {
    number: /^\d{13,19}$/.test(number) && hasCheckDigit(number),
    expiryMonth:
      draft.expiryMonth !== '' && (year !== thisYear || Number(draft.expiryMonth) > today.getMonth()),
    expiryYear: draft.expiryYear !== '' && year >= thisYear,
    cvv: cvv == null ? !needsCvv : /^\d{3,4}$/.test(cvv),
    holderFirstName: isName(holderFirstName),
    holderLastName: isName(holderLastName),
    address: isMissingOr(/^.{7,128}$/u, billing?.address),
    city: isMissingOr(/^(?!\d+$).{1,64}$/u, billing?.city),
    postCode: isMissingOr(/^[\dA-Za-z -]{5,16}$/, billing?.postCode),
    province: isMissingOr(/^[A-Z]{2}$/, billing?.province),
    country: isMissingOr(/^[A-Z]{2}$/, billing?.country),
  }
  return cardFields.filter((field) => !isRight[field])
}

function filled(text: string): string | null {
  return text.trim() === '' ? null : text.trim()
}

function isName(text: string): boolean {
  return /^[\p{Script=Latin} -]{1,64}$/u.test(text)
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
