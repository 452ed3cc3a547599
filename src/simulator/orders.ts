/** The simulated orders: what each one is, who asked about it, and how often its money moved. */

import type { PaymentMethod } from './offers.ts'
import type { Scenario, Ticketing } from './scenario.ts'
import { scenarioOf } from './scenarios.ts'

/** `being-paid` lasts from a pay.do that will charge until it has; Atlas's query still says unpaid then. */
export type OrderState = 'unpaid' | 'being-paid' | 'paid' | 'ticketed' | 'cancelled' | 'missing'

/** What tests and people may know about an order; a copy, taken when asked. Instants are ISO 8601, UTC. */
export interface SimulatedOrder {
  readonly orderNo: string
  /** The magic order number that was recognised, or `ORDINARY`. */
  readonly scenario: string
  readonly state: OrderState
  /** The method it was paid with; null while unpaid. */
  readonly paymentMethod: number | null
  /** The last four digits of the card it was paid with; null when it was not paid by card here. */
  readonly cardTail: string | null
  readonly createdAt: string
  readonly payDeadlineAt: string
  readonly paidAt: string | null
  /** The pay.do requests that arrived for it, refused ones included. */
  readonly payRequests: number
  /** How often a pay.do moved money. A payment made elsewhere (as for SIM-404 and SIM-406) is none. */
  readonly charges: number
  /** The queryOrderDetails.do requests that arrived for it. */
  readonly queries: number
}

/** One order as the simulator keeps it. Instants are epoch milliseconds. */
export interface Order {
  readonly orderNo: string
  readonly scenario: Scenario
  readonly createdAt: number
  readonly payDeadlineAt: number
  paidAt: number | null
  ticketedAt: number | null
  cancelledAt: number | null
  paymentMethod: PaymentMethod | null
  cardTail: string | null
  ticketing: Ticketing
  paymentsUnderWay: number
  payRequests: number
  charges: number
  queries: number
  lastReadAt: number | null
  /** What the fare has risen by since the order was made, in whole units of its currency. */
  fareRise: number
}

/** One payment as it becomes part of the order. */
export interface Payment {
  readonly paymentMethod: PaymentMethod
  readonly cardTail: string | null
  /** What becomes of the order; null leaves it to the scenario. */
  readonly ticketing: Ticketing | null
}

/** Counted over all orders since the start, forgotten ones included. */
export interface SimulatorTotals {
  /** Every `POST /pay.do` that arrived, those refused before an order was known included. */
  readonly payRequests: number
  readonly charges: number
  /** Every `POST /queryOrderDetails.do` that arrived. */
  readonly queries: number
  /** The orders seen. */
  readonly orders: number
}

export interface OrderBook {
  /** The order of that number, created on first sight. */
  see(orderNo: string): Order
  /** The order of that number if it was seen before; never creates one. */
  find(orderNo: string): Order | undefined
  /** Counts a query, which may make the fare rise. */
  read(order: Order): void
  /** Marks the order as being paid, until one `charge` or `payElsewhere` follows. */
  startPayment(order: Order): void
  /** Moves money for one pay.do. A second charge counts, but does not change when and how it was paid. */
  charge(order: Order, payment: Payment): void
  /** Another payer has paid: the order reads paid, nothing was charged here. */
  payElsewhere(order: Order, paymentMethod: PaymentMethod): void
  ordersSeen(): number
}

export interface OrderBookOptions {
  readonly ticketAfterMs: number
  readonly now: () => number
}

/** Bounds the memory of a simulator that is left running; no test or demonstration looks back this far. */
const ordersMax = 100_000

const minuteMs = 60_000

/** A fare that rises does so by this much, with a read this long after the one before. */
const fareRiseStep = 5
const fareRiseAfterMs = 1000

export function createOrderBook({ ticketAfterMs, now }: OrderBookOptions): OrderBook {
  const orders = new Map<string, Order>()
  let ordersSeen = 0

  const markPaid = (order: Order, { paymentMethod, cardTail, ticketing }: Payment): void => {
    order.paymentsUnderWay -= 1
    if (order.paidAt !== null) return
    order.paidAt = now()
    order.paymentMethod = paymentMethod
    order.cardTail = cardTail
    order.ticketing = ticketing ?? order.scenario.ticketing
    const endsAt = order.paidAt + order.ticketing.delayFactor * ticketAfterMs
    if (order.ticketing.outcome === 'ticketed') order.ticketedAt = endsAt
    if (order.ticketing.outcome === 'cancelled') order.cancelledAt = endsAt
  }

  return {
    see(orderNo) {
      const known = orders.get(orderNo)
      if (known !== undefined) return known
      const order = createOrder(orderNo, now())
      orders.set(orderNo, order)
      ordersSeen += 1
      const [oldest] = orders.keys()
      if (orders.size > ordersMax && oldest !== undefined) orders.delete(oldest)
      return order
    },
    find: (orderNo) => orders.get(orderNo),
    read(order) {
      const at = now()
      order.queries += 1
      const sinceLastMs = at - (order.lastReadAt ?? at)
      const isDue = sinceLastMs >= fareRiseAfterMs && order.paidAt === null
      if (order.scenario.offer.rises && isDue) order.fareRise += fareRiseStep
      order.lastReadAt = at
    },
    startPayment(order) {
      order.paymentsUnderWay += 1
    },
    charge(order, payment) {
      order.charges += 1
      markPaid(order, payment)
    },
    payElsewhere(order, paymentMethod) {
      markPaid(order, { paymentMethod, cardTail: null, ticketing: null })
    },
    ordersSeen: () => ordersSeen,
  }
}

/** How the order stands at an instant; what comes after the payment needs no timer, its time has come or not. */
export function stateOf(order: Order, at: number): OrderState {
  if (order.scenario.start === 'missing') return 'missing'
  if (order.cancelledAt !== null && at >= order.cancelledAt) return 'cancelled'
  if (hasTickets(order, at)) return 'ticketed'
  if (order.paidAt !== null) return 'paid'
  return order.paymentsUnderWay > 0 ? 'being-paid' : 'unpaid'
}

/** Whether its tickets were issued by an instant; a cancelled order keeps those it had. */
export function hasTickets(order: Order, at: number): boolean {
  return order.ticketedAt !== null && at >= order.ticketedAt
}

/** The order as tests and people may see it. */
export function viewOf(order: Order, at: number): SimulatedOrder {
  const { orderNo, paymentMethod, cardTail, payRequests, charges, queries } = order
  return {
    orderNo,
    scenario: order.scenario.name,
    state: stateOf(order, at),
    paymentMethod,
    cardTail,
    createdAt: new Date(order.createdAt).toISOString(),
    payDeadlineAt: new Date(order.payDeadlineAt).toISOString(),
    paidAt: order.paidAt === null ? null : new Date(order.paidAt).toISOString(),
    payRequests,
    charges,
    queries,
  }
}

/** What was done before the first sight of an order, in milliseconds after its making. */
interface Past {
  readonly ageMs: number
  readonly paidAfterMs?: number
  readonly ticketedAfterMs?: number
  readonly cancelledAfterMs?: number
}

function pastOf({ start, payWindowMs }: Scenario): Past {
  const ageMs = 10 * minuteMs
  switch (start) {
    case 'unpaid':
    case 'missing':
      return { ageMs: 0 }
    case 'lapsed':
      return { ageMs: payWindowMs + minuteMs }
    case 'ticketed':
      return { ageMs, paidAfterMs: minuteMs, ticketedAfterMs: 2 * minuteMs }
    case 'cancelled':
      return { ageMs, cancelledAfterMs: 2 * minuteMs }
    case 'cancelled-with-tickets':
      return {
        ageMs,
        paidAfterMs: minuteMs,
        ticketedAfterMs: 2 * minuteMs,
        cancelledAfterMs: 5 * minuteMs,
      }
  }
}

function createOrder(orderNo: string, at: number): Order {
  const scenario = scenarioOf(orderNo)
  const past = pastOf(scenario)
  const createdAt = at - past.ageMs
  const instant = (afterMs: number | undefined): number | null =>
    afterMs === undefined ? null : createdAt + afterMs
  return {
    orderNo,
    scenario,
    createdAt,
    payDeadlineAt: createdAt + scenario.payWindowMs,
    paidAt: instant(past.paidAfterMs),
    ticketedAt: instant(past.ticketedAfterMs),
    cancelledAt: instant(past.cancelledAfterMs),
    paymentMethod: past.paidAfterMs === undefined ? null : 1,
    cardTail: null,
    ticketing: scenario.ticketing,
    paymentsUnderWay: 0,
    payRequests: 0,
    charges: 0,
    queries: 0,
    lastReadAt: null,
    fareRise: 0,
  }
}
