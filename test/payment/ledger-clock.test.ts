import { expect, test } from 'vitest'
import { createLedgerClock } from '../../src/payment/ledger-clock.ts'
import { LedgerUnavailable } from '../../src/payment/ports.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

const start = Date.UTC(2026, 10, 27)

/** A clock of a machine, and a ledger that can be asked for its time. */
function openPlace() {
  const machine = createVirtualClock(new Date(start))
  const told: number[] = []
  let answer: (askedMs: number) => number | null = () => null
  const clock = createLedgerClock({
    own: machine,
    ledger: {
      async time() {
        const ms = answer(machine.now().getTime())
        return ms === null ? null : new Date(ms)
      },
    },
    onOff: (aheadMs) => void told.push(aheadMs),
  })
  return {
    machine,
    clock,
    told,
    /** How far the clock is ahead of the machine's, in milliseconds. */
    aheadMs: () => clock.now().getTime() - machine.now().getTime(),
    /** The ledger's time is so far ahead of the machine's; its answer takes `roundMs`, and is given after `givenMs`. */
    async follow(ledgerAheadMs: number, roundMs = 0, givenMs = 0): Promise<void> {
      answer = (askedMs) => {
        machine.set(new Date(askedMs + roundMs))
        return askedMs + givenMs + ledgerAheadMs
      }
      await clock.follow()
    },
    setAnswer(next: typeof answer) {
      answer = next
    },
  }
}

test('goes by the clock of the machine until it was told another time, and where there is none to tell', async () => {
  const { clock, aheadMs, told } = openPlace()
  expect(clock.now()).toEqual(new Date(start))
  await clock.follow()
  expect([aheadMs(), told]).toEqual([0, []])
})

test.each([600_000, -600_000])('goes by a time of the ledger that is %i ms ahead', async (ledgerAheadMs) => {
  const { clock, machine, follow, aheadMs, told } = openPlace()
  await follow(ledgerAheadMs)
  expect([aheadMs(), told]).toEqual([ledgerAheadMs, [ledgerAheadMs]])
  await machine.advance(5_000)
  expect(clock.now()).toEqual(new Date(start + 5_000 + ledgerAheadMs))
})

test.each([
  ['given as soon as it was asked', 0],
  ['given half way', 100],
  ['given just before it came', 200],
])('is not moved by an answer that its own time can explain: %s', async (_when, givenMs) => {
  const { follow, aheadMs } = openPlace()
  await follow(0, 200, givenMs)
  expect(aheadMs()).toBe(0)
})

test('is moved by no more than an answer proves, and by a faster one to the rest', async () => {
  const { follow, aheadMs } = openPlace()
  await follow(3_000, 2_000, 0)
  expect(aheadMs()).toBe(1_000)
  await follow(3_000, 10, 0)
  expect(aheadMs()).toBe(2_990)
  await follow(-3_000, 2_000, 2_000)
  expect(aheadMs()).toBe(-1_000)
})

test('learns nothing from a machine whose clock is set back while it asks', async () => {
  const { follow, aheadMs } = openPlace()
  await follow(5_000)
  await follow(5_000, -60_000)
  expect(aheadMs()).toBe(5_000)
})

test('is right again with the next answer after the clock of the machine was set', async () => {
  const { clock, machine, setAnswer } = openPlace()
  const ledgerTime = start + 1_000
  setAnswer(() => ledgerTime)
  await clock.follow()
  for (const set of [start + 3_600_000, start - 3_600_000]) {
    machine.set(new Date(set))
    await clock.follow()
    expect(clock.now()).toEqual(new Date(ledgerTime))
  }
})

test('rejects while the ledger does not answer, and goes on by what it knows', async () => {
  const { clock, follow, aheadMs, setAnswer } = openPlace()
  await follow(5_000)
  setAnswer(() => {
    throw new LedgerUnavailable(null, false)
  })
  await expect(clock.follow()).rejects.toThrow(LedgerUnavailable)
  expect(aheadMs()).toBe(5_000)
})

test('tells that the clock of the machine is off once, and again with each second that this changes', async () => {
  const { follow, told } = openPlace()
  for (const ledgerAheadMs of [999, 1_000, 1_000, 1_999, 2_000, 2_500, 500, 0]) await follow(ledgerAheadMs)
  expect(told).toEqual([1_000, 2_000, 500])
})

test('waits as the clock of the machine does', async () => {
  const { clock, machine, follow } = openPlace()
  await follow(600_000)
  let isOver = false
  let isOnTime = false
  void clock.delay(1_000).then(() => (isOver = true))
  clock.timer(1_000, () => (isOnTime = true))
  await machine.advance(999)
  expect([isOver, isOnTime]).toEqual([false, false])
  await machine.advance(1)
  expect([isOver, isOnTime]).toEqual([true, true])
})
