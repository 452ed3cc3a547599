/** Amounts of money: exact decimal texts with a currency. No float is ever made of them. */

export interface Money {
  /** A decimal number without sign or exponent, with as many decimals as its currency has, or more. */
  readonly amount: string
  /** ISO 4217, three capital letters. */
  readonly currency: string
}

/** Most digits before and after the point. Far above any fare, and a bound for what arithmetic costs. */
const DECIMAL = /^(\d{1,12})(?:\.(\d{1,8}))?$/

const CURRENCY = /^[A-Z]{3}$/

/** Whether a text is a decimal number: up to 12 digits, then perhaps a point and up to 8; no sign, no exponent. */
export function isDecimal(text: string): boolean {
  return DECIMAL.test(text)
}

/** Whether a text has the form of an ISO 4217 code. */
export function isCurrency(text: string): boolean {
  return CURRENCY.test(text)
}

/** Money of two texts, or null when they are not money. */
export function moneyOf(amount: string, currency: string): Money | null {
  if (!isDecimal(amount) || !isCurrency(currency)) return null
  return format(unitsOf(amount), currency)
}

/** The sum, or null when the currencies differ, there is nothing to add, or it is beyond what an amount can be. */
export function sumOf(parts: readonly Money[]): Money | null {
  const [first, ...more] = parts
  if (first === undefined || more.some(({ currency }) => currency !== first.currency)) return null
  const sum = format(
    parts.reduce((units, { amount }) => units + unitsOf(amount), 0n),
    first.currency,
  )
  return isDecimal(sum.amount) ? sum : null
}

/** Whether two amounts are worth the same: 86.4 USD and 86.40 USD are. Throws for an amount that is no decimal. */
export function isSameMoney(one: Money, other: Money): boolean {
  return one.currency === other.currency && unitsOf(one.amount) === unitsOf(other.amount)
}

/** Decimals of the smallest unit that amounts are counted in. */
const SCALE = 8

/** How many units of 10^-8 a decimal is. Throws for anything else: it must not count as 0. */
function unitsOf(amount: string): bigint {
  const match = DECIMAL.exec(amount)
  if (match === null) throw new RangeError('An amount of money has to be a decimal within bounds.')
  const [, whole = '', fraction = ''] = match
  return BigInt(whole + fraction.padEnd(SCALE, '0'))
}

/** The shortest text that is exact and has the decimals of its currency. */
function format(units: bigint, currency: string): Money {
  const digits = units.toString().padStart(SCALE + 1, '0')
  const shortest = digits.slice(-SCALE).replace(/0+$/, '')
  const fraction = shortest.padEnd(decimalsOf(currency), '0')
  const whole = digits.slice(0, -SCALE)
  return { amount: fraction === '' ? whole : `${whole}.${fraction}`, currency }
}

/** Decimals of a currency's smaller unit: 2 for USD, 0 for JPY, 3 for KWD; 2 where it is not known. */
function decimalsOf(currency: string): number {
  const { maximumFractionDigits } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
  }).resolvedOptions()
  return maximumFractionDigits ?? 2
}
