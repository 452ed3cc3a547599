import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createRateLimit } from '../../src/http/rate-limit.ts'
import { startLedgerProxy } from '../support/ledger-proxy.ts'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'
import {
  bearer,
  paymentOf,
  type Reply,
  startTracedGateway,
  tokenEnvironment,
  type TracedGateway,
} from '../support/token-gateway.ts'
import { claimsOf, signWithSecret, tokenSecret } from '../support/token-issuer.ts'

/** Payments of one caller in a minute, over all instances. */
const PAYMENTS = 4

let postgres: TestPostgres
let databaseUrl: string
let session: pg.Client
let gateways: TracedGateway[]
let orders = 0

beforeAll(async () => {
  postgres = await startPostgres()
})

afterAll(() => postgres.stop())

beforeEach(async () => {
  databaseUrl = await postgres.createDatabase()
  session = new pg.Client({ connectionString: databaseUrl })
  await session.connect()
  const environment = {
    ...tokenEnvironment,
    AUTH_JWT_SECRET: tokenSecret,
    RATE_LIMIT_PER_MINUTE: String(PAYMENTS),
    LEDGER_URL: databaseUrl,
  }
  // At the same time, as instances of one deployment start: both make the table of counters.
  gateways = await Promise.all([startTracedGateway(environment), startTracedGateway(environment)])
})

afterEach(async () => {
  await session.end()
  await Promise.all(gateways.map((gateway) => gateway.close()))
})

/** Pays a new order at an instance. */
async function pay(instance: number, sub = 'backend-1'): Promise<Reply> {
  const token = await signWithSecret(tokenSecret, claimsOf({ sub }))
  return gateways[instance]!.post(paymentOf(`SHARED-${(orders += 1)}`), bearer(token))
}

/** Statuses of payments at these instances, one after another. */
async function statuses(instances: readonly number[], sub?: string): Promise<number[]> {
  const all: number[] = []
  for (const instance of instances) all.push((await pay(instance, sub)).status)
  return all
}

const sent = (): number[] => gateways.map(({ atlas }) => atlas.seen.length)

test('instances that start together on an empty database all start', async () => {
  // Each round is a race for the table: ten of them were enough to lose one nearly always.
  for (let round = 1; round <= 10; round += 1) {
    await session.query('DROP TABLE rate_limit')
    const limits = await Promise.all(
      Array.from({ length: 4 }, () => createRateLimit({ paymentsPerMinute: 1, databaseUrl })),
    )
    expect(await limits[0]!.take('payment', `racer-${round}`)).toBeNull()
    expect(await limits[3]!.take('payment', `racer-${round}`)).toEqual(expect.any(Number))
    await Promise.all(limits.map((limit) => limit.close()))
  }
})

test('two instances count together, each caller by itself', async () => {
  expect(await statuses([0, 1, 0, 1, 0, 1])).toEqual([200, 200, 200, 200, 429, 429])
  expect(await statuses([1, 1, 1, 1, 1, 0], 'backend-2')).toEqual([200, 200, 200, 200, 429, 429])
  expect(sent()).toEqual([2, 6])
  const refused = await pay(1)
  const seconds = Number(refused.headers['retry-after'])
  expect(seconds).toBeGreaterThanOrEqual(1)
  expect(seconds).toBeLessThanOrEqual(60)
  expect(refused.body?.errors?.[0]?.extensions).toEqual({
    code: 'RATE_LIMITED',
    retryable: true,
    retryAfterSeconds: seconds,
  })
  expect(await gateways[1]!.ledger.attemptsOf(`SHARED-${orders}`)).toEqual([])
})

test('they count together what comes at the same time', async () => {
  const replies = await Promise.all(Array.from({ length: 12 }, (_, index) => pay(index % 2)))
  expect(replies.filter(({ status }) => status === 200)).toHaveLength(PAYMENTS)
  expect(replies.filter(({ status }) => status === 429)).toHaveLength(12 - PAYMENTS)
})

test('what comes at the same time is counted by one statement an instance, which does not wait for the disk', async () => {
  await session.query(
    `CREATE TABLE noted (setting text);
     CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN INSERT INTO noted VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$;
     CREATE TRIGGER note AFTER INSERT OR UPDATE ON rate_limit FOR EACH ROW EXECUTE FUNCTION note();`,
  )
  const limits = await Promise.all([1, 2].map(() => createRateLimit({ paymentsPerMinute: 20, databaseUrl })))
  expect(await limits[0]!.take('payment', 'burst', 13)).toBeNull()
  const takes = Array.from({ length: 20 }, (_, index) => limits[index % 2]!.take('payment', 'burst'))
  const waits = await Promise.all(takes)
  expect(waits.filter((wait) => wait === null)).toHaveLength(7)
  expect((await session.query('SELECT setting FROM noted')).rows).toEqual([
    { setting: 'off' },
    { setting: 'off' },
    { setting: 'off' },
  ])
  await Promise.all(limits.map((limit) => limit.close()))
})

test('a subject of any length and any characters is counted together', async () => {
  for (const sub of ['s'.repeat(256), '\u{1f9f3}'.repeat(100), "'; drop table rate_limit; --"]) {
    expect(await statuses([0, 1, 0, 1, 0, 1], sub)).toEqual([200, 200, 200, 200, 429, 429])
  }
})

test('counters that are away make each instance count by itself, and payments go on', async () => {
  expect(await statuses([0, 1])).toEqual([200, 200])
  await session.query('ALTER TABLE rate_limit RENAME TO rate_limit_away')
  expect(await statuses([0, 0, 0, 0, 0])).toEqual([200, 200, 200, 200, 429])
  expect(await statuses([1, 1, 1, 1, 1])).toEqual([200, 200, 200, 200, 429])
  expect(sent()).toEqual([5, 5])
  await session.query('ALTER TABLE rate_limit_away RENAME TO rate_limit')
  // The shared count stands where it stood: two.
  expect(await statuses([0, 1, 0])).toEqual([200, 200, 429])
})

test('counters that do not answer hold a payment up for a second, and take no connection for good', async () => {
  expect(await statuses([0, 1])).toEqual([200, 200])
  await session.query('BEGIN; LOCK TABLE rate_limit')
  const startedAt = performance.now()
  const replies = await Promise.all([0, 1, 0, 1].map((instance) => pay(instance)))
  expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  expect(performance.now() - startedAt).toBeGreaterThan(900)
  expect(performance.now() - startedAt).toBeLessThan(5_000)
  await expect.poll(countWaiting, { timeout: 5_000 }).toBe(0)
  await session.query('COMMIT')
  expect((await pay(0)).status).toBe(200)
})

test('a connection that breaks while it is set up is an error of its caller, and does not end the process', async () => {
  const proxy = await startLedgerProxy(databaseUrl)
  const beingSetUp = proxy.holdAt('SET synchronous_commit')
  const opening = createRateLimit({ paymentsPerMinute: 1, databaseUrl: proxy.url })
  await beingSetUp
  proxy.cut()
  await expect(opening).rejects.toThrow('Connection terminated unexpectedly')
  await proxy.close()
})

/** Sessions of the server that wait for a lock. */
async function countWaiting(): Promise<number> {
  const { rows } = await session.query<{ count: string }>(
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
  )
  return Number(rows[0]!.count)
}
