/** Places where a ledger lives, each new and empty: SQLite in memory and in a file, a PostgreSQL database. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { onTestFinished } from 'vitest'
import { openLedger } from '../../src/ledger/open-ledger.ts'
import { createSqliteLedger } from '../../src/ledger/sqlite/sqlite-ledger.ts'
import type { PaymentLedger } from '../../src/payment/ports.ts'
import { query, type TestPostgres } from './postgres.ts'

export interface LedgerStore {
  /** LEDGER_URL of the store. */
  readonly url: string
  /** Opens the ledger for an instance of the gateway, `gateway-1` when it is not named. */
  open(instanceId?: string): Promise<PaymentLedger>
  /** Runs SQL beside the ledgers and resolves with its rows; rejects when the store refuses it. */
  sql(text: string): Promise<readonly Record<string, unknown>[]>
  /** Says that the tables have this version. */
  setVersion(version: number): Promise<void>
  /** Closes what is open and removes the store. */
  dispose(): Promise<void>
}

export type OpenStore = () => Promise<LedgerStore>

/** A store and one ledger over it, until the test ends. */
export async function openFor(openStore: OpenStore): Promise<{ store: LedgerStore; ledger: PaymentLedger }> {
  const store = await openStore()
  onTestFinished(() => store.dispose())
  return { store, ledger: await store.open() }
}

/** SQLite in memory. Its ledgers share the one connection that it has. */
export async function openMemoryStore(): Promise<LedgerStore> {
  const database = new DatabaseSync(':memory:')
  return {
    url: 'sqlite::memory:',
    open: async (instanceId = 'gateway-1') => createSqliteLedger(database, { instanceId }),
    sql: async (text) => database.prepare(text).all(),
    setVersion: async (version) => database.exec(`PRAGMA user_version = ${version}`),
    dispose: async () => database.close(),
  }
}

/** SQLite in a file of a folder that does not exist yet. */
export async function openFileStore(): Promise<LedgerStore & { readonly path: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'ledger-sqlite-'))
  const path = join(directory, 'data', 'ledger.sqlite')
  const url = `sqlite:${path}`
  const run = <Result>(work: (database: DatabaseSync) => Result): Result => {
    const database = new DatabaseSync(path, { timeout: 5_000 })
    try {
      return work(database)
    } finally {
      database.close()
    }
  }
  return {
    ...withLedgers(url, () => rm(directory, { recursive: true })),
    path,
    sql: async (text) => run((database) => database.prepare(text).all()),
    setVersion: async (version) => run((database) => database.exec(`PRAGMA user_version = ${version}`)),
  }
}

/** Databases of a running PostgreSQL. One that a test is done with is emptied and used again: that is faster. */
export function postgresStores(server: () => TestPostgres): OpenStore {
  const free: string[] = []
  return async () => {
    const url = free.pop() ?? (await server().createDatabase())
    return {
      ...withLedgers(url, async () => {
        await query(url, 'DROP SCHEMA public CASCADE; CREATE SCHEMA public')
        free.push(url)
      }),
      sql: (text) => query(url, text),
      setVersion: async (version) =>
        void (await query(url, `INSERT INTO schema_version VALUES (${version})`)),
    }
  }
}

/** A session until the test ends: it keeps what it has locked. Concurrent tests pass their own `finished`. */
export async function openSession(url: string, finished = onTestFinished): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  // Heard, so that a server that goes down does not end the tests.
  client.on('error', () => {})
  await client.connect()
  finished(() => client.end())
  return client
}

function withLedgers(
  url: string,
  remove: () => Promise<void>,
): Pick<LedgerStore, 'url' | 'open' | 'dispose'> {
  const ledgers = new Set<PaymentLedger>()
  return {
    url,
    async open(instanceId = 'gateway-1') {
      const ledger = await openLedger(url, { instanceId })
      ledgers.add(ledger)
      return {
        ...ledger,
        async close() {
          ledgers.delete(ledger)
          await ledger.close()
        },
      }
    },
    async dispose() {
      await Promise.all([...ledgers].map((ledger) => ledger.close()))
      await remove()
    },
  }
}
