import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { openPostgresLedger } from '../../src/ledger/postgres/postgres-ledger.ts'
import type { PaymentLedger } from '../../src/payment/ports.ts'
import { attemptFor, lost, newKey, notPaid, paid, released, store } from '../support/ledger-attempts.ts'
import { everyOne, outcomeOf, outcomesOf, prepareCalls } from '../support/ledger-calls.ts'
import { startLedgerProxy } from '../support/ledger-proxy.ts'
import { openSession } from '../support/ledger-stores.ts'
import { query, startPostgres, type TestPostgres } from '../support/postgres.ts'

/** Each look opens a session, which takes its time on a busy machine. */
const atLast = { timeout: 10_000, interval: 10 }

let server: TestPostgres

beforeAll(async () => {
  server = await startPostgres()
})

afterAll(async () => {
  await server.stop()
})

/** A database, reached by ledgers through a network that fails when it is told to. */
async function openPlace(finished = onTestFinished) {
  const url = await server.createDatabase()
  const proxy = await startLedgerProxy(url)
  finished(() => proxy.close())
  const waiting = async (): Promise<number> => {
    const text = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
    return (await query(url, text)).length
  }
  const open = async (instanceId: string): Promise<PaymentLedger> => {
    const opened = await openPostgresLedger(proxy.url, { instanceId })
    finished(() => opened.close())
    return opened
  }
  return {
    url,
    proxy,
    ledger: await open('gateway-1'),
    /** A ledger of another instance. */
    openOther: () => open('gateway-2'),
    /** Resolves when so many sessions wait for a lock. */
    untilWaiting: (sessions: number) => vi.waitUntil(async () => (await waiting()) === sessions, atLast),
    /** Ends the sessions that wait for a lock. */
    endWaiting: () =>
      query(
        url,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      ),
    /** A session that keeps writers of attempts waiting until it ends its transaction; readers too when exclusive. */
    async lockAttempts(mode: 'SHARE' | 'ACCESS EXCLUSIVE' = 'SHARE') {
      const session = await openSession(url, finished)
      await session.query(`BEGIN; LOCK TABLE payment_attempt IN ${mode} MODE`)
      return session
    },
  }
}

async function presentOf(ledger: PaymentLedger, before: readonly (readonly [string, unknown])[]) {
  return Promise.all(before.map(async ([paymentId]) => [paymentId, await ledger.find(paymentId)] as const))
}

describe('a server that is down', () => {
  test('makes every call unavailable, surely without effect; when it is up again the ledger goes on', async () => {
    const { ledger, openOther } = await openPlace()
    const { reads, writes, before } = await prepareCalls(ledger, await openOther())
    const calls = { ...reads, ...writes }
    await server.down()
    expect(await outcomesOf(calls)).toEqual(everyOne(calls, 'unavailable'))
    await server.up()
    expect(await presentOf(ledger, before)).toEqual(before)
    expect(await outcomesOf(calls)).toEqual(everyOne(calls, 'done'))
  })

  test('cannot be opened, and can be when it is up', async () => {
    const { url } = await openPlace()
    await server.down()
    await expect(openPostgresLedger(url, { instanceId: 'gateway-2' })).rejects.toThrow(/ECONNREFUSED/)
    await server.up()
    const ledger = await openPostgresLedger(url, { instanceId: 'gateway-2' })
    onTestFinished(() => ledger.close())
    expect(await ledger.claim(attemptFor(), newKey())).toEqual({ kind: 'claimed' })
  })

  test('is no surprise between two calls: the second uses a new connection', async () => {
    const { ledger } = await openPlace()
    const attempt = await store(ledger, attemptFor())
    await server.down()
    await server.up()
    expect(await ledger.record([paid(attempt, 1_000)])).toMatchObject([{ state: 'PAID' }])
  })

  test('by a crash during claims leaves their commit unknown, and the process alive', async () => {
    const { ledger, lockAttempts, untilWaiting } = await openPlace()
    await lockAttempts()
    const attempts = [attemptFor(), attemptFor(), attemptFor()]
    const claims = attempts.map((attempt) => outcomeOf(ledger.claim(attempt, newKey())))
    await untilWaiting(1)
    await server.down('crash')
    expect(await Promise.all(claims)).toEqual(attempts.map(() => 'unavailable, commit unknown'))
    await server.up()
    for (const attempt of attempts) {
      await ledger.withdraw(attempt.paymentId)
      expect(await ledger.find(attempt.paymentId)).toBeNull()
      expect(await ledger.claim(attempt, newKey())).toEqual({ kind: 'claimed' })
    }
  })
})

describe('a session that the server ends', () => {
  test('during a claim leaves its commit unknown', async () => {
    const { ledger, lockAttempts, untilWaiting, endWaiting } = await openPlace()
    const session = await lockAttempts()
    const attempt = attemptFor()
    const claim = outcomeOf(ledger.claim(attempt, newKey()))
    await untilWaiting(1)
    await endWaiting()
    expect(await claim).toBe('unavailable, commit unknown')
    await session.query('COMMIT')
    expect(await ledger.find(attempt.paymentId)).toBeNull()
    expect(await ledger.claim(attempt, newKey())).toEqual({ kind: 'claimed' })
  })

  test('is not given to the calls that wait for one', async () => {
    const { ledger, lockAttempts, untilWaiting, endWaiting } = await openPlace()
    const session = await lockAttempts()
    // As many as there are connections, and some that wait for one.
    const attempts = Array.from({ length: 10 }, () => attemptFor())
    const withdrawals = attempts.map(({ paymentId }) => outcomeOf(ledger.withdraw(paymentId)))
    await untilWaiting(6)
    await endWaiting()
    await untilWaiting(4)
    await session.query('COMMIT')
    expect(await Promise.all(withdrawals)).toEqual([
      ...Array.from({ length: 6 }, () => 'unavailable, commit unknown'),
      ...Array.from({ length: 4 }, () => 'done'),
    ])
  })

  test('is not given to the claims that wait for those on their way', async () => {
    const { ledger, lockAttempts, untilWaiting, endWaiting } = await openPlace()
    const session = await lockAttempts()
    const attempts = Array.from({ length: 6 }, () => attemptFor())
    const claims: Promise<string>[] = []
    // Two statements are on their way at a time; what comes then waits, and goes together.
    for (const sessions of [1, 2, 2, 2, 2, 2]) {
      claims.push(outcomeOf(ledger.claim(attempts[claims.length]!, newKey())))
      await untilWaiting(sessions)
    }
    await endWaiting()
    await untilWaiting(1)
    await session.query('COMMIT')
    expect(await Promise.all(claims)).toEqual([
      ...Array.from({ length: 2 }, () => 'unavailable, commit unknown'),
      ...Array.from({ length: 4 }, () => 'done'),
    ])
    const found = await Promise.all(attempts.map(({ paymentId }) => ledger.find(paymentId)))
    expect(found).toEqual([null, null, ...attempts.slice(2)])
  })
})

describe('a connection that breaks', () => {
  test('before the answer to a claim that was committed leaves the commit unknown; withdrawing it helps', async () => {
    const { url, proxy, ledger } = await openPlace()
    const attempt = attemptFor()
    const key = newKey()
    const muted = proxy.muteAfter(attempt.paymentId)
    const claim = outcomeOf(ledger.claim(attempt, key))
    await muted
    await vi.waitUntil(async () => (await query(url, 'SELECT 1 FROM payment_attempt')).length === 1, atLast)
    proxy.cut()
    expect(await claim).toBe('unavailable, commit unknown')
    expect(await ledger.find(attempt.paymentId)).toEqual(attempt)
    await ledger.withdraw(attempt.paymentId)
    expect(await ledger.find(attempt.paymentId)).toBeNull()
    expect(await ledger.claim(attempt, key)).toEqual({ kind: 'claimed' })
  })

  test('before the answer to several claims leaves the commit of each unknown; withdrawing them helps', async () => {
    const { url, proxy, ledger } = await openPlace()
    const attempts = [attemptFor(), attemptFor(), attemptFor()]
    const muted = proxy.muteAfter(attempts[1]!.paymentId)
    const claims = attempts.map((attempt) => outcomeOf(ledger.claim(attempt, null)))
    await muted
    await vi.waitUntil(async () => (await query(url, 'SELECT 1 FROM payment_attempt')).length === 3, atLast)
    proxy.cut()
    expect(await Promise.all(claims)).toEqual(attempts.map(() => 'unavailable, commit unknown'))
    for (const attempt of attempts) {
      expect(await ledger.find(attempt.paymentId)).toEqual(attempt)
      await ledger.withdraw(attempt.paymentId)
      expect(await ledger.claim(attempt, null)).toEqual({ kind: 'claimed' })
    }
  })

  test('before the answer to several records leaves the commit of each unknown; recording them again helps', async () => {
    const { url, proxy, ledger } = await openPlace()
    const attempts = await Promise.all([attemptFor(), attemptFor()].map((attempt) => store(ledger, attempt)))
    const muted = proxy.muteAfter(attempts[1]!.paymentId)
    const records = attempts.map((attempt) => outcomeOf(ledger.record([paid(attempt, 1_000)])))
    await muted
    const text = `SELECT 1 FROM payment_attempt WHERE state = 'PAID'`
    await vi.waitUntil(async () => (await query(url, text)).length === 2, atLast)
    proxy.cut()
    expect(await Promise.all(records)).toEqual(attempts.map(() => 'unavailable, commit unknown'))
    for (const attempt of attempts) {
      const recorded = await ledger.find(attempt.paymentId)
      expect(recorded).toMatchObject({ state: 'PAID' })
      expect(await ledger.record([paid(attempt, 1_000)])).toEqual([recorded])
    }
  })

  test('while a claim waits in the server leaves the commit unknown, and nothing in the ledger', async () => {
    const { proxy, ledger, lockAttempts, untilWaiting, endWaiting } = await openPlace()
    const session = await lockAttempts()
    const attempt = attemptFor()
    const claim = outcomeOf(ledger.claim(attempt, newKey()))
    await untilWaiting(1)
    proxy.cut()
    expect(await claim).toBe('unavailable, commit unknown')
    await endWaiting()
    await session.query('COMMIT')
    expect(await ledger.find(attempt.paymentId)).toBeNull()
  })

  test('during several changes before their commit surely changed none', async () => {
    const { url, proxy, ledger, untilWaiting } = await openPlace()
    const { earlier, current, changes } = await storePair(ledger)
    const session = await openSession(url)
    await session.query('BEGIN')
    await session.query('SELECT 1 FROM payment_attempt WHERE payment_id = $1 FOR UPDATE', [earlier.paymentId])
    const record = outcomeOf(ledger.record(changes))
    await untilWaiting(1)
    proxy.cut()
    expect(await record).toBe('unavailable')
    await session.query('COMMIT')
    await untilWaiting(0)
    expect(await ledger.attemptsOf(current.orderNo)).toEqual([earlier, current])
    expect(await ledger.record(changes)).toMatchObject([{ state: 'NOT_PAID' }, { state: 'PAID' }])
  })

  test('before the answer to the commit of several changes leaves it unknown; recording them again helps', async () => {
    const { url, proxy, ledger } = await openPlace()
    const { earlier, current, changes } = await storePair(ledger)
    const muted = proxy.muteAfter('COMMIT')
    const record = outcomeOf(ledger.record(changes))
    await muted
    await vi.waitUntil(
      async () => (await query(url, `SELECT 1 FROM payment_attempt WHERE state = 'PAID'`)).length === 1,
      atLast,
    )
    proxy.cut()
    expect(await record).toBe('unavailable, commit unknown')
    const recorded = await ledger.attemptsOf(current.orderNo)
    expect(recorded).toMatchObject([
      { paymentId: earlier.paymentId, state: 'PAID' },
      { paymentId: current.paymentId, state: 'NOT_PAID' },
    ])
    expect(await ledger.record(changes)).toEqual(recorded.toReversed())
  })

  test('between two calls is replaced by another', async () => {
    const { proxy, ledger } = await openPlace()
    const attempt = await store(ledger, attemptFor())
    proxy.cut()
    // The end of a connection is an event of its own; before it is heard, a call can still use the broken one.
    await vi.waitUntil(async () => (await outcomeOf(ledger.find(attempt.paymentId))) === 'done', atLast)
    expect(await ledger.record([paid(attempt, 1_000)])).toMatchObject([{ state: 'PAID' }])
  })
})

describe('a server that refuses to write', () => {
  test('because it is read-only makes writes unavailable, still reads, and is used again without reopening', async () => {
    const { url, ledger, openOther } = await openPlace()
    const { reads, writes, before } = await prepareCalls(ledger, await openOther())
    await makeReadOnly(url, 'on')
    expect(await outcomesOf(writes)).toEqual(everyOne(writes, 'unavailable'))
    expect(await outcomesOf(reads)).toEqual(everyOne(reads, 'done'))
    expect(await presentOf(ledger, before)).toEqual(before)
    await makeReadOnly(url, 'off')
    expect(await outcomesOf(writes)).toEqual(everyOne(writes, 'done'))
  })

  test.each([
    ['its disk is full', '53100'],
    ['its data are damaged', 'XX001'],
    ['a transaction took too long', '25P03'],
  ])('because %s makes the ledger unavailable, surely without effect', async (_, code) => {
    const { url, ledger } = await openPlace()
    const attempt = attemptFor()
    const present = await store(ledger, attemptFor())
    await query(
      url,
      `CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'made for a test' USING ERRCODE = '${code}'; END $$;
       CREATE TRIGGER fail BEFORE INSERT OR UPDATE ON payment_attempt FOR EACH ROW EXECUTE FUNCTION fail();`,
    )
    expect(await outcomeOf(ledger.claim(attempt, newKey()))).toBe('unavailable')
    expect(await outcomeOf(ledger.record([paid(present, 1_000)]))).toBe('unavailable')
    expect(await outcomeOf(ledger.record([paid(present, 1_000), paid(attempt, 1_000)]))).toBe('unavailable')
    await query(url, 'DROP FUNCTION fail() CASCADE')
    expect(await ledger.find(attempt.paymentId)).toBeNull()
    expect(await ledger.find(present.paymentId)).toEqual(present)
    expect(await ledger.claim(attempt, newKey())).toEqual({ kind: 'claimed' })
  })
})

describe.concurrent('a server that does not answer in time', () => {
  test('because of a lock makes the ledger unavailable, surely without effect, until it is let go', async ({
    expect: expectHere,
    onTestFinished: finished,
  }) => {
    const { ledger, openOther, lockAttempts } = await openPlace(finished)
    const { reads, writes, before } = await prepareCalls(ledger, await openOther())
    // A heartbeat does not look at attempts.
    const { heartbeat, ...writesOfAttempts } = writes
    const calls = { ...reads, ...writesOfAttempts }
    const session = await lockAttempts('ACCESS EXCLUSIVE')
    expectHere(await outcomeOf(heartbeat!())).toBe('done')
    expectHere(await outcomesOf(calls)).toEqual(everyOne(calls, 'unavailable'))
    await session.query('COMMIT')
    expectHere(await presentOf(ledger, before)).toEqual(before)
    expectHere(await outcomesOf(calls)).toEqual(everyOne(calls, 'done'))
  })

  test('because its answers are lost leaves a claim unknown, and is not waited for by new connections', async ({
    expect: expectHere,
    onTestFinished: finished,
  }) => {
    const { proxy, ledger } = await openPlace(finished)
    const attempt = attemptFor()
    const muted = proxy.muteAfter(attempt.paymentId)
    const claim = outcomeOf(ledger.claim(attempt, newKey()))
    await muted
    expectHere(await outcomeOf(ledger.countUnknown())).toBe('done')
    expectHere(await claim).toBe('unavailable, commit unknown')
    expectHere(await ledger.find(attempt.paymentId)).toEqual(attempt)
  })
})

/** Changes the database and ends its sessions, so that the next ones follow. */
async function makeReadOnly(url: string, value: 'on' | 'off'): Promise<void> {
  const database = new URL(url).pathname.slice(1)
  await query(
    `${url}?options=-c%20default_transaction_read_only%3Doff`,
    `ALTER DATABASE ${database} SET default_transaction_read_only = ${value}`,
  )
  await query(
    url,
    `SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  )
}

/** A released attempt and a later unknown one of its order, and the changes that swap their parts. */
async function storePair(ledger: PaymentLedger) {
  const first = attemptFor()
  const earlier = await store(ledger, first, [released(first, 1_000)])
  const second = attemptFor({ orderNo: first.orderNo }, { atMs: 2_000 })
  const current = await store(ledger, second, [lost(second, 3_000)])
  const changes = [notPaid(current, 4_000, 'ORDER_ALREADY_PAID'), paid(earlier, 4_000)]
  return { earlier, current, changes }
}
