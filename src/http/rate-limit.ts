/** How often one caller may ask. */

import pg from 'pg'
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'

/** What a request counts as. */
export type RateLimitedKind = 'payment' | 'read'

export interface RateLimit {
  /** Counts a request. Resolves with null when it is allowed, else with the seconds to wait, 1 to 60. */
  take(kind: RateLimitedKind, subject: string): Promise<number | null>
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

const WINDOW_SECONDS = 60

/** Connections for counting. Counts are short, and must not take the ledger's. */
const CONNECTIONS_MAX = 2

/** Time for a count, in milliseconds; then the instance counts by itself. */
const COUNT_TIMEOUT_MS = 1_000

/**
 * Counts in windows of a minute. When the shared counters are away each instance counts by itself: losing a
 * count must not stop payments.
 */
export async function createRateLimit(options: RateLimitOptions): Promise<RateLimit> {
  const { paymentsPerMinute, databaseUrl } = options
  const pool = databaseUrl === null ? null : createPool(databaseUrl)
  const limiters = {
    payment: await createLimiter('payment', paymentsPerMinute, pool),
    read: await createLimiter('read', paymentsPerMinute * READS_PER_PAYMENT, pool),
  }
  return {
    async take(kind, subject) {
      try {
        await limiters[kind].consume(subject)
        return null
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal
        return Math.min(Math.max(Math.ceil(refusal.msBeforeNext / 1_000), 1), WINDOW_SECONDS)
      }
    },
    async close() {
      await pool?.end()
    },
  }
}

function createPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: COUNT_TIMEOUT_MS,
    query_timeout: COUNT_TIMEOUT_MS,
  })
  // An idle connection that breaks is replaced; unheard, the event would end the process.
  pool.on('error', () => {})
  return pool
}

async function createLimiter(keyPrefix: RateLimitedKind, points: number, pool: pg.Pool | null) {
  const memory = new RateLimiterMemory({ keyPrefix, points, duration: WINDOW_SECONDS })
  if (pool === null) return memory
  const { promise: isReady, resolve, reject } = Promise.withResolvers<void>()
  const shared = new RateLimiterPostgres(
    {
      storeClient: pool,
      storeType: 'pool',
      tableName: 'rate_limit',
      keyPrefix,
      points,
      duration: WINDOW_SECONDS,
      insuranceLimiter: memory,
    },
    (error?: Error) => (error === undefined || error === null ? resolve() : reject(error)),
  )
  await isReady
  return shared
}
