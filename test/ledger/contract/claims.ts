/** Claiming an order, and taking a claim back. */

import { describe, expect, test } from 'vitest'
import type { PaymentAttempt } from '../../../src/payment/payment-attempt.ts'
import { LedgerUnavailable } from '../../../src/payment/ports.ts'
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

const holders = [
  ['CLAIMED', () => []],
  ['UNKNOWN', (attempt: PaymentAttempt) => [lost(attempt, 1_000)]],
  ['PAID', (attempt: PaymentAttempt) => [paid(attempt, 1_000)]],
  [
    'PAID before it was cancelled',
    (attempt: PaymentAttempt) => [
      lost(attempt, 1_000),
      changeTo(attempt, 'PAID', after(2_000), { code: 'ORDER_CANCELLED_AFTER_PAYMENT' }),
    ],
  ],
] as const

export function describeClaims(openStore: OpenStore): void {
  describe('a claim', () => {
    test('of an order without attempts is granted, and the attempt is found as it was given', async () => {
      const { ledger } = await openFor(openStore)
      const attempt = attemptFor(
        { paymentMethod: 'VCC_PASSTHROUGH', clientOrderNo: `it's "mine" 订单1`, requestSource: 'web\\1' },
        { caller: 'subject:42|ü' },
      )
      expect(await ledger.claim(attempt, null)).toEqual(claimed)
      expect(await ledger.find(attempt.paymentId)).toEqual(attempt)
      expect(await ledger.attemptsOf(attempt.orderNo)).toEqual([attempt])
    })

    test.each(holders)(
      'is refused while an attempt of the order is %s, and leaves nothing',
      async (_, story) => {
        const { ledger } = await openFor(openStore)
        const first = attemptFor()
        const holder = await store(ledger, first, story(first))
        for (const paymentMethod of ['BALANCE', 'MOR'] as const) {
          const second = attemptFor({ orderNo: first.orderNo, paymentMethod }, { caller: 'somebody else' })
          expect(await ledger.claim(second, newKey())).toEqual({ kind: 'held', holder })
          expect(await ledger.find(second.paymentId)).toBeNull()
        }
        expect(await ledger.attemptsOf(first.orderNo)).toEqual([holder])
      },
    )

    test('after an attempt that moved no money is granted, and the attempts stand in their order', async () => {
      const { ledger } = await openFor(openStore)
      const { orderNo } = attemptFor()
      const attempts = []
      for (const atMs of [0, 10_000, 20_000]) {
        const attempt = attemptFor({ orderNo }, { atMs })
        attempts.push(await store(ledger, attempt, [notPaid(attempt, atMs + 1_000, 'CARD_MISMATCH')]))
      }
      const last = attemptFor({ orderNo }, { atMs: 30_000 })
      expect(await ledger.claim(last, null)).toEqual(claimed)
      expect(await ledger.attemptsOf(orderNo)).toEqual([...attempts, last])
    })

    test('after a release is granted, and then holds the order', async () => {
      const { ledger } = await openFor(openStore)
      const first = attemptFor()
      await store(ledger, first, [lost(first, 1_000), released(first, 130_000)])
      const second = attemptFor({ orderNo: first.orderNo }, { atMs: 140_000 })
      expect(await ledger.claim(second, null)).toEqual(claimed)
      expect(await ledger.claim(attemptFor({ orderNo: first.orderNo }), null)).toEqual({
        kind: 'held',
        holder: second,
      })
    })

    test('is granted to exactly one of 50 at the same time; the others are told of it', async () => {
      const { ledger } = await openFor(openStore)
      const { orderNo } = attemptFor()
      const attempts = Array.from({ length: 50 }, () => attemptFor({ orderNo }))
      const results = await Promise.all(attempts.map((attempt) => ledger.claim(attempt, newKey())))
      const winner = attempts.find((_, index) => results[index]!.kind === 'claimed')!
      expect(results).toEqual(
        attempts.map((attempt) => (attempt === winner ? claimed : { kind: 'held', holder: winner })),
      )
      expect(await ledger.attemptsOf(orderNo)).toEqual([winner])
    })

    test('is granted to exactly one of two instances, 20 times', async () => {
      const { store: place, ledger } = await openFor(openStore)
      const ledgers = [ledger, await place.open('gateway-2')]
      for (let round = 0; round < 20; round += 1) {
        const { orderNo } = attemptFor()
        const attempts = [attemptFor({ orderNo }), attemptFor({ orderNo })]
        const results = await Promise.all(
          attempts.map((attempt, index) => ledgers[index]!.claim(attempt, null)),
        )
        const winner = attempts.find((_, index) => results[index]!.kind === 'claimed')!
        expect(results).toEqual(
          attempts.map((attempt) => (attempt === winner ? claimed : { kind: 'held', holder: winner })),
        )
        expect(await ledger.attemptsOf(orderNo)).toEqual([winner])
      }
    })

    test('of each of 100 orders in one turn is granted', async () => {
      const { ledger } = await openFor(openStore)
      const attempts = Array.from({ length: 100 }, () => attemptFor())
      const results = await Promise.all(attempts.map((attempt) => ledger.claim(attempt, newKey())))
      expect(results).toEqual(attempts.map(() => claimed))
      const found = await Promise.all(attempts.map(({ orderNo }) => ledger.attemptsOf(orderNo)))
      expect(found).toEqual(attempts.map((attempt) => [attempt]))
    })

    test('that the store refuses fails alone in its turn, and leaves nothing', async () => {
      const { ledger } = await openFor(openStore)
      const sound = [attemptFor(), attemptFor()] as const
      const open = attemptFor()
      await store(ledger, open)
      // No instant has this number, and the column must not be empty.
      const faulty = { ...attemptFor(), claimedAt: new Date(Number.NaN) }
      const key = newKey()
      const [before, fault, between, codeless, behind] = await Promise.allSettled([
        ledger.claim(sound[0], null),
        ledger.claim(faulty, key),
        ledger.claim(sound[1], null),
        ledger.record([changeTo(open, 'UNKNOWN', after(1_000))]),
        ledger.withdraw('payment-of-nobody'),
      ])
      expect([before, between]).toEqual([
        { status: 'fulfilled', value: claimed },
        { status: 'fulfilled', value: claimed },
      ])
      expect(behind).toEqual({ status: 'fulfilled', value: undefined })
      for (const refused of [fault, codeless]) {
        expect(refused).toEqual({ status: 'rejected', reason: expect.any(Error) })
        expect(refused).not.toEqual({ status: 'rejected', reason: expect.any(LedgerUnavailable) })
      }
      expect(await ledger.find(faulty.paymentId)).toBeNull()
      expect(await ledger.find(open.paymentId)).toEqual(open)
      expect(await ledger.claim(attemptFor(), key)).toEqual(claimed)
    })
  })

  describe('a withdrawn claim', () => {
    test('is as if it had not been: its order and its key are free', async () => {
      const { ledger } = await openFor(openStore)
      const attempt = attemptFor()
      const key = newKey()
      await store(ledger, attempt, [], key)
      await ledger.withdraw(attempt.paymentId)
      expect(await ledger.find(attempt.paymentId)).toBeNull()
      expect(await ledger.attemptsOf(attempt.orderNo)).toEqual([])
      const next = attemptFor({ orderNo: attempt.orderNo })
      expect(await ledger.claim(next, null)).toEqual(claimed)
      expect(await ledger.claim(attemptFor(), key)).toEqual(claimed)
      expect(await ledger.attemptsOf(attempt.orderNo)).toEqual([next])
    })

    test.each([
      ...holders.slice(1),
      ['NOT_PAID', (one: PaymentAttempt) => [notPaid(one, 1_000, 'CARD_MISMATCH')]],
    ] as const)('that is %s stays: it was sent', async (_, story) => {
      const { ledger } = await openFor(openStore)
      const attempt = attemptFor()
      const sent = await store(ledger, attempt, story(attempt))
      await ledger.withdraw(attempt.paymentId)
      expect(await ledger.attemptsOf(attempt.orderNo)).toEqual([sent])
    })

    test('is gone also when another instance took it for that of a dead one', async () => {
      const { store: place, ledger } = await openFor(openStore)
      const attempt = attemptFor()
      const key = newKey()
      await store(ledger, attempt, [], key)
      expect(await (await place.open('gateway-2')).adoptOrphans(after(1_000), after(1_000))).toBe(1)
      await ledger.withdraw(attempt.paymentId)
      expect(await ledger.attemptsOf(attempt.orderNo)).toEqual([])
      expect(await ledger.claim(attemptFor({ orderNo: attempt.orderNo }), key)).toEqual(claimed)
    })

    test('that nobody made, or that was withdrawn before, is no error', async () => {
      const { ledger } = await openFor(openStore)
      const attempt = attemptFor()
      await store(ledger, attempt)
      const others = attemptFor()
      await store(ledger, others)
      await ledger.withdraw('payment-of-nobody')
      await ledger.withdraw(attempt.paymentId)
      await ledger.withdraw(attempt.paymentId)
      expect(await ledger.attemptsOf(others.orderNo)).toEqual([others])
    })
  })
}
