/** What a magic order number can ask for: how the order stands, what pay.do does, what a query tells. */

import { ordinaryOffer, type Offer } from './offers.ts'

/** How an order stands before anybody pays it here; `missing` is an order Atlas does not know. */
export type OrderStart = 'unpaid' | 'lapsed' | 'ticketed' | 'cancelled' | 'cancelled-with-tickets' | 'missing'

/** HTTP alone, as a proxy in front of Atlas answers. */
export interface HttpAnswer {
  readonly kind: 'http'
  readonly httpStatus: number
  readonly retryAfterSeconds?: number
}

/** What comes back on the wire. `status` is Atlas's own status in a well-formed HTTP 200 answer. */
export type Answer =
  | { readonly kind: 'status'; readonly status: number }
  | HttpAnswer
  | { readonly kind: 'silence' | 'reset' | 'broken-json' | 'wrong-echo' | 'truncated-gzip' }

/**
 * What a query tells. `truth` is what Atlas should say; the others get some of it wrong (`ticketless`: a
 * paid order reads ticketed without a ticket) or tell nothing. `status` comes with every field null.
 */
export type Reading =
  | { readonly kind: 'status'; readonly status: number }
  | HttpAnswer
  | {
      readonly kind:
        | 'truth'
        | 'ticketless'
        | 'contradictory'
        | 'charge-started'
        | 'strange-status'
        | 'other-order'
        | 'nulls'
        | 'silence'
    }

/** What becomes of an order once it is paid. */
export interface Ticketing {
  /** `pending` never ends: the order stays paid. */
  readonly outcome: 'ticketed' | 'cancelled' | 'pending'
  /** Atlas's code for what went wrong; a cancelled order tells it, and a pending one as soon as it is paid. */
  readonly errorCode: string | null
  /** When, counted in ticketAfterMs after the payment. */
  readonly delayFactor: number
}

export interface Scenario {
  /** The order number that asks for it; `-<anything>` may follow. */
  readonly name: string
  /** One line for people. */
  readonly description: string
  readonly start: OrderStart
  /** From the making of the order to its payment deadline. */
  readonly payWindowMs: number
  readonly offer: Offer
  /**
   * Whether a pay.do moves money: just before its answer, `late` (slowMs after the request), or never.
   * `elsewhere` moves none here, but another payer has paid the order slowMs after the first request.
   */
  readonly money: 'none' | 'before-answer' | 'late' | 'elsewhere'
  readonly answerAfter: 'latency' | 'slow' | 'nothing'
  readonly answer: Answer
  readonly reads: Reading
  readonly ticketing: Ticketing
  /** Other payment methods than this one just pay. */
  readonly onlyPaymentMethod?: number
}

/** The scenarios that have a number in their names. */
export interface ScenarioFamily {
  /** The form of the names, for people. */
  readonly name: string
  readonly description: string
  /** The scenario that an order number asks for, or null when it is none of the family. */
  member(orderNo: string): Scenario | null
}

/** An order that is paid and ticketed as it should be. */
export const pays = {
  start: 'unpaid',
  payWindowMs: 30 * 60_000,
  offer: ordinaryOffer,
  money: 'before-answer',
  answerAfter: 'latency',
  answer: { kind: 'status', status: 0 },
  reads: { kind: 'truth' },
  ticketing: { outcome: 'ticketed', errorCode: null, delayFactor: 1 },
} as const satisfies Partial<Scenario>

/** The same order, for which pay.do moves no money. */
export const refuses = { ...pays, money: 'none' } as const

/** Every order number that asks for nothing special, unknown `SIM-` names included. */
export const ordinary: Scenario = { ...pays, name: 'ORDINARY', description: 'Pays.' }
