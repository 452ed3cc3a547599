/**
 * Holds what clients were told, and what the ledger says at the end, against the truth. Pure; it trusts the
 * oracle alone, and takes from the gateway's ledger only which attempt an answer was about.
 */

import type { Call, LedgerPayment, Told, ToldState } from './journal.ts'
import type { TruthCharge, TruthOrder } from './truth.ts'

export interface Verdict {
  readonly orders: number
  /** Orders that are charged at the end. */
  readonly charged: number
  /** Orders that were charged more than once. */
  readonly doubles: readonly string[]
  /** Answers that contradict the truth. */
  readonly lies: readonly string[]
  /** Orders of which the ledger, at the end, does not know what happened. */
  readonly lost: readonly string[]
  /** Orders whose outcome is still open in the ledger at the end. */
  readonly open: readonly string[]
}

export interface Evidence {
  readonly truth: readonly TruthOrder[]
  readonly calls: readonly Call[]
  /** By order number, null where there is none; or null for a gateway that keeps no ledger. */
  readonly ledger: ReadonlyMap<string, LedgerPayment | null> | null
}

export function judge({ truth, calls, ledger }: Evidence): Verdict {
  const truthByOrder = new Map(truth.map((order) => [order.orderNo, order]))
  const callsByOrder = Map.groupBy(calls, ({ orderNo }) => orderNo)
  const orders = new Set([...truthByOrder.keys(), ...callsByOrder.keys()])
  const lies: string[] = []
  const lost: string[] = []
  const open: string[] = []
  for (const orderNo of orders) {
    const order = truthByOrder.get(orderNo) ?? { orderNo, requests: [], charges: [], reads: 0 }
    const asked = callsByOrder.get(orderNo) ?? []
    const payment = ledger?.get(orderNo) ?? null
    for (const call of asked) {
      const lie = lieOf(call, order, asked, payment)
      if (lie !== null) lies.push(`${orderNo}: ${lie} (${describeCall(call)})`)
    }
    if (ledger === null) continue
    const told = asked.flatMap((call) => (call.told === null ? [] : [call.told]))
    for (const loss of lossesOf(order, told, payment)) lost.push(`${orderNo}: ${loss}`)
    if (payment !== null && isOpen(payment)) open.push(orderNo)
  }
  return {
    orders: orders.size,
    charged: truth.filter(({ charges }) => charges.length > 0).length,
    doubles: truth
      .filter(({ charges }) => charges.length > 1)
      .map(({ orderNo, charges }) => `${orderNo}: ${charges.length} charges`),
    lies,
    lost,
    open,
  }
}

/** What is wrong with an answer at the instant it was given, or null. */
function lieOf(
  call: Call,
  { requests, charges }: TruthOrder,
  asked: readonly Call[],
  payment: LedgerPayment | null,
): string | null {
  const { told, endedAt } = call
  if (told === null || endedAt === null) return null
  switch (told.state) {
    case 'PAID':
      return charges.some(({ chargedAt }) => chargedAt <= endedAt) ? null : 'told PAID while not charged'
    case 'NOT_PAID':
    case 'NOTHING': {
      // Whether the charge came before or after the answer does not matter: its request was on its way.
      const isDenied = charges.some(
        (charge) =>
          charge.arrivedAt < call.sentAt ||
          (told.state === 'NOT_PAID' &&
            (isChargeOf(charge, told, payment) || (charge.arrivedAt <= endedAt && isAlone(call, asked)))),
      )
      return isDenied ? `told ${told.state} of an order that was charged by a request sent before` : null
    }
    case 'NOT_SENT': {
      const isDenied =
        isAlone(call, asked) &&
        requests.some(({ arrivedAt }) => call.sentAt <= arrivedAt && arrivedAt <= endedAt)
      return isDenied ? 'told that nothing was sent while its request was' : null
    }
    case 'IN_PROGRESS':
    case 'UNKNOWN':
      return null
  }
}

/** True when the charge is of the attempt that the client was told of, or of an earlier one. */
function isChargeOf(charge: TruthCharge, { paymentId }: Told, payment: LedgerPayment | null): boolean {
  if (payment === null || paymentId === null) return false
  const charging = payment.attempts.findLastIndex(({ startedAt }) => startedAt <= charge.arrivedAt)
  const told = payment.attempts.findIndex((attempt) => attempt.paymentId === paymentId)
  return charging !== -1 && charging <= told
}

/** True when no other request of the order can have been carried out while this one was. */
function isAlone(call: Call, asked: readonly Call[]): boolean {
  return asked.every(
    (other) =>
      other === call ||
      other.via === 'payment' ||
      other.sentAt > (call.endedAt ?? Infinity) ||
      (other.told !== null && other.endedAt !== null && other.endedAt < call.sentAt),
  )
}

/** What the ledger does not know at the end, or knows wrongly. */
function* lossesOf(
  { requests, charges }: TruthOrder,
  told: readonly Told[],
  payment: LedgerPayment | null,
): Generator<string> {
  const attempts = payment?.attempts ?? []
  const ids = new Set(attempts.map(({ paymentId }) => paymentId))
  const forgotten = told.find(({ paymentId }) => paymentId !== null && !ids.has(paymentId))
  if (forgotten !== undefined)
    yield `the attempt ${forgotten.paymentId} that a client was told of is not there`
  if (requests.length > attempts.length) {
    yield `${requests.length} requests were sent for ${attempts.length} attempts`
  }
  const state = payment?.state ?? 'NOTHING'
  const [charge] = charges
  if (charge !== undefined && state !== 'PAID') yield `charged, but ${state} in the ledger`
  if (charge === undefined && state === 'PAID') yield 'PAID in the ledger, but not charged'
  const success = attempts.find(({ paymentState, code }) => paymentState === 'PAID' && code === null)
  if (success !== undefined && charge !== undefined) {
    const method = atlasNumbers[success.paymentMethod]
    if (method !== charge.paymentMethod) {
      yield `charged by method ${charge.paymentMethod}, recorded as ${success.paymentMethod}`
    }
  }
}

const atlasNumbers: Readonly<Record<string, number>> = { BALANCE: 1, VCC_PASSTHROUGH: 3, BYOA: 4, MOR: 5 }

const openStates = new Set<ToldState>(['IN_PROGRESS', 'UNKNOWN'])

function isOpen({ state, attempts }: LedgerPayment): boolean {
  return openStates.has(state) || attempts.some(({ paymentState }) => openStates.has(paymentState))
}

function describeCall({ via, sentAt, endedAt, told }: Call): string {
  return `${via} from ${sentAt} to ${endedAt}, ${told?.code ?? 'no code'}, attempt ${told?.paymentId ?? 'none'}`
}
