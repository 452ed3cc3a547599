/** What an order costs and what it may be paid with. */

import type { CardBrand } from './card-brands.ts'

/** Deposit, VCC pass-through, the own account at the airline, Atlas as merchant of the card. */
export const paymentMethods = [1, 3, 4, 5] as const

export type PaymentMethod = (typeof paymentMethods)[number]

/** Amounts are only ever written, never added up: every decimal here is told as it stands. */
export interface Offer {
  readonly currency: string
  /** Atlas's `totalPrice`, which leaves the fee out. */
  readonly fare: number
  /** Atlas's `totalTransactionFee`. */
  readonly fee: number
  /** False makes `totalPrice` and `currency` null. */
  readonly isTotalTold: boolean
  /** Whether the fare rises while the unpaid order is read again and again. */
  readonly rises: boolean
  /** Empty: nothing pays this order. */
  readonly methods: readonly PaymentMethod[]
  /** What paying by one of the methods costs on top. */
  readonly methodFees: Readonly<Partial<Record<PaymentMethod, number>>>
  /** The brand that the order was made for; method 5 takes no other then. */
  readonly cardType: CardBrand | null
}

/** Fare and fee add up to 86.40 USD. */
export const ordinaryOffer: Offer = {
  currency: 'USD',
  fare: 84,
  fee: 2.4,
  isTotalTold: true,
  rises: false,
  methods: paymentMethods,
  methodFees: {},
  cardType: null,
}
