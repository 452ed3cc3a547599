/** How an attempt stands in a row, the same in both stores: instants are epoch milliseconds. */

import type { AttemptChange, AttemptStep, PaymentAttempt } from '../payment/payment-attempt.ts'

/** Columns of `payment_attempt` that make up an attempt, as both stores return them. */
export interface AttemptRow {
  readonly payment_id: string
  readonly order_no: string
  readonly payment_method: string
  readonly caller: string
  readonly fingerprint: string
  readonly state: string
  readonly code: string | null
  readonly evidence: string | null
  readonly atlas_status: number | null
  readonly pnr_code: string | null
  readonly retry_after_seconds: number | null
  readonly reason: string | null
  /** SQLite has 0 and 1 for booleans. */
  readonly request_started: boolean | number | null
  readonly claimed_at: number
  readonly deadline_at: number
  readonly settled_at: number | null
  readonly reads: number
  readonly unpaid_reads: number
  readonly unpaid_since: number | null
  /** JSON: an array of {@link StepRow}. */
  readonly steps: string
}

interface StepRow {
  readonly state: string
  readonly at: number
  readonly code: string | null
  readonly reason: string | null
}

/** The attempt of a row. The stores' constraints vouch for its words. */
export function attemptOf(row: AttemptRow): PaymentAttempt {
  return {
    paymentId: row.payment_id,
    orderNo: row.order_no,
    paymentMethod: row.payment_method as PaymentAttempt['paymentMethod'],
    caller: row.caller,
    fingerprint: row.fingerprint,
    state: row.state as PaymentAttempt['state'],
    code: row.code as PaymentAttempt['code'],
    evidence: row.evidence as PaymentAttempt['evidence'],
    atlasStatus: row.atlas_status,
    pnrCode: row.pnr_code,
    retryAfterSeconds: row.retry_after_seconds,
    reason: row.reason as PaymentAttempt['reason'],
    requestStarted: row.request_started === null ? null : Boolean(row.request_started),
    claimedAt: new Date(row.claimed_at),
    deadlineAt: new Date(row.deadline_at),
    settledAt: instantOf(row.settled_at),
    reads: row.reads,
    unpaidReads: row.unpaid_reads,
    unpaidSince: instantOf(row.unpaid_since),
    steps: (JSON.parse(row.steps) as StepRow[]).map(
      (step) => ({ ...step, at: new Date(step.at) }) as AttemptStep,
    ),
  }
}

/** A step as it stands in the JSON of a row. */
export function stepRow({ state, at, code, reason }: AttemptStep): StepRow {
  return { state, at: at.getTime(), code, reason }
}

/** The instant of a column. */
export function instantOf(epochMs: number | null): Date | null {
  return epochMs === null ? null : new Date(epochMs)
}

/** What becomes of an attempt whose process ended before it recorded an outcome. */
export function orphanChange(paymentId: string, at: Date): AttemptChange {
  return {
    paymentId,
    state: 'UNKNOWN',
    at,
    code: 'OUTCOME_UNKNOWN',
    reason: 'PROCESS_ENDED',
    evidence: null,
    atlasStatus: null,
    pnrCode: null,
    retryAfterSeconds: null,
    requestStarted: null,
  }
}
