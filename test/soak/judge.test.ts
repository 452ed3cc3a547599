import { expect, test } from 'vitest'
import type { Call, LedgerPayment, Told } from './journal.ts'
import { judge } from './judge.ts'
import type { TruthOrder } from './truth.ts'

const orderNo = 'J-1'

/** An order with charges whose requests arrived at these instants, and were charged 10 ms later. */
function order(...arrivals: readonly number[]): TruthOrder {
  const at = (arrivedAt: number) => ({ arrivedAt, paymentMethod: 1 })
  return {
    orderNo,
    requests: arrivals.map((arrivedAt) => ({ ...at(arrivedAt), fault: 'none', answeredAt: null })),
    charges: arrivals.map((arrivedAt) => ({ ...at(arrivedAt), chargedAt: arrivedAt + 10 })),
    reads: 0,
  }
}

function call(sentAt: number, endedAt: number, told: Partial<Told> | null): Call {
  const known = told === null ? null : { state: 'NOT_PAID' as const, code: null, paymentId: null, ...told }
  return { orderNo, via: 'payOrder', sentAt, endedAt, told: known }
}

/** A ledger with one attempt of these states, started at 90, 190, and so on. */
function ledger(...states: readonly ('PAID' | 'NOT_PAID' | 'UNKNOWN')[]): LedgerPayment {
  const attempts = states.map((paymentState, index) => ({
    paymentId: `p${index + 1}`,
    paymentMethod: 'BALANCE',
    paymentState,
    code: paymentState === 'PAID' ? null : 'OUTCOME_UNKNOWN',
    startedAt: 90 + 100 * index,
  }))
  return { state: states.find((state) => state !== 'NOT_PAID') ?? 'NOT_PAID', attempts }
}

function judged(truth: TruthOrder, calls: readonly Call[], payment: LedgerPayment | null) {
  const { doubles, lies, lost, open } = judge({
    truth: [truth],
    calls,
    ledger: new Map([[orderNo, payment]]),
  })
  return { doubles: doubles.length, lies: lies.length, lost, open: open.length }
}

const clean = { doubles: 0, lies: 0, lost: [], open: 0 }

test('a payment that is told and recorded as it was passes', () => {
  const calls = [call(80, 120, { state: 'PAID', paymentId: 'p1' })]
  expect(judged(order(100), calls, ledger('PAID'))).toEqual(clean)
})

test('a second charge is a double', () => {
  expect(judged(order(100, 200), [], ledger('NOT_PAID', 'PAID'))).toEqual({ ...clean, doubles: 1 })
})

test('PAID before the charge is a lie', () => {
  const calls = [call(80, 105, { state: 'PAID' })]
  expect(judged(order(100), calls, ledger('PAID'))).toEqual({ ...clean, lies: 1 })
})

test('NOT_PAID is a lie when the request that charges was sent before, even if it charges later', () => {
  const late = {
    ...order(100),
    charges: [{ arrivedAt: 100, chargedAt: 5_000, paymentMethod: 1 }],
  }
  expect(judged(late, [call(300, 310, { state: 'NOT_PAID' })], ledger('PAID'))).toEqual({ ...clean, lies: 1 })
  expect(judged(late, [call(300, 310, { state: 'NOTHING' })], ledger('PAID'))).toEqual({ ...clean, lies: 1 })
})

test('NOT_PAID is a lie when the attempt that it is about charged, whoever else was asking', () => {
  const other = call(70, 500, null)
  const about = (paymentId: string) => [other, call(80, 400, { state: 'NOT_PAID', paymentId })]
  expect(judged(order(200), about('p1'), ledger('NOT_PAID', 'PAID'))).toEqual(clean)
  expect(judged(order(200), about('p2'), ledger('NOT_PAID', 'PAID'))).toEqual({ ...clean, lies: 1 })
})

test('NOT_PAID is a lie when the only request under way charged, also without a ledger', () => {
  const alone = judge({ truth: [order(100)], calls: [call(80, 120, {})], ledger: null })
  expect(alone.lies).toHaveLength(1)
  const calls = [call(80, 120, {}), call(90, 400, null)]
  expect(judge({ truth: [order(100)], calls, ledger: null }).lies).toEqual([])
})

test('a charge that the ledger does not know, knows wrongly or has open is found', () => {
  expect(judged(order(100), [], null).lost).toEqual([
    'J-1: 1 requests were sent for 0 attempts',
    'J-1: charged, but NOTHING in the ledger',
  ])
  expect(judged(order(100), [], ledger('NOT_PAID')).lost).toEqual([
    'J-1: charged, but NOT_PAID in the ledger',
  ])
  expect(judged(order(), [], ledger('PAID')).lost).toEqual(['J-1: PAID in the ledger, but not charged'])
  expect(judged(order(), [], ledger('UNKNOWN'))).toEqual({ ...clean, open: 1 })
})

test('a request without an attempt of its own, and an attempt that is gone, are found', () => {
  const twoRequests = { ...order(100), requests: [...order(100).requests, ...order(200).requests] }
  expect(judged(twoRequests, [], ledger('PAID')).lost).toEqual(['J-1: 2 requests were sent for 1 attempts'])
  const calls = [call(80, 120, { state: 'UNKNOWN', paymentId: 'p9' })]
  expect(judged(order(100), calls, ledger('PAID')).lost).toEqual([
    'J-1: the attempt p9 that a client was told of is not there',
  ])
})

test('another method than the one that was charged is found', () => {
  const byCard = { ...order(100), charges: [{ arrivedAt: 100, chargedAt: 110, paymentMethod: 3 }] }
  expect(judged(byCard, [], ledger('PAID')).lost).toEqual(['J-1: charged by method 3, recorded as BALANCE'])
})
