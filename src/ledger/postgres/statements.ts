/** The statements that write attempts in PostgreSQL, and their values. */

import {
  type AttemptChange,
  type PaymentAttempt,
  READBACK_HEADSTART_MS,
} from '../../payment/payment-attempt.ts'
import { stepRow } from '../attempt-row.ts'

/** `steps` as text and bigint as number: the columns of an AttemptRow. */
export const columns = `payment_id, order_no, payment_method, caller, fingerprint, state, code, evidence, atlas_status,
  pnr_code, retry_after_seconds, reason, request_started, claimed_at, deadline_at, settled_at, reads, unpaid_reads,
  unpaid_since, steps::text`

/** Takes {@link changeValues}. */
const changeText = `UPDATE payment_attempt SET
    state = $2, code = $3, evidence = $4, atlas_status = coalesce($5, atlas_status),
    pnr_code = coalesce($6, pnr_code), retry_after_seconds = $7, reason = $8,
    request_started = coalesce($9, request_started), settled_at = $10, next_read_at = $11, leased_until = NULL,
    steps = steps || $12::jsonb`

/** The legal transitions stand here, in `mayFollow` and in the trigger; the contract suite compares them. */
export const recordText = `${changeText}
  WHERE payment_id = $1 AND (state = 'CLAIMED'
      OR (state = 'UNKNOWN' AND ($2 IN ('PAID', 'NOT_PAID') OR reason = 'PROCESS_ENDED'))
      OR (state = 'NOT_PAID' AND code = 'PAYMENT_NOT_APPLIED' AND $2 = 'PAID'))
    AND ($13::integer IS NULL OR (reads = $13 AND unpaid_reads = $14))
  RETURNING ${columns}`

/** In one statement, so all or none. Attempts that another instance is adopting are left to it. */
export const adoptText = `WITH orphan AS MATERIALIZED (
    SELECT payment_id FROM payment_attempt
    WHERE state = 'CLAIMED' AND (deadline_at < $13
      OR instance_id NOT IN (SELECT instance_id FROM instance WHERE seen_at >= $1))
    FOR UPDATE SKIP LOCKED)
  ${changeText}
  WHERE payment_id IN (SELECT payment_id FROM orphan)`

/** The values of {@link recordText} and {@link adoptText} up to `$12`. */
export function changeValues(
  change: AttemptChange,
  nextReadAt: number = change.at.getTime() + READBACK_HEADSTART_MS,
): readonly unknown[] {
  const isOpen = change.state === 'UNKNOWN'
  return [
    change.paymentId,
    change.state,
    change.code,
    change.evidence,
    change.atlasStatus,
    change.pnrCode,
    change.retryAfterSeconds,
    change.reason,
    change.requestStarted,
    isOpen ? null : change.at.getTime(),
    isOpen ? nextReadAt : null,
    JSON.stringify([stepRow(change)]),
  ]
}

/** A new attempt, as the function `claim_payment` takes it. */
export function insertRow(attempt: PaymentAttempt, instanceId: string): object {
  return {
    payment_id: attempt.paymentId,
    order_no: attempt.orderNo,
    payment_method: attempt.paymentMethod,
    caller: attempt.caller,
    fingerprint: attempt.fingerprint,
    instance_id: instanceId,
    state: attempt.state,
    claimed_at: attempt.claimedAt.getTime(),
    deadline_at: attempt.deadlineAt.getTime(),
    reads: 0,
    unpaid_reads: 0,
    steps: attempt.steps.map(stepRow),
  }
}
