/** Cards as clients send them. The numbers are published test cards; nobody owns them. */

import type { CardInput } from '../../src/payment/check-card.ts'

/** With what every card has, and nothing else. Good until the end of November 2029. */
export const bareCard = {
  number: '4054695723100768',
  expiryMonth: 11,
  expiryYear: 2029,
  cvv: '123',
  holderFirstName: 'Ada',
  holderLastName: 'Lovelace',
} as const satisfies CardInput

/** With everything that a card can have. */
export const fullCard = {
  ...bareCard,
  billing: {
    country: 'US',
    province: 'CA',
    city: 'Los Angeles',
    postCode: '90001',
    address: '1 Main St, Apt 2',
  },
  reusable: true,
  paymentLimit: 250,
  threeDSecureIp: '2001:db8::1',
} as const satisfies CardInput

/** The digits with the one after them that makes the check digit right. */
export function withCheckDigit(digits: string): string {
  const sum = digits
    .split('')
    .toReversed()
    .reduce((total, digit, index) => {
      const weighted = Number(digit) * (index % 2 === 0 ? 2 : 1)
      return total + (weighted > 9 ? weighted - 9 : weighted)
    }, 0)
  return `${digits}${(10 - (sum % 10)) % 10}`
}
