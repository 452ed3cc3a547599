/** The simulated orders: what each one is, who asked about it, and how often its money moved. */

import { scenarioOf, type OrderStart, type Scenario } from './scenarios.ts'

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
  readonly createdAt: string
  readonly payDeadlineAt: string
  readonly paidAt: string | null
  /** The pay.do requests that arrived for it, refused ones included. */
  readonly payRequests: number
  /** How often a pay.do moved money. A payment made elsewhere (SIM-404, SIM-406) is none. */
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
  paymentMethod: number | null
  paymentsUnderWay: number
  payRequests: number
  charges: number
  queries: number
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
  /** Marks the order as being paid, until one `charge` or `payElsewhere` follows. */
  startPayment(order: Order): void
  /** Moves money for one pay.do. A second charge counts, but does not change when and how it was paid. */
  charge(order: Order, paymentMethod: number): void
  /** Another payer has paid: the order reads paid, nothing was charged here. */
  payElsewhere(order: Order, paymentMethod: number): void
  ordersSeen(): number
}

export interface OrderBookOptions {
  readonly ticketAfterMs: number
  readonly now: () => number
}

/** Bounds the memory of a simulator that is left running; no test or demonstration looks back this far. */
const ordersMax = 100_000

const minuteMs = 60_000

/** Atlas holds an ordinary order this long for payment. */
const payWindowMs = 30 * minuteMs

export function createOrderBook({ ticketAfterMs, now }: OrderBookOptions): OrderBook {
  const orders = new Map<string, Order>()
  let ordersSeen = 0

  const markPaid = (order: Order, paymentMethod: number): void => {
    order.paymentsUnderWay -= 1
    if (order.paidAt !== null) return
    order.paidAt = now()
    order.ticketedAt = order.paidAt + ticketAfterMs
    order.paymentMethod = paymentMethod
    if (order.scenario.cancelsOncePaid) order.cancelledAt = order.paidAt
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
    startPayment(order) {
      order.paymentsUnderWay += 1
    },
    charge(order, paymentMethod) {
      order.charges += 1
      markPaid(order, paymentMethod)
    },
    payElsewhere: markPaid,
    ordersSeen: () => ordersSeen,
  }
}

/** How the order stands at an instant; ticketing needs no timer, it has happened once its time is there. */
export function stateOf(order: Order, at: number): OrderState {
  if (order.scenario.start === 'missing') return 'missing'
  if (order.cancelledAt !== null) return 'cancelled'
  if (order.ticketedAt !== null && at >= order.ticketedAt) return 'ticketed'
  if (order.paidAt !== null) return 'paid'
  return order.paymentsUnderWay > 0 ? 'being-paid' : 'unpaid'
}

/** The order as tests and people may see it. */
export function viewOf(order: Order, at: number): SimulatedOrder {
  const { orderNo, paymentMethod, payRequests, charges, queries } = order
  return {
    orderNo,
    scenario: order.scenario.name,
    state: stateOf(order, at),
    paymentMethod,
    createdAt: new Date(order.createdAt).toISOString(),
    payDeadlineAt: new Date(order.payDeadlineAt).toISOString(),
    paidAt: order.paidAt === null ? null : new Date(order.paidAt).toISOString(),
    payRequests,
    charges,
    queries,
  }
}

/** How long before its first sight an order was made, so that its past fits how it stands. */
const ageMs: Readonly<Record<OrderStart, number>> = {
  unpaid: 0,
  lapsed: payWindowMs + minuteMs,
  ticketed: 10 * minuteMs,
  cancelled: 10 * minuteMs,
  missing: 0,
}

function createOrder(orderNo: string, at: number): Order {
  const scenario = scenarioOf(orderNo)
  const createdAt = at - ageMs[scenario.start]
  const isTicketed = scenario.start === 'ticketed'
  return {
    orderNo,
    scenario,
    createdAt,
    payDeadlineAt: createdAt + payWindowMs,
    paidAt: isTicketed ? createdAt + minuteMs : null,
    ticketedAt: isTicketed ? createdAt + 2 * minuteMs : null,
    cancelledAt: scenario.start === 'cancelled' ? createdAt + 2 * minuteMs : null,
    paymentMethod: isTicketed ? 1 : null,
    paymentsUnderWay: 0,
    payRequests: 0,
    charges: 0,
    queries: 0,
  }
}
