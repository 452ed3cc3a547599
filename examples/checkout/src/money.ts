/** Amounts as people read them. They stay texts: no float is made of them. */

import type { Language } from './language.ts'

export interface Amount {
  /** An exact decimal number, e.g. `86.40`. */
  readonly amount: string
  /** ISO 4217. */
  readonly currency: string
}

/** The amount in the manner of a language, with every decimal that it has. */
export function formatMoney({ amount, currency }: Amount, language: Language): string {
  const decimals = amount.split('.')[1]?.length ?? 0
  const format = new Intl.NumberFormat(language, {
    style: 'currency',
    currency,
    currencyDisplay: 'code',
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  })
  // Intl takes a decimal text as it is, without rounding it to a float.
  return format.format(amount as Intl.StringNumericLiteral)
}

/** Whether two amounts are the same text; the gateway writes equal amounts equally. */
export function isSameAmount(one: Amount | null, other: Amount | null): boolean {
  return one?.amount === other?.amount && one?.currency === other?.currency
}
