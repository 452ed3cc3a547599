import { expect, test } from 'vitest'
import type { AttemptChange, PaymentAttempt } from '../../src/payment/payment-attempt.ts'
import type { OrderReading, PaymentLedger } from '../../src/payment/ports.ts'
import { createReadBack } from '../../src/payment/read-back.ts'
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

/** Reads an order back from a ledger while something happens; with the faults. */
function readerOf(
  ledger: PaymentLedger,
  reading: OrderReading,
  happen: () => Promise<unknown> = async () => {},
) {
  const faults: unknown[] = []
  const onFault = (error: unknown): void => void faults.push(error)
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
    repairs: createRepairs(ledger, onFault),
    clock: createSteeredClock(),
    releaseUnpaidAfterMs: 120_000,
    intervalMs: 2_000,
    onFault,
  })
  return { readBack, faults }
}

const cancelled: OrderReading = { kind: 'cancelled', paid: false }
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
  async (_what, reading, answer, meanwhile, after) => {
    const { store, ledger } = await openFor(openMemoryStore)
    const attempt = attemptFor()
    const orphan = await record(ledger, attempt, [orphaned(attempt, 5_000)])
    const other = await store.open('gateway-2')
    const { readBack, faults } = readerOf(other, reading, () => ledger.record([answer(attempt)]))
    await readBack.once(orphan)
    const row = await ledger.find(attempt.paymentId)
    expect(row).toMatchObject(meanwhile)
    await readerOf(other, reading).readBack.once(row!)
    expect(await ledger.find(attempt.paymentId)).toMatchObject(after)
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
