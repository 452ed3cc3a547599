/** Attempts and changes for tests of the ledger: valid ones, as the use cases make them. */

import { type AttemptChange, newAttempt, type PaymentAttempt } from '../../src/payment/payment-attempt.ts'
import type { PaymentErrorCode } from '../../src/payment/payment-outcome.ts'
import type { PaymentRequest } from '../../src/payment/payment-request.ts'
import type { PaymentLedger } from '../../src/payment/ports.ts'
import { changeTo } from '../../src/payment/settlement.ts'

const startMs = Date.parse('2026-11-23T08:00:00.000Z')

/** The instant `ms` milliseconds after the beginning of every test. */
export function after(ms: number): Date {
  return new Date(startMs + ms)
}

let made = 0

/** A new attempt, claimed at the beginning of the test; of an order of its own unless one is given. */
export function attemptFor(
  request: Partial<PaymentRequest> = {},
  origin: { caller?: string; atMs?: number } = {},
): PaymentAttempt {
  made += 1
  const { atMs = 0, caller = 'anonymous' } = origin
  return newAttempt(
    {
      orderNo: `TESTA${made}`,
      paymentMethod: 'BALANCE',
      clientOrderNo: null,
      requestSource: null,
      card: null,
      expectedTotal: null,
      ...request,
    },
    {
      // Of the same length, so that the order of the names is the order of their making.
      paymentId: `payment-${String(made).padStart(6, '0')}`,
      caller,
      at: after(atMs),
      deadlineAt: after(atMs + 35_000),
    },
  )
}

/** An idempotency key that no other test has. */
export function newKey(): string {
  return `idempotency-key-${(made += 1)}`
}

/** The answer of pay.do: accepted. */
export function paid(attempt: PaymentAttempt, atMs: number): AttemptChange {
  return changeTo(attempt, 'PAID', after(atMs), {
    reason: null,
    evidence: 'PAY_RESPONSE',
    atlasStatus: 0,
    pnrCode: 'GBTQUA',
    requestStarted: true,
  })
}

/** The exchange ended without an answer. */
export function lost(attempt: PaymentAttempt, atMs: number): AttemptChange {
  return changeTo(attempt, 'UNKNOWN', after(atMs), {
    code: 'OUTCOME_UNKNOWN',
    reason: 'DEADLINE',
    requestStarted: true,
  })
}

/** Atlas said that the order is paid; a readback has to confirm it. */
export function calledPaid(attempt: PaymentAttempt, atMs: number): AttemptChange {
  return changeTo(attempt, 'UNKNOWN', after(atMs), {
    code: 'ORDER_ALREADY_PAID',
    reason: null,
    atlasStatus: 404,
    requestStarted: true,
  })
}

/** Its process was taken for dead. */
export function orphaned(attempt: PaymentAttempt, atMs: number): AttemptChange {
  return changeTo(attempt, 'UNKNOWN', after(atMs), { code: 'OUTCOME_UNKNOWN', reason: 'PROCESS_ENDED' })
}

/** The attempt moved no money. */
export function notPaid(attempt: PaymentAttempt, atMs: number, code: PaymentErrorCode): AttemptChange {
  return changeTo(attempt, 'NOT_PAID', after(atMs), { code, reason: null })
}

/** Readbacks said unpaid for long enough. */
export function released(attempt: PaymentAttempt, atMs: number): AttemptChange {
  return changeTo(attempt, 'NOT_PAID', after(atMs), { code: 'PAYMENT_NOT_APPLIED', reason: 'RELEASED' })
}

/** Claims an attempt, records changes of it, and resolves with what it is then. */
export async function store(
  ledger: PaymentLedger,
  attempt: PaymentAttempt,
  changes: readonly AttemptChange[] = [],
  idempotencyKey: string | null = null,
): Promise<PaymentAttempt> {
  const claim = await ledger.claim(attempt, idempotencyKey)
  if (claim.kind !== 'claimed') throw new Error(`The claim was answered ${claim.kind}.`)
  let present: PaymentAttempt | null | undefined = attempt
  for (const change of changes) [present] = await ledger.record([change])
  return present!
}
