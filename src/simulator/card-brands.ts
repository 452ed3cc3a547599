/** What a card number tells: its brand, and whether it is one at all. */

/** The brands Atlas takes as merchant, by the names it has for them. */
export type CardBrand = 'Visa' | 'MasterCard' | 'Amex' | 'Discover' | 'JCB' | 'DinersClub'

/** Ranges of issuer numbers (ISO/IEC 7812); none overlaps another. */
const issuers: ReadonlyArray<readonly [CardBrand, RegExp]> = [
  ['Visa', /^4/],
  ['MasterCard', /^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/],
  ['Amex', /^3[47]/],
  ['Discover', /^(?:6011|64[4-9]|65)/],
  ['JCB', /^35(?:2[89]|[3-8])/],
  ['DinersClub', /^3(?:0[0-5]|[689])/],
]

/** The brand of a card number, or null for one that Atlas does not take as merchant. */
export function brandOf(cardNumber: string): CardBrand | null {
  return issuers.find(([, range]) => range.test(cardNumber))?.[0] ?? null
}

/** Test numbers that Atlas publishes although their check digits are wrong. */
const publishedDespiteLuhn: ReadonlySet<string> = new Set([
  '4916931584764308',
  '5223456789012346',
  '375987654321001',
  '6011987612345678',
])

/** 13 to 19 digits with a correct check digit, or one of Atlas's own test numbers. */
export function isCardNumber(text: string): boolean {
  return /^\d{13,19}$/.test(text) && (passesLuhn(text) || publishedDespiteLuhn.has(text))
}

/** ISO/IEC 7812-1, annex B: every second digit from the right is doubled. */
function passesLuhn(digits: string): boolean {
  const sum = Array.from(digits, Number).reduce((total, digit, index) => {
    const isDoubled = (digits.length - index) % 2 === 0
    const weighed = isDoubled ? 2 * digit : digit
    return total + (weighed > 9 ? weighed - 9 : weighed)
  }, 0)
  return sum % 10 === 0
}
