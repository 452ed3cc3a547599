/**
 * What claims and lookups cost on a ledger of a million rows, next to an empty one, and how long it takes to open.
 * `node test/ledger/ledger-scale.bench.ts [rows [sqlite|postgres]]`; the bar is a ratio of 1.2 with ten million rows,
 * and 2 seconds.
 */

import { randomUUID, randomUUIDv7 } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openLedger } from '../../src/ledger/open-ledger.ts'
import { newAttempt, type PaymentAttempt } from '../../src/payment/payment-attempt.ts'
import type { PaymentLedger } from '../../src/payment/ports.ts'
import { query, startPostgres } from '../support/postgres.ts'

const rows = Number(process.argv[2] ?? 1_000_000)
const only = process.argv[3]

/** Samples of each operation on each ledger, taken in turns. */
const SAMPLES = 200
const OPENINGS = 5

/** Lookups in one sample: a single one is too short to be timed. */
const LOOKUPS = 20

/** Claims of one turn, as many clients make them. */
const GROUP = 20

/**
 * Columns of a settled attempt in both dialects; `id`, `order` and `at` are expressions of the dialect. Identifiers
 * begin with the time, as those of version 7 do.
 */
function settledRow({ id, order, at }: { id: string; order: string; at: string }): string {
  return `${id}, ${order}, 'BALANCE', 'anonymous', '["'||${order}||'","BALANCE",null,null]', 'gateway-0',
    CASE WHEN i % 10 < 7 THEN 'PAID' ELSE 'NOT_PAID' END,
    CASE WHEN i % 10 < 7 THEN NULL ELSE 'CARD_MISMATCH' END,
    CASE WHEN i % 10 < 7 THEN 'PAY_RESPONSE' END,
    CASE WHEN i % 10 < 7 THEN 0 ELSE 414 END, 'GBTQUA', ${at}, ${at} + 35000, ${at} + 900`
}

const columns = `payment_id, order_no, payment_method, caller, fingerprint, instance_id, state, code, evidence,
  atlas_status, pnr_code, claimed_at, deadline_at, settled_at, steps`

const steps = `[{"state":"CLAIMED","at":1795420800000,"code":null,"reason":null},{"state":"PAID","at":1795420800900,"code":null,"reason":null}]`

function fillSqlite(path: string): void {
  const database = new DatabaseSync(path)
  database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -4000000')
  const triggers = database.prepare(`SELECT name, sql FROM sqlite_master WHERE type = 'trigger'`).all() as {
    name: string
    sql: string
  }[]
  for (const { name } of triggers) database.exec(`DROP TRIGGER ${name}`)
  const row = settledRow({
    id: `printf('%012x', 1795420800000 + i)||lower(hex(randomblob(10)))`,
    order: `'TESTA'||i`,
    at: '1795420800000 + i',
  })
  database.exec(`
    BEGIN;
    INSERT INTO payment_attempt (${columns})
      WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${rows})
      SELECT ${row}, '${steps}' FROM n;
    INSERT INTO idempotency_key
      SELECT caller, lower(hex(randomblob(16))) AS key, payment_id FROM payment_attempt ORDER BY key;
    COMMIT`)
  for (const { sql } of triggers) database.exec(sql)
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  database.close()
}

async function fillPostgres(url: string): Promise<void> {
  const row = settledRow({
    id: `lpad(to_hex(1795420800000 + i), 12, '0')||substr(md5(random()::text), 1, 20)`,
    order: `'TESTA'||i::text`,
    at: '1795420800000 + i',
  })
  await query(
    url,
    `ALTER TABLE payment_attempt DISABLE TRIGGER USER;
     INSERT INTO payment_attempt (${columns}) SELECT ${row}, '${steps}'::jsonb FROM generate_series(0, ${rows - 1}) i;
     INSERT INTO idempotency_key SELECT caller, gen_random_uuid()::text, payment_id FROM payment_attempt;
     ALTER TABLE payment_attempt ENABLE TRIGGER USER;`,
  )
}

type Known = Pick<PaymentAttempt, 'paymentId' | 'orderNo'>

interface Side {
  readonly ledger: PaymentLedger
  /** Attempts that were just claimed, as most lookups are about. */
  readonly lately: readonly Known[]
  /** Any of the attempts: pages that nobody has read before. */
  readonly any: readonly Known[]
}

type Sql = (text: string) => Promise<readonly Record<string, unknown>[]>

async function openSide(url: string, sql: Sql): Promise<Side> {
  const ledger = await openLedger(url, { instanceId: 'gateway-1' })
  const lately = Array.from({ length: 200 }, fresh)
  for (const attempt of lately) await ledger.claim(attempt, randomUUID())
  const any = await sql(
    `SELECT payment_id AS "paymentId", order_no AS "orderNo" FROM payment_attempt
     WHERE state <> 'NOT_PAID' ORDER BY random() LIMIT 5000`,
  )
  return { ledger, lately, any: any as unknown as Known[] }
}

function fresh(): PaymentAttempt {
  const at = new Date()
  const deadlineAt = new Date(at.getTime() + 60 * 60_000)
  return newAttempt(
    {
      orderNo: `TESTB${randomUUID()}`,
      paymentMethod: 'BALANCE',
      clientOrderNo: null,
      requestSource: null,
      card: null,
      expectedTotal: null,
    },
    { paymentId: randomUUIDv7(), caller: 'anonymous', at, deadlineAt },
  )
}

interface Operation {
  /** How often one sample does it. */
  readonly per: number
  run(side: Side, sample: number): Promise<unknown>
}

const operations: Record<string, Operation> = {
  // Before the others: it looks at what is claimed, which in production are a few payments under way.
  'round of the settler that finds nothing': {
    per: 1,
    async run({ ledger }) {
      const at = new Date()
      await ledger.heartbeat(at)
      await ledger.adoptOrphans(at, at)
      await ledger.leaseUnknown(at, at, 50)
      await ledger.purge(new Date(0), 500)
    },
  },
  'claim, one after the other': { per: 1, run: ({ ledger }) => ledger.claim(fresh(), randomUUID()) },
  'claim, 20 in a turn': {
    per: GROUP,
    run: ({ ledger }) =>
      Promise.all(Array.from({ length: GROUP }, () => ledger.claim(fresh(), randomUUID()))),
  },
  'claim that is refused': lookups('lately', (ledger, { orderNo }) =>
    ledger.claim({ ...fresh(), orderNo }, null),
  ),
  find: lookups('lately', (ledger, { paymentId }) => ledger.find(paymentId)),
  'attempts of an order': lookups('lately', (ledger, { orderNo }) => ledger.attemptsOf(orderNo)),
  'find, any old one': lookups('any', (ledger, { paymentId }) => ledger.find(paymentId)),
  'attempts of any old order': lookups('any', (ledger, { orderNo }) => ledger.attemptsOf(orderNo)),
}

function lookups(
  which: 'lately' | 'any',
  look: (ledger: PaymentLedger, known: Known) => Promise<unknown>,
): Operation {
  return {
    per: LOOKUPS,
    async run(side, sample) {
      for (let index = 0; index < LOOKUPS; index += 1) {
        const known = side[which]
        await look(side.ledger, known[(sample * LOOKUPS + index) % known.length]!)
      }
    },
  }
}

/** Times every operation on both sides in turns, and prints microseconds for one of them. */
async function compare(name: string, empty: Side, full: Side): Promise<void> {
  for (const [operation, { per, run }] of Object.entries(operations)) {
    const times: { [side in 'empty' | 'full']: number[] } = { empty: [], full: [] }
    for (let sample = 0; sample < SAMPLES; sample += 1) {
      const turns = [['empty', empty] as const, ['full', full] as const]
      for (const [side, target] of sample % 2 === 0 ? turns : turns.toReversed()) {
        const since = performance.now()
        await run(target, sample)
        times[side].push(((performance.now() - since) * 1_000) / per)
      }
    }
    const [atEmpty, atFull] = [quantile(times.empty, 0.5), quantile(times.full, 0.5)]
    print(name, operation, [
      `empty ${atEmpty.toFixed(0)} µs`,
      `full ${atFull.toFixed(0)} µs`,
      `ratio ${(atFull / atEmpty).toFixed(2)}`,
      `(means ${mean(times.empty).toFixed(0)} and ${mean(times.full).toFixed(0)} µs)`,
    ])
  }
}

async function timeOpening(name: string, url: string): Promise<void> {
  const times: number[] = []
  for (let opening = 0; opening < OPENINGS; opening += 1) {
    const since = performance.now()
    const ledger = await openLedger(url, { instanceId: 'gateway-1' })
    await ledger.heartbeat(new Date())
    await ledger.find('none')
    times.push(performance.now() - since)
    await ledger.close()
  }
  print(name, 'opening the full one', [
    `median ${quantile(times, 0.5).toFixed(0)} ms`,
    `longest ${Math.max(...times).toFixed(0)} ms`,
  ])
}

function quantile(values: readonly number[], part: number): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length * part)]!
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function print(store: string, what: string, figures: readonly string[]): void {
  console.log(
    `${store.padEnd(11)} ${what.padEnd(40)} ${figures.map((figure) => figure.padEnd(16)).join(' ')}`,
  )
}

async function benchSqlite(directory: string): Promise<void> {
  const paths = { empty: join(directory, 'empty.sqlite'), full: join(directory, 'full.sqlite') }
  for (const path of Object.values(paths)) {
    await (await openLedger(`sqlite:${path}`, { instanceId: 'gateway-0' })).close()
  }
  fillSqlite(paths.full)
  await timeOpening('SQLite', `sqlite:${paths.full}`)
  const sides = await Promise.all(
    [paths.empty, paths.full].map((path) =>
      openSide(`sqlite:${path}`, async (text) => {
        const database = new DatabaseSync(path, { readOnly: true })
        try {
          return database.prepare(text).all()
        } finally {
          database.close()
        }
      }),
    ),
  )
  await compare('SQLite', sides[0]!, sides[1]!)
  for (const { ledger } of sides) await ledger.close()
}

async function benchPostgres(): Promise<void> {
  const server = await startPostgres({ fsync: true })
  try {
    const urls = [await server.createDatabase(), await server.createDatabase()]
    for (const url of urls) await (await openLedger(url, { instanceId: 'gateway-0' })).close()
    await fillPostgres(urls[1]!)
    for (const url of urls) await query(url, 'VACUUM ANALYZE')
    await query(urls[1]!, 'CHECKPOINT')
    await timeOpening('PostgreSQL', urls[1]!)
    const sides = await Promise.all(urls.map((url) => openSide(url, (text) => query(url, text))))
    await compare('PostgreSQL', sides[0]!, sides[1]!)
    for (const { ledger } of sides) await ledger.close()
  } finally {
    await server.stop()
  }
}

const directory = await mkdtemp(join(tmpdir(), 'ledger-bench-'))
try {
  console.log(`${rows} rows, ${SAMPLES} samples of each; medians`)
  if (only !== 'postgres') await benchSqlite(directory)
  if (only !== 'sqlite') await benchPostgres()
} finally {
  await rm(directory, { recursive: true })
}
process.exit()
