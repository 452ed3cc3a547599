import { describe, expect, test } from 'vitest'
import type { Order, OrderUnread } from '../../src/order/order-reader.ts'
import {
  createOrderWatch,
  type OrderWatch,
  type Subscriber,
  WatchesFull,
} from '../../src/order/order-watch.ts'
import type { OrderFacts } from '../../src/payment/order-facts.ts'
import { LedgerUnavailable } from '../../src/payment/ports.ts'
import { factsOf } from '../support/order-facts.ts'
import { createVirtualClock, type VirtualClock } from '../support/virtual-clock.ts'

/** Somebody whose right to read does not end. */
const anybody: Subscriber = { subject: null, expiresAt: null }

const INTERVAL_MS = 30_000
const HOUR_MS = 60 * 60_000

type Reading = Order | OrderUnread | Error

interface Bench {
  readonly watch: OrderWatch
  readonly clock: VirtualClock
  /** What the next readings tell. */
  reading: Reading
  /** What the ledger makes of an order that was read before; null for what it made of it then. */
  joined: Order['state'] | null
  /** When orders were read, in milliseconds from the start. */
  readonly reads: number[]
  readonly forgotten: string[]
  readonly faults: unknown[]
}

function setUp(reading: Reading, options: { takesMs?: number; followersMax?: number } = {}): Bench {
  const { takesMs = 0, ...rest } = options
  const clock = createVirtualClock()
  const startedAt = clock.now().getTime()
  const bench: Bench = {
    clock,
    reading,
    joined: null,
    reads: [],
    forgotten: [],
    faults: [],
    watch: createOrderWatch({
      clock,
      tokenClock: clock,
      intervalMs: INTERVAL_MS,
      onFault: (error) => void bench.faults.push(error),
      reader: {
        async read() {
          bench.reads.push(clock.now().getTime() - startedAt)
          const told = bench.reading
          if (takesMs > 0) await clock.delay(takesMs)
          if (told instanceof Error) throw told
          return told.kind === 'order' ? { ...told, readAt: clock.now() } : told
        },
        rejoin: (order) => Promise.resolve({ ...order, state: bench.joined ?? order.state }),
        forget: (orderNo) => void bench.forgotten.push(orderNo),
      },
      ...rest,
    }),
  }
  return bench
}

function orderIn(state: Order['state'], change: Partial<OrderFacts> = {}): Order {
  return { kind: 'order', orderNo: 'A1', state, facts: factsOf(change), readAt: new Date(0) }
}

function unread(code: OrderUnread['code']): OrderUnread {
  return { kind: 'unread', code, orderNo: 'A1', paymentState: 'UNKNOWN', retryAfterSeconds: null }
}

interface Follower {
  /** States, or codes of what could not be read, as they were told. */
  readonly told: string[]
  readonly values: (Order | OrderUnread)[]
  isOver: boolean
  leave(): Promise<unknown>
}

function follow({ watch }: Bench, orderNo = 'A1'): Follower {
  const iterator = watch.follow(orderNo, anybody)
  const follower: Follower = { told: [], values: [], isOver: false, leave: () => iterator.return!() }
  void (async () => {
    for await (const value of iterator) {
      follower.values.push(value)
      follower.told.push(value.kind === 'order' ? value.state : value.code)
    }
    follower.isOver = true
  })()
  return follower
}

/** Nobody is followed, and no timer and no poll are left. */
async function expectAtRest(bench: Bench): Promise<void> {
  await bench.clock.settle()
  const { length } = bench.reads
  await bench.clock.advance(3 * HOUR_MS)
  expect([bench.watch.followers(), bench.clock.waiting(), bench.reads.length]).toEqual([0, 0, length])
}

describe('a follower', () => {
  test('is told the order at once, then what changed, and no more', async () => {
    const bench = setUp(orderIn('UNPAID'))
    const follower = follow(bench)
    await bench.clock.advance(2 * INTERVAL_MS)
    expect(follower.told).toEqual(['UNPAID'])
    bench.reading = orderIn('TICKETING', { status: 'TICKETING' })
    await bench.clock.advance(3 * INTERVAL_MS)
    expect(follower.told).toEqual(['UNPAID', 'TICKETING'])
    expect(bench.reads).toEqual([0, 30_000, 60_000, 90_000, 120_000, 150_000])
    await follower.leave()
    await expectAtRest(bench)
  })

  test('is told of a change in the same state', async () => {
    const bench = setUp(orderIn('UNPAID'))
    const follower = follow(bench)
    await bench.clock.advance(0)
    bench.reading = orderIn('UNPAID', { total: { amount: '91.40', currency: 'USD' } })
    await bench.clock.advance(INTERVAL_MS)
    expect(follower.values).toMatchObject([
      { facts: { total: { amount: '86.40' } } },
      { facts: { total: { amount: '91.40' } } },
    ])
  })

  test.each(['TICKETED', 'CANCELLED', 'CANCELLED_AFTER_PAYMENT'] as const)(
    'is told that the order is %s, and then it is over',
    async (state) => {
      const bench = setUp(orderIn('TICKETING'))
      const followers = [follow(bench), follow(bench)]
      await bench.clock.advance(0)
      bench.reading = orderIn(state)
      await bench.clock.advance(INTERVAL_MS)
      for (const { told, isOver } of followers) expect([told, isOver]).toEqual([['TICKETING', state], true])
      expect(bench.reads).toHaveLength(2)
      await expectAtRest(bench)
      const late = follow(bench)
      await expectAtRest(bench)
      expect([late.told, late.isOver, bench.reads.length]).toEqual([[state], true, 3])
    },
  )

  test.each(['UNPAID', 'PAYMENT_PENDING', 'TICKETING', 'LAPSED', 'UNKNOWN'] as const)(
    'goes on when the order is %s',
    async (state) => {
      const bench = setUp(orderIn(state))
      const follower = follow(bench)
      await bench.clock.advance(INTERVAL_MS)
      expect([follower.told, follower.isOver, bench.reads.length]).toEqual([[state], false, 2])
    },
  )

  test('who is slow is told the latest, not all that was', async () => {
    const bench = setUp(orderIn('UNPAID'))
    const iterator = bench.watch.follow('A1', anybody)
    await bench.clock.advance(0)
    bench.reading = orderIn('PAYMENT_PENDING')
    await bench.clock.advance(INTERVAL_MS)
    bench.reading = orderIn('TICKETED')
    await bench.clock.advance(INTERVAL_MS)
    expect(await iterator.next()).toMatchObject({ value: { state: 'TICKETED' }, done: false })
    expect(await iterator.next()).toEqual({ value: undefined, done: true })
  })
})

describe('many followers of one order', () => {
  test('cost one poll, and are told the same', async () => {
    const bench = setUp(orderIn('UNPAID'))
    const followers = Array.from({ length: 100 }, () => follow(bench))
    await bench.clock.advance(INTERVAL_MS)
    bench.reading = orderIn('TICKETED')
    await bench.clock.advance(INTERVAL_MS)
    expect(new Set(followers.map(({ told }) => told.join()))).toEqual(new Set(['UNPAID,TICKETED']))
    expect(bench.reads).toEqual([0, 30_000, 60_000])
    await expectAtRest(bench)
  })

  test('are polled for until the last has left, and within no time not any more', async () => {
    const bench = setUp(orderIn('UNPAID'))
    const followers = Array.from({ length: 3 }, () => follow(bench))
    await bench.clock.advance(0)
    for (const { leave } of followers.slice(1)) await leave()
    await bench.clock.advance(INTERVAL_MS)
    expect([bench.reads.length, bench.watch.followers(), bench.clock.waiting()]).toEqual([2, 1, 1])
    await followers[0]!.leave()
    await bench.clock.settle()
    expect(bench.clock.waiting()).toBe(0)
    await expectAtRest(bench)
  })

  test('of another order cost another', async () => {
    const bench = setUp(orderIn('UNPAID'))
    follow(bench)
    follow(bench, 'B1')
    await bench.clock.advance(INTERVAL_MS)
    expect(bench.reads).toEqual([0, 0, 30_000, 30_000])
  })
})

describe('a follower who comes later', () => {
  test('is told at once what the others know, without a poll within an interval', async () => {
    const bench = setUp(orderIn('UNPAID'))
    follow(bench)
    await bench.clock.advance(INTERVAL_MS - 1)
    const late = follow(bench)
    await bench.clock.settle()
    expect([late.told, bench.reads]).toEqual([['UNPAID'], [0]])
  })

  test('is told how the order was read last, not how it was when it changed', async () => {
    const bench = setUp(orderIn('UNPAID'))
    follow(bench)
    await bench.clock.advance(5 * INTERVAL_MS)
    const late = follow(bench)
    await bench.clock.settle()
    expect(late.values).toMatchObject([{ readAt: new Date('2026-11-23T08:02:30.000Z') }])
  })

  test('in a long pause makes the order be read, once an interval at most', async () => {
    const bench = setUp(orderIn('TICKETING'))
    follow(bench)
    await bench.clock.advance(10 * INTERVAL_MS)
    expect(bench.reads.at(-1)).toBe(300_000)
    await bench.clock.advance(INTERVAL_MS)
    bench.reading = orderIn('TICKETED')
    const late = Array.from({ length: 20 }, () => follow(bench))
    await bench.clock.settle()
    expect(bench.reads.slice(-2)).toEqual([300_000, 330_000])
    for (const { told } of late) expect(told).toEqual(['TICKETING', 'TICKETED'])
    await expectAtRest(bench)
  })

  test('just as the last one has left is followed for all the same', async () => {
    const bench = setUp(orderIn('UNPAID'), { takesMs: 100 })
    const first = follow(bench)
    await bench.clock.advance(50)
    await first.leave()
    const second = follow(bench)
    await bench.clock.advance(250)
    expect([second.told, bench.watch.followers()]).toEqual([['UNPAID'], 1])
    bench.reading = orderIn('TICKETED')
    await bench.clock.advance(2 * INTERVAL_MS)
    expect([second.told, second.isOver]).toEqual([['UNPAID', 'TICKETED'], true])
    await expectAtRest(bench)
  })
})

describe('the pace', () => {
  test('is 30 s for 5 minutes, 2 minutes up to 30, then 10 minutes, from the last change on', async () => {
    const bench = setUp(orderIn('TICKETING'))
    follow(bench)
    await bench.clock.advance(55 * 60_000)
    const gaps = (times: readonly number[]): number[] =>
      times.slice(1).map((time, index) => (time - times[index]!) / 1_000)
    expect(gaps(bench.reads)).toEqual([
      ...Array<number>(10).fill(30),
      ...Array<number>(13).fill(120),
      600,
      600,
    ])
    bench.reads.length = 0
    bench.reading = orderIn('UNKNOWN')
    bench.watch.touch('A1')
    await bench.clock.advance(60_000)
    expect(gaps(bench.reads)).toEqual([30, 30])
  })

  test('is not left for readings that tell nothing', async () => {
    const bench = setUp(unread('ATLAS_UNAVAILABLE'))
    follow(bench)
    await bench.clock.advance(2 * INTERVAL_MS)
    expect(bench.reads).toEqual([0, 30_000, 60_000])
  })
})

describe('something that happened to an order', () => {
  test('is read at once, and not from what is kept', async () => {
    const bench = setUp(orderIn('UNPAID'))
    const follower = follow(bench)
    await bench.clock.advance(1_000)
    bench.reading = orderIn('TICKETING')
    bench.watch.touch('A1')
    await bench.clock.settle()
    expect([follower.told, bench.reads, bench.forgotten]).toEqual([
      ['UNPAID', 'TICKETING'],
      [0, 1_000],
      ['A1'],
    ])
  })

  test('while the order is being read makes it be read again', async () => {
    const bench = setUp(orderIn('UNPAID'), { takesMs: 100 })
    const follower = follow(bench)
    await bench.clock.advance(50)
    bench.reading = orderIn('TICKETING')
    bench.watch.touch('A1')
    await bench.clock.advance(150)
    expect([follower.told, bench.reads]).toEqual([
      ['UNPAID', 'TICKETING'],
      [0, 100],
    ])
  })

  test('is read by nobody when nobody follows the order', async () => {
    const bench = setUp(orderIn('UNPAID'))
    bench.watch.touch('A1')
    await expectAtRest(bench)
    expect([bench.reads, bench.forgotten]).toEqual([[], ['A1']])
  })
})

describe('an order that cannot be read', () => {
  test.each(['ORDER_NOT_FOUND', 'ATLAS_ACCESS_DENIED'] as const)(
    'for %s is told so to all, and it is over',
    async (code) => {
      const bench = setUp(unread(code))
      const followers = [follow(bench), follow(bench)]
      await bench.clock.settle()
      for (const { told, isOver } of followers) expect([told, isOver]).toEqual([[code], true])
      await expectAtRest(bench)
      expect(bench.reads).toHaveLength(1)
    },
  )

  test.each([
    unread('ATLAS_UNAVAILABLE'),
    unread('ATLAS_RATE_LIMITED'),
    new LedgerUnavailable(new Error('gone'), false),
  ])('for a while is waited for: %o', async (blip) => {
    const bench = setUp(blip)
    const follower = follow(bench)
    await bench.clock.advance(INTERVAL_MS)
    expect([follower.told, follower.isOver]).toEqual([[], false])
    bench.reading = orderIn('UNPAID')
    await bench.clock.advance(INTERVAL_MS)
    bench.reading = blip
    await bench.clock.advance(INTERVAL_MS)
    expect([follower.told, follower.isOver, bench.faults]).toEqual([['UNPAID'], false, []])
  })

  test('by an answer that tells nothing is unknown at first, and afterwards what it was', async () => {
    const nothing: Order = { ...orderIn('UNKNOWN'), facts: null }
    const bench = setUp(nothing)
    const follower = follow(bench)
    await bench.clock.advance(INTERVAL_MS)
    expect(follower.told).toEqual(['UNKNOWN'])
    bench.reading = orderIn('TICKETING')
    await bench.clock.advance(INTERVAL_MS)
    bench.reading = nothing
    await bench.clock.advance(INTERVAL_MS)
    expect(follower.told).toEqual(['UNKNOWN', 'TICKETING'])
    expect(follow(bench).told).toEqual([])
  })

  test('for a fault of ours ends for all, and is reported once', async () => {
    const fault = new Error('a fault')
    const bench = setUp(fault)
    const followers = [follow(bench), follow(bench)]
    await bench.clock.settle()
    for (const { told, isOver } of followers) expect([told, isOver]).toEqual([[], true])
    expect(bench.faults).toEqual([fault])
    await expectAtRest(bench)
  })
})

describe('who comes later', () => {
  test('is told the order as it stands with the ledger now, and so is everybody else, without a reading', async () => {
    const bench = setUp(orderIn('UNPAID'))
    const first = follow(bench)
    await bench.clock.advance(5_000)
    // A payment of another instance, of which this one was not told.
    bench.joined = 'UNKNOWN'
    const second = follow(bench)
    await bench.clock.settle()
    expect([first.told, second.told, bench.reads]).toEqual([['UNPAID', 'UNKNOWN'], ['UNKNOWN'], [0]])
    await second.leave()
    await first.leave()
    await expectAtRest(bench)
  })
})

describe('the bounds', () => {
  test('refuse a follower beyond the most, and take one again when another left', async () => {
    const bench = setUp(orderIn('UNPAID'), { followersMax: 2 })
    const first = follow(bench)
    follow(bench, 'B1')
    expect(() => bench.watch.follow('C1', anybody)).toThrow(WatchesFull)
    expect(() => bench.watch.follow('A1', anybody)).toThrow(WatchesFull)
    expect(bench.watch.followers()).toBe(2)
    await first.leave()
    follow(bench, 'C1')
    expect(bench.watch.followers()).toBe(2)
  })

  test('are 2,000 followers unless told otherwise', () => {
    const { watch } = setUp(orderIn('UNPAID'))
    for (let index = 0; index < 2_000; index += 1) watch.follow(`A${index % 10}`, anybody)
    expect(() => watch.follow('A1', anybody)).toThrow(WatchesFull)
  })

  test('of a pause are the time to pay: that it is over is told at once', async () => {
    const bench = setUp(orderIn('UNPAID'))
    bench.reading = orderIn('UNPAID', { payBefore: new Date(bench.clock.now().getTime() + 50_000) })
    const follower = follow(bench)
    await bench.clock.advance(49_999)
    bench.reading = orderIn('LAPSED')
    await bench.clock.advance(1)
    expect([follower.told, bench.reads]).toEqual([
      ['UNPAID', 'LAPSED'],
      [0, 30_000, 50_000],
    ])
    await follower.leave()
  })

  test('are 200 followers of one subject, so that others find places', async () => {
    const { watch } = setUp(orderIn('UNPAID'))
    const greedy: Subscriber = { subject: 'greedy', expiresAt: null }
    const first = watch.follow('A1', greedy)
    for (let index = 1; index < 200; index += 1) watch.follow(`A${index % 10}`, greedy)
    expect(() => watch.follow('A1', greedy)).toThrow(WatchesFull)
    watch.follow('A1', { subject: 'other', expiresAt: null })
    await first.return?.()
    watch.follow('A1', greedy)
    expect(() => watch.follow('A1', greedy)).toThrow(WatchesFull)
    expect(watch.followers()).toBe(201)
  })

  test('are 500 orders, each of which is a question in every interval', () => {
    const { watch } = setUp(orderIn('UNPAID'))
    for (let index = 0; index < 500; index += 1) watch.follow(`A${index}`, anybody)
    expect(() => watch.follow('A500', anybody)).toThrow(WatchesFull)
    watch.follow('A499', anybody)
    expect(watch.followers()).toBe(501)
  })

  test('end a subscription with the right to read, to the millisecond', async () => {
    const bench = setUp(orderIn('TICKETING'))
    const expiresAt = new Date(bench.clock.now().getTime() + 45_000)
    bench.watch.follow('A1', { subject: 'backend', expiresAt })
    await bench.clock.advance(44_999)
    expect(bench.watch.followers()).toBe(1)
    await bench.clock.advance(1)
    expect([bench.watch.followers(), bench.reads]).toEqual([0, [0, 30_000]])
    await expectAtRest(bench)
  })

  test('end each subscription after an hour, to the millisecond, whatever the pace', async () => {
    const bench = setUp(orderIn('TICKETING'))
    const first = follow(bench)
    await bench.clock.advance(60_000)
    const second = follow(bench)
    await bench.clock.advance(HOUR_MS - 60_001)
    expect([first.isOver, second.isOver]).toEqual([false, false])
    await bench.clock.advance(1)
    expect([first.isOver, second.isOver]).toEqual([true, false])
    await bench.clock.advance(60_000)
    expect(second.isOver).toBe(true)
    expect([first.told, second.told]).toEqual([['TICKETING'], ['TICKETING']])
    await expectAtRest(bench)
  })
})

test('the end of the instance ends all, and takes no more', async () => {
  const bench = setUp(orderIn('UNPAID'))
  const followers = [follow(bench), follow(bench), follow(bench, 'B1')]
  await bench.clock.settle()
  const closing = bench.watch.close()
  expect(() => bench.watch.follow('A1', anybody)).toThrow(WatchesFull)
  await closing
  await expectAtRest(bench)
  for (const { told, isOver } of followers) expect([told, isOver]).toEqual([['UNPAID'], true])
})

test('the end of the instance lets the loop turn between the ends of many', async () => {
  const { watch } = setUp(orderIn('UNPAID'))
  for (let index = 0; index < 120; index += 1) watch.follow(`A${index % 5}`, anybody)
  const closing = watch.close()
  expect(watch.followers()).toBe(111)
  await closing
  expect(watch.followers()).toBe(0)
})

test('the end of the instance while an order is being read leaves nothing behind', async () => {
  const bench = setUp(orderIn('UNPAID'), { takesMs: 100 })
  const follower = follow(bench)
  await bench.clock.advance(50)
  await bench.watch.close()
  await expectAtRest(bench)
  expect([follower.told, follower.isOver, bench.reads]).toEqual([[], true, [0]])
})
