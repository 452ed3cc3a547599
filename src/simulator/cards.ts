/** Which cards are taken, and what is remembered of them: never a number, only its keyed digest. */

import { createHmac, randomBytes } from 'node:crypto'
import { brandOf, isCardNumber, type CardBrand } from './card-brands.ts'
import type { CreditCard } from './credit-card.ts'
import type { PaymentMethod } from './offers.ts'
import { monthInSingapore } from './singapore-time.ts'

/** What the order and the request say about how the card is to be used. */
export interface CardUse {
  readonly paymentMethod: PaymentMethod
  /** The brand that the order was made for; null when any will do. */
  readonly cardType: CardBrand | null
}

export interface CardDesk {
  /** Atlas's status for a card that is not taken (400, 413, 414), or null. Counts refusals against the card. */
  refusalOf(card: CreditCard, use: CardUse): number | null
  /** Remembers that a card has paid: by method 5 it needs no CVV again. */
  hasPaid(card: CreditCard, paymentMethod: PaymentMethod): void
}

/** Bounds the memory of a simulator that is left running; a demonstration uses a handful of cards. */
const cardsMax = 10_000

/** A card that was refused more often than this within the window is refused for as long, whatever is right now. */
const refusalsMax = 5
const refusalWindowMs = 30 * 60_000

/** Atlas is the merchant of the card. */
const atlasAsMerchant = 5

/** Letters of Western European names, hyphens, and the blank that Atlas's own test name has. */
const holderName = /^[A-Za-zÀ-ÖØ-öø-ÿ -]+$/

export function createCardDesk(now: () => number): CardDesk {
  const secret = randomBytes(32)
  const digestOf = ({ cardNumber }: CreditCard): string =>
    createHmac('sha256', secret).update(cardNumber).digest('base64')
  /** The instants of a card's refusals that still count, at most one more than `refusalsMax`. */
  const refusals = new Map<string, readonly number[]>()
  const paidBefore = new Map<string, true>()

  const recentRefusalsOf = (digest: string, at: number): number[] =>
    (refusals.get(digest) ?? []).filter((earlier) => earlier > at - refusalWindowMs)

  return {
    refusalOf(card, use) {
      const at = now()
      const digest = digestOf(card)
      const isKnown = use.paymentMethod === atlasAsMerchant && paidBefore.has(digest)
      if (card.cardCVV === null && !isKnown) return 400
      if (isBlocked(refusals.get(digest) ?? [], at)) return 413
      const refusal = faultOf(card, use, at)
      if (refusal !== null) remember(refusals, digest, [...recentRefusalsOf(digest, at), at])
      return refusal
    },
    hasPaid(card, paymentMethod) {
      if (paymentMethod === atlasAsMerchant) remember(paidBefore, digestOf(card), true)
    },
  }
}

/** Nothing is counted while a card is blocked, so the last refusal is the one that was too many. */
function isBlocked(refusedAt: readonly number[], at: number): boolean {
  const lastAt = refusedAt.at(-1) ?? -Infinity
  return refusedAt.length > refusalsMax && at < lastAt + refusalWindowMs
}

function faultOf(card: CreditCard, { paymentMethod, cardType }: CardUse, at: number): 413 | 414 | null {
  const names = [card.cardHolderFirstName, card.cardHolderLastName]
  if (!isCardNumber(card.cardNumber) || !names.every((name) => holderName.test(name))) return 413
  if (lastMonthOf(card) < monthInSingapore(at)) return 413
  if (paymentMethod !== atlasAsMerchant) return null
  const brand = brandOf(card.cardNumber)
  if (brand === null) return 413
  return cardType === null || brand === cardType ? null : 414
}

/** `yyyy-MM`, through which the card is valid. */
function lastMonthOf({ cardExpireYear: year, cardExpireMonth: month }: CreditCard): string {
  return `${year.length === 2 ? `20${year}` : year}-${month}`
}

/** Puts an entry last in the map and forgets the first when there are too many. */
function remember<Value>(memory: Map<string, Value>, key: string, value: Value): void {
  memory.delete(key)
  memory.set(key, value)
  const [oldest] = memory.keys()
  if (memory.size > cardsMax && oldest !== undefined) memory.delete(oldest)
}
