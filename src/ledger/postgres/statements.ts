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

/** Takes an array of payment ids. */
export const findText = `SELECT ${columns} FROM payment_attempt WHERE payment_id = ANY ($1)`

/** Takes an array of {@link claimRow}, of different attempts. Tells which are claimed. */
export const claimAllText = 'SELECT claimed_id FROM claim_payments($1) AS claimed_id'

/** Takes a {@link claimRow}, its key or null, and the codes whose key may start a new attempt. */
export const claimText = `SELECT outcome, payment_id
  FROM claim_payment(jsonb_populate_record(NULL::payment_attempt, $1), $2, $3)`

/** Columns of {@link changeRow}. */
const changeColumns = `(payment_id text, state text, code text, evidence text, atlas_status integer, pnr_code text,
  retry_after_seconds integer, reason text, request_started boolean, settled_at bigint, next_read_at bigint,
  steps jsonb, if_reads integer, if_unpaid_reads integer, if_code text)`

/** Applies a change `c` to an attempt `a`. */
const changeText = `UPDATE payment_attempt AS a SET
    state = c.state, code = c.code, evidence = c.evidence, atlas_status = coalesce(c.atlas_status, a.atlas_status),
    pnr_code = coalesce(c.pnr_code, a.pnr_code), retry_after_seconds = c.retry_after_seconds, reason = c.reason,
    request_started = coalesce(c.request_started, a.request_started), settled_at = c.settled_at,
    next_read_at = c.next_read_at, leased_until = NULL, steps = a.steps || c.steps`

export interface RecordedRow {
  readonly payment_id: string
  /** How many steps the attempt has now. With two it was `CLAIMED` before: nothing but its claim came earlier. */
  readonly step_count: number
}

/**
 * Takes an array of {@link changeRow}, of different attempts, and their payment ids: with those the server finds
 * the rows by their index, however little it knows about the tables. Tells of the attempts that were changed; one
 * whose change may not follow is left out. The legal transitions stand here, in `mayFollow` and in the trigger; the
 * contract suite compares them.
 */
export const recordText = `${changeText}
  FROM jsonb_to_recordset($1::jsonb) AS c${changeColumns}
  WHERE a.payment_id = ANY ($2) AND a.payment_id = c.payment_id AND (a.state = 'CLAIMED'
      OR (a.state = 'UNKNOWN' AND (c.state IN ('PAID', 'NOT_PAID') OR a.reason = 'PROCESS_ENDED'))
      OR (a.state = 'NOT_PAID' AND c.state = 'PAID' AND (a.code = 'PAYMENT_NOT_APPLIED' OR c.reason = 'LATE_PROOF')))
    AND (c.if_code IS NULL OR a.code = c.if_code OR a.state = 'CLAIMED' OR coalesce(a.reason, '') = 'PROCESS_ENDED')
    AND (c.if_reads IS NULL OR (a.reads = c.if_reads AND a.unpaid_reads = c.if_unpaid_reads))
  RETURNING a.payment_id, jsonb_array_length(a.steps) AS step_count`

/**
 * Takes an array with one {@link changeRow}, since when an instance is taken for alive, and the present. In one
 * statement, so all or none. Attempts that another instance is adopting are left to it.
 */
export const adoptText = `WITH orphan AS MATERIALIZED (
    SELECT payment_id FROM payment_attempt
    WHERE state = 'CLAIMED' AND (deadline_at < $3
      OR instance_id NOT IN (SELECT instance_id FROM instance WHERE seen_at BETWEEN $2 AND $3 + ($3 - $2)))
    FOR UPDATE SKIP LOCKED)
  ${changeText}
  FROM jsonb_to_recordset($1::jsonb) AS c${changeColumns}
  WHERE a.payment_id IN (SELECT payment_id FROM orphan)`

/** A change, as the statements above take it. */
export function changeRow(
  change: AttemptChange,
  nextReadAt: number = change.at.getTime() + READBACK_HEADSTART_MS,
): object {
  const isOpen = change.state === 'UNKNOWN'
  return {
    payment_id: change.paymentId,
    state: change.state,
    code: change.code,
    evidence: change.evidence,
    atlas_status: change.atlasStatus,
    pnr_code: change.pnrCode,
    retry_after_seconds: change.retryAfterSeconds,
    reason: change.reason,
    request_started: change.requestStarted,
    settled_at: isOpen ? null : change.at.getTime(),
    next_read_at: isOpen ? nextReadAt : null,
    steps: [stepRow(change)],
    if_reads: change.ifReads?.reads,
    if_unpaid_reads: change.ifReads?.unpaidReads,
    if_code: change.ifCode,
  }
}

/** A new attempt, and the idempotency key that it asks for. */
export function claimRow(attempt: PaymentAttempt, key: string | null, instanceId: string): object {
  return {
    // Left out when there is none.
    wanted_key: key ?? undefined,
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
