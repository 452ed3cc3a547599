/** Reads orders live: from Atlas, joined with the ledger. It moves no money. */

import { isDeepStrictEqual } from 'node:util'
import { LRUCache } from 'lru-cache'
import type { OrderAnswer, OrderFacts } from '../payment/order-facts.ts'
import { holdsOrder, type PaymentAttempt, paymentStateOf } from '../payment/payment-attempt.ts'
import type { PaymentState } from '../payment/payment-outcome.ts'
import type { AtlasPayments, Clock, PaymentLedger } from '../payment/ports.ts'
import { type OrderState, orderStateOf } from './order-state.ts'

/** An order as it is shown. */
export interface Order {
  readonly kind: 'order'
  readonly orderNo: string
  readonly state: OrderState
  /** Null when Atlas's answer told nothing. */
  readonly facts: OrderFacts | null
  /** When Atlas was asked. */
  readonly readAt: Date
}

/** The order could not be read. */
export interface OrderUnread {
  readonly kind: 'unread'
  readonly code: 'ORDER_NOT_FOUND' | 'ATLAS_UNAVAILABLE' | 'ATLAS_RATE_LIMITED' | 'ATLAS_ACCESS_DENIED'
  readonly orderNo: string
  /** What the ledger knows about the money. */
  readonly paymentState: PaymentState
  readonly retryAfterSeconds: number | null
}

export interface OrderReader {
  /** Reads an order. Rejects with LedgerUnavailable. */
  read(orderNo: string): Promise<Order | OrderUnread>
  /** The same reading of Atlas, joined with what the ledger knows now. Rejects with LedgerUnavailable. */
  rejoin(order: Order): Promise<Order>
  /** The next reading of this order asks Atlas anew: something happened to it. */
  forget(orderNo: string): void
}

export interface OrderReaderOptions {
  readonly atlas: Pick<AtlasPayments, 'queryOrder'>
  readonly ledger: Pick<PaymentLedger, 'attemptsOf'>
  readonly clock: Clock
}

/** How long an answer of Atlas serves everybody who asks for the same order, in milliseconds. */
const KEPT_MS = 1_000

/** Most orders whose answers are kept. */
const ORDERS_MAX = 5_000

/** Pauses before an order is asked for again after no usable answer, in milliseconds. */
const RETRY_PAUSES_MS = [200, 800]

/** No further try begins when a read has taken this long, in milliseconds. A try itself may take 4 seconds. */
const TRY_WITHIN_MS = 3_000

interface Kept {
  readonly answer: Promise<OrderAnswer>
  /** When Atlas was asked. */
  readonly readAt: Date
  /** Null while it is being asked. */
  keptUntil: number | null
}

export function createOrderReader({ atlas, ledger, clock }: OrderReaderOptions): OrderReader {
  const kept = new LRUCache<string, Kept>({ max: ORDERS_MAX })

  /** One question to Atlas for all who ask at the same time and within a second. */
  function ask(orderNo: string): Kept {
    const known = kept.get(orderNo)
    if (known !== undefined && isFresh(known)) return known
    const asked: Kept = { answer: askPatiently(orderNo), readAt: clock.now(), keptUntil: null }
    kept.set(orderNo, asked)
    const end = (): void => {
      asked.keptUntil = clock.now().getTime() + KEPT_MS
    }
    void asked.answer.then(end, end)
    return asked
  }

  function isFresh({ keptUntil }: Kept): boolean {
    const leftMs = keptUntil === null ? KEPT_MS : keptUntil - clock.now().getTime()
    // Not when the clock was set back: an answer must not live for longer than it was to.
    return leftMs > 0 && leftMs <= KEPT_MS
  }

  async function askPatiently(orderNo: string): Promise<OrderAnswer> {
    const startedAt = clock.now().getTime()
    let answer = await atlas.queryOrder(orderNo)
    for (const pauseMs of RETRY_PAUSES_MS) {
      if (answer.kind !== 'unavailable' || clock.now().getTime() - startedAt > TRY_WITHIN_MS) break
      await clock.delay(pauseMs)
      answer = await atlas.queryOrder(orderNo)
    }
    return answer
  }

  return {
    async read(orderNo) {
      const { answer, readAt } = ask(orderNo)
      const told = await answer
      // After Atlas: a payment that began meanwhile must not be overlooked.
      const attempts = await ledger.attemptsOf(orderNo)
      return join(orderNo, told, attempts, { readAt, at: clock.now() })
    },
    async rejoin(order) {
      const attempts = await ledger.attemptsOf(order.orderNo)
      return { ...order, state: orderStateOf(order.facts, attempts, clock.now()) }
    },
    forget: (orderNo) => void kept.delete(orderNo),
  }
}

/** Whether two readings show the same. */
export function showsSame(one: Order, other: Order): boolean {
  return one.state === other.state && isDeepStrictEqual(one.facts, other.facts)
}

function join(
  orderNo: string,
  answer: OrderAnswer,
  attempts: readonly PaymentAttempt[],
  { readAt, at }: { readonly readAt: Date; readonly at: Date },
): Order | OrderUnread {
  const holder = attempts.find(holdsOrder)
  const ofAtlas = (facts: OrderFacts | null): Order => ({
    kind: 'order',
    orderNo,
    state: orderStateOf(facts, attempts, at),
    facts,
    readAt,
  })
  const unread = (code: OrderUnread['code'], retryAfterSeconds: number | null = null): OrderUnread => {
    // That Atlas shows no such order is no proof either: the account can be the wrong one.
    const paymentState = holder === undefined ? 'UNKNOWN' : paymentStateOf(holder)
    return { kind: 'unread', code, orderNo, paymentState, retryAfterSeconds }
  }
  switch (answer.kind) {
    case 'order':
      return ofAtlas(answer.facts)
    case 'unreadable':
      return ofAtlas(null)
    case 'not-found':
      // An order that is paid here, or may be, exists: Atlas contradicts itself.
      return holder === undefined ? unread('ORDER_NOT_FOUND') : ofAtlas(null)
    case 'refused':
      return unread(answer.code, answer.retryAfterSeconds)
    case 'unavailable':
      return unread('ATLAS_UNAVAILABLE')
  }
}
