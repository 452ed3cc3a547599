/** Writes that come together share one commit, and so one fsync. */

import type { DatabaseSync } from 'node:sqlite'
import { LedgerUnavailable } from '../../payment/ports.ts'
import { gather } from '../gathering.ts'

/** Runs work inside the next shared transaction; resolves after its commit, when `onCommit` was told of the result. */
export type GroupCommit = <Result>(work: () => Result, onCommit?: (result: Result) => void) => Promise<Result>

interface Entry {
  readonly work: () => unknown
  readonly onCommit: ((result: never) => void) | undefined
  readonly resolve: (result: never) => void
  readonly reject: (error: unknown) => void
}

/** How long writers of other processes are waited for before the ledger counts as unavailable. */
const BUSY_MAX_MS = 5_000

/** Pause before trying again for the write lock. The loop turns meanwhile. */
const BUSY_PAUSE_MS = 3

/** Most writes in one transaction: a longer one would keep other processes and the loop waiting. */
const GROUP_MAX = 500

/** SQLite's result code for a lock that another connection has. */
const SQLITE_BUSY = 5

/**
 * One failing entry fails by itself: its group is rolled back and runs once more, each entry in a savepoint of its
 * own. So work may run twice, and its effects are those on the database alone. A commit that fails (disk full, read-only
 * file) is rolled back and fails every entry of its group, none of which is then in the database.
 */
export function createGroupCommit(database: DatabaseSync): GroupCommit {
  // Prepared once: `exec` compiles its text each time.
  const begin = database.prepare('BEGIN IMMEDIATE')
  const end = database.prepare('COMMIT')
  let waiting: Entry[] = []
  let isScheduled = false

  const schedule = (entry: Entry): void => {
    waiting.push(entry)
    if (isScheduled) return
    isScheduled = true
    gather(() => waiting.length, flush)
  }

  function flush(busySince?: number): void {
    try {
      begin.run()
    } catch (error) {
      const since = busySince ?? performance.now()
      if (isBusy(error) && performance.now() - since < BUSY_MAX_MS) {
        setTimeout(flush, BUSY_PAUSE_MS, since)
        return
      }
      const group = takeGroup()
      for (const { reject } of group) reject(new LedgerUnavailable(error, false))
      return
    }
    const group = takeGroup()
    let settled: readonly (() => void)[]
    try {
      settled = runTogether(group)
      end.run()
    } catch (error) {
      // Another process took the lock while the group was about to run once more: it waits like any other.
      const isOutside = !database.isTransaction
      rollBack(database)
      if (isOutside && isBusy(error)) putBack(group)
      else for (const { reject } of group) reject(new LedgerUnavailable(error, false))
      return
    }
    for (const settle of settled) settle()
  }

  /** Runs all entries; gives what to do with their promises after the commit. */
  function runTogether(group: readonly Entry[]): readonly (() => void)[] {
    try {
      return group.map((entry) => {
        const result = entry.work() as never
        return () => succeed(entry, result)
      })
    } catch {
      // Savepoints only now: around each entry they took 5 of a payment's 36 µs in the ledger.
      rollBack(database)
      begin.run()
      return group.map((entry) => runInSavepoint(database, entry))
    }
  }

  function takeGroup(): Entry[] {
    const group = waiting.slice(0, GROUP_MAX)
    waiting = waiting.slice(GROUP_MAX)
    isScheduled = waiting.length > 0
    if (isScheduled) setImmediate(flush)
    return group
  }

  function putBack(group: readonly Entry[]): void {
    waiting = [...group, ...waiting]
    if (!isScheduled) setImmediate(flush)
    isScheduled = true
  }

  return (work, onCommit) =>
    new Promise((resolve, reject) => {
      schedule({ work, onCommit, resolve, reject })
    })
}

function succeed({ onCommit, resolve }: Entry, result: never): void {
  onCommit?.(result)
  resolve(result)
}

/** Runs one entry; gives what to do with its promise after the commit. */
function runInSavepoint(database: DatabaseSync, entry: Entry): () => void {
  // A full disk can end the whole transaction inside an entry. Whatever ran after that would commit by
  // itself, although the group is told that nothing was.
  if (!database.isTransaction) return () => {}
  try {
    database.exec('SAVEPOINT entry')
    const result = entry.work() as never
    database.exec('RELEASE entry')
    return () => succeed(entry, result)
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK TO entry; RELEASE entry')
    return () => entry.reject(asLedgerFault(error))
  }
}

/** The error to reject with: a fault of the storage means that the ledger is not available. */
export function asLedgerFault(error: unknown): unknown {
  return isStorageFault(error) ? new LedgerUnavailable(error, false) : error
}

function rollBack(database: DatabaseSync): void {
  try {
    if (database.isTransaction) database.exec('ROLLBACK')
  } catch {
    // The connection will say so again at the next BEGIN.
  }
}

/** Whether another connection has the lock. */
export function isBusy(error: unknown): boolean {
  return codeOf(error) === SQLITE_BUSY
}

/** Read-only (8), interrupted (9), I/O (10), corrupt (11), full (13), cannot open (14), not a database (26). */
function isStorageFault(error: unknown): boolean {
  return [SQLITE_BUSY, 8, 9, 10, 11, 13, 14, 26].includes(codeOf(error))
}

/** The primary result code: extended ones have it in the low byte. */
function codeOf(error: unknown): number {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined
  return typeof code === 'number' ? code & 0xff : -1
}
