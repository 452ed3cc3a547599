/** What goes wrong for a request, decided by the seed, the order and how often it was asked about. */

import { randomOf } from './random.ts'

/** Faults of pay.do; `none` is the absence of one. */
export const payFaults = [
  'none',
  /** Charged and answered, slowly but in time. */
  'slow',
  /** Charged at once, answered after the gateway's deadline. */
  'answer-late',
  /** The connection is reset, or hangs; nothing is ever charged. */
  'lose-reset',
  'lose-hang',
  /** Charged, and then the answer is lost. */
  'charge-reset',
  'charge-hang',
  'charge-garbled',
  /** The answer is lost first, and the charge comes later. */
  'late-reset',
  'late-hang',
  /** HTTP 5xx without and with a charge. */
  'http-before',
  'http-after',
  /** Documented refusals without a charge. */
  'refuse-403',
  'refuse-411',
  /** 411 for a card, which the airline charges later all the same. */
  'refuse-411-late',
] as const
export type PayFault = (typeof payFaults)[number]

/** Faults of queryOrderDetails.do. `read-stale`: a charge of this moment is not shown yet. */
export const readFaults = [
  'read-http',
  'read-reset',
  'read-hang',
  'read-busy',
  'read-empty',
  'read-stale',
] as const
export type ReadFault = (typeof readFaults)[number]

export interface PayPlan {
  readonly fault: PayFault
  /** Before anything is done, in milliseconds. */
  readonly workMs: number
  /** How much later a late charge or answer comes, in milliseconds. */
  readonly lateMs: number
}

/** Atlas's number of paying by deposit. */
const BALANCE = 1

/** Share of faulty requests: the first, second and third of an order; later ones are spared, so that orders end. */
const PAY_FAULT_SHARES = [0.5, 0.4, 0.3]

const READ_FAULT_SHARE = 0.3

/**
 * Longest delay of a late charge, in milliseconds. Whoever releases an order as unpaid earlier would charge it
 * twice, so it stays well below the shortest release of the gateways under test; see `startPace`.
 */
const LATE_MAX_MS = 1_200

/**
 * Plans the `nth` (from 0) pay.do of an order. A number that ends in a dot and the name of a fault, such as
 * `X-1.charge-reset`, has that fault first.
 */
export function planPay(seed: string, orderNo: string, nth: number, paymentMethod: number): PayPlan {
  const random = randomOf(seed, 'pay', orderNo, nth)
  const isFaulty = random.chance(PAY_FAULT_SHARES[nth] ?? 0)
  const drawn = isFaulty ? (payFaults[random.between(1, payFaults.length - 1)] ?? 'none') : 'none'
  const wanted = nth === 0 ? forcedFault(orderNo) : null
  // A deposit is not charged after a 411; a card is, most of the time.
  const refusal = paymentMethod !== BALANCE && random.chance(0.75) ? 'refuse-411-late' : 'refuse-411'
  const fault = wanted ?? (drawn.startsWith('refuse-411') ? refusal : drawn)
  return {
    fault,
    workMs: fault === 'slow' ? random.between(150, 350) : random.between(0, 60),
    lateMs: random.between(100, LATE_MAX_MS),
  }
}

/** Plans the `nth` (from 0) reading of an order. */
export function planRead(seed: string, orderNo: string, nth: number): ReadFault | 'none' {
  const random = randomOf(seed, 'read', orderNo, nth)
  return random.chance(READ_FAULT_SHARE) ? random.pick(readFaults) : 'none'
}

function forcedFault(orderNo: string): PayFault | null {
  const name = orderNo.slice(orderNo.lastIndexOf('.') + 1)
  return payFaults.find((fault) => fault === name) ?? null
}
