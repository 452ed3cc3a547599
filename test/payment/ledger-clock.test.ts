import { describe, expect, test } from 'vitest'
import { createLedgerClock } from '../../src/payment/ledger-clock.ts'
import { LedgerUnavailable } from '../../src/payment/ports.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

const start = Date.UTC(2026, 10, 27)

/** A clock of a machine, and a ledger that can be asked for its time. */
function openPlace() {
  const machine = createVirtualClock(new Date(start))
  let elapsedMs = 0
  const told: number[] = []
  const clock = createLedgerClock({
    own: machine,
    elapsedMs: () => elapsedMs,
    onOff: (aheadMs) => void told.push(aheadMs),
  })
  const machineMs = (): number => machine.now().getTime()
  const set = (ms: number): void => machine.set(new Date(machineMs() + ms))
  const pass = (ms: number): void => {
    set(ms)
    elapsedMs += ms
  }
  return {
    machine,
    clock,
    told,
    /** Sets the machine's clock, by so many milliseconds. */
    set,
    /** Lets time pass, in milliseconds. */
    pass,
    /** How far the clock is ahead of the machine's, in milliseconds. */
    aheadMs: () => clock.now().getTime() - machineMs(),
    /** How long time is known to run as it should, in milliseconds. */
    steadyMs: () => clock.now().getTime() - clock.steadySince().getTime(),
    /** The ledger's time is so far ahead of the machine's; its answer takes `roundMs`, and is given after `givenMs`. */
    follow: (ledgerAheadMs: number, roundMs = 0, givenMs = 0): Promise<boolean> =>
      clock.follow(async () => {
        const time = new Date(machineMs() + givenMs + ledgerAheadMs)
        pass(roundMs)
        return time
      }),
  }
}

describe('The clock of instances that share a ledger', () => {
  test('goes by that of the machine until it was told another time, and where there is none to tell', async () => {
    const { clock, aheadMs, told } = openPlace()
    expect(clock.now()).toEqual(new Date(start))
    expect(await clock.follow(() => Promise.resolve(null))).toBe(false)
    expect([aheadMs(), told]).toEqual([0, []])
  })

  test.each([300_000, -300_000])(
    'goes by a time of the ledger that is %i ms ahead',
    async (ledgerAheadMs) => {
      const { clock, pass, follow, aheadMs, told } = openPlace()
      expect(await follow(ledgerAheadMs)).toBe(true)
      expect([aheadMs(), told]).toEqual([ledgerAheadMs, [ledgerAheadMs]])
      pass(5_000)
      expect(clock.now()).toEqual(new Date(start + 5_000 + ledgerAheadMs))
      expect(await follow(ledgerAheadMs)).toBe(false)
    },
  )

  test.each([
    ['given as soon as it was asked', 0],
    ['given half way', 100],
    ['given just before it came', 200],
  ])('is not moved by an answer that its own time can explain: %s', async (_when, givenMs) => {
    const { follow, aheadMs } = openPlace()
    expect(await follow(0, 200, givenMs)).toBe(false)
    expect(aheadMs()).toBe(0)
  })

  test('is moved by no more than an answer proves, and by a faster one to the rest', async () => {
    const { follow, aheadMs } = openPlace()
    expect([await follow(3_000, 2_000, 0), aheadMs()]).toEqual([true, 1_000])
    expect([await follow(3_000, 10, 0), aheadMs()]).toEqual([true, 2_990])
    expect([await follow(3_000, 0, 0), aheadMs()]).toEqual([false, 3_000])
    expect([await follow(-3_000, 2_000, 2_000), aheadMs()]).toEqual([true, -1_000])
  })

  test.each([60_000, -60_000])(
    'learns nothing while the clock of the machine is set, by %i ms, but that what was written is wrong',
    async (setMs) => {
      const { clock, follow, set, aheadMs } = openPlace()
      await follow(5_000)
      const time = new Date(start + 5_000)
      const wasOff = await clock.follow(async () => {
        set(setMs)
        return time
      })
      expect([wasOff, aheadMs()]).toEqual([true, 5_000])
      expect(await clock.follow(() => Promise.resolve(time))).toBe(true)
      expect([aheadMs(), clock.now()]).toEqual([5_000 - setMs, time])
    },
  )

  test('is right again with the next answer after the clock of the machine was set', async () => {
    const { clock, set } = openPlace()
    const time = new Date(start + 1_000)
    await clock.follow(() => Promise.resolve(time))
    for (const ms of [3_600_000, -7_200_000]) {
      set(ms)
      expect(await clock.follow(() => Promise.resolve(time))).toBe(true)
      expect(clock.now()).toEqual(time)
    }
  })

  test('goes on by what it knows while the ledger does not answer', async () => {
    const { clock, follow, aheadMs } = openPlace()
    await follow(5_000)
    const away = new LedgerUnavailable(null, false)
    await expect(clock.follow(() => Promise.reject(away))).rejects.toBe(away)
    expect(aheadMs()).toBe(5_000)
  })

  test('tells that it is not that of the machine, and again when this changes by a second', async () => {
    const { follow, told } = openPlace()
    for (const ledgerAheadMs of [999, 1_000, 1_000, 1_999, 2_000, 2_500, 500, 0, -1_000]) {
      await follow(ledgerAheadMs)
    }
    expect(told).toEqual([1_000, 2_000, -1_000])
  })

  test('waits as that of the machine does', async () => {
    const { clock, machine, follow } = openPlace()
    await follow(300_000)
    let isOver = false
    let isOnTime = false
    void clock.delay(1_000).then(() => (isOver = true))
    clock.timer(1_000, () => (isOnTime = true))
    await machine.advance(999)
    expect([isOver, isOnTime]).toEqual([false, false])
    await machine.advance(1)
    expect([isOver, isOnTime]).toEqual([true, true])
  })
})

describe('Time is steady', () => {
  test('since the process began', () => {
    const { pass, steadyMs } = openPlace()
    expect(steadyMs()).toBe(0)
    pass(100_000)
    expect(steadyMs()).toBe(100_000)
  })

  test.each([
    ['the clock of the machine was set forward', 1_000],
    ['the clock of the machine was set back', -1_000],
    ['the machine slept, and time went on without it', 3_600_000],
  ])('since %s, where that was later', (_what, ms) => {
    const { pass, set, steadyMs } = openPlace()
    pass(100_000)
    set(ms)
    pass(5_000)
    // Not looked at until now: it may have been set just before.
    expect(steadyMs()).toBe(0)
    pass(7_000)
    expect(steadyMs()).toBe(7_000)
  })

  test('also where the ledger has no time: a clock that is set forth and back is seen between the two', async () => {
    const { clock, pass, set, steadyMs } = openPlace()
    pass(100_000)
    set(-3_600_000)
    await clock.follow(() => Promise.resolve(null))
    pass(1_000)
    set(3_600_000)
    await clock.follow(() => Promise.resolve(null))
    pass(7_000)
    expect(steadyMs()).toBe(7_000)
  })

  test.each([1_000, -1_000])('since the clock of the ledger was set by %i ms', async (ms) => {
    const { pass, follow, steadyMs } = openPlace()
    pass(100_000)
    await follow(0)
    expect(steadyMs()).toBe(100_000)
    await follow(ms)
    pass(7_000)
    expect(steadyMs()).toBe(7_000)
  })

  test('although clocks are moved by less, as they are all the time', async () => {
    const { pass, set, follow, steadyMs } = openPlace()
    for (let second = 1; second <= 100; second += 1) {
      pass(1_000)
      set(second % 2 === 0 ? 900 : -900)
      await follow(second % 2 === 0 ? 0 : 900)
    }
    expect(steadyMs()).toBe(100_000)
  })
})
