/** Removing what was settled long ago, and nothing else. */

import { describe, expect, test } from 'vitest'
import type { PaymentAttempt } from '../../../src/payment/payment-attempt.ts'
import {
  after,
  attemptFor,
  lost,
  newKey,
  notPaid,
  paid,
  released,
  store,
} from '../../support/ledger-attempts.ts'
import { openFor, type OpenStore } from '../../support/ledger-stores.ts'

const claimed = { kind: 'claimed' }
const longAfter = after(1_000_000)

export function describeRetention(openStore: OpenStore): void {
  describe('a purge', () => {
    test('removes what was settled before the instant, the longest settled first, up to the limit', async () => {
      const { ledger } = await openFor(openStore)
      const settled = [5, 1, 4, 2, 3].map((turn) => turn * 1_000)
      const attempts: PaymentAttempt[] = []
      for (const [index, atMs] of settled.entries()) {
        const attempt = attemptFor()
        const change = index % 2 === 0 ? paid(attempt, atMs) : notPaid(attempt, atMs, 'CARD_MISMATCH')
        attempts.push(await store(ledger, attempt, [change]))
      }
      const left = async () => {
        const found = await Promise.all(attempts.map(({ paymentId }) => ledger.find(paymentId)))
        return settled.filter((_, index) => found[index] !== null).sort((one, other) => one - other)
      }
      expect(await ledger.purge(after(1_000), 10)).toBe(0)
      expect(await ledger.purge(after(5_000), 2)).toBe(2)
      expect(await left()).toEqual([3_000, 4_000, 5_000])
      expect(await ledger.purge(after(5_000), 10)).toBe(2)
      expect(await left()).toEqual([5_000])
      expect(await ledger.purge(after(5_000), 10)).toBe(0)
      expect(await ledger.purge(after(5_001), 10)).toBe(1)
      expect(await left()).toEqual([])
    })

    test('never removes a claimed or unknown attempt, however old', async () => {
      const { ledger } = await openFor(openStore)
      const attempt = attemptFor()
      const open = [await store(ledger, attemptFor()), await store(ledger, attempt, [lost(attempt, 1_000)])]
      expect(await ledger.purge(longAfter, 10)).toBe(0)
      expect(await Promise.all(open.map(({ paymentId }) => ledger.find(paymentId)))).toEqual(open)
    })

    test('takes the keys of what it removes along: they are free again, and no others', async () => {
      const { ledger } = await openFor(openStore)
      const [oldKey, heldKey, youngKey] = [newKey(), newKey(), newKey()]
      const old = attemptFor()
      await store(ledger, old, [], oldKey)
      await ledger.claim(attemptFor({ orderNo: old.orderNo }), heldKey)
      await ledger.record([paid(old, 1_000)])
      const young = await store(ledger, attemptFor(), [], youngKey)
      expect(await ledger.purge(longAfter, 10)).toBe(1)
      expect(await ledger.claim(attemptFor(), oldKey)).toEqual(claimed)
      expect(await ledger.claim(attemptFor(), heldKey)).toEqual(claimed)
      expect(await ledger.claim(attemptFor(), youngKey)).toEqual({ kind: 'key-reused' })
      expect(await ledger.find(young.paymentId)).toEqual(young)
    })

    test('leaves the younger attempts of an order, and the key that moved on to one', async () => {
      const { ledger } = await openFor(openStore)
      const first = attemptFor()
      const { orderNo } = first
      const key = newKey()
      await store(ledger, first, [notPaid(first, 1_000, 'ATLAS_UNREACHABLE')], key)
      const second = attemptFor({ orderNo }, { atMs: 10_000 })
      const refused = await store(ledger, second, [released(second, 20_000)], key)
      const third = await store(ledger, attemptFor({ orderNo }, { atMs: 30_000 }))
      expect(await ledger.purge(after(20_000), 10)).toBe(1)
      expect(await ledger.attemptsOf(orderNo)).toEqual([refused, third])
      expect(await ledger.claim(attemptFor({ orderNo }), key)).toEqual({ kind: 'replay', attempt: refused })
      expect(await ledger.purge(longAfter, 10)).toBe(1)
      expect(await ledger.attemptsOf(orderNo)).toEqual([third])
      expect(await ledger.claim(attemptFor({ orderNo }), newKey())).toEqual({ kind: 'held', holder: third })
    })

    test('forgets the instances that were last heard of before the instant', async () => {
      const { store: place, ledger } = await openFor(openStore)
      const other = await place.open('gateway-2')
      await ledger.heartbeat(after(1_000))
      await other.heartbeat(after(999))
      const attempt = attemptFor()
      await store(ledger, attempt, [paid(attempt, 500)])
      expect(await ledger.purge(after(1_000), 10)).toBe(1)
      expect(await place.sql('SELECT instance_id FROM instance')).toEqual([{ instance_id: 'gateway-1' }])
    })

    test('by two instances at the same time removes each row once', async () => {
      const { store: place, ledger } = await openFor(openStore)
      const other = await place.open('gateway-2')
      const attempts = Array.from({ length: 40 }, () => attemptFor())
      await Promise.all(attempts.map((attempt) => store(ledger, attempt, [paid(attempt, 1_000)], newKey())))
      const counts = await Promise.all([ledger.purge(longAfter, 100), other.purge(longAfter, 100)])
      expect(counts[0] + counts[1]).toBe(40)
      const found = await Promise.all(attempts.map(({ paymentId }) => ledger.find(paymentId)))
      expect(found).toEqual(attempts.map(() => null))
    })
  })
}
