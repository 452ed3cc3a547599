/** How often one caller may ask. */

import type { Pool } from 'pg'
import { RateLimiterMemory, RateLimiterPostgres } from 'rate-limiter-flexible'
import { type Count, createCount, createSharedCount } from './shared-count.ts'

/** What a request counts as. */
export type RateLimitedKind = 'payment' | 'read' | 'request'

export interface RateLimit {
  /** Counts so many of a kind. Resolves with null when they are allowed, else with the seconds to wait, 1 to 60. */
  take(kind: RateLimitedKind, subject: string, count?: number): Promise<number | null>
  close(): Promise<void>
}

export interface RateLimitOptions {
  /** Payments of one caller in a minute. */
  readonly paymentsPerMinute: number
  /** The PostgreSQL in which instances count together; null counts in this process alone. */
  readonly databaseUrl: string | null
}

/** Reads are cheap and are polled: so many for each payment that is allowed. */
const READS_PER_PAYMENT = 10

/**
 * Requests of any sort, the refused ones included: a document that is refused costs more than one that is
 * executed. Counted by each instance for itself, since that is whose time they take.
 */
const REQUESTS_PER_PAYMENT = 20

const WINDOW_SECONDS = 60

/** Connections for counting. Counts are short, and must not take the ledger's. */
const CONNECTIONS_MAX = 2

/** Time for a count, in milliseconds; then the instance counts by itself. */
const COUNT_TIMEOUT_MS = 1_000

/** Any number, the same in every gateway: the lock under which the table of counters is made. */
const TABLE_LOCK = 726_402_532

/**
 * Counts in windows of a minute. When the shared counters are away each instance counts by itself: losing a
 * count must not stop payments.
 */
export async function createRateLimit(options: RateLimitOptions): Promise<RateLimit> {
  const { paymentsPerMinute, databaseUrl } = options
  const pool = databaseUrl === null ? null : await openPool(databaseUrl)
  const counts: Readonly<Record<RateLimitedKind, Count>> = {
    payment: countBy('payment', paymentsPerMinute, pool),
    read: countBy('read', paymentsPerMinute * READS_PER_PAYMENT, pool),
    request: countBy('request', paymentsPerMinute * REQUESTS_PER_PAYMENT, null),
  }
  return {
    take: (kind, subject, count = 1) => counts[kind](subject, count).then(secondsOf),
    async close() {
      await pool?.end()
    },
  }
}

function secondsOf(waitMs: number | null): number | null {
  return waitMs === null ? null : Math.min(Math.max(Math.ceil(waitMs / 1_000), 1), WINDOW_SECONDS)
}

/** Connects, and makes the table of counters. Rejects when that cannot be done. */
async function openPool(connectionString: string): Promise<Pool> {
  // Loaded where it is used: with SQLite a start does without it.
  const { default: pg } = await import('pg')
  const pool = new pg.Pool({
    connectionString,
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: COUNT_TIMEOUT_MS,
    query_timeout: COUNT_TIMEOUT_MS,
    // The server gives up too: sessions left waiting for a lock would use up those that the ledger needs.
    statement_timeout: COUNT_TIMEOUT_MS,
    // A count that a crash of the server loses is no harm; waiting for the disk would delay every payment.
    verify: (client, done) => {
      client.query('SET synchronous_commit = off', done)
    },
  })
  // An idle connection that breaks is replaced; unheard, the event would end the process.
  pool.on('error', () => {})
  // So would that of one that breaks while it is set up, when neither the pool nor a query listens to it.
  pool.on('connect', (client) => client.on('error', () => {}))
  try {
    // The library's own CREATE TABLE fails when two instances start together: they take turns. One text of
    // several statements is one transaction, which keeps the lock to its end. The table itself must not be lost.
    await pool.query(`SELECT pg_advisory_xact_lock(${TABLE_LOCK});
      SET LOCAL synchronous_commit = on;
      CREATE TABLE IF NOT EXISTS rate_limit (
        key varchar(255) PRIMARY KEY,
        points integer NOT NULL DEFAULT 0,
        expire bigint
      )`)
  } catch (error) {
    await pool.end()
    throw error
  }
  return pool
}

function countBy(keyPrefix: RateLimitedKind, points: number, pool: Pool | null): Count {
  const memory = new RateLimiterMemory({ keyPrefix, points, duration: WINDOW_SECONDS })
  if (pool === null) return createCount(memory)
  return createSharedCount(
    new RateLimiterPostgres({
      storeClient: pool,
      storeType: 'pool',
      tableName: 'rate_limit',
      tableCreated: true,
      keyPrefix,
      points,
      duration: WINDOW_SECONDS,
      insuranceLimiter: memory,
    }),
  )
}
