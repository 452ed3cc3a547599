/** Idempotency keys: what they are bound to, and for how long. */

import { describe, expect, test } from 'vitest'
import { type PaymentAttempt } from '../../../src/payment/payment-attempt.ts'
import { changeTo } from '../../../src/payment/settlement.ts'
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
const keyReused = { kind: 'key-reused' }

const replayed = [
  ['CLAIMED', () => []],
  ['UNKNOWN', (one: PaymentAttempt) => [lost(one, 1_000)]],
  ['PAID', (one: PaymentAttempt) => [paid(one, 1_000)]],
  [
    'PAID by somebody else',
    (one: PaymentAttempt) => [changeTo(one, 'PAID', after(1_000), { code: 'ORDER_ALREADY_PAID' })],
  ],
  ['refused', (one: PaymentAttempt) => [notPaid(one, 1_000, 'PAYMENT_DEADLINE_PASSED')]],
  ['released', (one: PaymentAttempt) => [lost(one, 1_000), released(one, 130_000)]],
] as const

const retryable = ['ATLAS_UNREACHABLE', 'ATLAS_RATE_LIMITED'] as const

export function describeKeys(openStore: OpenStore): void {
  describe('an idempotency key', () => {
    test.each(replayed)('with the same input replays its attempt that is %s', async (_, story) => {
      const { ledger } = await openFor(openStore)
      const first = attemptFor()
      const { orderNo } = first
      const key = newKey()
      const attempt = await store(ledger, first, story(first), key)
      for (const atMs of [200_000, 300_000]) {
        expect(await ledger.claim(attemptFor({ orderNo }, { atMs }), key)).toEqual({
          kind: 'replay',
          attempt,
        })
      }
      expect(await ledger.attemptsOf(orderNo)).toEqual([attempt])
    })

    test.each(replayed)('with other input is refused when its attempt is %s', async (_, story) => {
      const { ledger } = await openFor(openStore)
      const first = attemptFor()
      const { orderNo } = first
      const key = newKey()
      const attempt = await store(ledger, first, story(first), key)
      const otherOrder = attemptFor()
      const others = [
        attemptFor({ orderNo, paymentMethod: 'MOR' }),
        attemptFor({ orderNo, clientOrderNo: 'mine' }),
        attemptFor({ orderNo, requestSource: 'web' }),
        otherOrder,
      ]
      for (const other of others) expect(await ledger.claim(other, key)).toEqual(keyReused)
      expect(await ledger.attemptsOf(orderNo)).toEqual([attempt])
      expect(await ledger.attemptsOf(otherOrder.orderNo)).toEqual([])
    })

    test('belongs to its caller: another caller has the same key for itself', async () => {
      const { ledger } = await openFor(openStore)
      const key = newKey()
      const mine = await store(ledger, attemptFor({}, { caller: 'anna' }), [], key)
      const yours = await store(ledger, attemptFor({}, { caller: 'bert' }), [], key)
      for (const attempt of [mine, yours]) {
        const { orderNo, caller } = attempt
        expect(await ledger.claim(attemptFor({ orderNo }, { caller }), key)).toEqual({
          kind: 'replay',
          attempt,
        })
        expect(await ledger.claim(attemptFor({}, { caller }), key)).toEqual(keyReused)
      }
    })

    test('is compared by its characters, capitals and small letters apart', async () => {
      const { ledger } = await openFor(openStore)
      await store(ledger, attemptFor(), [], 'Key-of-16-chars-')
      expect(await ledger.claim(attemptFor(), 'key-of-16-chars-')).toEqual(claimed)
    })

    test.each(retryable)('starts a new attempt after %s, which it replays from then on', async (code) => {
      const { ledger } = await openFor(openStore)
      const first = attemptFor()
      const { orderNo } = first
      const key = newKey()
      const unsent = await store(ledger, first, [notPaid(first, 1_000, code)], key)
      expect(await ledger.claim(attemptFor(), key)).toEqual(keyReused)
      const second = attemptFor({ orderNo }, { atMs: 10_000 })
      expect(await ledger.claim(second, key)).toEqual(claimed)
      expect(await ledger.claim(attemptFor({ orderNo }), key)).toEqual({ kind: 'replay', attempt: second })
      expect(await ledger.claim(attemptFor(), key)).toEqual(keyReused)
      const [settled] = await ledger.record([paid(second, 11_000)])
      expect(await ledger.claim(attemptFor({ orderNo }), key)).toEqual({ kind: 'replay', attempt: settled })
      expect(await ledger.attemptsOf(orderNo)).toEqual([unsent, settled])
    })

    test('after a retryable error is bound to the attempt that holds the order meanwhile', async () => {
      const { ledger } = await openFor(openStore)
      const first = attemptFor()
      const { orderNo } = first
      const key = newKey()
      await store(ledger, first, [notPaid(first, 1_000, 'ATLAS_UNREACHABLE')], key)
      const holder = await store(ledger, attemptFor({ orderNo }, { atMs: 5_000 }))
      expect(await ledger.claim(attemptFor({ orderNo }), key)).toEqual({ kind: 'held', holder })
      const [refused] = await ledger.record([notPaid(holder, 6_000, 'CARD_MISMATCH')])
      expect(await ledger.claim(attemptFor({ orderNo }), key)).toEqual({ kind: 'replay', attempt: refused })
    })

    test.each([
      ['CLAIMED', () => []],
      ['UNKNOWN', (one: PaymentAttempt) => [lost(one, 500)]],
    ] as const)('is bound to a holder that is %s and was asked for with the same input', async (_, story) => {
      const { ledger } = await openFor(openStore)
      const first = attemptFor({}, { caller: 'anna' })
      const holder = await store(ledger, first, story(first), newKey())
      const { orderNo } = holder
      const key = newKey()
      const mine = { caller: 'bert' }
      expect(await ledger.claim(attemptFor({ orderNo }, mine), key)).toEqual({ kind: 'held', holder })
      expect(await ledger.claim(attemptFor({ orderNo, paymentMethod: 'MOR' }, mine), key)).toEqual(keyReused)
      expect(await ledger.claim(attemptFor({}, mine), key)).toEqual(keyReused)
      const [refused] = await ledger.record([notPaid(holder, 1_000, 'CARD_MISMATCH')])
      const replay = { kind: 'replay', attempt: refused }
      expect(await ledger.claim(attemptFor({ orderNo }, mine), key)).toEqual(replay)
      expect(await ledger.attemptsOf(orderNo)).toEqual([refused])
    })

    test('stays free when the order is paid already', async () => {
      const { ledger } = await openFor(openStore)
      const first = attemptFor()
      const holder = await store(ledger, first, [paid(first, 1_000)])
      const key = newKey()
      const same = attemptFor({ orderNo: first.orderNo })
      expect(await ledger.claim(same, key)).toEqual({ kind: 'held', holder })
      expect(await ledger.claim(same, key)).toEqual({ kind: 'held', holder })
      expect(await ledger.claim(attemptFor(), key)).toEqual(claimed)
    })

    test('stays free when the holder of the order was asked for with other input', async () => {
      const { ledger } = await openFor(openStore)
      const holder = await store(ledger, attemptFor())
      const key = newKey()
      const other = attemptFor({ orderNo: holder.orderNo, paymentMethod: 'MOR' })
      expect(await ledger.claim(other, key)).toEqual({ kind: 'held', holder })
      expect(await ledger.claim(attemptFor(), key)).toEqual(claimed)
    })

    test('stays free when the order is paid already: its answer is the same each time', async () => {
      const { ledger } = await openFor(openStore)
      const first = attemptFor()
      const { orderNo } = first
      const holder = await store(ledger, first, [paid(first, 1_000)])
      const key = newKey()
      for (const atMs of [2_000, 3_000]) {
        expect(await ledger.claim(attemptFor({ orderNo }, { atMs }), key)).toEqual({ kind: 'held', holder })
      }
      const other = attemptFor()
      expect(await ledger.claim(other, key)).toEqual(claimed)
    })

    test('raced for two orders goes to one; nothing of the other stays, 20 times', async () => {
      const { store: place, ledger } = await openFor(openStore)
      const ledgers = [ledger, await place.open('gateway-2')]
      for (let round = 0; round < 20; round += 1) {
        const key = newKey()
        const attempts = [attemptFor(), attemptFor()]
        const results = await Promise.all(
          // Within one instance and between two, in turns.
          attempts.map((attempt, index) => ledgers[index * (round % 2)]!.claim(attempt, key)),
        )
        const winner = attempts.findIndex((_, index) => results[index]!.kind === 'claimed')
        const loser = attempts[1 - winner]!
        expect(results).toEqual(attempts.map((_, index) => (index === winner ? claimed : keyReused)))
        expect(await ledger.find(loser.paymentId)).toBeNull()
        expect(await ledger.attemptsOf(loser.orderNo)).toEqual([])
        expect(await ledger.claim(loser, newKey())).toEqual(claimed)
      }
    })

    test('raced with the same input starts one attempt; the others are told of it', async () => {
      const { store: place, ledger } = await openFor(openStore)
      const ledgers = [ledger, await place.open('gateway-2')]
      const { orderNo } = attemptFor()
      const key = newKey()
      const attempts = Array.from({ length: 20 }, () => attemptFor({ orderNo }))
      const results = await Promise.all(
        attempts.map((attempt, index) => ledgers[index % 2]!.claim(attempt, key)),
      )
      const winner = attempts.find((_, index) => results[index]!.kind === 'claimed')!
      const told = results.map((result) => {
        switch (result.kind) {
          case 'claimed':
          case 'key-reused':
            return result.kind
          case 'held':
            return result.holder
          case 'replay':
            return result.attempt
        }
      })
      expect(told).toEqual(attempts.map((attempt) => (attempt === winner ? 'claimed' : winner)))
      expect(await ledger.attemptsOf(orderNo)).toEqual([winner])
    })
  })
}
