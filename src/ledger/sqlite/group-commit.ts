/** Writes of one turn of the event loop share one commit, and so one fsync. */

import type { DatabaseSync } from 'node:sqlite'
import { LedgerUnavailable } from '../../payment/ports.ts'

/** Runs work inside the next shared transaction; resolves after its commit. */
export type GroupCommit = <Result>(work: () => Result) => Promise<Result>

interface Entry {
  readonly work: () => unknown
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
 * One failing entry fails by itself: it runs in a savepoint. A commit that fails (disk full, read-only
 * file) is rolled back and fails every entry of its group, none of which is then in the database.
 */
export function createGroupCommit(database: DatabaseSync): GroupCommit {
  let waiting: Entry[] = []
  let isScheduled = false

  const schedule = (entry: Entry): void => {
    waiting.push(entry)
    if (isScheduled) return
    isScheduled = true
    setImmediate(flush)
  }

  function flush(busySince?: number): void {
    try {
      database.exec('BEGIN IMMEDIATE')
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
    const settled = group.map((entry) => runInSavepoint(database, entry))
    try {
      database.exec('COMMIT')
    } catch (error) {
      rollBack(database)
      for (const { reject } of group) reject(new LedgerUnavailable(error, false))
      return
    }
    for (const settle of settled) settle()
  }

  function takeGroup(): Entry[] {
    const group = waiting.slice(0, GROUP_MAX)
    waiting = waiting.slice(GROUP_MAX)
    isScheduled = waiting.length > 0
    if (isScheduled) setImmediate(flush)
    return group
  }

  return (work) =>
    new Promise((resolve, reject) => {
      schedule({ work, resolve, reject })
    })
}

/** Runs one entry; gives what to do with its promise after the commit. */
function runInSavepoint(database: DatabaseSync, { work, resolve, reject }: Entry): () => void {
  // A full disk can end the whole transaction inside an entry. Whatever ran after that would commit by
  // itself, although the group is told that nothing was.
  if (!database.isTransaction) return () => {}
  try {
    database.exec('SAVEPOINT entry')
    const result = work()
    database.exec('RELEASE entry')
    return () => resolve(result as never)
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK TO entry; RELEASE entry')
    return () => reject(asLedgerFault(error))
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
