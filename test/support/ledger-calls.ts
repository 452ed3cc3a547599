/** Every call of a ledger that needs its store, for tests in which the store fails. */

import type { PaymentAttempt } from '../../src/payment/payment-attempt.ts'
import { LedgerUnavailable, type PaymentLedger } from '../../src/payment/ports.ts'
import { changeTo } from '../../src/payment/settlement.ts'
import { after, attemptFor, lost, newKey, paid, released, store } from './ledger-attempts.ts'

export interface LedgerCalls {
  readonly reads: Readonly<Record<string, () => Promise<unknown>>>
  /** Each of them has something to write. */
  readonly writes: Readonly<Record<string, () => Promise<unknown>>>
  /** The attempts that the calls are about, as they were before; null for one that is claimed by a call. */
  readonly before: readonly (readonly [paymentId: string, attempt: PaymentAttempt | null])[]
}

/** Stores what the calls work on: `open` is claimed, `unknown` is due, `old` can be purged, `orphan` adopted. */
export async function prepareCalls(ledger: PaymentLedger, dead: PaymentLedger): Promise<LedgerCalls> {
  const [first, second, third, fourth, fifth] = [
    attemptFor(),
    attemptFor(),
    attemptFor(),
    attemptFor(),
    attemptFor(),
  ]
  const fresh = attemptFor()
  await ledger.heartbeat(after(20_000))
  const open = await store(ledger, first)
  const withdrawn = await store(ledger, second)
  const unknown = await store(ledger, third, [lost(third, 1_000)])
  const old = await store(ledger, fourth, [paid(fourth, 1_000)])
  const earlier = await store(ledger, fifth, [released(fifth, 50_000)])
  const current = await store(ledger, attemptFor({ orderNo: fifth.orderNo }, { atMs: 60_000 }))
  const orphan = await store(dead, attemptFor())
  const pair = [
    changeTo(current, 'NOT_PAID', after(70_000), { code: 'ORDER_ALREADY_PAID' }),
    changeTo(earlier, 'PAID', after(70_000), { evidence: 'ORDER_READBACK' }),
  ]
  const reading = { reads: 1, unpaidReads: 1, unpaidSince: after(9_000), nextReadAt: after(20_000) }
  return {
    reads: {
      find: () => ledger.find(open.paymentId),
      attemptsOf: () => ledger.attemptsOf(open.orderNo),
    },
    writes: {
      claim: () => ledger.claim(fresh, newKey()),
      withdraw: () => ledger.withdraw(withdrawn.paymentId),
      'record of one change': () => ledger.record([paid(open, 1_000)]),
      'record of two changes': () => ledger.record(pair),
      heartbeat: () => ledger.heartbeat(after(20_000)),
      adoptOrphans: () => ledger.adoptOrphans(after(20_000), after(24_000)),
      leaseUnknown: () => ledger.leaseUnknown(after(10_000), after(16_000), 10),
      defer: () => ledger.defer(unknown.paymentId, reading),
      purge: () => ledger.purge(after(10_000), 10),
    },
    before: [
      [fresh.paymentId, null],
      ...[open, withdrawn, unknown, old, earlier, current, orphan].map(
        (one) => [one.paymentId, one] as const,
      ),
    ],
  }
}

/** What each call comes to: `done`, or how it failed. */
export async function outcomesOf(
  calls: Readonly<Record<string, () => Promise<unknown>>>,
): Promise<Record<string, string>> {
  const outcomes = Object.entries(calls).map(async ([name, call]) => [name, await outcomeOf(call())] as const)
  return Object.fromEntries(await Promise.all(outcomes))
}

/** `done`, `unavailable`, `unavailable, commit unknown`, or the name of any other error with its message. */
export async function outcomeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return 'done'
  } catch (error) {
    if (!(error instanceof LedgerUnavailable)) return String(error)
    return error.commitUnknown ? 'unavailable, commit unknown' : 'unavailable'
  }
}

/** The same outcome for each call. */
export function everyOne(
  calls: Readonly<Record<string, () => Promise<unknown>>>,
  outcome: string,
): Record<string, string> {
  return Object.fromEntries(Object.keys(calls).map((name) => [name, outcome]))
}
