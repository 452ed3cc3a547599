import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { openPostgresLedger } from '../../src/ledger/postgres/postgres-ledger.ts'
import type { PaymentLedger } from '../../src/payment/ports.ts'
import { LedgerUnavailable } from '../../src/payment/ports.ts'
import { changeTo } from '../../src/payment/settlement.ts'
import {
  after,
  attemptFor,
  lost,
  newKey,
  notPaid,
  paid,
  released,
  store,
} from '../support/ledger-attempts.ts'
import { outcomeOf } from '../support/ledger-calls.ts'
import { openSession } from '../support/ledger-stores.ts'
import { query, startPostgres, type TestPostgres } from '../support/postgres.ts'

let server: TestPostgres

beforeAll(async () => {
  server = await startPostgres()
})

afterAll(async () => {
  await server.stop()
})

const claimed = { kind: 'claimed' }

async function openPlace() {
  const url = await server.createDatabase()
  const open = async (instanceId: string): Promise<PaymentLedger> => {
    const ledger = await openPostgresLedger(url, { instanceId })
    onTestFinished(() => ledger.close())
    return ledger
  }
  const waiting = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
  return {
    url,
    ledger: await open('gateway-1'),
    openOther: () => open('gateway-2'),
    untilWaiting: (sessions: number) =>
      vi.waitUntil(async () => (await query(url, waiting)).length === sessions, {
        timeout: 5_000,
        interval: 10,
      }),
  }
}

/** Notes the transaction of every write of an attempt; resolves with how many transactions there were. */
async function countCommits(url: string): Promise<() => Promise<number>> {
  await query(
    url,
    `CREATE TABLE noted (transaction xid8);
     CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN INSERT INTO noted VALUES (pg_current_xact_id()); RETURN NULL; END $$;
     CREATE TRIGGER note AFTER INSERT OR UPDATE ON payment_attempt FOR EACH ROW EXECUTE FUNCTION note();`,
  )
  return async () => {
    const rows = await query(url, 'SELECT count(DISTINCT transaction)::integer AS count FROM noted')
    return rows[0]!['count'] as number
  }
}

const many = (count: number) => Array.from({ length: count }, () => attemptFor())

describe('payments of one turn', () => {
  test('share the commit of their claims and that of their records', async () => {
    const { url, ledger } = await openPlace()
    const commits = await countCommits(url)
    const attempts = many(50)
    const claims = attempts.map((attempt, index) => ledger.claim(attempt, index % 2 === 0 ? newKey() : null))
    expect(await Promise.all(claims)).toEqual(attempts.map(() => claimed))
    expect(await commits()).toBe(1)
    const records = await Promise.all(attempts.map((attempt) => ledger.record([paid(attempt, 1_000)])))
    expect(await commits()).toBe(2)
    const found = await Promise.all(attempts.map(({ paymentId }) => ledger.find(paymentId)))
    expect(found).toMatchObject(attempts.map(({ orderNo }) => ({ orderNo, state: 'PAID' })))
    expect(records.flat()).toEqual(found)
  })

  test('are at most 500 in a statement', async () => {
    const { url, ledger } = await openPlace()
    const commits = await countCommits(url)
    const attempts = many(501)
    const claims = await Promise.all(attempts.map((attempt) => ledger.claim(attempt, null)))
    expect(claims).toEqual(attempts.map(() => claimed))
    expect(await commits()).toBe(2)
  })

  test('are answered after their commit, and not before', async () => {
    const { url, ledger, untilWaiting } = await openPlace()
    const present = await store(ledger, attemptFor())
    // Writes are done at once; their commits wait for the session.
    await query(
      url,
      `CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN NULL; END $$;
       CREATE CONSTRAINT TRIGGER hold AFTER INSERT OR UPDATE ON payment_attempt DEFERRABLE INITIALLY DEFERRED
         FOR EACH ROW EXECUTE FUNCTION hold();`,
    )
    const session = await openSession(url)
    await session.query('SELECT pg_advisory_lock(1)')
    const answers: string[] = []
    const calls = [
      ...many(3).map((attempt) => ledger.claim(attempt, null)),
      ledger.record([paid(present, 1_000)]),
    ]
    const told = Promise.all(calls.map(async (call) => answers.push(await outcomeOf(call))))
    await untilWaiting(2)
    expect(answers).toEqual([])
    await session.query('SELECT pg_advisory_unlock(1)')
    await told
    expect(answers).toEqual(['done', 'done', 'done', 'done'])
  })
})

describe('one that fails', () => {
  test('fails alone among the claims of its turn, and leaves nothing', async () => {
    const { ledger } = await openPlace()
    const [first, second] = [attemptFor(), attemptFor()]
    // PostgreSQL keeps no text with this character, and refuses the statement before it reads on.
    const faulty = attemptFor({ orderNo: 'TEST\u0000' })
    const key = newKey()
    const results = await Promise.allSettled([
      ledger.claim(first, newKey()),
      ledger.claim(faulty, key),
      ledger.claim(second, null),
    ])
    expect(results).toEqual([
      { status: 'fulfilled', value: claimed },
      { status: 'rejected', reason: expect.any(Error) },
      { status: 'fulfilled', value: claimed },
    ])
    expect(results[1]).not.toEqual({ status: 'rejected', reason: expect.any(LedgerUnavailable) })
    expect(await ledger.find(faulty.paymentId)).toBeNull()
    expect(await ledger.find(first.paymentId)).toEqual(first)
    expect(await ledger.claim(attemptFor(), key)).toEqual(claimed)
  })

  test('fails alone among the records of its turn, and stays as it was', async () => {
    const { ledger } = await openPlace()
    const attempts = await Promise.all(many(4).map((attempt) => store(ledger, attempt)))
    const changes = attempts.map((attempt) => paid(attempt, 1_000))
    changes[1] = { ...changes[1]!, pnrCode: '\u0000' }
    // A refusal has a code: a rule of the table.
    changes[2] = changeTo(attempts[2]!, 'NOT_PAID', after(1_000))
    const results = await Promise.allSettled(changes.map((change) => ledger.record([change])))
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
    const found = await Promise.all(attempts.map(({ paymentId }) => ledger.find(paymentId)))
    expect(found).toMatchObject([{ state: 'PAID' }, attempts[1], attempts[2], { state: 'PAID' }])
  })

  test('because its row is locked for too long is unavailable alone', async () => {
    const { url, openOther } = await openPlace()
    await query(url, `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET lock_timeout = 200`)
    const ledger = await openOther()
    const attempts = await Promise.all(many(3).map((attempt) => store(ledger, attempt)))
    const session = await openSession(url)
    await session.query('BEGIN')
    const lock = 'SELECT 1 FROM payment_attempt WHERE payment_id = $1 FOR UPDATE'
    await session.query(lock, [attempts[1]!.paymentId])
    const records = attempts.map((attempt) => outcomeOf(ledger.record([paid(attempt, 1_000)])))
    expect(await Promise.all(records)).toEqual(['done', 'unavailable', 'done'])
    await session.query('COMMIT')
    expect(await ledger.record([paid(attempts[1]!, 1_000)])).toMatchObject([{ state: 'PAID' }])
  })
})

describe('claims of one turn', () => {
  test('with one key for two orders start one payment', async () => {
    const { ledger } = await openPlace()
    const key = newKey()
    const attempts = many(2)
    const results = await Promise.all(attempts.map((attempt) => ledger.claim(attempt, key)))
    expect(results.map(({ kind }) => kind).sort()).toEqual(['claimed', 'key-reused'])
    for (const [index, { kind }] of results.entries()) {
      const attempt = attempts[index]!
      expect(await ledger.attemptsOf(attempt.orderNo)).toEqual(kind === 'claimed' ? [attempt] : [])
    }
  })

  test('with one key for one order start one payment, and replay it', async () => {
    const { ledger } = await openPlace()
    const key = newKey()
    const { orderNo } = attemptFor()
    const attempts = Array.from({ length: 3 }, () => attemptFor({ orderNo }))
    const results = await Promise.all(attempts.map((attempt) => ledger.claim(attempt, key)))
    const winner = attempts.find((_, index) => results[index]!.kind === 'claimed')
    expect(results).toEqual(
      attempts.map((attempt) => (attempt === winner ? claimed : { kind: 'replay', attempt: winner })),
    )
    expect(await ledger.attemptsOf(orderNo)).toEqual([winner])
  })

  test('free an order at once whose attempt lost its key to another of them', async () => {
    const { ledger } = await openPlace()
    const key = newKey()
    const [first, second] = many(2)
    const third = attemptFor({ orderNo: second!.orderNo })
    const results = await Promise.all([
      ledger.claim(first!, key),
      ledger.claim(second!, key),
      ledger.claim(third, null),
    ])
    expect(results).toEqual([claimed, { kind: 'key-reused' }, claimed])
    expect(await ledger.attemptsOf(third.orderNo)).toEqual([third])
  })

  test('of two instances that want the same orders and keys in other pairs all have an answer', async () => {
    const { ledger, openOther } = await openPlace()
    const other = await openOther()
    for (let round = 0; round < 20; round += 1) {
      const orderNos = many(4).map(({ orderNo }) => orderNo)
      const keys = orderNos.map(() => newKey())
      const claim = (by: PaymentLedger, shift: number) =>
        orderNos.map((orderNo, index) =>
          by.claim(attemptFor({ orderNo }), keys[(index + shift) % keys.length]!),
        )
      const results = await Promise.all([...claim(ledger, 0), ...claim(other, 1)])
      const kinds = results.map(({ kind }) => kind)
      // Each order goes to one of two; a key can be gone before either has it.
      for (const [index, orderNo] of orderNos.entries()) {
        const granted = [kinds[index], kinds[index + 4]].filter((kind) => kind === 'claimed')
        expect(await ledger.attemptsOf(orderNo)).toHaveLength(granted.length)
        expect(granted.length).toBeLessThanOrEqual(1)
      }
      expect(kinds.filter((kind) => kind === 'claimed').length).toBeGreaterThanOrEqual(2)
    }
  })
})

describe('changes of one attempt in one turn', () => {
  test('are made one after the other', async () => {
    const { ledger } = await openPlace()
    const attempt = await store(ledger, attemptFor())
    const [unknown, settled] = await Promise.all([
      ledger.record([lost(attempt, 1_000)]),
      ledger.record([released(attempt, 2_000)]),
    ])
    expect(unknown).toMatchObject([{ paymentId: attempt.paymentId }])
    expect(settled).toMatchObject([
      { state: 'NOT_PAID', steps: [{}, { state: 'UNKNOWN' }, { state: 'NOT_PAID' }] },
    ])
  })
})

describe('a record of an attempt that this instance has claimed', () => {
  test('tells what another instance did to it meanwhile', async () => {
    const { ledger, openOther } = await openPlace()
    const other = await openOther()
    const attempt = await store(ledger, attemptFor())
    expect(await other.adoptOrphans(after(20_000), after(24_000))).toBe(1)
    const recorded = await ledger.record([paid(attempt, 25_000)])
    expect(recorded).toEqual([await other.find(attempt.paymentId)])
    expect(recorded[0]!.steps.map(({ state }) => state)).toEqual(['CLAIMED', 'UNKNOWN', 'PAID'])
  })

  test('tells what stands when another instance settled it', async () => {
    const { ledger, openOther } = await openPlace()
    const other = await openOther()
    const attempt = await store(ledger, attemptFor())
    const settled = await other.record([notPaid(attempt, 1_000, 'CARD_MISMATCH')])
    expect(await ledger.record([paid(attempt, 2_000)])).toEqual(settled)
  })

  test('that was removed is none', async () => {
    const { ledger, openOther } = await openPlace()
    const attempt = await store(ledger, attemptFor())
    await (await openOther()).withdraw(attempt.paymentId)
    expect(await ledger.record([paid(attempt, 2_000)])).toEqual([null])
  })
})
