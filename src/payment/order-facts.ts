/** What Atlas says about an order: facts, before anything is concluded from them. */

import { isSameMoney, type Money } from './money.ts'
import type { PaymentMethod } from './payment-request.ts'

/** The `errorCode` of an order that is paid all the same: Atlas's staff are obtaining the airline's reference. */
export const PAID_PNR_PENDING = '615'

/** What one way to pay costs. */
export interface PaymentOption {
  readonly paymentMethod: PaymentMethod
  readonly ticketFare: Money | null
  readonly serviceFee: Money | null
  readonly paymentFee: Money | null
  /** The sum of the parts; null when they are of several currencies, or one of them cannot be read. */
  readonly total: Money | null
  /** The sum of the parts that the card pays; null when it pays none, and where a part cannot be read. */
  readonly chargedToCard: Money | null
}

/** A whole answer about the order that was asked for. Fields that say nothing usable are null or empty. */
export interface OrderFacts {
  readonly orderNo: string
  /** `orderStatus` 0, 1, 2 and -3 of queryOrderDetails.do. */
  readonly status: 'UNPAID' | 'TICKETING' | 'TICKETED' | 'CANCELLED'
  /** `ticketStatus` 1. */
  readonly ticketsIssued: boolean
  /** A payment time, payment or payment method is given: signs that the order was paid. */
  readonly hasPayment: boolean
  /** The airline's charge of a card has begun; what came of it is not said. */
  readonly chargeStarted: boolean
  /** How the order was paid. */
  readonly paymentMethod: PaymentMethod | null
  /** Atlas's reference, given with the order. */
  readonly pnrCode: string | null
  /** Until when it can be paid. */
  readonly payBefore: Date | null
  /** Price and transaction fee together. */
  readonly total: Money | null
  /** How it may be paid; empty when it cannot be. */
  readonly paymentMethods: readonly PaymentMethod[]
  /** What each way to pay costs, where Atlas says so; empty once it is paid. Null when that cannot be read. */
  readonly paymentOptions: readonly PaymentOption[] | null
  /** The references at the airlines. They can stay on a cancelled order: no proof of a ticket. */
  readonly airlineRecordLocators: readonly string[]
  /** `errorCode`: why ticketing failed. */
  readonly ticketingErrorCode: string | null
}

/** What asking for an order came to. */
export type OrderAnswer =
  | { readonly kind: 'order'; readonly facts: OrderFacts }
  /** Atlas knows no such order of this account. */
  | { readonly kind: 'not-found' }
  | {
      readonly kind: 'refused'
      readonly code: 'ATLAS_ACCESS_DENIED' | 'ATLAS_RATE_LIMITED'
      /** Seconds that the answer asked to wait, or null when it did not say. */
      readonly retryAfterSeconds: number | null
    }
  /** No usable answer came; asking again may help. */
  | { readonly kind: 'unavailable' }
  /** An answer came that is not about this order, or whose state is not documented. It says nothing. */
  | { readonly kind: 'unreadable' }

/**
 * What an order costs by a method: what Atlas says of this method; the order's total where it says nothing. Null
 * when that is not known: options that cannot be read, one without a readable sum, or several that differ, are not
 * what the total says.
 */
export function amountDue({ paymentOptions, total }: OrderFacts, paymentMethod: PaymentMethod): Money | null {
  if (paymentOptions === null) return null
  const options = paymentOptions.filter((option) => option.paymentMethod === paymentMethod)
  const [first, ...more] = options.map((option) => option.total)
  if (first === undefined) return total
  const isOne = first !== null && more.every((other) => other !== null && isSameMoney(first, other))
  return isOne ? first : null
}
