import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { openPostgresLedger } from '../../src/ledger/postgres/postgres-ledger.ts'
import type { PaymentAttempt } from '../../src/payment/payment-attempt.ts'
import type { PaymentLedger } from '../../src/payment/ports.ts'
import { attemptFor, lost, newKey, notPaid, paid, released, store } from '../support/ledger-attempts.ts'
import { outcomeOf } from '../support/ledger-calls.ts'
import { startLedgerProxy } from '../support/ledger-proxy.ts'
import { openSession } from '../support/ledger-stores.ts'
import { query, startPostgres, type TestPostgres } from '../support/postgres.ts'

let server: TestPostgres

beforeAll(async () => {
  server = await startPostgres()
})

afterAll(async () => {
  await server.stop()
})

/** A ledger whose every change of a row notes the settings under which it is made. */
async function openNoting(url: string): Promise<{ ledger: PaymentLedger; noted: () => Promise<unknown> }> {
  const ledger = await openPostgresLedger(url, { instanceId: 'gateway-1' })
  onTestFinished(() => ledger.close())
  await query(
    url,
    `CREATE TABLE noted (setting text);
     CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
       INSERT INTO noted SELECT format('%s %s %s', TG_OP, current_setting('synchronous_commit'),
         current_setting('transaction_isolation'));
       RETURN NULL;
     END $$;
     CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON payment_attempt
       FOR EACH ROW EXECUTE FUNCTION note();`,
  )
  return {
    ledger,
    noted: async () => {
      const rows = await query(url, 'SELECT DISTINCT setting FROM noted ORDER BY setting')
      return rows.map(({ setting }) => setting)
    },
  }
}

/** Inserts, updates by one statement and by a transaction, and deletes. */
async function writeEverything(ledger: PaymentLedger): Promise<void> {
  const [first, second] = [attemptFor(), attemptFor()]
  await store(ledger, first, [lost(first, 1_000), released(first, 2_000)], newKey())
  await store(ledger, second)
  await ledger.record([paid(first, 3_000), notPaid(second, 3_000, 'CARD_MISMATCH')])
  await ledger.purge(second.deadlineAt, 10)
}

const durable = ['DELETE on read committed', 'INSERT on read committed', 'UPDATE on read committed']

async function weaken(url: string): Promise<void> {
  const name = new URL(url).pathname.slice(1)
  await query(
    url,
    `ALTER DATABASE ${name} SET synchronous_commit = off;
     ALTER DATABASE ${name} SET default_transaction_isolation = serializable;
     ALTER DATABASE ${name} SET lock_timeout = 200`,
  )
}

test('Every write waits for its commit to be durable, in read committed, whatever the defaults of the database are', async () => {
  const url = await server.createDatabase()
  await weaken(url)
  expect(await query(url, 'SHOW synchronous_commit')).toEqual([{ synchronous_commit: 'off' }])
  const { ledger, noted } = await openNoting(url)
  await writeEverything(ledger)
  expect(await noted()).toEqual(durable)
})

test('Options in the URL do not make commits less durable', async () => {
  const url = new URL(await server.createDatabase())
  url.searchParams.set('options', '-c synchronous_commit=off -c default_transaction_isolation=serializable')
  const { ledger, noted } = await openNoting(url.href)
  await writeEverything(ledger)
  expect(await noted()).toEqual(durable)
})

test('A database of the first version is brought to the newest, with what is in it', async () => {
  const url = await server.createDatabase()
  const { ledger } = await openNoting(url)
  const attempt = await store(ledger, attemptFor())
  await query(url, 'DROP FUNCTION claim_payments; DELETE FROM schema_version WHERE version > 1')
  await expect(ledger.claim(attemptFor(), null)).rejects.toThrow(/claim_payments/)
  const reopened = await openPostgresLedger(url, { instanceId: 'gateway-2' })
  onTestFinished(() => reopened.close())
  expect(await reopened.find(attempt.paymentId)).toEqual(attempt)
  expect(await reopened.claim(attemptFor(), newKey())).toEqual({ kind: 'claimed' })
})

test('Rows are found by an index although the tables were nearly empty when they were analysed', async () => {
  const url = await server.createDatabase()
  const open = () => openPostgresLedger(url, { instanceId: 'gateway-1' })
  /** How often a table was read whole, once the sessions of the ledger have ended: then they have told. */
  const scans = async (): Promise<unknown> => {
    const sessions = 'SELECT 1 FROM pg_stat_activity WHERE datname = current_database()'
    await vi.waitUntil(async () => (await query(url, sessions)).length === 1, {
      timeout: 10_000,
      interval: 10,
    })
    const text = `SELECT sum(seq_scan) FROM pg_stat_user_tables WHERE relname IN ('payment_attempt', 'idempotency_key')`
    return query(url, text)
  }
  const first = await open()
  await store(first, attemptFor(), [], newKey())
  await first.close()
  await query(url, 'ANALYZE; ALTER TABLE payment_attempt SET (autovacuum_enabled = off)')
  const before = await scans()

  const ledger = await open()
  const attempts = Array.from({ length: 20 }, () => attemptFor())
  await Promise.all(attempts.map((attempt) => store(ledger, attempt, [], newKey())))
  await Promise.all(attempts.map((attempt) => ledger.record([lost(attempt, 1_000)])))
  await Promise.all(attempts.map((attempt) => ledger.record([paid(attempt, 2_000)])))
  await ledger.close()
  expect(await scans()).toEqual(before)
})

test('Races end as they should when the default of the database is serializable', async () => {
  const url = await server.createDatabase()
  await weaken(url)
  const { ledger } = await openNoting(url)
  const { orderNo } = attemptFor()
  const attempts = Array.from({ length: 50 }, () => attemptFor({ orderNo }))
  const results = await Promise.all(attempts.map((attempt) => ledger.claim(attempt, newKey())))
  const winner = attempts.find((_, index) => results[index]!.kind === 'claimed')
  expect(results).toEqual(
    attempts.map((attempt) => (attempt === winner ? { kind: 'claimed' } : { kind: 'held', holder: winner })),
  )
})

describe('a claim of an order whose holder is being removed', () => {
  async function claimBeside(end: 'COMMIT' | 'ROLLBACK') {
    const url = await server.createDatabase()
    const { ledger } = await openNoting(url)
    const holder = await store(ledger, attemptFor())
    const session = await openSession(url)
    await session.query('BEGIN')
    await session.query('DELETE FROM payment_attempt WHERE payment_id = $1', [holder.paymentId])
    const key = newKey()
    const attempt = attemptFor({ orderNo: holder.orderNo })
    const claim = ledger.claim(attempt, key)
    await untilBlocked(url)
    await session.query(end)
    return { ledger, holder, attempt, key, claim: await claim }
  }

  test('waits for the removal, and is granted after it', async () => {
    const { ledger, attempt, key, claim } = await claimBeside('COMMIT')
    expect(claim).toEqual({ kind: 'claimed' })
    expect(await ledger.attemptsOf(attempt.orderNo)).toEqual([attempt])
    expect(await ledger.claim(attemptFor(), key)).toEqual({ kind: 'key-reused' })
  })

  test('is refused when the removal does not happen after all', async () => {
    const { ledger, holder, attempt, key, claim } = await claimBeside('ROLLBACK')
    expect(claim).toEqual({ kind: 'held', holder })
    expect(await ledger.attemptsOf(attempt.orderNo)).toEqual([holder])
    expect(await ledger.claim(attemptFor(), key)).toEqual({ kind: 'key-reused' })
  })
})

describe('a claim whose key somebody else is taking', () => {
  async function claimBeside(holderOf: (ledger: PaymentLedger) => Promise<PaymentAttempt>) {
    const url = await server.createDatabase()
    const { ledger } = await openNoting(url)
    const { orderNo } = await holderOf(ledger)
    const other = await store(ledger, attemptFor())
    const key = newKey()
    const session = await openSession(url)
    await session.query('BEGIN')
    const take = 'INSERT INTO idempotency_key (caller, key, payment_id) VALUES ($1, $2, $3)'
    await session.query(take, [other.caller, key, other.paymentId])
    const before = await ledger.attemptsOf(orderNo)
    const claim = ledger.claim(attemptFor({ orderNo }), key)
    await untilBlocked(url)
    await session.query('COMMIT')
    expect(await claim).toEqual({ kind: 'key-reused' })
    expect(await ledger.attemptsOf(orderNo)).toEqual(before)
    const replay = { kind: 'replay', attempt: other }
    expect(await ledger.claim(attemptFor({ orderNo: other.orderNo }), key)).toEqual(replay)
  }

  test('for another order leaves nothing of its own', async () => {
    await claimBeside(async () => attemptFor())
  })

  test('does not take the key away when its order is held', async () => {
    await claimBeside((ledger) => store(ledger, attemptFor()))
  })
})

test.each([
  ['replayed', true],
  ['held', false],
])('A claim that is %s by an attempt that is gone before it is read is made again', async (_, hasKey) => {
  const url = await server.createDatabase()
  const proxy = await startLedgerProxy(url)
  onTestFinished(() => proxy.close())
  const { ledger } = await openNoting(proxy.url)
  const key = newKey()
  const { orderNo } = await store(ledger, attemptFor(), [], key)
  const attempt = attemptFor({ orderNo })
  const reading = proxy.holdAt('find')
  const claim = ledger.claim(attempt, hasKey ? key : null)
  const letPass = await reading
  await query(url, 'DELETE FROM payment_attempt')
  letPass()
  expect(await claim).toEqual({ kind: 'claimed' })
  expect(await ledger.attemptsOf(orderNo)).toEqual([attempt])
})

describe('a lock that another session holds', () => {
  test('for longer than the database allows makes the ledger unavailable, surely without effect', async () => {
    const url = await server.createDatabase()
    await weaken(url)
    const { ledger } = await openNoting(url)
    const session = await openSession(url)
    await session.query('BEGIN; LOCK TABLE payment_attempt IN SHARE MODE')
    const attempt = attemptFor()
    expect(await outcomeOf(ledger.claim(attempt, newKey()))).toBe('unavailable')
    await session.query('COMMIT')
    expect(await ledger.find(attempt.paymentId)).toBeNull()
    expect(await ledger.claim(attempt, newKey())).toEqual({ kind: 'claimed' })
  })

  test('in a deadlock with several changes makes the ledger unavailable, and changes none', async () => {
    const url = await server.createDatabase()
    await query(url, `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET deadlock_timeout = 100`)
    const { ledger } = await openNoting(url)
    const [first, second] = [await store(ledger, attemptFor()), await store(ledger, attemptFor())]
    const changes = [paid(first, 1_000), paid(second, 1_000)]
    const session = await openSession(url)
    // The ledger's session is to find the deadlock, not this one.
    await session.query(`SET deadlock_timeout = '30s'; BEGIN`)
    const lock = 'SELECT 1 FROM payment_attempt WHERE payment_id = $1 FOR UPDATE'
    await session.query(lock, [second.paymentId])
    const record = outcomeOf(ledger.record(changes))
    await untilBlocked(url)
    await session.query(lock, [first.paymentId])
    expect(await record).toBe('unavailable')
    await session.query('COMMIT')
    expect(await ledger.find(first.paymentId)).toEqual(first)
    expect(await ledger.find(second.paymentId)).toEqual(second)
    expect(await ledger.record(changes)).toMatchObject([{ state: 'PAID' }, { state: 'PAID' }])
  })
})

/** Resolves when a session of the database waits for a lock. */
async function untilBlocked(url: string): Promise<void> {
  const text = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
  await vi.waitUntil(async () => (await query(url, text)).length === 1, { timeout: 10_000, interval: 10 })
}
