/** PaymentLedger in PostgreSQL, for any number of gateway instances. */

import {
  applyChange,
  type AttemptChange,
  type PaymentAttempt,
  READ_PAUSE_MAX_MS,
} from '../../payment/payment-attempt.ts'
import { paymentErrorRules } from '../../payment/payment-outcome.ts'
import type { ClaimResult, PaymentLedger } from '../../payment/ports.ts'
import { attemptOf, type AttemptRow, instantOf, orphanChange } from '../attempt-row.ts'
import { createClaimedAttempts } from '../claimed-attempts.ts'
import { createBatch } from './batch.ts'
import { migrate } from './migrations.ts'
import { createSessions, isRefusal, type RunStatement } from './sessions.ts'
import {
  adoptText,
  changeRow,
  claimAllText,
  claimRow,
  claimText,
  columns,
  findText,
  type RecordedRow,
  recordText,
} from './statements.ts'

export interface PostgresLedgerOptions {
  /** Names this process among those that share the database. */
  readonly instanceId: string
}

interface Claim {
  readonly attempt: PaymentAttempt
  readonly key: string | null
}

/** What `claim_payment` tells; `payment_id` is the holder, or the attempt to replay. */
interface ClaimRow {
  readonly outcome: ClaimResult['kind']
  readonly payment_id: string
}

const retryableCodes = [...paymentErrorRules].filter(([, { retryable }]) => retryable).map(([code]) => code)

/** Connects, and brings the tables to the newest version. Rejects when that cannot be done. */
export async function openPostgresLedger(
  url: string,
  { instanceId }: PostgresLedgerOptions,
): Promise<PaymentLedger> {
  const { pool, query, transaction } = createSessions(url)
  try {
    await migrate(pool)
  } catch (error) {
    await pool.end()
    throw error
  }
  const claimed = createClaimedAttempts()

  /** Attempts in the order of their ids; null for one that is not there. */
  async function findAll(
    paymentIds: readonly string[],
    run: RunStatement,
  ): Promise<readonly (PaymentAttempt | null)[]> {
    const { rows } = await run<AttemptRow>('find', findText, [paymentIds])
    const found = new Map(rows.map((row) => [row.payment_id, attemptOf(row)]))
    return paymentIds.map((paymentId) => found.get(paymentId) ?? null)
  }

  const find = createBatch<string, PaymentAttempt | null>({
    send: (paymentIds) => findAll(paymentIds, query),
    isRefusal,
  })

  /** Whether each of many attempts is claimed. Nearly all are: their order and their key are nobody's. */
  const claimInBatch = createBatch<Claim, boolean>({
    async send(claims) {
      const asked = claims.map(({ attempt, key }) => claimRow(attempt, key, instanceId))
      const { rows } = await query<{ claimed_id: string }>('claim-all', claimAllText, [JSON.stringify(asked)])
      const ids = new Set(rows.map((row) => row.claimed_id))
      return claims.map(({ attempt }) => ids.has(attempt.paymentId))
    },
    nameOf: ({ attempt }) => attempt.paymentId,
    isRefusal,
  })

  async function claim(attempt: PaymentAttempt, key: string | null): Promise<ClaimResult> {
    const result = (await claimInBatch({ attempt, key }))
      ? ({ kind: 'claimed' } as const)
      : await claimAlone(attempt, key)
    if (result.kind === 'claimed') claimed.add(attempt)
    return result
  }

  /** Claims an attempt whose order or key is, or was, another's. */
  async function claimAlone(attempt: PaymentAttempt, key: string | null): Promise<ClaimResult> {
    const row = JSON.stringify(claimRow(attempt, key, instanceId))
    const { rows } = await query<ClaimRow>('claim', claimText, [row, key, retryableCodes])
    const { outcome, payment_id: toldId } = rows[0]!
    if (outcome === 'claimed' || outcome === 'key-reused') return { kind: outcome }
    const found = await find(toldId)
    // Withdrawn or removed since it was seen: the claim has to be made again.
    if (found === null) return claimAlone(attempt, key)
    return outcome === 'held' ? { kind: 'held', holder: found } : { kind: 'replay', attempt: found }
  }

  /** Runs changes of different attempts in one statement; resolves with what it tells of each that was changed. */
  async function change(
    changes: readonly AttemptChange[],
    run: RunStatement,
  ): Promise<ReadonlyMap<string, RecordedRow>> {
    const { rows } = await run<RecordedRow>('record', recordText, [
      JSON.stringify(changes.map((one) => changeRow(one))),
      changes.map(({ paymentId }) => paymentId),
    ])
    return new Map(rows.map((row) => [row.payment_id, row]))
  }

  const changeInBatch = createBatch<AttemptChange, RecordedRow | undefined>({
    async send(changes) {
      const changed = await change(changes, query)
      return changes.map(({ paymentId }) => changed.get(paymentId))
    },
    nameOf: ({ paymentId }) => paymentId,
    isRefusal,
  })

  async function record(changes: readonly AttemptChange[]): Promise<readonly (PaymentAttempt | null)[]> {
    // One statement each is atomic by itself; several need a transaction around them.
    if (changes.length === 1) return [await recordOne(changes[0]!)]
    const results: (PaymentAttempt | null)[] = []
    await transaction(async (run) => {
      for (const one of changes) {
        await change([one], run)
        results.push(...(await findAll([one.paymentId], run)))
      }
    })
    for (const { paymentId } of changes) claimed.take(paymentId)
    return results
  }

  async function recordOne(one: AttemptChange): Promise<PaymentAttempt | null> {
    const recorded = await changeInBatch(one)
    const before = claimed.take(one.paymentId)
    // Nothing came between the claim and this change, so there is no need to read the row back.
    if (recorded?.step_count === 2 && before !== undefined) return applyChange(before, one)
    return find(one.paymentId)
  }

  return {
    claim,
    find,
    record,
    async withdraw(paymentId) {
      claimed.take(paymentId)
      const text = `DELETE FROM payment_attempt WHERE payment_id = $1
        AND (state = 'CLAIMED' OR (state = 'UNKNOWN' AND reason = 'PROCESS_ENDED'))`
      await query('withdraw', text, [paymentId])
    },
    async attemptsOf(orderNo) {
      const text = `SELECT ${columns} FROM payment_attempt WHERE order_no = $1 ORDER BY claimed_at, payment_id`
      return (await query<AttemptRow>('attempts-of', text, [orderNo])).rows.map(attemptOf)
    },
    async heartbeat(at) {
      const text = `INSERT INTO instance VALUES ($1, $2) ON CONFLICT (instance_id) DO UPDATE SET seen_at = excluded.seen_at
        RETURNING floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now`
      const { rows } = await query<{ now: number }>('heartbeat', text, [instanceId, at.getTime()])
      return new Date(rows[0]!.now)
    },
    async adoptOrphans(aliveSince, at) {
      const adoption = JSON.stringify([changeRow(orphanChange('', at), at.getTime())])
      return (await query('adopt', adoptText, [adoption, aliveSince.getTime(), at.getTime()])).rowCount ?? 0
    },
    async leaseUnknown(at, until, limit) {
      // What was written before the clock was set back.
      const ahead = `UPDATE payment_attempt SET next_read_at = $1, leased_until = NULL
        WHERE state = 'UNKNOWN' AND next_read_at > $1::bigint + ${READ_PAUSE_MAX_MS}`
      await query('bring-back', ahead, [at.getTime()])
      // The CTE is evaluated once, so that no more than the limit is locked.
      const text = `WITH due AS MATERIALIZED (
          SELECT payment_id AS due_id FROM payment_attempt
          WHERE state = 'UNKNOWN' AND next_read_at <= $2 AND (leased_until IS NULL OR leased_until <= $2)
          ORDER BY next_read_at LIMIT $3 FOR UPDATE SKIP LOCKED),
        leased AS (
          UPDATE payment_attempt SET leased_until = $1 WHERE payment_id IN (SELECT due_id FROM due)
          RETURNING ${columns}, next_read_at)
        SELECT * FROM leased ORDER BY next_read_at`
      const { rows } = await query<AttemptRow>('lease', text, [until.getTime(), at.getTime(), limit])
      return rows.map(attemptOf)
    },
    async defer(paymentId, { reads, unpaidReads, unpaidSince, nextReadAt, ifReads }) {
      const text = `UPDATE payment_attempt
        SET reads = $2, unpaid_reads = $3, unpaid_since = $4, next_read_at = $5, leased_until = NULL
        WHERE payment_id = $1 AND state = 'UNKNOWN' AND ($6::integer IS NULL OR (reads = $6 AND unpaid_reads = $7))`
      const values = [
        paymentId,
        reads,
        unpaidReads,
        unpaidSince?.getTime() ?? null,
        nextReadAt.getTime(),
        ifReads?.reads ?? null,
        ifReads?.unpaidReads ?? null,
      ]
      await query('defer', text, values)
    },
    async purge(before, limit) {
      const text = `DELETE FROM payment_attempt WHERE payment_id IN (
        SELECT payment_id FROM payment_attempt WHERE settled_at < $1 ORDER BY settled_at LIMIT $2)`
      await query('forget', 'DELETE FROM instance WHERE seen_at < $1', [before.getTime()])
      return (await query('purge', text, [before.getTime(), limit])).rowCount ?? 0
    },
    async countUnknown() {
      const text = `SELECT count(*) AS count, min(claimed_at) AS oldest FROM payment_attempt WHERE state = 'UNKNOWN'`
      const { rows } = await query<{ count: number; oldest: number | null }>('count-unknown', text, [])
      return { count: rows[0]!.count, oldestAt: instantOf(rows[0]!.oldest) }
    },
    close: () => pool.end(),
  }
}
