import { expect, describe, test } from 'vitest'
import { createOrderReader, type OrderReader } from '../../src/order/order-reader.ts'
import type { OrderAnswer } from '../../src/payment/order-facts.ts'
import type { PaymentAttempt } from '../../src/payment/payment-attempt.ts'
import { LedgerUnavailable } from '../../src/payment/ports.ts'
import { attemptOf, factsOf } from '../support/order-facts.ts'
import { createVirtualClock, type VirtualClock } from '../support/virtual-clock.ts'

const told: OrderAnswer = { kind: 'order', facts: factsOf() }
const unavailable: OrderAnswer = { kind: 'unavailable' }

interface Bench {
  readonly reader: OrderReader
  readonly clock: VirtualClock
  /** When Atlas was asked, in milliseconds from the start, and for which order. */
  readonly asked: (readonly [number, string])[]
  /** How often the ledger was. */
  lookedUp: number
}

/** Each question to Atlas takes `takesMs`; the last of the answers is given again and again. */
function setUp(
  answers: readonly (OrderAnswer | Error)[],
  { attempts = [], takesMs = 0 }: { attempts?: readonly PaymentAttempt[] | Error; takesMs?: number } = {},
): Bench {
  const clock = createVirtualClock()
  const startedAt = clock.now().getTime()
  const left = [...answers]
  const bench: Bench = {
    clock,
    asked: [],
    lookedUp: 0,
    reader: createOrderReader({
      clock,
      atlas: {
        async queryOrder(orderNo) {
          bench.asked.push([clock.now().getTime() - startedAt, orderNo])
          const answer = left.length > 1 ? left.shift()! : left[0]!
          if (takesMs > 0) await clock.delay(takesMs)
          if (answer instanceof Error) throw answer
          return answer
        },
      },
      ledger: {
        attemptsOf() {
          bench.lookedUp += 1
          return attempts instanceof Error ? Promise.reject(attempts) : Promise.resolve(attempts)
        },
      },
    }),
  }
  return bench
}

const shown = (bench: Bench, change: object = {}) => ({
  kind: 'order',
  orderNo: 'A1',
  state: 'UNPAID',
  facts: factsOf(),
  readAt: bench.clock.now(),
  ...change,
})

describe('a reading', () => {
  test('is what Atlas says with what the ledger knows, and when Atlas was asked', async () => {
    const bench = setUp([told], { attempts: [attemptOf({ state: 'UNKNOWN', code: 'OUTCOME_UNKNOWN' })] })
    expect(await bench.reader.read('A1')).toEqual(shown(bench, { state: 'UNKNOWN' }))
    expect([bench.asked, bench.lookedUp]).toEqual([[[0, 'A1']], 1])
  })

  test('asks the ledger after Atlas: a payment that began meanwhile is seen', async () => {
    const attempts: PaymentAttempt[] = []
    const bench = setUp([told], { attempts, takesMs: 100 })
    const reading = bench.reader.read('A1')
    await bench.clock.advance(50)
    expect(bench.lookedUp).toBe(0)
    attempts.push(attemptOf({ state: 'CLAIMED' }))
    await bench.clock.advance(50)
    expect(await reading).toMatchObject({ state: 'PAYMENT_PENDING' })
  })

  test('is at the instant at which it is told: a deadline that passed meanwhile has passed', async () => {
    const payBefore = new Date('2026-11-23T08:00:00.100Z')
    const bench = setUp([{ kind: 'order', facts: factsOf({ payBefore }) }], { takesMs: 100 })
    const reading = bench.reader.read('A1')
    await bench.clock.advance(100)
    expect(await reading).toMatchObject({ state: 'LAPSED', readAt: new Date('2026-11-23T08:00:00.000Z') })
  })

  test('that tells nothing is an order in an unknown state', async () => {
    const bench = setUp([{ kind: 'unreadable' }])
    expect(await bench.reader.read('A1')).toEqual(shown(bench, { state: 'UNKNOWN', facts: null }))
  })

  test('fails when the ledger is away, and with what Atlas did not foresee', async () => {
    const away = new LedgerUnavailable(new Error('gone'), false)
    await expect(setUp([told], { attempts: away }).reader.read('A1')).rejects.toBe(away)
    const fault = new Error('a fault')
    await expect(setUp([fault]).reader.read('A1')).rejects.toBe(fault)
  })
})

describe('one question to Atlas', () => {
  test('serves all who ask at the same time', async () => {
    const bench = setUp([told], { takesMs: 3_000 })
    const first = Array.from({ length: 50 }, () => bench.reader.read('A1'))
    await bench.clock.advance(2_999)
    const late = bench.reader.read('A1')
    await bench.clock.advance(1)
    const all = await Promise.all([...first, late])
    expect(new Set(all.map((order) => JSON.stringify(order))).size).toBe(1)
    expect([bench.asked, bench.lookedUp]).toEqual([[[0, 'A1']], 51])
  })

  test('serves a second from its answer on, and no longer', async () => {
    const bench = setUp([told], { takesMs: 3_000 })
    const first = bench.reader.read('A1')
    await bench.clock.advance(3_999)
    await Promise.all([first, bench.reader.read('A1')])
    expect(bench.asked).toHaveLength(1)
    await bench.clock.advance(1)
    void bench.reader.read('A1')
    expect(bench.asked).toEqual([
      [0, 'A1'],
      [4_000, 'A1'],
    ])
  })

  test('serves one order only', async () => {
    const bench = setUp([told])
    await Promise.all([bench.reader.read('A1'), bench.reader.read('B1')])
    expect(bench.asked.map(([, orderNo]) => orderNo)).toEqual(['A1', 'B1'])
  })

  test('serves nobody who asks after something happened to the order', async () => {
    const bench = setUp([told, { kind: 'order', facts: factsOf({ status: 'TICKETING' }) }])
    expect(await bench.reader.read('A1')).toMatchObject({ state: 'UNPAID' })
    bench.reader.forget('A1')
    expect(await bench.reader.read('A1')).toMatchObject({ state: 'TICKETING' })
  })

  test('that is under way when something happens serves those who asked, and no others', async () => {
    const bench = setUp([told, { kind: 'order', facts: factsOf({ status: 'TICKETING' }) }], { takesMs: 100 })
    const early = bench.reader.read('A1')
    await bench.clock.advance(50)
    bench.reader.forget('A1')
    const late = bench.reader.read('A1')
    await bench.clock.advance(100)
    expect([await early, await late]).toMatchObject([{ state: 'UNPAID' }, { state: 'TICKETING' }])
    expect(await bench.reader.read('A1')).toMatchObject({ state: 'TICKETING' })
    expect(bench.asked).toHaveLength(2)
  })

  test('serves no longer when the clock is set back', async () => {
    const bench = setUp([told])
    await bench.reader.read('A1')
    bench.clock.set(new Date('2026-11-23T07:00:00.000Z'))
    await bench.reader.read('A1')
    expect(bench.asked).toHaveLength(2)
  })

  test('that failed is shared like an answer', async () => {
    const bench = setUp([new Error('a fault')])
    await Promise.allSettled([bench.reader.read('A1'), bench.reader.read('A1')])
    await bench.clock.settle()
    await bench.clock.advance(1_000)
    await expect(bench.reader.read('A1')).rejects.toThrow('a fault')
    expect(bench.asked).toHaveLength(2)
  })
})

describe('no usable answer', () => {
  test('is asked for again after 200 and 800 ms, and what comes then is told', async () => {
    const bench = setUp([unavailable, unavailable, told])
    const reading = bench.reader.read('A1')
    await bench.clock.advance(10_000)
    expect(await reading).toMatchObject({ kind: 'order', readAt: new Date('2026-11-23T08:00:00.000Z') })
    expect(bench.asked.map(([ms]) => ms)).toEqual([0, 200, 1_000])
  })

  test('three times is told', async () => {
    const bench = setUp([unavailable])
    const reading = bench.reader.read('A1')
    await bench.clock.advance(10_000)
    expect(await reading).toEqual({
      kind: 'unread',
      code: 'ATLAS_UNAVAILABLE',
      orderNo: 'A1',
      paymentState: 'UNKNOWN',
      retryAfterSeconds: null,
    })
    expect(bench.asked.map(([ms]) => ms)).toEqual([0, 200, 1_000])
  })

  test('is not asked for again when it took more than 3 seconds to come', async () => {
    const bench = setUp([unavailable], { takesMs: 4_000 })
    const reading = bench.reader.read('A1')
    await bench.clock.advance(20_000)
    expect(await reading).toMatchObject({ code: 'ATLAS_UNAVAILABLE' })
    expect(bench.asked).toHaveLength(1)
    const slow = setUp([unavailable], { takesMs: 1_500 })
    void slow.reader.read('A1')
    await slow.clock.advance(20_000)
    expect(slow.asked.map(([ms]) => ms)).toEqual([0, 1_700])
  })

  test.each<OrderAnswer>([
    { kind: 'not-found' },
    { kind: 'unreadable' },
    { kind: 'refused', code: 'ATLAS_RATE_LIMITED', retryAfterSeconds: 7 },
    { kind: 'refused', code: 'ATLAS_ACCESS_DENIED', retryAfterSeconds: null },
  ])('is not what $kind is: that is asked once', async (answer) => {
    const bench = setUp([answer])
    const reading = bench.reader.read('A1')
    await bench.clock.advance(10_000)
    await reading
    expect(bench.asked).toHaveLength(1)
  })
})

/** What is told of the money when Atlas does not tell, by what the ledger knows. */
const knowledge = [
  ['nothing', [], 'UNKNOWN'],
  ['a refusal', [attemptOf({ state: 'NOT_PAID', code: 'CARD_NOT_SUPPORTED' })], 'UNKNOWN'],
  ['a payment that is being sent', [attemptOf({ state: 'CLAIMED' })], 'IN_PROGRESS'],
  ['an unknown outcome', [attemptOf({ state: 'UNKNOWN', code: 'OUTCOME_UNKNOWN' })], 'UNKNOWN'],
  ['a payment in progress', [attemptOf({ state: 'UNKNOWN', code: 'PAYMENT_IN_PROGRESS' })], 'IN_PROGRESS'],
  ['a success', [attemptOf({ state: 'PAID', evidence: 'PAY_RESPONSE' })], 'PAID'],
] as const

describe.each(knowledge)('with %s in the ledger', (_what, attempts, paymentState) => {
  test.each([
    ['ATLAS_RATE_LIMITED', 7],
    ['ATLAS_ACCESS_DENIED', null],
  ] as const)('%s is told with it', async (code, retryAfterSeconds) => {
    const bench = setUp([{ kind: 'refused', code, retryAfterSeconds }], { attempts })
    const unread = { kind: 'unread', code, orderNo: 'A1', paymentState, retryAfterSeconds }
    expect(await bench.reader.read('A1')).toEqual(unread)
  })

  test('an order that Atlas does not show is not found, unless it may be paid: then Atlas contradicts', async () => {
    const bench = setUp([{ kind: 'not-found' }], { attempts })
    const isHeld = attempts.some(({ state }) => state !== 'NOT_PAID')
    expect(await bench.reader.read('A1')).toEqual(
      isHeld
        ? shown(bench, { state: 'UNKNOWN', facts: null })
        : { kind: 'unread', code: 'ORDER_NOT_FOUND', orderNo: 'A1', paymentState, retryAfterSeconds: null },
    )
  })
})

test('answers are kept for no more orders than a bound', async () => {
  const bench = setUp([told])
  for (let index = 0; index <= 5_000; index += 1) await bench.reader.read(`A${index}`)
  await bench.reader.read('A5000')
  expect(bench.asked).toHaveLength(5_001)
  await bench.reader.read('A0')
  expect(bench.asked).toHaveLength(5_002)
})
