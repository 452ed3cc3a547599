/** The statements of the SQLite ledger. */

import type { DatabaseSync } from 'node:sqlite'
import { READ_PAUSE_MAX_MS } from '../../payment/payment-attempt.ts'

const dueCondition = `state = 'UNKNOWN' AND next_read_at <= :at AND (leased_until IS NULL OR leased_until <= :at)`

/** What was written before the clock was set back. */
const aheadCondition = `state = 'UNKNOWN' AND next_read_at > :at + ${READ_PAUSE_MAX_MS}`

/** Every statement, prepared once. */
export function prepare(database: DatabaseSync) {
  const statement = (text: string) => database.prepare(text)
  return {
    find: statement('SELECT * FROM payment_attempt WHERE payment_id = ?'),
    findByKey: statement(
      'SELECT a.* FROM idempotency_key k JOIN payment_attempt a USING (payment_id) WHERE k.caller = ? AND k.key = ?',
    ),
    holder: statement(`SELECT * FROM payment_attempt WHERE order_no = ? AND state <> 'NOT_PAID'`),
    // Two parts, since there is an index for each.
    attemptsOf: statement(`
      SELECT * FROM payment_attempt WHERE order_no = :order_no AND state <> 'NOT_PAID'
      UNION ALL SELECT * FROM payment_attempt WHERE order_no = :order_no AND state = 'NOT_PAID'
      ORDER BY claimed_at, payment_id`),
    // OR FAIL and not the usual ABORT: see the second migration. One row is written or none.
    insert: statement(`
      INSERT OR FAIL INTO payment_attempt (payment_id, order_no, payment_method, caller, fingerprint, instance_id, state,
        claimed_at, deadline_at, steps)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO NOTHING`),
    bindKey: statement(`
      INSERT INTO idempotency_key (caller, key, payment_id) VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET payment_id = excluded.payment_id`),
    withdraw: statement(`DELETE FROM payment_attempt WHERE payment_id = ?
      AND (state = 'CLAIMED' OR (state = 'UNKNOWN' AND reason = 'PROCESS_ENDED'))`),
    update: statement(`
      UPDATE OR FAIL payment_attempt SET state = ?, code = ?, evidence = ?, atlas_status = ?, pnr_code = ?,
        retry_after_seconds = ?, reason = ?, request_started = ?, settled_at = ?, next_read_at = ?,
        leased_until = NULL, steps = ?
      WHERE payment_id = ? AND state = ?`),
    heartbeat: statement(`
      INSERT INTO instance (instance_id, seen_at) VALUES (?, ?)
      ON CONFLICT DO UPDATE SET seen_at = excluded.seen_at`),
    orphans: statement(`
      SELECT payment_id FROM payment_attempt WHERE state = 'CLAIMED' AND (deadline_at < :at
        OR instance_id NOT IN (
          SELECT instance_id FROM instance WHERE seen_at BETWEEN :since AND :at + (:at - :since)))`),
    forget: statement('DELETE FROM instance WHERE seen_at < ?'),
    isAhead: statement(`SELECT 1 FROM payment_attempt WHERE ${aheadCondition} LIMIT 1`),
    bringBack: statement(
      `UPDATE payment_attempt SET next_read_at = :at, leased_until = NULL WHERE ${aheadCondition}`,
    ),
    isDue: statement(`SELECT 1 FROM payment_attempt WHERE ${dueCondition} LIMIT 1`),
    lease: statement(`
      UPDATE payment_attempt SET leased_until = :until WHERE payment_id IN (
        SELECT payment_id FROM payment_attempt WHERE ${dueCondition} ORDER BY next_read_at LIMIT :limit)
      RETURNING *`),
    defer: statement(`
      UPDATE payment_attempt SET reads = ?, unpaid_reads = ?, unpaid_since = ?, next_read_at = ?, leased_until = NULL
      WHERE payment_id = ? AND state = 'UNKNOWN'`),
    isPurgeable: statement('SELECT 1 FROM payment_attempt WHERE settled_at < ? LIMIT 1'),
    purge: statement(`
      DELETE FROM payment_attempt WHERE payment_id IN (
        SELECT payment_id FROM payment_attempt WHERE settled_at < ? ORDER BY settled_at LIMIT ?)`),
    countUnknown: statement(
      `SELECT count(*) AS count, min(claimed_at) AS oldest FROM payment_attempt WHERE state = 'UNKNOWN'`,
    ),
  }
}
