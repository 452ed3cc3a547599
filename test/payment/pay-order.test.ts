import { describe, expect, test } from 'vitest'
import type { AttemptChange, PaymentAttempt } from '../../src/payment/payment-attempt.ts'
import type { PaymentStory } from '../../src/payment/pay-order.ts'
import type { AtlasErrorCode } from '../../src/payment/payment-outcome.ts'
import {
  type AtlasPayments,
  LedgerUnavailable,
  type OrderReading,
  type PayAnswer,
  type PaymentLedger,
} from '../../src/payment/ports.ts'
import { changeTo } from '../../src/payment/settlement.ts'
import { createSteeredClock } from '../support/fast-clock.ts'
import { attemptFor, lost, released, store as record } from '../support/ledger-attempts.ts'
import { openFor, openMemoryStore } from '../support/ledger-stores.ts'
import { paymentOf } from '../support/pay-against.ts'
import { createTestDesk, createTestPayments } from '../support/payment-desk.ts'

const accepted: PayAnswer = { kind: 'accepted', pnrCode: 'ROWFRI' }
const alreadyPaid = refused('ORDER_ALREADY_PAID', 404)
const deadlinePassed = refused('PAYMENT_DEADLINE_PASSED', 401)
const origin = { caller: 'caller', idempotencyKey: null, requestId: 'request' }

function refused(code: AtlasErrorCode, atlasStatus: number): PayAnswer {
  return { kind: 'refused', code, atlasStatus, retryAfterSeconds: null }
}

/** Pays while something happens to the ledger; with what was told, the story and the faults. */
async function payWhile(
  happen: (place: Awaited<ReturnType<typeof openFor>>) => Promise<unknown>,
  answer: PayAnswer = accepted,
) {
  const place = await openFor(openMemoryStore)
  const stories: PaymentStory[] = []
  const faults: unknown[] = []
  const desk = createTestDesk(
    place.ledger,
    {
      async pay() {
        await happen(place)
        return answer
      },
      readOrder: () => Promise.resolve({ kind: 'unreadable' }),
      queryOrder: () => Promise.resolve({ kind: 'unavailable' }),
    },
    { onStory: (story) => stories.push(story), onFault: (error) => faults.push(error) },
  )
  const told = await desk.pay(paymentOf('A1'), origin)
  const rows = await place.ledger.attemptsOf('A1')
  return { told, stories, faults: faults.map(String), rows }
}

/** A payment of the order that was lost and released the day before. */
async function lostBefore(ledger: PaymentLedger): Promise<PaymentAttempt> {
  const attempt = attemptFor({ orderNo: 'A1' }, { atMs: -86_400_000 })
  return record(ledger, attempt, [lost(attempt, -86_300_000), released(attempt, -80_000_000)])
}

/** Another instance takes the payment for lost and settles it. */
async function settleElsewhere(
  { store }: Awaited<ReturnType<typeof openFor>>,
  known: Partial<AttemptChange>,
) {
  const at = new Date('2026-11-23T08:00:10.000Z')
  const other = await store.open('gateway-2')
  expect(await other.adoptOrphans(at, at)).toBe(1)
  await other.record([changeTo({ paymentId: 'payment-1' }, 'NOT_PAID', at, known)])
}

const fault = 'Error: The ledger does not take what became of payment payment-1 of order A1.'

describe('an accepted payment', () => {
  test('whose row is gone is told as accepted, and is a fault', async () => {
    const { told, stories, faults } = await payWhile(({ store }) => store.sql('DELETE FROM payment_attempt'))
    expect(told).toMatchObject({ kind: 'accepted', paymentId: 'payment-1', evidence: 'PAY_RESPONSE' })
    expect(stories).toMatchObject([{ recorded: false, attempt: { state: 'PAID' } }])
    expect(faults).toEqual([fault])
  })

  test('that another instance took over and saw cancelled is cancelled after payment, also in the ledger', async () => {
    const { told, stories, faults, rows } = await payWhile((place) =>
      settleElsewhere(place, { code: 'ORDER_NOT_PAYABLE' }),
    )
    expect(told).toEqual({
      kind: 'failed',
      code: 'ORDER_CANCELLED_AFTER_PAYMENT',
      orderNo: 'A1',
      paymentId: 'payment-1',
      paymentState: 'PAID',
      atlasStatus: 0,
      retryAfterSeconds: null,
      inputFault: null,
      isCancelled: false,
      replayed: false,
    })
    expect(stories).toMatchObject([
      {
        recorded: true,
        answer: { kind: 'accepted' },
        attempt: { state: 'PAID', code: 'ORDER_CANCELLED_AFTER_PAYMENT', evidence: null, pnrCode: 'ROWFRI' },
      },
    ])
    expect(faults).toEqual([])
    expect(rows).toEqual([stories[0]!.attempt])
    expect(rows[0]!.steps).toMatchObject([
      { state: 'CLAIMED' },
      { state: 'UNKNOWN', reason: 'PROCESS_ENDED' },
      { state: 'NOT_PAID', code: 'ORDER_NOT_PAYABLE', reason: 'READBACK' },
      { state: 'PAID', code: 'ORDER_CANCELLED_AFTER_PAYMENT', reason: 'LATE_PROOF' },
    ])
  })

  test('that another instance took over and released is a success, also in the ledger', async () => {
    const { told, stories, faults, rows } = await payWhile((place) =>
      settleElsewhere(place, { code: 'PAYMENT_NOT_APPLIED', reason: 'RELEASED' }),
    )
    expect(told).toMatchObject({ kind: 'accepted', paymentId: 'payment-1', evidence: 'PAY_RESPONSE' })
    expect(stories).toMatchObject([{ recorded: true, attempt: { state: 'PAID', code: null } }])
    expect(faults).toEqual([])
    expect(rows).toMatchObject([{ state: 'PAID', evidence: 'PAY_RESPONSE' }])
  })
})

describe("Atlas's answer that an order is paid", () => {
  test('is cancelled after payment, also in the ledger, when another instance saw cancelled', async () => {
    const { told, stories, faults, rows } = await payWhile(
      (place) => settleElsewhere(place, { code: 'ORDER_NOT_PAYABLE' }),
      alreadyPaid,
    )
    expect(told).toMatchObject({
      code: 'ORDER_CANCELLED_AFTER_PAYMENT',
      paymentState: 'PAID',
      atlasStatus: 404,
    })
    expect(stories).toMatchObject([{ recorded: true, attempt: { state: 'PAID' } }])
    expect(faults).toEqual([])
    expect(rows).toEqual([stories[0]!.attempt])
  })

  test('is read back, and stands while nothing contradicts it, when another instance had released it', async () => {
    const { told, stories, faults, rows } = await payWhile(
      (place) => settleElsewhere(place, { code: 'PAYMENT_NOT_APPLIED', reason: 'RELEASED' }),
      alreadyPaid,
    )
    expect(told).toMatchObject({ code: 'ORDER_ALREADY_PAID', paymentState: 'PAID', atlasStatus: null })
    expect(stories).toMatchObject([{ recorded: false, attempt: { state: 'PAID' } }])
    expect(faults).toEqual([fault])
    expect(rows).toMatchObject([{ state: 'PAID', code: 'ORDER_ALREADY_PAID', evidence: null }])
  })
})

test.each<[string, PayAnswer, OrderReading]>([
  ['404, paid', alreadyPaid, { kind: 'paid', paymentMethod: 'BALANCE', pnrCode: null }],
  ['404, unreadable', alreadyPaid, { kind: 'unreadable' }],
  ['401, unreadable', deadlinePassed, { kind: 'unreadable' }],
  ['401, cancelled', deadlinePassed, { kind: 'cancelled', paid: true }],
])(
  'a client is told of the lost payment that the readback of another instance found: %s',
  async (_what, answer, reading) => {
    const { store, ledger } = await openFor(openMemoryStore)
    const before = await lostBefore(ledger)
    const other = await store.open('gateway-2')
    const atlas: AtlasPayments = {
      pay: () => Promise.resolve(answer),
      async readOrder() {
        const at = new Date('2026-11-23T08:00:01.000Z')
        const code = answer === alreadyPaid ? 'ORDER_ALREADY_PAID' : 'PAYMENT_DEADLINE_PASSED'
        await other.record([
          changeTo({ paymentId: 'payment-1' }, 'NOT_PAID', at, { code }),
          changeTo(before, 'PAID', at, { code: 'ORDER_CANCELLED_AFTER_PAYMENT' }),
        ])
        return reading
      },
      queryOrder: () => Promise.resolve({ kind: 'unavailable' }),
    }
    expect(await createTestDesk(ledger, atlas).pay(paymentOf('A1'), origin)).toMatchObject({
      code: 'ORDER_CANCELLED_AFTER_PAYMENT',
      paymentId: before.paymentId,
      paymentState: 'PAID',
      replayed: true,
    })
  },
)

/** A payment whose answer leaves it open, and that another instance settles as not paid while it is read back. */
async function payReadBack(
  answer: PayAnswer,
  reading: OrderReading,
  elsewhere: (other: PaymentLedger, own: PaymentLedger) => Promise<unknown>,
) {
  const { store, ledger } = await openFor(openMemoryStore)
  const other = await store.open('gateway-2')
  const faults: unknown[] = []
  const atlas: AtlasPayments = {
    pay: () => Promise.resolve(answer),
    async readOrder() {
      await elsewhere(other, ledger)
      return reading
    },
    queryOrder: () => Promise.resolve({ kind: 'unavailable' }),
  }
  const desk = createTestDesk(ledger, atlas, { onFault: (error) => faults.push(error) })
  const told = await desk.pay(paymentOf('A1'), origin)
  return { told, faults: faults.map(String), rows: await ledger.attemptsOf('A1') }
}

const noAnswer: PayAnswer = { kind: 'unknown', reason: 'DEADLINE', atlasStatus: null, cause: null }
const seenAt = new Date('2026-11-23T08:00:01.000Z')
const asNotPaid = (other: PaymentLedger): Promise<unknown> =>
  other.record([changeTo({ paymentId: 'payment-1' }, 'NOT_PAID', seenAt, { code: 'ORDER_NOT_PAYABLE' })])

test.each<[string, PayAnswer, OrderReading, string]>([
  ['cancelled after payment', noAnswer, { kind: 'cancelled', paid: true }, 'ORDER_CANCELLED_AFTER_PAYMENT'],
  ['paid', noAnswer, { kind: 'paid', paymentMethod: null, pnrCode: null }, 'ORDER_ALREADY_PAID'],
  [
    'paid by another method',
    noAnswer,
    { kind: 'paid', paymentMethod: 'MOR', pnrCode: null },
    'ORDER_ALREADY_PAID',
  ],
  [
    'paid, and refused for it',
    refused('ORDER_NOT_PAYABLE', 405),
    { kind: 'paid', paymentMethod: null, pnrCode: null },
    'ORDER_NOT_PAYABLE',
  ],
])(
  'a reading that an order is paid is told and recorded, where another instance saw it unpaid: %s',
  async (_what, answer, reading, code) => {
    const { told, faults, rows } = await payReadBack(answer, reading, asNotPaid)
    expect(told).toMatchObject({ kind: 'failed', code, paymentId: 'payment-1', paymentState: 'PAID' })
    expect(faults).toEqual([])
    expect(rows).toMatchObject([{ state: 'PAID', code, evidence: null, reason: 'LATE_PROOF' }])
  },
)

test('a proof of payment beside another payment that is under way is told, and a fault', async () => {
  const next = attemptFor({ orderNo: 'A1' }, { atMs: 500 })
  const { told, faults, rows } = await payReadBack(
    noAnswer,
    { kind: 'paid', paymentMethod: 'BALANCE', pnrCode: null },
    async (other) => {
      await asNotPaid(other)
      await record(other, next)
    },
  )
  expect(told).toMatchObject({ code: 'ORDER_ALREADY_PAID', paymentId: 'payment-1', paymentState: 'PAID' })
  expect(faults).toEqual([fault])
  expect(rows).toMatchObject([{ state: 'NOT_PAID' }, { paymentId: next.paymentId, state: 'CLAIMED' }])
})

test.each<[string, PayAnswer, boolean, OrderReading, object]>([
  [
    'no answer, paid',
    noAnswer,
    false,
    { kind: 'paid', paymentMethod: 'BALANCE', pnrCode: null },
    { kind: 'accepted', evidence: 'ORDER_READBACK' },
  ],
  [
    '404, unreadable',
    alreadyPaid,
    false,
    { kind: 'unreadable' },
    { code: 'ORDER_ALREADY_PAID', paymentState: 'PAID' },
  ],
  [
    '404, taken for lost elsewhere, cancelled',
    alreadyPaid,
    true,
    { kind: 'cancelled', paid: false },
    { code: 'ORDER_CANCELLED_AFTER_PAYMENT', paymentState: 'PAID' },
  ],
  [
    '404, taken for lost elsewhere, unreadable',
    alreadyPaid,
    true,
    { kind: 'unreadable' },
    { code: 'ORDER_ALREADY_PAID', paymentState: 'PAID' },
  ],
])(
  'what is judged of an answer that could not be recorded at first is told and recorded: %s',
  async (_what, answer, isAdopted, reading, expected) => {
    const { store, ledger } = await openFor(openMemoryStore)
    const other = await store.open('gateway-2')
    let calls = 0
    const failing: PaymentLedger = {
      ...ledger,
      record: (changes) =>
        (calls += 1) === 1 ? Promise.reject(new LedgerUnavailable(null, false)) : ledger.record(changes),
    }
    const atlas: AtlasPayments = {
      pay: () => Promise.resolve(answer),
      async readOrder() {
        const at = new Date('2026-11-23T08:00:10.000Z')
        if (isAdopted) await other.adoptOrphans(at, at)
        return reading
      },
      queryOrder: () => Promise.resolve({ kind: 'unavailable' }),
    }
    const { desk, repairs } = createTestPayments(failing, atlas)
    expect(await desk.pay(paymentOf('A1'), origin)).toMatchObject(expected)
    const rows = await ledger.attemptsOf('A1')
    expect(rows).toMatchObject([{ state: 'PAID' }])
    await repairs.run()
    expect(await ledger.attemptsOf('A1')).toEqual(rows)
  },
)

test.each<[string, keyof PaymentLedger, number]>([
  ['it is asked who else paid', 'attemptsOf', 1],
  ['the proof is recorded', 'record', 3],
])(
  'a proof of payment is no success of its own, and recorded later, when the ledger fails while %s',
  async (_what, method, failing) => {
    const { store, ledger } = await openFor(openMemoryStore)
    const other = await store.open('gateway-2')
    const atlas: AtlasPayments = {
      pay: () => Promise.resolve(noAnswer),
      async readOrder() {
        await asNotPaid(other)
        return { kind: 'paid', paymentMethod: 'BALANCE', pnrCode: null }
      },
      queryOrder: () => Promise.resolve({ kind: 'unavailable' }),
    }
    let calls = 0
    const away = { ...ledger } as Record<keyof PaymentLedger, (...input: never[]) => unknown>
    const call = away[method]
    away[method] = (...input) => {
      calls += 1
      return calls === failing ? Promise.reject(new LedgerUnavailable(null, false)) : call(...input)
    }
    const { desk, repairs } = createTestPayments(away as PaymentLedger, atlas)
    expect(await desk.pay(paymentOf('A1'), origin)).toMatchObject({
      kind: 'failed',
      code: 'ORDER_ALREADY_PAID',
      paymentId: 'payment-1',
      paymentState: 'PAID',
    })
    expect(await ledger.attemptsOf('A1')).toMatchObject([{ state: 'NOT_PAID' }])
    await repairs.run()
    expect(await ledger.attemptsOf('A1')).toMatchObject([
      { state: 'PAID', code: 'ORDER_ALREADY_PAID', evidence: null, reason: 'LATE_PROOF' },
    ])
  },
)

test('a payment that another client made meanwhile is no success of a payment that was refused', async () => {
  const { told, faults } = await payReadBack(
    refused('PAYMENT_GATEWAY_ERROR', 411),
    { kind: 'paid', paymentMethod: 'BALANCE', pnrCode: null },
    async (other) => {
      await asNotPaid(other)
      const next = attemptFor({ orderNo: 'A1' })
      await record(other, next, [changeTo(next, 'PAID', seenAt, { evidence: 'PAY_RESPONSE', reason: null })])
    },
  )
  expect(told).toMatchObject({ code: 'ORDER_NOT_PAYABLE', paymentId: 'payment-1', paymentState: 'PAID' })
  expect(faults).toEqual([])
})

test('a refusal is told with the payment that another client made meanwhile', async () => {
  const { told } = await payReadBack(
    refused('ORDER_NOT_PAYABLE', 402),
    { kind: 'cancelled', paid: false },
    async (other) => {
      await asNotPaid(other)
      const next = attemptFor({ orderNo: 'A1' })
      await record(other, next, [changeTo(next, 'PAID', seenAt, { evidence: 'PAY_RESPONSE', reason: null })])
    },
  )
  expect(told).toMatchObject({ code: 'ORDER_NOT_PAYABLE', paymentId: 'payment-1', paymentState: 'PAID' })
})

test.each<[AtlasErrorCode, OrderReading, string, string]>([
  [
    'ORDER_ALREADY_PAID',
    { kind: 'paid', paymentMethod: 'BALANCE', pnrCode: null },
    'ORDER_ALREADY_PAID',
    'PAID',
  ],
  ['PAYMENT_DEADLINE_PASSED', { kind: 'cancelled', paid: false }, 'OUTCOME_UNKNOWN', 'UNKNOWN'],
])(
  'a refusal (%s) beside which the ledger cannot tell of another payment is not told as not paid',
  async (refusalCode, reading, code, paymentState) => {
    const { store, ledger } = await openFor(openMemoryStore)
    const before = await lostBefore(ledger)
    const other = await store.open('gateway-2')
    let isAway = false
    const failing: PaymentLedger = {
      ...ledger,
      async record(changes) {
        const rows = await ledger.record(changes)
        isAway = rows[0]?.state === 'NOT_PAID'
        return rows
      },
      attemptsOf: (orderNo) =>
        isAway ? Promise.reject(new LedgerUnavailable(null, false)) : ledger.attemptsOf(orderNo),
    }
    const atlas: AtlasPayments = {
      pay: () => Promise.resolve(refused(refusalCode, 404)),
      async readOrder() {
        await other.record([
          changeTo({ paymentId: 'payment-1' }, 'NOT_PAID', seenAt, { code: refusalCode }),
          changeTo(before, 'PAID', seenAt, { evidence: 'ORDER_READBACK' }),
        ])
        return reading
      },
      queryOrder: () => Promise.resolve({ kind: 'unavailable' }),
    }
    const faults: unknown[] = []
    const desk = createTestDesk(failing, atlas, { onFault: (error) => faults.push(error) })
    const told = await desk.pay(paymentOf('A1'), origin)
    expect(told).toMatchObject({ kind: 'failed', code, paymentId: 'payment-1', paymentState })
    expect(faults).toEqual([expect.any(LedgerUnavailable)])
  },
)

test('a client that waits no longer is told what the ledger knows by then', async () => {
  const { ledger } = await openFor(openMemoryStore)
  const reading = Promise.withResolvers<OrderReading>()
  const asked = Promise.withResolvers<void>()
  const waits: (() => void)[] = []
  const desk = createTestDesk(
    ledger,
    {
      pay: () => Promise.resolve({ kind: 'unknown', reason: 'DEADLINE', atlasStatus: null, cause: null }),
      readOrder() {
        asked.resolve()
        return reading.promise
      },
      queryOrder: () => Promise.resolve({ kind: 'unavailable' }),
    },
    {
      clock: {
        ...createSteeredClock(),
        timer(_ms, onTime) {
          waits.push(onTime)
          return () => {}
        },
      },
    },
  )
  const paying = desk.pay(paymentOf('A1'), origin)
  await asked.promise
  expect(waits).toHaveLength(1)
  waits[0]!()
  expect(await paying).toMatchObject({ kind: 'failed', code: 'OUTCOME_UNKNOWN', paymentState: 'UNKNOWN' })
  expect(desk.inFlight()).toBe(1)
  reading.resolve({ kind: 'paid', paymentMethod: 'BALANCE', pnrCode: 'ROWFRI' })
  await expect.poll(() => desk.inFlight()).toBe(0)
  expect(await ledger.attemptsOf('A1')).toMatchObject([{ state: 'PAID', evidence: 'ORDER_READBACK' }])
})

describe('a client that waits at another instance', () => {
  test.each<[string, PayAnswer, OrderReading]>([
    ['paid', alreadyPaid, { kind: 'paid', paymentMethod: 'BALANCE', pnrCode: 'ROWFRI' }],
    ['cancelled after payment', deadlinePassed, { kind: 'cancelled', paid: true }],
  ])(
    'is told of the lost payment that explains a refusal, too: an order that is %s',
    async (_state, answer, reading) => {
      const { store, ledger } = await openFor(openMemoryStore)
      const before = await lostBefore(ledger)
      const [sent, watched, answered] = Array.from({ length: 3 }, () => Promise.withResolvers<void>())
      const atlas: AtlasPayments = {
        async pay() {
          sent!.resolve()
          await answered!.promise
          return answer
        },
        readOrder: () => Promise.resolve(reading),
        queryOrder: () => Promise.resolve({ kind: 'unavailable' }),
      }
      const clock = createSteeredClock()
      const first = createTestDesk(ledger, atlas, { clock }).pay(paymentOf('A1'), origin)
      await sent!.promise
      const second = createTestDesk(await store.open('gateway-2'), atlas, {
        newPaymentId: () => 'payment-2',
        clock: {
          ...clock,
          delay(ms, signal) {
            watched!.resolve()
            return clock.delay(ms, signal)
          },
        },
      }).pay(paymentOf('A1'), origin)
      await watched!.promise
      answered!.resolve()
      expect(await first).toMatchObject({ paymentId: before.paymentId, replayed: true })
      expect(await second).toEqual(await first)
    },
  )
})
