/** The states of an attempt: no illegal transition can be stored, neither through the port nor by SQL beside it. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  applyChange,
  type AttemptChange,
  type AttemptStep,
  attemptStates,
  mayFollow,
  type PaymentAttempt,
} from '../../../src/payment/payment-attempt.ts'
import { paymentErrorCodes, paymentEvidences } from '../../../src/payment/payment-outcome.ts'
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

/**
 * Every legal transition, in words of this test: `RELEASED` is NOT_PAID with PAYMENT_NOT_APPLIED, `ORPHANED` and
 * `ANSWERED` are UNKNOWN, after the end of the process and with an answer of Atlas; `PROVED` is PAID by a late proof.
 */
const legal: ReadonlySet<string> = new Set([
  'CLAIMED to UNKNOWN',
  'CLAIMED to PAID',
  'CLAIMED to NOT_PAID',
  'UNKNOWN to PAID',
  'UNKNOWN to NOT_PAID',
  'ANSWERED to PAID',
  'ANSWERED to NOT_PAID',
  'ORPHANED to UNKNOWN',
  'ORPHANED to PAID',
  'ORPHANED to NOT_PAID',
  'RELEASED to PAID',
  'CLAIMED to PROVED',
  'UNKNOWN to PROVED',
  'ANSWERED to PROVED',
  'ORPHANED to PROVED',
  'NOT_PAID to PROVED',
  'RELEASED to PROVED',
])

function transition(from: Omit<AttemptStep, 'at'>, to: Pick<AttemptStep, 'state' | 'reason'>): string {
  return `${beginningOf(from)} to ${to.state === 'PAID' && to.reason === 'LATE_PROOF' ? 'PROVED' : to.state}`
}

function beginningOf({ state, code, reason }: Omit<AttemptStep, 'at'>): string {
  if (state === 'NOT_PAID' && code === 'PAYMENT_NOT_APPLIED') return 'RELEASED'
  if (state === 'UNKNOWN' && reason === 'PROCESS_ENDED') return 'ORPHANED'
  return state
}

/** Ways to each state. */
const stories: Record<string, (one: PaymentAttempt) => readonly AttemptChange[]> = {
  CLAIMED: () => [],
  UNKNOWN: (one) => [lost(one, 1_000)],
  ANSWERED: (one) => [calledPaid(one, 1_000)],
  ORPHANED: (one) => [orphaned(one, 1_000)],
  PAID: (one) => [paid(one, 1_000)],
  NOT_PAID: (one) => [notPaid(one, 1_000, 'CARD_MISMATCH')],
  RELEASED: (one) => [lost(one, 1_000), released(one, 2_000)],
}

/** Columns that fit each state, so that only the transition can be refused. */
const columns = {
  CLAIMED: 'code = NULL, evidence = NULL, settled_at = NULL',
  UNKNOWN: `code = 'OUTCOME_UNKNOWN', evidence = NULL, settled_at = NULL`,
  PAID: `code = NULL, evidence = 'PAY_RESPONSE', settled_at = 1`,
  NOT_PAID: `code = 'CARD_MISMATCH', evidence = NULL, settled_at = 1`,
}

/** What a late proof sets beside the state. */
const proved = `code = 'ORDER_CANCELLED_AFTER_PAYMENT', evidence = NULL, settled_at = 1, reason = 'LATE_PROOF'`

/** Any change that a row can hold. */
const anyChange = fc
  .record({
    atMs: fc.integer({ min: 0, max: 1_000_000 }),
    state: fc.constantFrom('UNKNOWN', 'PAID', 'NOT_PAID'),
    code: fc.oneof(fc.constant('PAYMENT_NOT_APPLIED' as const), fc.constantFrom(...paymentErrorCodes)),
    evidence: fc.option(fc.constantFrom(...paymentEvidences)),
    reason: fc.option(fc.constantFrom('PROCESS_ENDED', 'READBACK', 'RELEASED', 'DEADLINE', 'LATE_PROOF')),
    atlasStatus: fc.option(fc.integer({ min: -(2 ** 31) + 1, max: 2 ** 31 - 1 })),
    pnrCode: fc.option(fc.stringMatching(/^[A-Za-z0-9]{1,16}$/)),
    retryAfterSeconds: fc.option(fc.nat(3_600)),
    requestStarted: fc.option(fc.boolean()),
    readsBefore: fc.option(fc.nat(1)),
  })
  .map(({ atMs, readsBefore, ...known }): Omit<AttemptChange, 'paymentId'> => {
    const isProved = known.state === 'PAID' && known.evidence !== null
    return {
      ...known,
      at: after(atMs),
      ...(isProved ? { code: null } : { evidence: null }),
      // Nothing is read back here, so that a change that rests on a readback is left out.
      ...(readsBefore !== null && { ifReads: { reads: readsBefore, unpaidReads: 0 } }),
    }
  })

export function describeTransitions(openStore: OpenStore): void {
  describe('the states of an attempt', () => {
    test.each(Object.keys(stories))('go on from %s by SQL only where that is legal', async (from) => {
      const { store: place, ledger } = await openFor(openStore)
      for (const to of [...attemptStates, 'PROVED'] as const) {
        const attempt = attemptFor()
        const present = await store(ledger, attempt, stories[from]!(attempt))
        const state = to === 'PROVED' ? 'PAID' : to
        const values = to === 'PROVED' ? proved : columns[to]
        const change = place.sql(
          `UPDATE payment_attempt SET state = '${state}', ${values} WHERE payment_id = '${attempt.paymentId}'`,
        )
        if (legal.has(`${from} to ${to}`)) {
          await change
          expect(await ledger.find(attempt.paymentId)).toMatchObject({ state })
        } else {
          await expect(change).rejects.toThrow('not a legal transition of a payment attempt')
          expect(await ledger.find(attempt.paymentId)).toEqual(present)
        }
        const reason = to === 'PROVED' ? 'LATE_PROOF' : null
        if (state !== 'CLAIMED')
          expect(mayFollow(present, { state, reason })).toBe(legal.has(`${from} to ${to}`))
      }
    })

    test('begin as CLAIMED, by SQL too', async () => {
      const { store: place, ledger } = await openFor(openStore)
      const { paymentId } = await store(ledger, attemptFor())
      for (const state of attemptStates.filter((one) => one !== 'CLAIMED')) {
        const values = columns[state].replaceAll(/\w+ = /g, '')
        const copy = `INSERT INTO payment_attempt (payment_id, order_no, payment_method, caller, fingerprint,
            instance_id, state, code, evidence, settled_at, claimed_at, deadline_at, steps)
          SELECT 'copy', 'another order', payment_method, caller, fingerprint, instance_id, '${state}', ${values},
            claimed_at, deadline_at, steps FROM payment_attempt WHERE payment_id = '${paymentId}'`
        await expect(place.sql(copy)).rejects.toThrow('a payment attempt begins as CLAIMED')
      }
      expect(await ledger.attemptsOf('another order')).toEqual([])
    })

    test('have no other names by SQL', async () => {
      const { store: place, ledger } = await openFor(openStore)
      const attempt = await store(ledger, attemptFor())
      const text = `UPDATE payment_attempt SET state = 'DONE', code = 'X' WHERE payment_id = '${attempt.paymentId}'`
      await expect(place.sql(text)).rejects.toThrow(/constraint/)
      expect(await ledger.find(attempt.paymentId)).toEqual(attempt)
    })

    test.each(['CLAIMED', 'UNKNOWN', 'PAID'])(
      'let an order have one holder by SQL: not a second beside %s',
      async (state) => {
        const { store: place, ledger } = await openFor(openStore)
        const first = attemptFor()
        const { orderNo } = first
        const earlier = await store(ledger, first, stories['RELEASED']!(first))
        const second = attemptFor({ orderNo }, { atMs: 200_000 })
        const holder = await store(ledger, second, stories[state]!(second))
        const refused = [
          `UPDATE payment_attempt SET state = 'PAID', ${columns.PAID} WHERE payment_id = '${first.paymentId}'`,
          `INSERT INTO payment_attempt (payment_id, order_no, payment_method, caller, fingerprint, instance_id, state,
            claimed_at, deadline_at, steps)
          SELECT 'copy', order_no, payment_method, caller, fingerprint, instance_id, 'CLAIMED', claimed_at,
            deadline_at, steps FROM payment_attempt WHERE payment_id = '${first.paymentId}'`,
        ]
        for (const text of refused) await expect(place.sql(text)).rejects.toThrow(/unique/i)
        expect(await ledger.attemptsOf(orderNo)).toEqual([earlier, holder])
      },
    )

    test('let a caller have a key once by SQL', async () => {
      const { store: place, ledger } = await openFor(openStore)
      const key = newKey()
      const mine = await store(ledger, attemptFor(), [], key)
      const other = await store(ledger, attemptFor())
      const text = `INSERT INTO idempotency_key VALUES ('anonymous', '${key}', '${other.paymentId}')`
      await expect(place.sql(text)).rejects.toThrow(/unique/i)
      expect(await ledger.claim(attemptFor({ orderNo: mine.orderNo }), key)).toEqual({
        kind: 'replay',
        attempt: mine,
      })
    })

    test('follow one another legally, whatever changes are recorded, one by one or together', async () => {
      const { ledger } = await openFor(openStore)
      await fc.assert(
        fc.asyncProperty(fc.array(anyChange, { maxLength: 8 }), fc.boolean(), async (story, isTogether) => {
          const attempt = attemptFor()
          const changes = story.map((known) => ({ paymentId: attempt.paymentId, ...known }))
          await ledger.claim(attempt, null)
          let expected = attempt
          const answers = changes.map((change) => {
            expect(mayFollow(expected, change)).toBe(legal.has(transition(expected, change)))
            const isLeftOut = change.ifReads !== undefined && change.ifReads.reads > 0
            if (!isLeftOut && legal.has(transition(expected, change)))
              expected = applyChange(expected, change)
            return expected
          })
          if (isTogether) {
            expect(await ledger.record(changes)).toEqual(answers)
          } else {
            for (const [index, change] of changes.entries()) {
              expect(await ledger.record([change])).toEqual([answers[index]])
            }
          }
          const stored = await ledger.find(attempt.paymentId)
          expect(stored).toEqual(expected)
          const [, ...followers] = stored!.steps
          for (const [index, step] of followers.entries()) {
            expect(legal).toContain(transition(stored!.steps[index]!, step))
          }
        }),
        { numRuns: 150 },
      )
    })
  })
}
