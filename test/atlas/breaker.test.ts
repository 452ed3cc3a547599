import { beforeEach, expect, test } from 'vitest'
import { withBreaker } from '../../src/atlas/breaker.ts'
import type { PaymentRequest } from '../../src/payment/payment-request.ts'
import type { AtlasPayments, PayAnswer } from '../../src/payment/ports.ts'

/** Connection failures in a row that open it, and how long it then stays open. */
const FAILURES = 5
const OPEN_MS = 5_000

const request: PaymentRequest = {
  orderNo: 'A1',
  paymentMethod: 'BALANCE',
  clientOrderNo: null,
  requestSource: null,
  card: null,
  expectedTotal: null,
}

const cause = new Error('connect ECONNREFUSED')
const failed: PayAnswer = { kind: 'not-sent', reason: 'CONNECTION_FAILED', cause }
const open: PayAnswer = { kind: 'not-sent', reason: 'BREAKER_OPEN', cause: null }
const accepted: PayAnswer = { kind: 'accepted', pnrCode: 'ROWFRI' }
const refused: PayAnswer = {
  kind: 'refused',
  code: 'PAYMENT_DEADLINE_PASSED',
  atlasStatus: 401,
  retryAfterSeconds: null,
}
const lost: PayAnswer = { kind: 'unknown', reason: 'CONNECTION_LOST', atlasStatus: null, cause }

let nowMs: number
/** What Atlas answers next: an answer, or one that is on its way. */
let next: PayAnswer | Promise<PayAnswer>
let calls: PaymentRequest[]
let reads: string[]
let atlas: AtlasPayments

beforeEach(() => {
  nowMs = Date.parse('2026-11-23T08:00:00.000Z')
  next = failed
  calls = []
  reads = []
  atlas = withBreaker(
    {
      async pay(one) {
        calls.push(one)
        return next
      },
      async readOrder(orderNo) {
        reads.push(orderNo)
        return { kind: 'unpaid', chargeStarted: false }
      },
      async queryOrder(orderNo) {
        reads.push(orderNo)
        return { kind: 'not-found' }
      },
    },
    () => nowMs,
  )
})

/** Answers of payments, one after another. */
async function pay(count: number): Promise<PayAnswer[]> {
  const answers: PayAnswer[] = []
  while (answers.length < count) answers.push(await atlas.pay(request))
  return answers
}

function times(count: number, answer: PayAnswer): PayAnswer[] {
  return Array.from({ length: count }, () => answer)
}

async function openIt(): Promise<void> {
  next = failed
  expect(await pay(FAILURES)).toEqual(times(FAILURES, failed))
  calls = []
}

test('it passes requests and answers on as they are', async () => {
  for (const answer of [accepted, refused, lost, failed]) {
    next = answer
    expect(await atlas.pay(request)).toBe(answer)
  }
  expect(calls).toEqual([request, request, request, request])
  expect(calls.every((one) => one === request)).toBe(true)
})

test('it opens after five failed connections in a row, and then asks Atlas no more', async () => {
  expect(await pay(FAILURES - 1)).toEqual(times(FAILURES - 1, failed))
  expect(await pay(1)).toEqual([failed])
  expect(await pay(100)).toEqual(times(100, open))
  expect(calls).toHaveLength(FAILURES)
})

test('it opens for a connection that did not come in time as for one that was refused', async () => {
  next = { kind: 'not-sent', reason: 'DEADLINE', cause }
  await pay(FAILURES)
  expect(await pay(1)).toEqual([open])
})

test.each<[string, PayAnswer]>([
  ['an accepted payment', accepted],
  ['a refusal', refused],
  ['a lost answer', lost],
  ['an answer after the deadline', { ...lost, reason: 'DEADLINE' }],
])('%s never opens it, and interrupts a row of failures', async (_what, answer) => {
  next = answer
  await pay(20)
  expect(calls).toHaveLength(20)
  for (let round = 1; round <= 3; round += 1) {
    next = failed
    expect(await pay(FAILURES - 1)).toEqual(times(FAILURES - 1, failed))
    next = answer
    expect(await pay(1)).toEqual([answer])
  }
  expect(calls).toHaveLength(20 + 3 * FAILURES)
})

test('its own refusals do not keep it open: it lets one try when its time has passed', async () => {
  await openIt()
  for (const at of [0, 1_000, 2_000, OPEN_MS - 1]) {
    nowMs = Date.parse('2026-11-23T08:00:00.000Z') + at
    expect(await pay(1)).toEqual([open])
  }
  expect(calls).toEqual([])
  nowMs += 1
  next = accepted
  expect(await pay(1)).toEqual([accepted])
  expect(calls).toHaveLength(1)
})

test('it lets one try, and the others wait for what comes of it; one that takes long lets another try', async () => {
  await openIt()
  nowMs += OPEN_MS
  const trials = [Promise.withResolvers<PayAnswer>(), Promise.withResolvers<PayAnswer>()] as const
  next = trials[0].promise
  const first = atlas.pay(request)
  expect(await pay(10)).toEqual(times(10, open))
  nowMs += OPEN_MS - 1
  expect(await pay(10)).toEqual(times(10, open))
  nowMs += 1
  next = trials[1].promise
  const second = atlas.pay(request)
  expect(await pay(10)).toEqual(times(10, open))
  expect(calls).toHaveLength(2)
  trials[1].resolve(accepted)
  expect(await second).toBe(accepted)
  next = accepted
  expect(await pay(2)).toEqual(times(2, accepted))
  trials[0].resolve(accepted)
  expect(await first).toBe(accepted)
})

test.each<[string, PayAnswer]>([
  ['a success', accepted],
  ['a refusal', refused],
  ['a lost answer', lost],
])('%s of the one that tries closes it for all', async (_what, answer) => {
  await openIt()
  nowMs += OPEN_MS
  next = answer
  expect(await pay(4)).toEqual(times(4, answer))
  // And it takes five failures again to open it.
  next = failed
  expect(await pay(FAILURES)).toEqual(times(FAILURES, failed))
  expect(await pay(1)).toEqual([open])
})

test('a failure of the one that tries opens it for as long again', async () => {
  await openIt()
  for (let round = 1; round <= 3; round += 1) {
    nowMs += OPEN_MS
    expect(await pay(3)).toEqual([failed, open, open])
    nowMs += OPEN_MS - 1
    expect(await pay(1)).toEqual([open])
    nowMs += 1 - OPEN_MS
    expect(calls).toHaveLength(round)
  }
})

test('its time begins when the last failure is known, not when that payment began', async () => {
  await pay(FAILURES - 1)
  const slow = Promise.withResolvers<PayAnswer>()
  next = slow.promise
  const fifth = atlas.pay(request)
  nowMs += 10_000
  slow.resolve(failed)
  expect(await fifth).toBe(failed)
  nowMs += OPEN_MS - 1
  expect(await pay(1)).toEqual([open])
})

test('failures at the same time count as well as one after another', async () => {
  const both = Promise.withResolvers<PayAnswer>()
  next = both.promise
  const under = Array.from({ length: FAILURES }, () => atlas.pay(request))
  both.resolve(failed)
  expect(await Promise.all(under)).toEqual(times(FAILURES, failed))
  expect(await pay(1)).toEqual([open])
})

test('orders are read back while it is open: it refuses payments only', async () => {
  await openIt()
  expect(await pay(1)).toEqual([open])
  expect(await atlas.readOrder('A1')).toEqual({ kind: 'unpaid', chargeStarted: false })
  expect(await atlas.queryOrder('A1')).toEqual({ kind: 'not-found' })
  expect([reads, calls]).toEqual([['A1', 'A1'], []])
})
