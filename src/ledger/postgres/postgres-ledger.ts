/** PaymentLedger in PostgreSQL, for any number of gateway instances. */

import pg from 'pg'
import type { AttemptChange, PaymentAttempt } from '../../payment/payment-attempt.ts'
import { paymentErrorRules } from '../../payment/payment-outcome.ts'
import { type ClaimResult, LedgerUnavailable, type PaymentLedger } from '../../payment/ports.ts'
import { attemptOf, type AttemptRow, instantOf, orphanChange } from '../attempt-row.ts'
import { migrate } from './migrations.ts'
import { adoptText, changeValues, columns, insertRow, recordText } from './statements.ts'

export interface PostgresLedgerOptions {
  /** Names this process among those that share the database. */
  readonly instanceId: string
}

/** Connections of one instance. Few: statements are short, and the server commits them one after the other. */
const CONNECTIONS_MAX = 8

/** Time for a connection, in milliseconds. */
const CONNECT_TIMEOUT_MS = 3_000

/** Time for a statement. The server gives up first, so that what it gave up on is not committed later. */
const STATEMENT_TIMEOUT_MS = 4_000
const ANSWER_TIMEOUT_MS = 5_000

/** What a session must have, whatever the defaults of the database and the options in the URL are. */
const SESSION_SETTINGS = `
  SET synchronous_commit = on; -- Claims must survive a crash of the server.
  SET default_transaction_isolation = 'read committed';
  SET statement_timeout = ${STATEMENT_TIMEOUT_MS};
  SET idle_in_transaction_session_timeout = 10000`

const retryableCodes = [...paymentErrorRules].filter(([, { retryable }]) => retryable).map(([code]) => code)

/** Connects, and brings the tables to the newest version. Rejects when that cannot be done. */
export async function openPostgresLedger(
  url: string,
  { instanceId }: PostgresLedgerOptions,
): Promise<PaymentLedger> {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
    verify: (client, done) => {
      client.query(SESSION_SETTINGS, done)
    },
    types: { getTypeParser },
  })
  // An idle connection that breaks is replaced by the next query; unheard, the event would end the process.
  pool.on('error', () => {})
  // So does one that breaks in use: its query rejects, which is all that has to be known.
  pool.on('connect', (client) => client.on('error', () => {}))
  try {
    await migrate(pool)
  } catch (error) {
    await pool.end()
    throw error
  }

  /** Runs one statement. One that fails before it is sent surely did nothing. */
  async function query<Row extends pg.QueryResultRow>(
    name: string,
    text: string,
    values: readonly unknown[],
  ): Promise<pg.QueryResult<Row>> {
    let client: pg.PoolClient
    try {
      client = await pool.connect()
    } catch (error) {
      throw new LedgerUnavailable(error, false)
    }
    try {
      const result = await client.query<Row>({ name, text, values: [...values] })
      client.release()
      return result
    } catch (error) {
      const isAnswered = error instanceof pg.DatabaseError
      // Without an answer nobody knows what the connection is doing, and an outage can be its end: it is not
      // used again.
      client.release(!isAnswered || isOutage(error))
      if (!isAnswered) throw new LedgerUnavailable(error, true)
      if (isOutage(error)) throw new LedgerUnavailable(error, mayHaveCommitted(error))
      throw error
    }
  }

  async function one(name: string, condition: string, value: string): Promise<PaymentAttempt | null> {
    const text = `SELECT ${columns} FROM payment_attempt WHERE ${condition}`
    const { rows } = await query<AttemptRow>(name, text, [value])
    return rows[0] === undefined ? null : attemptOf(rows[0])
  }

  const find = (paymentId: string): Promise<PaymentAttempt | null> =>
    one('find', 'payment_id = $1', paymentId)

  async function claim(attempt: PaymentAttempt, key: string | null): Promise<ClaimResult> {
    const { rows } = await query<{ outcome: ClaimResult['kind']; payment_id: string }>(
      'claim',
      'SELECT outcome, payment_id FROM claim_payment(jsonb_populate_record(NULL::payment_attempt, $1), $2, $3)',
      [JSON.stringify(insertRow(attempt, instanceId)), key, retryableCodes],
    )
    const { outcome, payment_id: paymentId } = rows[0]!
    if (outcome === 'claimed' || outcome === 'key-reused') return { kind: outcome }
    const found = await find(paymentId)
    // Withdrawn or removed since it was seen: the claim has to be made again.
    if (found === null) return claim(attempt, key)
    return outcome === 'held' ? { kind: 'held', holder: found } : { kind: 'replay', attempt: found }
  }

  async function record(changes: readonly AttemptChange[]): Promise<readonly (PaymentAttempt | null)[]> {
    const results: (PaymentAttempt | null)[] = []
    // One statement each is atomic by itself; several need a transaction around them.
    if (changes.length === 1) return [await recordOne(query, changes[0]!)]
    await transaction(async (inTransaction) => {
      for (const change of changes) results.push(await recordOne(inTransaction, change))
    })
    return results
  }

  async function recordOne(run: typeof query, change: AttemptChange): Promise<PaymentAttempt | null> {
    const { reads = null, unpaidReads = null } = change.ifReads ?? {}
    const { rows } = await run<AttemptRow>('record', recordText, [
      ...changeValues(change),
      reads,
      unpaidReads,
    ])
    if (rows[0] !== undefined) return attemptOf(rows[0])
    const present = await run<AttemptRow>(
      'find',
      `SELECT ${columns} FROM payment_attempt WHERE payment_id = $1`,
      [change.paymentId],
    )
    return present.rows[0] === undefined ? null : attemptOf(present.rows[0])
  }

  async function transaction(work: (run: typeof query) => Promise<void>): Promise<void> {
    let client: pg.PoolClient
    try {
      client = await pool.connect()
    } catch (error) {
      throw new LedgerUnavailable(error, false)
    }
    let isCommitting = false
    try {
      await client.query('BEGIN')
      await work((name, text, values) => client.query({ name, text, values: [...values] }))
      isCommitting = true
      await client.query('COMMIT')
      client.release()
    } catch (error) {
      // Ends the connection, and with it the transaction.
      client.release(true)
      if (error instanceof pg.DatabaseError && !isOutage(error)) throw error
      throw new LedgerUnavailable(error, isCommitting)
    }
  }

  return {
    claim,
    find,
    record,
    async withdraw(paymentId) {
      await query('withdraw', `DELETE FROM payment_attempt WHERE payment_id = $1 AND state = 'CLAIMED'`, [
        paymentId,
      ])
    },
    async attemptsOf(orderNo) {
      const text = `SELECT ${columns} FROM payment_attempt WHERE order_no = $1 ORDER BY claimed_at, payment_id`
      return (await query<AttemptRow>('attempts-of', text, [orderNo])).rows.map(attemptOf)
    },
    async heartbeat(at) {
      const text = `INSERT INTO instance VALUES ($1, $2) ON CONFLICT (instance_id) DO UPDATE SET seen_at = excluded.seen_at`
      await query('heartbeat', text, [instanceId, at.getTime()])
    },
    async adoptOrphans(aliveSince, at) {
      const [, ...values] = changeValues(orphanChange('', at), at.getTime())
      return (await query('adopt', adoptText, [aliveSince.getTime(), ...values, at.getTime()])).rowCount ?? 0
    },
    async leaseUnknown(at, until, limit) {
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

/** The type that PostgreSQL gives a bigint column. */
const INT8_OID: number = pg.types.builtins.INT8

/** Epoch milliseconds fit into a number, which `pg` does not assume of a bigint. */
const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  oid === INT8_OID ? Number : pg.types.getTypeParser(oid, format)

/**
 * Answers of the server that mean it cannot serve now: connection (08), a deadlock (40), resources such as a full
 * disk (53), intervention such as a shutdown or a cancelled statement (57), system errors (58), damage (XX), a
 * lock that was waited for too long (55P03), read-only (25006).
 */
function isOutage({ code = '' }: pg.DatabaseError): boolean {
  return /^(08|40|53|57|58|XX)/.test(code) || code === '55P03' || code === '25006'
}

/** Answers that say that the connection or the server ended: perhaps just after the commit. */
function mayHaveCommitted({ code = '' }: pg.DatabaseError): boolean {
  return /^(08|57P)/.test(code) || code === '40003'
}
