import { describe, expect, test } from 'vitest'
import type { AttemptChange, PaymentAttempt } from '../../src/payment/payment-attempt.ts'
import { LedgerUnavailable, type OrderReading, type PaymentLedger } from '../../src/payment/ports.ts'
import { createReadBack, type ReadBack } from '../../src/payment/read-back.ts'
import { createRepairs } from '../../src/payment/repairs.ts'
import { createSteeredClock } from '../support/fast-clock.ts'
import {
  attemptFor,
  calledPaid,
  lost,
  orphaned,
  paid,
  released,
  store as record,
} from '../support/ledger-attempts.ts'
import { openFor, openMemoryStore } from '../support/ledger-stores.ts'

/** Reads an order back from a ledger while something happens; with the repairs and the faults. */
function readerOf(
  ledger: PaymentLedger,
  reading: OrderReading,
  happen: () => Promise<unknown> = async () => {},
  steadySince: () => Date = () => new Date(0),
) {
  const faults: unknown[] = []
  const onFault = (error: unknown): void => void faults.push(error)
  const repairs = createRepairs(ledger, onFault)
  const readBack = createReadBack({
    atlas: {
      pay: () => Promise.reject(new Error('A readback pays nothing.')),
      async readOrder() {
        await happen()
        return reading
      },
      queryOrder: () => Promise.resolve({ kind: 'unavailable' }),
    },
    ledger,
    repairs,
    clock: createSteeredClock(),
    steadySince,
    releaseUnpaidAfterMs: 120_000,
    intervalMs: 2_000,
    onFault,
  })
  return { readBack, repairs, faults }
}

const cancelled: OrderReading = { kind: 'cancelled', paid: false }
const unpaid: OrderReading = { kind: 'unpaid', chargeStarted: false }
const unreadable: OrderReading = { kind: 'unreadable' }
const isPaid: OrderReading = { kind: 'paid', paymentMethod: 'BALANCE', pnrCode: null }

test.each<[string, OrderReading, (one: PaymentAttempt) => AttemptChange, object, object]>([
  [
    'that the order is paid, by a reading of a cancelled one',
    cancelled,
    (one) => calledPaid(one, 9_500),
    { state: 'UNKNOWN', code: 'ORDER_ALREADY_PAID' },
    { state: 'PAID', code: 'ORDER_CANCELLED_AFTER_PAYMENT', evidence: null },
  ],
  [
    'that the order is paid, by a reading of a paid one',
    isPaid,
    (one) => calledPaid(one, 9_500),
    { state: 'UNKNOWN', code: 'ORDER_ALREADY_PAID' },
    { state: 'PAID', code: 'ORDER_ALREADY_PAID', evidence: null },
  ],
  [
    'that it accepts, by a reading of a cancelled one',
    cancelled,
    (one) => paid(one, 9_500),
    { state: 'PAID', code: null, evidence: 'PAY_RESPONSE' },
    { state: 'PAID', code: null, evidence: 'PAY_RESPONSE' },
  ],
])(
  'What Atlas answers meanwhile is not overruled, but judged by the next reading: %s',
  async (_what, reading, answer, meanwhile, afterwards) => {
    const { store, ledger } = await openFor(openMemoryStore)
    const attempt = attemptFor()
    const orphan = await record(ledger, attempt, [orphaned(attempt, 5_000)])
    const other = await store.open('gateway-2')
    const { readBack, faults } = readerOf(other, reading, () => ledger.record([answer(attempt)]))
    const told = await readBack.once(orphan)
    const row = await ledger.find(attempt.paymentId)
    expect(row).toMatchObject(meanwhile)
    expect(told).toEqual(row!.state === 'UNKNOWN' ? null : row)
    await readerOf(other, reading).readBack.once(row!)
    expect(await ledger.find(attempt.paymentId)).toMatchObject(afterwards)
    expect(faults).toEqual([])
  },
)

test('A payment that another instance released meanwhile is a success when it reads as paid', async () => {
  const { store, ledger } = await openFor(openMemoryStore)
  const attempt = attemptFor()
  const unknown = await record(ledger, attempt, [lost(attempt, 5_000)])
  const other = await store.open('gateway-2')
  const { readBack, faults } = readerOf(ledger, isPaid, () => other.record([released(attempt, 200_000)]))
  expect(await readBack.once(unknown)).toMatchObject({ state: 'PAID', code: null })
  expect(await ledger.find(attempt.paymentId)).toMatchObject({
    state: 'PAID',
    code: null,
    evidence: 'ORDER_READBACK',
    reason: 'LATE_PROOF',
  })
  expect(faults).toEqual([])
})

test('A client whose payment is judged by an old copy waits for the next reading', async () => {
  const { ledger } = await openFor(openMemoryStore)
  const attempt = attemptFor()
  const orphan = await record(ledger, attempt, [orphaned(attempt, 5_000)])
  let reads = 0
  const { readBack, faults } = readerOf(ledger, cancelled, async () => {
    if ((reads += 1) === 1) await ledger.record([calledPaid(attempt, 9_500)])
  })
  const told = await readBack.soon(orphan, new AbortController().signal)
  expect(told).toMatchObject({ state: 'PAID', code: 'ORDER_CANCELLED_AFTER_PAYMENT' })
  expect({ reads, faults, row: await ledger.find(attempt.paymentId) }).toEqual({
    reads: 2,
    faults: [],
    row: told,
  })
})

test.each<[string, (one: PaymentAttempt) => readonly AttemptChange[]]>([
  ['', () => []],
  [', although the later one is called paid meanwhile', (one) => [calledPaid(one, 2_000)]],
])(
  'A payment by the method of an earlier lost attempt is the success of that one%s',
  async (_what, meanwhile) => {
    const { ledger } = await openFor(openMemoryStore)
    const first = attemptFor({ orderNo: 'A1', paymentMethod: 'VCC_PASSTHROUGH' }, { atMs: -86_400_000 })
    await record(ledger, first, [lost(first, -86_300_000), released(first, -80_000_000)])
    const second = attemptFor({ orderNo: 'A1' })
    const unknown = await record(ledger, second, [orphaned(second, 1_000)])
    const byCard: OrderReading = { ...isPaid, paymentMethod: 'VCC_PASSTHROUGH' }
    const { readBack, faults } = readerOf(ledger, byCard, () => ledger.record(meanwhile(second)))
    expect(await readBack.once(unknown)).toMatchObject({
      paymentId: first.paymentId,
      state: 'PAID',
      code: null,
    })
    expect(await ledger.attemptsOf('A1')).toMatchObject([
      { paymentId: first.paymentId, state: 'PAID', code: null, evidence: 'ORDER_READBACK' },
      { paymentId: second.paymentId, state: 'NOT_PAID', code: 'ORDER_ALREADY_PAID' },
    ])
    expect(faults).toEqual([])
  },
)

/** A ledger of which one call fails. */
function failing(
  ledger: PaymentLedger,
  call: 'attemptsOf' | 'defer' | 'record',
  error: Error,
): PaymentLedger {
  return { ...ledger, [call]: () => Promise.reject(error) }
}

const away = new LedgerUnavailable(new Error('away'), false)
const broken = new Error('broken')

/** An attempt that Atlas refused for good, held open since an earlier one might have paid. */
function heldOpen(attempt: PaymentAttempt): AttemptChange {
  return { ...calledPaid(attempt, 1_000), code: 'ORDER_NOT_FOUND', atlasStatus: 800 }
}

describe('A refusal that is held open for the sake of an earlier payment', () => {
  test('stays as it is while the ledger cannot tell whether there was one', async () => {
    const { ledger } = await openFor(openMemoryStore)
    const attempt = attemptFor()
    const refused = await record(ledger, attempt, [heldOpen(attempt)])
    const { readBack, faults } = readerOf(failing(ledger, 'attemptsOf', away), unpaid)
    expect(await readBack.once(refused)).toBeNull()
    expect(await ledger.find(attempt.paymentId)).toEqual({ ...refused, reads: 1 })
    expect(faults).toEqual([])
  })

  test('ends with the first reading that finds none', async () => {
    const { ledger } = await openFor(openMemoryStore)
    const attempt = attemptFor()
    const refused = await record(ledger, attempt, [heldOpen(attempt)])
    const told = await readerOf(ledger, unreadable).readBack.once(refused)
    expect(told).toMatchObject({ state: 'NOT_PAID', code: 'ORDER_NOT_FOUND', atlasStatus: 800 })
    expect(await ledger.find(attempt.paymentId)).toEqual(told)
  })

  test('is a fault of whoever asks when the ledger is broken', async () => {
    const { ledger } = await openFor(openMemoryStore)
    const attempt = attemptFor()
    const refused = await record(ledger, attempt, [heldOpen(attempt)])
    const { readBack } = readerOf(failing(ledger, 'attemptsOf', broken), unpaid)
    await expect(readBack.once(refused)).rejects.toBe(broken)
    expect(await ledger.find(attempt.paymentId)).toEqual(refused)
  })
})

describe('A reading that the ledger does not keep', () => {
  test('is counted anew by the next one when the ledger is away', async () => {
    const { ledger } = await openFor(openMemoryStore)
    const attempt = attemptFor()
    const unknown = await record(ledger, attempt, [lost(attempt, 5_000)])
    const { readBack, faults } = readerOf(failing(ledger, 'defer', away), unpaid)
    expect(await readBack.once(unknown)).toBeNull()
    expect(await ledger.find(attempt.paymentId)).toEqual(unknown)
    expect(faults).toEqual([])
  })

  test('is a fault of whoever asks when the ledger is broken', async () => {
    const { ledger } = await openFor(openMemoryStore)
    const attempt = attemptFor()
    const unknown = await record(ledger, attempt, [lost(attempt, 5_000)])
    await expect(readerOf(failing(ledger, 'defer', broken), unpaid).readBack.once(unknown)).rejects.toBe(
      broken,
    )
  })
})

describe('What a reading proves is told while the ledger is away, and written when it is back', () => {
  /** Reads back once while nothing can be written; then everything is, and `rows` are what the order has by then. */
  async function readUnwritten(
    ledger: PaymentLedger,
    reading: OrderReading,
    ask: (readBack: ReadBack) => Promise<PaymentAttempt | null>,
    orderNo: string,
  ) {
    let isAway = true
    const { readBack, repairs, faults } = readerOf(
      { ...ledger, record: (changes) => (isAway ? Promise.reject(away) : ledger.record(changes)) },
      reading,
    )
    const before = await ledger.attemptsOf(orderNo)
    const told = await ask(readBack)
    expect(await ledger.attemptsOf(orderNo)).toEqual(before)
    isAway = false
    await repairs.run()
    expect(faults).toEqual([])
    return { told, rows: await ledger.attemptsOf(orderNo) }
  }

  test('of the attempt itself', async () => {
    const { ledger } = await openFor(openMemoryStore)
    const attempt = attemptFor()
    const unknown = await record(ledger, attempt, [lost(attempt, 5_000)])
    const { told, rows } = await readUnwritten(
      ledger,
      isPaid,
      (readBack) => readBack.once(unknown),
      attempt.orderNo,
    )
    expect(told).toMatchObject({ state: 'PAID', code: null, evidence: 'ORDER_READBACK' })
    expect(rows).toEqual([told])
  })

  test('of an earlier one that explains it', async () => {
    const { ledger } = await openFor(openMemoryStore)
    const first = attemptFor({ paymentMethod: 'VCC_PASSTHROUGH' }, { atMs: -86_400_000 })
    const { orderNo } = first
    await record(ledger, first, [lost(first, -86_300_000), released(first, -80_000_000)])
    const second = attemptFor({ orderNo })
    const unknown = await record(ledger, second, [calledPaid(second, 1_000)])
    const byCard: OrderReading = { ...isPaid, paymentMethod: 'VCC_PASSTHROUGH' }
    const { told, rows } = await readUnwritten(ledger, byCard, (readBack) => readBack.once(unknown), orderNo)
    expect(told).toMatchObject({ paymentId: first.paymentId, state: 'PAID', code: null })
    expect(rows).toMatchObject([
      { paymentId: first.paymentId, state: 'PAID', code: null, evidence: 'ORDER_READBACK' },
      { paymentId: second.paymentId, state: 'NOT_PAID', code: 'ORDER_ALREADY_PAID' },
    ])
  })

  test("of Atlas's answer that it is paid, when nothing could be read", async () => {
    const { ledger } = await openFor(openMemoryStore)
    const attempt = attemptFor()
    const called = await record(ledger, attempt, [calledPaid(attempt, 1_000)])
    const { told, rows } = await readUnwritten(
      ledger,
      unreadable,
      (readBack) => readBack.soon(called, new AbortController().signal),
      attempt.orderNo,
    )
    expect(told).toMatchObject({ state: 'PAID', code: 'ORDER_ALREADY_PAID', evidence: null })
    expect(rows).toEqual([told])
  })
})

test('An instance that is about to end reads nothing more for its clients, and leaves the rest to the settler', async () => {
  const { ledger } = await openFor(openMemoryStore)
  const attempt = attemptFor()
  const unknown = await record(ledger, attempt, [lost(attempt, 5_000)])
  let reads = 0
  const { readBack } = readerOf(ledger, isPaid, async () => void (reads += 1))
  expect(await readBack.soon(unknown, AbortSignal.abort())).toEqual(unknown)
  expect({ reads, row: await ledger.find(attempt.paymentId) }).toEqual({ reads: 0, row: unknown })
})

test('A clock that is set while an order is read releases nothing', async () => {
  const { ledger } = await openFor(openMemoryStore)
  const attempt = attemptFor({}, { atMs: -86_400_000 })
  const unknown = await record(ledger, attempt, [lost(attempt, -86_300_000)])
  const { claimedAt } = unknown
  await ledger.defer(attempt.paymentId, {
    reads: 1,
    unpaidReads: 10,
    unpaidSince: claimedAt,
    nextReadAt: claimedAt,
  })
  // An hour ahead when the reading begins, which is seen; set right, which is seen, too, before it ends.
  let steadySince = createSteeredClock().now()
  const setBack = async (): Promise<void> => {
    steadySince = new Date(steadySince.getTime() - 3_600_000)
  }
  const { readBack } = readerOf(ledger, unpaid, setBack, () => steadySince)
  expect(await readBack.once((await ledger.find(attempt.paymentId))!)).toBeNull()
  expect(await ledger.find(attempt.paymentId)).toMatchObject({ state: 'UNKNOWN', unpaidReads: 10 })
})

test('A lost payment is not released by a time that went by because a clock was set', async () => {
  const { ledger } = await openFor(openMemoryStore)
  const attempt = attemptFor({}, { atMs: -86_400_000 })
  const unknown = await record(ledger, attempt, [lost(attempt, -86_300_000)])
  const counted = { ...unknown, unpaidReads: 10, unpaidSince: unknown.claimedAt }
  await ledger.defer(attempt.paymentId, { ...counted, nextReadAt: unknown.claimedAt })
  const now = createSteeredClock().now().getTime()
  for (const [steadyMs, told] of [
    [119_999, null],
    [120_000, { state: 'NOT_PAID', code: 'PAYMENT_NOT_APPLIED' }],
  ] as const) {
    const { readBack } = readerOf(ledger, unpaid, undefined, () => new Date(now - steadyMs))
    const present = (await ledger.find(attempt.paymentId))!
    const result = await readBack.once(present)
    if (told === null) expect(result).toBeNull()
    else expect(result).toMatchObject(told)
  }
})
