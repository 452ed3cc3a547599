/** What the settler needs: orphans of dead instances, leases of unknown attempts, and pauses between reads. */

import { describe, expect, test } from 'vitest'
import {
  applyChange,
  type PaymentAttempt,
  READ_PAUSE_MAX_MS,
  READBACK_HEADSTART_MS,
} from '../../../src/payment/payment-attempt.ts'
import type { PaymentLedger } from '../../../src/payment/ports.ts'
import { changeTo } from '../../../src/payment/settlement.ts'
import {
  after,
  attemptFor,
  calledPaid,
  lost,
  notPaid,
  paid,
  released,
  store,
} from '../../support/ledger-attempts.ts'
import { openFor, type OpenStore } from '../../support/ledger-stores.ts'

/** When attempts that became unknown at the beginning are due. */
const dueMs = READBACK_HEADSTART_MS

/** The attempt as another instance takes it over. */
function adopted(attempt: PaymentAttempt, atMs: number): PaymentAttempt {
  return {
    ...attempt,
    state: 'UNKNOWN',
    code: 'OUTCOME_UNKNOWN',
    reason: 'PROCESS_ENDED',
    steps: [
      ...attempt.steps,
      { state: 'UNKNOWN', at: after(atMs), code: 'OUTCOME_UNKNOWN', reason: 'PROCESS_ENDED' },
    ],
  }
}

/** Unknown attempts of orders of their own, due at the given instants. */
async function storeUnknown(ledger: PaymentLedger, due: readonly number[]): Promise<PaymentAttempt[]> {
  const attempts = due.map(() => attemptFor({}, { atMs: -10_000 }))
  await Promise.all(attempts.map((attempt) => ledger.claim(attempt, null)))
  const unknown = attempts.map((attempt, index) =>
    ledger.record([lost(attempt, due[index]! - READBACK_HEADSTART_MS)]),
  )
  return (await Promise.all(unknown)).map(([attempt]) => attempt!)
}

export function describeSettling(openStore: OpenStore): void {
  describe('orphans', () => {
    test('are the claimed attempts of an instance that is not heard of any more', async () => {
      const { store: place, ledger } = await openFor(openStore)
      const dead = await place.open('gateway-2')
      await dead.heartbeat(after(0))
      await ledger.heartbeat(after(4_000))
      const left = [await store(dead, attemptFor()), await store(dead, attemptFor())]
      const mine = await store(ledger, attemptFor())
      expect(await ledger.adoptOrphans(after(1), after(5_000))).toBe(2)
      const taken = left.map((attempt) => adopted(attempt, 5_000))
      expect(await Promise.all(left.map(({ paymentId }) => ledger.find(paymentId)))).toEqual(taken)
      expect(await ledger.find(mine.paymentId)).toEqual(mine)
      expect(await ledger.adoptOrphans(after(1), after(6_000))).toBe(0)
      // Nobody is reading them back, so they are due at once.
      expect(new Set(await ledger.leaseUnknown(after(5_000), after(11_000), 10))).toEqual(new Set(taken))
    })

    test('are not the attempts of an instance that lives, whoever looks', async () => {
      const { store: place, ledger } = await openFor(openStore)
      const other = await place.open('gateway-2')
      await ledger.heartbeat(after(1_000))
      await other.heartbeat(after(1_000))
      const attempts = [await store(ledger, attemptFor()), await store(other, attemptFor())]
      // Heard of at the very instant is heard of.
      for (const looking of [ledger, other])
        expect(await looking.adoptOrphans(after(1_000), after(5_000))).toBe(0)
      await other.heartbeat(after(9_000))
      expect(await ledger.adoptOrphans(after(1_001), after(10_000))).toBe(1)
      expect(await ledger.find(attempts[0]!.paymentId)).toEqual(adopted(attempts[0]!, 10_000))
      expect(await ledger.find(attempts[1]!.paymentId)).toEqual(attempts[1])
    })

    test('are the attempts of an instance that was never heard of', async () => {
      const { ledger } = await openFor(openStore)
      const attempt = await store(ledger, attemptFor())
      expect(await ledger.adoptOrphans(after(-1_000_000), after(1_000))).toBe(1)
      expect(await ledger.find(attempt.paymentId)).toEqual(adopted(attempt, 1_000))
    })

    test('are the attempts of an instance that was heard of before the clock was set back', async () => {
      const { store: place, ledger } = await openFor(openStore)
      const dead = await place.open('gateway-2')
      await dead.heartbeat(after(3_600_000))
      await ledger.heartbeat(after(5_000))
      const left = await store(dead, attemptFor())
      const mine = await store(ledger, attemptFor())
      expect(await ledger.adoptOrphans(after(1_000), after(5_000))).toBe(1)
      expect(await ledger.find(left.paymentId)).toEqual(adopted(left, 5_000))
      expect(await ledger.find(mine.paymentId)).toEqual(mine)
      // Clocks that differ by less than the silence of a dead instance do no harm.
      const ahead = await store(dead, attemptFor())
      await dead.heartbeat(after(9_000))
      expect(await ledger.adoptOrphans(after(1_000), after(5_000))).toBe(0)
      expect(await ledger.find(ahead.paymentId)).toEqual(ahead)
    })

    test('are claimed attempts only: what has an outcome keeps it', async () => {
      const { ledger } = await openFor(openStore)
      const changes = [lost, paid, released]
      const attempts = []
      for (const change of changes) {
        const attempt = attemptFor()
        attempts.push(await store(ledger, attempt, [change(attempt, 1_000)]))
      }
      expect(await ledger.adoptOrphans(after(100_000), after(100_000))).toBe(0)
      expect(await Promise.all(attempts.map(({ paymentId }) => ledger.find(paymentId)))).toEqual(attempts)
    })

    test('are claimed attempts whose deadline has passed, though their instance lives', async () => {
      const { ledger } = await openFor(openStore)
      const attempt = await store(ledger, attemptFor())
      const younger = await store(ledger, attemptFor({}, { atMs: 1 }))
      const deadlineMs = attempt.deadlineAt.getTime() - after(0).getTime()
      await ledger.heartbeat(attempt.deadlineAt)
      expect(await ledger.adoptOrphans(attempt.deadlineAt, attempt.deadlineAt)).toBe(0)
      expect(await ledger.find(attempt.paymentId)).toEqual(attempt)
      expect(await ledger.adoptOrphans(attempt.deadlineAt, after(deadlineMs + 1))).toBe(1)
      expect(await ledger.find(attempt.paymentId)).toEqual(adopted(attempt, deadlineMs + 1))
      expect(await ledger.find(younger.paymentId)).toEqual(younger)
    })

    test('may still be told of by their own process when it was only late', async () => {
      const { store: place, ledger } = await openFor(openStore)
      const late = await place.open('gateway-2')
      const attempt = await store(late, attemptFor())
      await ledger.adoptOrphans(after(1_000), after(1_000))
      const called = calledPaid(attempt, 2_000)
      const known = applyChange(adopted(attempt, 1_000), called)
      expect(await late.record([called])).toEqual([known])
      // It is known now, and a process that is told of is not dead any more.
      expect(await late.record([lost(attempt, 3_000)])).toEqual([known])
      expect(await late.record([paid(attempt, 4_000)])).toEqual([applyChange(known, paid(attempt, 4_000))])
    })

    test('that their own process tells of have the head start of its readback again', async () => {
      const { ledger } = await openFor(openStore)
      const attempt = await store(ledger, attemptFor())
      await ledger.adoptOrphans(after(1_000), after(1_000))
      // The reader that took it meanwhile does not count any more.
      expect(await ledger.leaseUnknown(after(1_000), after(900_000), 10)).toHaveLength(1)
      await ledger.record([lost(attempt, 2_000)])
      expect(await ledger.leaseUnknown(after(1_999 + dueMs), after(20_000), 10)).toEqual([])
      expect(await ledger.leaseUnknown(after(2_000 + dueMs), after(20_000), 10)).toHaveLength(1)
    })

    test('are adopted once when two instances look at the same time', async () => {
      const { store: place, ledger } = await openFor(openStore)
      const other = await place.open('gateway-2')
      const dead = await place.open('gateway-3')
      const left = await Promise.all(Array.from({ length: 40 }, () => store(dead, attemptFor())))
      const counts = await Promise.all([
        ledger.adoptOrphans(after(1_000), after(1_000)),
        other.adoptOrphans(after(1_000), after(1_000)),
      ])
      expect(counts[0] + counts[1]).toBe(40)
      expect(await Promise.all(left.map(({ paymentId }) => ledger.find(paymentId)))).toEqual(
        left.map((attempt) => adopted(attempt, 1_000)),
      )
    })
  })

  describe('a lease', () => {
    test('is given for unknown attempts only', async () => {
      const { ledger } = await openFor(openStore)
      await store(ledger, attemptFor())
      for (const change of [paid, released]) {
        const attempt = attemptFor()
        await store(ledger, attempt, [lost(attempt, 0), change(attempt, 1)])
      }
      const [unknown] = await storeUnknown(ledger, [dueMs])
      expect(await ledger.leaseUnknown(after(1_000_000), after(1_006_000), 10)).toEqual([unknown])
    })

    test('is given for the longest due first, up to the limit', async () => {
      const { ledger } = await openFor(openStore)
      const due = [7, 2, 9, 4, 1, 8, 3, 6, 5, 10].map((turn) => turn * 1_000)
      const attempts = await storeUnknown(ledger, due)
      const dueAt = (ms: number) => attempts[due.indexOf(ms)]
      const lease = (limit: number) => ledger.leaseUnknown(after(9_000), after(15_000), limit)
      expect(await lease(1)).toEqual([dueAt(1_000)])
      expect(await lease(5)).toEqual([2_000, 3_000, 4_000, 5_000, 6_000].map(dueAt))
      expect(await lease(0)).toEqual([])
      expect(await lease(5)).toEqual([7_000, 8_000, 9_000].map(dueAt))
      expect(await lease(5)).toEqual([])
    })

    test('is given for what was due, and leased, before the clock was set back', async () => {
      const { ledger } = await openFor(openStore)
      const hour = 3_600_000
      const [deferred, leased] = await storeUnknown(ledger, [hour + dueMs, hour])
      expect(await ledger.leaseUnknown(after(hour), after(hour + 5_000), 10)).toEqual([leased])
      expect(await ledger.leaseUnknown(after(hour + dueMs - READ_PAUSE_MAX_MS), after(hour), 10)).toEqual([])
      expect(new Set(await ledger.leaseUnknown(after(0), after(5_000), 10))).toEqual(
        new Set([leased, deferred]),
      )
      expect(await ledger.leaseUnknown(after(1), after(5_001), 10)).toEqual([])
    })

    test('keeps others away until it ends', async () => {
      const { store: place, ledger } = await openFor(openStore)
      const other = await place.open('gateway-2')
      const [unknown] = await storeUnknown(ledger, [dueMs])
      expect(await ledger.leaseUnknown(after(dueMs), after(dueMs + 6_000), 10)).toEqual([unknown])
      for (const asking of [ledger, other]) {
        expect(await asking.leaseUnknown(after(dueMs + 5_999), after(dueMs + 11_999), 10)).toEqual([])
      }
      expect(await other.leaseUnknown(after(dueMs + 6_000), after(dueMs + 12_000), 10)).toEqual([unknown])
      expect(await ledger.leaseUnknown(after(dueMs + 6_000), after(dueMs + 12_000), 10)).toEqual([])
    })

    test('is given to one of two instances that ask at the same time', async () => {
      const { store: place, ledger } = await openFor(openStore)
      const other = await place.open('gateway-2')
      const attempts = await storeUnknown(
        ledger,
        Array.from({ length: 40 }, (_, index) => index),
      )
      const asking = [ledger, other, ledger, other, ledger, other, ledger, other]
      const leased = await Promise.all(asking.map((one) => one.leaseUnknown(after(1_000), after(7_000), 5)))
      expect(leased.map((part) => part.length)).toEqual(asking.map(() => 5))
      const named = leased.flat().map(({ paymentId }) => paymentId)
      expect(named.sort()).toEqual(attempts.map(({ paymentId }) => paymentId).sort())
    })

    test('does not keep an outcome away', async () => {
      const { ledger } = await openFor(openStore)
      const [unknown] = await storeUnknown(ledger, [dueMs])
      await ledger.leaseUnknown(after(dueMs), after(dueMs + 6_000), 10)
      const change = paid(unknown!, dueMs + 1_000)
      expect(await ledger.record([change])).toEqual([applyChange(unknown!, change)])
      expect(await ledger.leaseUnknown(after(1_000_000), after(1_006_000), 10)).toEqual([])
    })
  })

  describe('a deferred attempt', () => {
    test('stays UNKNOWN with what the reading told, and is due at its next read', async () => {
      const { ledger } = await openFor(openStore)
      const [unknown] = await storeUnknown(ledger, [dueMs])
      await ledger.leaseUnknown(after(dueMs), after(1_000_000), 10)
      const told = { reads: 4, unpaidReads: 2, unpaidSince: after(dueMs - 500) }
      await ledger.defer(unknown!.paymentId, { ...told, nextReadAt: after(20_000) })
      const deferred = { ...unknown, ...told }
      expect(await ledger.find(unknown!.paymentId)).toEqual(deferred)
      expect(await ledger.leaseUnknown(after(19_999), after(25_999), 10)).toEqual([])
      expect(await ledger.leaseUnknown(after(20_000), after(26_000), 10)).toEqual([deferred])
      await ledger.defer(unknown!.paymentId, {
        reads: 5,
        unpaidReads: 0,
        unpaidSince: null,
        nextReadAt: after(0),
      })
      expect(await ledger.leaseUnknown(after(20_000), after(26_000), 10)).toEqual([{ ...unknown, reads: 5 }])
    })

    test('is left alone when another readback came between', async () => {
      const { ledger } = await openFor(openStore)
      const [unknown] = await storeUnknown(ledger, [dueMs])
      const { paymentId } = unknown!
      const first = { reads: 1, unpaidReads: 1, unpaidSince: after(4_000) }
      const ifReads = { reads: 0, unpaidReads: 0 }
      await ledger.defer(paymentId, { ...first, nextReadAt: after(10_000), ifReads })
      const deferred = { ...unknown, ...first }
      expect(await ledger.find(paymentId)).toEqual(deferred)
      await ledger.leaseUnknown(after(10_000), after(50_000), 10)
      const stale = { reads: 9, unpaidReads: 0, unpaidSince: null, nextReadAt: after(0) }
      for (const [reads, unpaidReads] of [
        [0, 0],
        [0, 1],
        [1, 0],
      ] as const) {
        await ledger.defer(paymentId, { ...stale, ifReads: { reads, unpaidReads } })
      }
      expect(await ledger.find(paymentId)).toEqual(deferred)
      // The lease is somebody else's as well.
      expect(await ledger.leaseUnknown(after(49_999), after(60_000), 10)).toEqual([])
      await ledger.defer(paymentId, { ...stale, ifReads: { reads: 1, unpaidReads: 1 } })
      expect(await ledger.find(paymentId)).toEqual({ ...unknown, reads: 9 })
    })

    test('keeps its readings when it is settled', async () => {
      const { ledger } = await openFor(openStore)
      const [unknown] = await storeUnknown(ledger, [dueMs])
      const told = { reads: 9, unpaidReads: 3, unpaidSince: after(5_000) }
      await ledger.defer(unknown!.paymentId, { ...told, nextReadAt: after(20_000) })
      const change = changeTo(unknown!, 'NOT_PAID', after(130_000), { code: 'PAYMENT_NOT_APPLIED' })
      expect(await ledger.record([change])).toEqual([applyChange({ ...unknown!, ...told }, change)])
    })

    test('is not deferred, nor released, on readings that another reader has overtaken', async () => {
      const { ledger } = await openFor(openStore)
      const [unknown] = await storeUnknown(ledger, [dueMs])
      const first = { reads: 1, unpaidReads: 1, unpaidSince: after(5_000), nextReadAt: after(20_000) }
      const beginning = { reads: 0, unpaidReads: 0 }
      await ledger.defer(unknown!.paymentId, { ...first, ifReads: beginning })
      const { nextReadAt: _, ...counted } = first
      const deferred = { ...unknown!, ...counted }

      await ledger.defer(unknown!.paymentId, { ...first, reads: 9, ifReads: beginning })
      const release = (ifReads: { reads: number; unpaidReads: number }) => ({
        ...changeTo(unknown!, 'NOT_PAID', after(130_000), {
          code: 'PAYMENT_NOT_APPLIED',
          reason: 'RELEASED',
        }),
        ifReads,
      })
      for (const stale of [beginning, { reads: 1, unpaidReads: 0 }, { reads: 0, unpaidReads: 1 }]) {
        expect(await ledger.record([release(stale)])).toEqual([deferred])
      }
      const current = release({ reads: 1, unpaidReads: 1 })
      expect(await ledger.record([current])).toEqual([applyChange(deferred, current)])
    })

    test('is an unknown one: others, and what is gone, are left alone', async () => {
      const { ledger } = await openFor(openStore)
      const reading = { reads: 1, unpaidReads: 1, unpaidSince: after(0), nextReadAt: after(0) }
      const attempts = [await store(ledger, attemptFor())]
      for (const change of [paid(attemptFor(), 1_000), notPaid(attemptFor(), 1_000, 'CARD_MISMATCH')]) {
        const attempt = { ...attemptFor(), paymentId: change.paymentId }
        attempts.push(await store(ledger, attempt, [change]))
      }
      for (const { paymentId } of attempts) await ledger.defer(paymentId, reading)
      await ledger.defer('payment-of-nobody', reading)
      expect(await Promise.all(attempts.map(({ paymentId }) => ledger.find(paymentId)))).toEqual(attempts)
      expect(await ledger.leaseUnknown(after(1_000_000), after(1_006_000), 10)).toEqual([])
    })
  })
}
