/** The sessions of one instance with its PostgreSQL, and what their failures mean for a commit. */

import pg from 'pg'
import { LedgerUnavailable } from '../../payment/ports.ts'

/** Runs a prepared statement. */
export type RunStatement = <Row extends pg.QueryResultRow>(
  name: string,
  text: string,
  values: readonly unknown[],
) => Promise<pg.QueryResult<Row>>

export interface Sessions {
  readonly pool: pg.Pool
  /** Runs one statement. One that fails before it is sent surely did nothing. */
  readonly query: RunStatement
  /** Runs statements that are committed together. */
  transaction(work: (run: RunStatement) => Promise<void>): Promise<void>
}

/** Connections of one instance. Few: callers share statements. Two for claims, two for records, two for the rest. */
const CONNECTIONS_MAX = 6

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
  SET idle_in_transaction_session_timeout = 10000;
  -- Every row is found by an index. A plan that was made while the table was a page would read all of it, until the
  -- server analyses it: 8 ms a payment at 20,000 rows.
  SET enable_seqscan = off;
  -- Before version 18 that makes the few statements without an index look expensive enough to be compiled.
  SET jit = off`

/** Connects when the first statement comes. */
export function createSessions(connectionString: string): Sessions {
  const pool = new pg.Pool({
    connectionString,
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

  async function connect(): Promise<pg.PoolClient> {
    try {
      return await pool.connect()
    } catch (error) {
      throw new LedgerUnavailable(error, false)
    }
  }

  return {
    pool,
    async query(name, text, values) {
      const client = await connect()
      try {
        const result = await client.query({ name, text, values: [...values] })
        client.release()
        return result
      } catch (error) {
        const isAnswered = error instanceof pg.DatabaseError
        // Without an answer nobody knows what the connection is doing, and an outage can be its end: it is not
        // used again.
        client.release(!isAnswered || isOutage(error))
        if (!isAnswered) throw new LedgerUnavailable(error, true)
        if (canBeOfOneRow(error)) throw new RowUnavailable(error, false)
        if (isOutage(error)) throw new LedgerUnavailable(error, mayHaveCommitted(error))
        throw error
      }
    },
    async transaction(work) {
      const client = await connect()
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
    },
  }
}

/** The server could not serve a statement, and did nothing: perhaps because of a single row. */
class RowUnavailable extends LedgerUnavailable {}

/** Whether the server answered that it did nothing, for a reason that can lie in one row of the statement. */
export function isRefusal(error: unknown): boolean {
  return error instanceof RowUnavailable || !(error instanceof LedgerUnavailable)
}

/** Epoch milliseconds, in columns of bigint, fit into a number, which `pg` does not assume. */
const getTypeParser: typeof pg.types.getTypeParser = (id, format) =>
  id === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(id, format)

/**
 * Answers of the server that mean it cannot serve now: connection (08), a transaction that took too long (25P), a
 * deadlock (40), resources such as a full disk (53), intervention such as a shutdown or a cancelled statement (57),
 * system errors (58), damage (XX), a lock that was waited for too long (55P03), read-only (25006).
 */
function isOutage({ code = '' }: pg.DatabaseError): boolean {
  return /^(08|25P|40|53|57|58|XX)/.test(code) || code === '55P03' || code === '25006'
}

/** Answers that say that the connection or the server ended: perhaps just after the commit. */
function mayHaveCommitted({ code = '' }: pg.DatabaseError): boolean {
  return /^(08|57P)/.test(code) || code === '40003'
}

/** Outages that other rows need not have: a deadlock, damage, a lock that is waited for until the time is over. */
function canBeOfOneRow(error: pg.DatabaseError): boolean {
  const { code = '' } = error
  return (/^(40|XX)/.test(code) && !mayHaveCommitted(error)) || code === '55P03' || code === '57014'
}
