/** Recording what became of attempts, and reading it. */

import { describe, expect, test } from 'vitest'
import {
  applyChange,
  type AttemptChange,
  type PaymentAttempt,
  READBACK_HEADSTART_MS,
} from '../../../src/payment/payment-attempt.ts'
import { LedgerUnavailable, type PaymentLedger } from '../../../src/payment/ports.ts'
import { changeTo } from '../../../src/payment/settlement.ts'
import {
  after,
  attemptFor,
  calledPaid,
  lost,
  newKey,
  notPaid,
  orphaned,
  paid,
  released,
  store,
} from '../../support/ledger-attempts.ts'
import { openFor, type OpenStore } from '../../support/ledger-stores.ts'

export function describeRecords(openStore: OpenStore): void {
  describe('a record', () => {
    test('keeps every field of a success', async () => {
      const { ledger } = await openFor(openStore)
      const attempt = attemptFor()
      await store(ledger, attempt)
      const settled: PaymentAttempt = {
        ...attempt,
        state: 'PAID',
        code: null,
        evidence: 'PAY_RESPONSE',
        atlasStatus: 0,
        pnrCode: 'GBTQUA',
        requestStarted: true,
        settledAt: after(1_234),
        steps: [
          { state: 'CLAIMED', at: after(0), code: null, reason: null },
          { state: 'PAID', at: after(1_234), code: null, reason: null },
        ],
      }
      expect(await ledger.record([paid(attempt, 1_234)])).toEqual([settled])
      expect(await ledger.find(attempt.paymentId)).toEqual(settled)
      expect(await ledger.attemptsOf(attempt.orderNo)).toEqual([settled])
    })

    test('keeps every field of a refusal', async () => {
      const { ledger } = await openFor(openStore)
      const attempt = attemptFor()
      await store(ledger, attempt)
      const change = changeTo(attempt, 'NOT_PAID', after(9_999), {
        code: 'ATLAS_UNREACHABLE',
        reason: 'CONNECTION_FAILED',
        atlasStatus: -2_147_483_647,
        retryAfterSeconds: 3_600,
        requestStarted: false,
      })
      const refused: PaymentAttempt = {
        ...attempt,
        state: 'NOT_PAID',
        code: 'ATLAS_UNREACHABLE',
        reason: 'CONNECTION_FAILED',
        atlasStatus: -2_147_483_647,
        retryAfterSeconds: 3_600,
        requestStarted: false,
        settledAt: after(9_999),
        steps: [
          { state: 'CLAIMED', at: after(0), code: null, reason: null },
          { state: 'NOT_PAID', at: after(9_999), code: 'ATLAS_UNREACHABLE', reason: 'CONNECTION_FAILED' },
        ],
      }
      expect(await ledger.record([change])).toEqual([refused])
      expect(await ledger.find(attempt.paymentId)).toEqual(refused)
    })

    test('tells the whole story of an attempt that was lost, released and yet applied', async () => {
      const { ledger } = await openFor(openStore)
      const attempt = attemptFor()
      await store(ledger, attempt)
      await ledger.record([lost(attempt, 30_000)])
      await ledger.record([released(attempt, 160_000)])
      const success = { evidence: 'ORDER_READBACK', pnrCode: 'XYZ123' } as const
      const [settled] = await ledger.record([changeTo(attempt, 'PAID', after(500_000), success)])
      expect(settled).toEqual({
        ...attempt,
        state: 'PAID',
        evidence: 'ORDER_READBACK',
        pnrCode: 'XYZ123',
        reason: 'READBACK',
        requestStarted: true,
        settledAt: after(500_000),
        steps: [
          { state: 'CLAIMED', at: after(0), code: null, reason: null },
          { state: 'UNKNOWN', at: after(30_000), code: 'OUTCOME_UNKNOWN', reason: 'DEADLINE' },
          { state: 'NOT_PAID', at: after(160_000), code: 'PAYMENT_NOT_APPLIED', reason: 'RELEASED' },
          { state: 'PAID', at: after(500_000), code: null, reason: 'READBACK' },
        ],
      })
      expect(await ledger.find(attempt.paymentId)).toEqual(settled)
    })

    test('keeps what was known of Atlas when a later change does not say it, and nothing else', async () => {
      const { ledger } = await openFor(openStore)
      const attempt = attemptFor()
      const first = changeTo(attempt, 'UNKNOWN', after(1_000), {
        code: 'ORDER_ALREADY_PAID',
        reason: null,
        atlasStatus: 404,
        pnrCode: 'ABC123',
        retryAfterSeconds: 10,
        requestStarted: true,
      })
      const second = changeTo(attempt, 'NOT_PAID', after(2_000), { code: 'ORDER_NOT_PAYABLE' })
      const settled = await store(ledger, attempt, [first, second])
      expect(settled).toEqual({
        ...applyChange(applyChange(attempt, first), second),
        atlasStatus: 404,
        pnrCode: 'ABC123',
        retryAfterSeconds: null,
        requestStarted: true,
      })
    })

    const illegal: readonly (readonly [
      string,
      (one: PaymentAttempt) => AttemptChange[],
      (one: PaymentAttempt) => AttemptChange,
    ])[] = [
      ['UNKNOWN to UNKNOWN', (one) => [lost(one, 1_000)], (one) => lost(one, 2_000)],
      ['PAID to UNKNOWN', (one) => [paid(one, 1_000)], (one) => lost(one, 2_000)],
      ['PAID to NOT_PAID', (one) => [paid(one, 1_000)], (one) => released(one, 2_000)],
      ['PAID to PAID', (one) => [paid(one, 1_000)], (one) => paid(one, 2_000)],
      ['NOT_PAID to UNKNOWN', (one) => [released(one, 1_000)], (one) => lost(one, 2_000)],
      [
        'NOT_PAID to NOT_PAID',
        (one) => [released(one, 1_000)],
        (one) => notPaid(one, 2_000, 'CARD_MISMATCH'),
      ],
      ['a refusal to PAID', (one) => [notPaid(one, 1_000, 'CARD_MISMATCH')], (one) => paid(one, 2_000)],
    ]

    test.each(illegal)('leaves out a change from %s', async (_, story, change) => {
      const { ledger } = await openFor(openStore)
      const attempt = attemptFor()
      const present = await store(ledger, attempt, story(attempt))
      expect(await ledger.record([change(attempt)])).toEqual([present])
      expect(await ledger.find(attempt.paymentId)).toEqual(present)
    })

    test('that rests on readbacks is left out when others came between', async () => {
      const { ledger } = await openFor(openStore)
      const attempt = attemptFor()
      const unknown = await store(ledger, attempt, [lost(attempt, 1_000)])
      const told = { reads: 3, unpaidReads: 2, unpaidSince: after(5_000) }
      await ledger.defer(attempt.paymentId, { ...told, nextReadAt: after(9_000) })
      const other = await store(ledger, attemptFor())
      const release = released(attempt, 130_000)
      const stale = [
        { reads: 2, unpaidReads: 2 },
        { reads: 3, unpaidReads: 1 },
        { reads: 0, unpaidReads: 0 },
      ]
      const present = { ...unknown, ...told }
      for (const ifReads of stale) expect(await ledger.record([{ ...release, ifReads }])).toEqual([present])
      const changes = [{ ...release, ifReads: stale[0]! }, paid(other, 130_000)]
      expect(await ledger.record(changes)).toEqual([present, applyChange(other, changes[1]!)])
      expect(await ledger.record([{ ...release, ifReads: { reads: 3, unpaidReads: 2 } }])).toEqual([
        applyChange(present, release),
      ])
    })

    test.each<[string, (one: PaymentAttempt) => readonly AttemptChange[]]>([
      ['claimed', () => []],
      ['only taken for lost', (one) => [orphaned(one, 1_000)]],
    ])('that rests on a code is recorded of an attempt that is %s', async (_what, story) => {
      const { ledger } = await openFor(openStore)
      const attempt = attemptFor()
      await store(ledger, attempt, story(attempt))
      const proved = { ...paid(attempt, 3_000), ifCode: 'ORDER_ALREADY_PAID' } as const
      expect(await ledger.record([proved])).toMatchObject([{ state: 'PAID' }])
    })

    test('that rests on a code is left out when another is known of the attempt', async () => {
      const { ledger } = await openFor(openStore)
      const attempt = attemptFor()
      await store(ledger, attempt, [orphaned(attempt, 1_000)])
      const cancelled = notPaid(attempt, 3_000, 'ORDER_NOT_PAYABLE')
      const [called] = await ledger.record([calledPaid(attempt, 2_000)])
      expect(await ledger.record([{ ...cancelled, ifCode: 'OUTCOME_UNKNOWN' }])).toEqual([called])
      expect(await ledger.record([{ ...cancelled, ifCode: 'ORDER_ALREADY_PAID' }])).toMatchObject([
        { state: 'NOT_PAID', code: 'ORDER_NOT_PAYABLE' },
      ])
    })

    test('of an attempt that is gone is null, alone and among others', async () => {
      const { ledger } = await openFor(openStore)
      const attempt = attemptFor()
      const gone = attemptFor()
      await store(ledger, attempt)
      expect(await ledger.record([paid(gone, 1_000)])).toEqual([null])
      expect(await ledger.record([paid(gone, 1_000), paid(attempt, 1_000)])).toEqual([
        null,
        applyChange(attempt, paid(attempt, 1_000)),
      ])
      expect(await ledger.find(gone.paymentId)).toBeNull()
    })

    test('of no changes does nothing', async () => {
      const { ledger } = await openFor(openStore)
      expect(await ledger.record([])).toEqual([])
    })

    test('of several changes answers in their order, and leaves out what may not follow', async () => {
      const { ledger } = await openFor(openStore)
      const [first, second, third] = [attemptFor(), attemptFor(), attemptFor()]
      for (const attempt of [first, second, third]) await store(ledger, attempt)
      const [settled] = await ledger.record([notPaid(second, 1_000, 'CARD_MISMATCH')])
      const changes = [paid(third, 2_000), paid(second, 2_000), lost(first, 2_000)]
      expect(await ledger.record(changes)).toEqual([
        applyChange(third, changes[0]!),
        settled,
        applyChange(first, changes[2]!),
      ])
    })

    test('passes the success from the present attempt to an earlier lost one', async () => {
      const { ledger } = await openFor(openStore)
      const { earlier, current } = await storePair(ledger)
      const pair = [
        changeTo(current, 'NOT_PAID', after(200_000), { code: 'ORDER_ALREADY_PAID' }),
        changeTo(earlier, 'PAID', after(200_000), { evidence: 'ORDER_READBACK' }),
      ]
      const expected = [applyChange(current, pair[0]!), applyChange(earlier, pair[1]!)]
      expect(await ledger.record(pair)).toEqual(expected)
      expect(await ledger.attemptsOf(earlier.orderNo)).toEqual(expected.toReversed())
      const next = attemptFor({ orderNo: earlier.orderNo })
      expect(await ledger.claim(next, null)).toEqual({ kind: 'held', holder: expected[1] })
    })

    test('of which one change breaks a rule of the store changes nothing', async () => {
      const { ledger } = await openFor(openStore)
      const { earlier, current } = await storePair(ledger)
      const settled = changeTo(current, 'NOT_PAID', after(200_000), { code: 'ORDER_ALREADY_PAID' })
      const success = changeTo(earlier, 'PAID', after(200_000), { evidence: 'ORDER_READBACK' })
      const breaking = [
        // For a moment two attempts of the order would be successful or open.
        [success, settled],
        [settled, { ...success, evidence: null }],
        [settled, { ...success, at: new Date(Number.NaN) }],
      ]
      for (const changes of breaking) {
        const error: unknown = await ledger.record(changes).catch((reason: unknown) => reason)
        expect(error).toBeInstanceOf(Error)
        expect(error).not.toBeInstanceOf(LedgerUnavailable)
        expect(await ledger.attemptsOf(earlier.orderNo)).toEqual([earlier, current])
      }
      expect(await ledger.record([settled, success])).toEqual([
        applyChange(current, settled),
        applyChange(earlier, success),
      ])
    })

    test('of one attempt by many at the same time takes effect once', async () => {
      const { store: place, ledger } = await openFor(openStore)
      const ledgers = [ledger, await place.open('gateway-2')]
      const attempt = attemptFor()
      await store(ledger, attempt, [lost(attempt, 1_000)])
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          ledgers[index % 2]!.record([
            index % 4 < 2 ? paid(attempt, 2_000 + index) : notPaid(attempt, 2_000 + index, 'CARD_MISMATCH'),
          ]),
        ),
      )
      const settled = await ledger.find(attempt.paymentId)
      expect(settled!.steps).toHaveLength(3)
      expect(results).toEqual(Array.from({ length: 20 }, () => [settled]))
    })

    test('that makes an attempt UNKNOWN leaves it to its request for the head start', async () => {
      const { ledger } = await openFor(openStore)
      const attempt = attemptFor()
      const unknown = await store(ledger, attempt, [lost(attempt, 1_000)])
      const dueMs = 1_000 + READBACK_HEADSTART_MS
      expect(await ledger.leaseUnknown(after(dueMs - 1), after(dueMs + 6_000), 10)).toEqual([])
      expect(await ledger.leaseUnknown(after(dueMs), after(dueMs + 6_000), 10)).toEqual([unknown])
    })
  })

  describe('reading', () => {
    test('finds nothing where nothing is', async () => {
      const { ledger } = await openFor(openStore)
      await store(ledger, attemptFor(), [], newKey())
      expect(await ledger.find('payment-of-nobody')).toBeNull()
      expect(await ledger.attemptsOf('TESTA-of-nobody')).toEqual([])
    })

    test('sees what another instance has committed', async () => {
      const { store: place, ledger } = await openFor(openStore)
      const other = await place.open('gateway-2')
      const attempt = attemptFor()
      await store(ledger, attempt)
      expect(await other.find(attempt.paymentId)).toEqual(attempt)
      expect(await other.record([paid(attempt, 1_000)])).toEqual([applyChange(attempt, paid(attempt, 1_000))])
      expect(await ledger.attemptsOf(attempt.orderNo)).toEqual([applyChange(attempt, paid(attempt, 1_000))])
    })
  })
}

/** An attempt that was lost and released, and a later one of its order that is unknown. */
async function storePair(ledger: PaymentLedger) {
  const first = attemptFor()
  const earlier = await store(ledger, first, [lost(first, 1_000), released(first, 130_000)])
  const second = attemptFor({ orderNo: first.orderNo }, { atMs: 150_000 })
  const answer = changeTo(second, 'UNKNOWN', after(151_000), { code: 'ORDER_ALREADY_PAID', atlasStatus: 404 })
  return { earlier, current: await store(ledger, second, [answer]) }
}
