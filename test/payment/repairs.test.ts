import { describe, expect, test } from 'vitest'
import type { AttemptChange, PaymentAttempt } from '../../src/payment/payment-attempt.ts'
import { LedgerUnavailable, type PaymentLedger } from '../../src/payment/ports.ts'
import { createRepairs } from '../../src/payment/repairs.ts'
import {
  attemptFor,
  calledPaid,
  lost,
  notPaid,
  paid,
  released,
  store as record,
} from '../support/ledger-attempts.ts'
import { openFor, openMemoryStore } from '../support/ledger-stores.ts'

/** Writes late what became of a payment, after what was recorded of it by then; with the row and the faults. */
async function writeAfter(
  attempt: PaymentAttempt,
  before: readonly AttemptChange[],
  { late = paid(attempt, 3_000), beside }: { late?: AttemptChange; beside?: PaymentAttempt } = {},
) {
  const { ledger } = await openFor(openMemoryStore)
  await record(ledger, attempt, before)
  if (beside !== undefined) await record(ledger, beside)
  const faults: unknown[] = []
  const repairs = createRepairs(ledger, (error) => faults.push(error))
  repairs.record([late])
  await repairs.run()
  await repairs.run()
  return { faults: faults.map(String), rows: await ledger.attemptsOf(attempt.orderNo) }
}

describe('an accepted payment that is written late', () => {
  test('is recorded where the ledger does not know better', async () => {
    const attempt = attemptFor()
    const { faults, rows } = await writeAfter(attempt, [lost(attempt, 1_000), released(attempt, 2_000)])
    expect(faults).toEqual([])
    expect(rows).toMatchObject([{ state: 'PAID', evidence: 'PAY_RESPONSE' }])
  })

  test('is recorded as cancelled after payment where the ledger says that it was not paid', async () => {
    const attempt = attemptFor()
    const before = [lost(attempt, 1_000), notPaid(attempt, 2_000, 'ORDER_NOT_PAYABLE')]
    const { faults, rows } = await writeAfter(attempt, before)
    expect(faults).toEqual([])
    expect(rows).toMatchObject([
      {
        state: 'PAID',
        code: 'ORDER_CANCELLED_AFTER_PAYMENT',
        reason: 'LATE_PROOF',
        atlasStatus: 0,
        pnrCode: 'GBTQUA',
      },
    ])
  })

  test('is a fault, once, where the order has another payment by then', async () => {
    const attempt = attemptFor()
    const before = [lost(attempt, 1_000), notPaid(attempt, 2_000, 'ORDER_NOT_PAYABLE')]
    const other = attemptFor({ orderNo: attempt.orderNo }, { atMs: 2_500 })
    const { faults, rows } = await writeAfter(attempt, before, { beside: other })
    expect(faults).toEqual([`Error: The ledger does not take what became of payment ${attempt.paymentId}.`])
    expect(rows).toMatchObject([{ state: 'NOT_PAID', code: 'ORDER_NOT_PAYABLE' }, { state: 'CLAIMED' }])
  })

  test('waits when the ledger fails before it has told', async () => {
    const { ledger } = await openFor(openMemoryStore)
    const attempt = attemptFor()
    await record(ledger, attempt, [lost(attempt, 1_000), notPaid(attempt, 2_000, 'ORDER_NOT_PAYABLE')])
    let calls = 0
    const failing: PaymentLedger = {
      ...ledger,
      record: (changes) =>
        (calls += 1) === 2 ? Promise.reject(new LedgerUnavailable(null, false)) : ledger.record(changes),
    }
    const faults: unknown[] = []
    const repairs = createRepairs(failing, (error) => faults.push(error))
    repairs.record([paid(attempt, 3_000)])
    await repairs.run()
    expect(await ledger.attemptsOf(attempt.orderNo)).toMatchObject([{ state: 'NOT_PAID' }])
    await repairs.run()
    expect(await ledger.attemptsOf(attempt.orderNo)).toMatchObject([{ state: 'PAID', reason: 'LATE_PROOF' }])
    await repairs.run()
    expect({ calls, faults }).toEqual({ calls: 4, faults: [] })
  })
})

test("Atlas's answer that an order is paid is no fault where a lost payment explained it by then", async () => {
  const attempt = attemptFor()
  const before = [notPaid(attempt, 2_000, 'ORDER_ALREADY_PAID')]
  const { faults, rows } = await writeAfter(attempt, before, { late: calledPaid(attempt, 1_000) })
  expect(faults).toEqual([])
  expect(rows).toMatchObject([{ state: 'NOT_PAID', code: 'ORDER_ALREADY_PAID' }])
})

describe('a repair that the store does not take', () => {
  /** A ledger that takes nothing of some attempts, or nothing at all, and the payments that it was asked for. */
  async function openFailing() {
    const { ledger } = await openFor(openMemoryStore)
    const refused = new Set<string>()
    const asked: string[] = []
    const failing: PaymentLedger = {
      ...ledger,
      record(changes) {
        const { paymentId } = changes[0]!
        asked.push(paymentId)
        return refused.has(paymentId)
          ? Promise.reject(new LedgerUnavailable('The row is locked.', false))
          : ledger.record(changes)
      },
    }
    const faults: unknown[] = []
    const repairs = createRepairs(failing, (error) => faults.push(error))
    const attempts = Array.from({ length: 4 }, () => attemptFor())
    for (const attempt of attempts) await record(ledger, attempt)
    const statesOf = () =>
      Promise.all(attempts.map(async ({ paymentId }) => (await ledger.find(paymentId))!.state))
    return { repairs, refused, asked, faults, attempts, ids: attempts.map((one) => one.paymentId), statesOf }
  }

  test('holds up none of the others, and is told once', async () => {
    const { repairs, refused, asked, faults, attempts, ids, statesOf } = await openFailing()
    refused.add(ids[0]!)
    repairs.record([lost(attempts[0]!, 1_000)])
    repairs.record([paid(attempts[0]!, 2_000)])
    for (const attempt of attempts.slice(1)) repairs.record([paid(attempt, 1_000)])
    await repairs.run()
    expect(await statesOf()).toEqual(['CLAIMED', 'PAID', 'PAID', 'PAID'])
    // The second change of the attempt was not tried: it comes after the first.
    expect(asked).toEqual(ids)
    await repairs.run()
    repairs.withdraw('payment-of-nobody')
    await repairs.run()
    expect(faults.map(String)).toEqual([
      `Error: The ledger takes others, but not yet what became of payment ${ids[0]}.`,
    ])
    refused.clear()
    await repairs.run()
    expect(await statesOf()).toEqual(['PAID', 'PAID', 'PAID', 'PAID'])
    asked.length = 0
    await repairs.run()
    expect({ asked, faults: faults.length }).toEqual({ asked: [], faults: 1 })
  })

  test('as two others is taken for a store that is away; those that failed come last in the next round', async () => {
    const { repairs, refused, asked, faults, attempts, ids, statesOf } = await openFailing()
    for (const id of ids.slice(0, 2)) refused.add(id)
    for (const attempt of attempts) repairs.record([paid(attempt, 1_000)])
    await repairs.run()
    expect(asked).toEqual(ids.slice(0, 2))
    expect(faults).toEqual([])
    await repairs.run()
    expect(asked.slice(2)).toEqual([...ids.slice(2), ...ids.slice(0, 2)])
    expect(await statesOf()).toEqual(['CLAIMED', 'CLAIMED', 'PAID', 'PAID'])
    expect(faults).toHaveLength(2)
  })

  test('keeps those behind it that share an attempt with it in their order', async () => {
    const { repairs, refused, asked, attempts, ids } = await openFailing()
    const [a, b, c] = attempts as [PaymentAttempt, PaymentAttempt, PaymentAttempt, PaymentAttempt]
    refused.add(ids[0]!).add(ids[2]!)
    repairs.record([lost(a, 1_000)])
    repairs.record([lost(c, 1_000)])
    repairs.record([lost(b, 1_000), paid(a, 2_000)])
    repairs.record([paid(b, 2_000)])
    await repairs.run()
    refused.clear()
    asked.length = 0
    await repairs.run()
    expect(asked).toEqual([ids[0], ids[2], ids[1], ids[1]])
  })
})
