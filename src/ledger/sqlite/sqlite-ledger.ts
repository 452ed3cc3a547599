/** PaymentLedger in an SQLite file, for one machine: one fsync makes many payments durable. */

import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import {
  applyChange,
  type AttemptChange,
  isRetryable,
  mayFollow,
  type PaymentAttempt,
  READBACK_HEADSTART_MS,
} from '../../payment/payment-attempt.ts'
import type { ClaimResult, PaymentLedger } from '../../payment/ports.ts'
import { attemptOf, type AttemptRow, instantOf, orphanChange, stepRow } from '../attempt-row.ts'
import { createClaimedAttempts } from '../claimed-attempts.ts'
import { asLedgerFault, createGroupCommit, isBusy } from './group-commit.ts'
import { migrate } from './migrations.ts'
import { prepare } from './statements.ts'

export interface SqliteLedgerOptions {
  /** Names this process among those that share the file. */
  readonly instanceId: string
}

/** How long opening waits for other processes that open the same file, in milliseconds. */
const OPEN_WAIT_MS = 10_000

/** Pause between two tries to open, in milliseconds. */
const OPEN_PAUSE_MS = 5

/** Opens, and when missing creates, a ledger file and its folder. Throws when that cannot be done. */
export function openSqliteLedger(path: string, options: SqliteLedgerOptions): PaymentLedger {
  mkdirSync(dirname(path), { recursive: true })
  return createSqliteLedger(new DatabaseSync(path), options)
}

/** A ledger over an open database, which it owns from then on. */
export function createSqliteLedger(
  database: DatabaseSync,
  { instanceId }: SqliteLedgerOptions,
): PaymentLedger {
  database.exec(`PRAGMA busy_timeout = ${OPEN_WAIT_MS}`)
  useWal(database)
  // FULL is what keeps a commit through a power loss.
  database.exec(`
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
  `)
  migrate(database)
  // From here on waiting for a lock is done by the group commit, without stopping the event loop.
  database.exec('PRAGMA busy_timeout = 0')

  const commit = createGroupCommit(database)
  const sql = prepare(database)

  const claimed = createClaimedAttempts()

  const find = (paymentId: string): PaymentAttempt | null => {
    const row = sql.find.get(paymentId) as AttemptRow | undefined
    return row === undefined ? null : attemptOf(row)
  }

  function claim(attempt: PaymentAttempt, key: string | null): ClaimResult {
    const bound =
      key === null ? undefined : (sql.findByKey.get(attempt.caller, key) as AttemptRow | undefined)
    if (bound !== undefined) {
      const earlier = attemptOf(bound)
      if (earlier.fingerprint !== attempt.fingerprint) return { kind: 'key-reused' }
      if (!isRetryable(earlier)) return { kind: 'replay', attempt: earlier }
    }
    // Inserted without a look at the order first: nearly always it is free, and the index says so just as well.
    const { changes } = sql.insert.run(
      attempt.paymentId,
      attempt.orderNo,
      attempt.paymentMethod,
      attempt.caller,
      attempt.fingerprint,
      instanceId,
      attempt.state,
      attempt.claimedAt.getTime(),
      attempt.deadlineAt.getTime(),
      stepsJson(attempt),
    )
    if (changes === 0) return held(attempt, key)
    if (key !== null) sql.bindKey.run(attempt.caller, key, attempt.paymentId)
    return { kind: 'claimed' }
  }

  function held(attempt: PaymentAttempt, key: string | null): ClaimResult {
    const row = sql.holder.get(attempt.orderNo) as AttemptRow | undefined
    if (row === undefined) throw new Error('The ledger has a payment of this identifier already.')
    const holder = attemptOf(row)
    if (key !== null && holder.state !== 'PAID' && holder.fingerprint === attempt.fingerprint) {
      sql.bindKey.run(attempt.caller, key, holder.paymentId)
    }
    return { kind: 'held', holder }
  }

  function record(change: AttemptChange, nextReadAt: number): PaymentAttempt | null {
    const before = claimed.take(change.paymentId)
    // Null when another process took it for an orphan meanwhile.
    const next = before && rests(before, change) ? update(before, change, nextReadAt) : null
    return next ?? recordStored(find(change.paymentId), change, nextReadAt)
  }

  function recordStored(
    attempt: PaymentAttempt | null,
    change: AttemptChange,
    nextReadAt: number,
  ): PaymentAttempt | null {
    if (attempt === null || !mayFollow(attempt, change) || !rests(attempt, change)) return attempt
    return update(attempt, change, nextReadAt)
  }

  /** The attempt after a change that may follow it; null when it is no longer in the state it was in. */
  function update(attempt: PaymentAttempt, change: AttemptChange, nextReadAt: number): PaymentAttempt | null {
    const next = applyChange(attempt, change)
    const { changes } = sql.update.run(
      next.state,
      next.code,
      next.evidence,
      next.atlasStatus,
      next.pnrCode,
      next.retryAfterSeconds,
      next.reason,
      next.requestStarted === null ? null : Number(next.requestStarted),
      next.settledAt?.getTime() ?? null,
      next.state === 'UNKNOWN' ? nextReadAt : null,
      stepsJson(next),
      next.paymentId,
      attempt.state,
    )
    return changes === 1 ? next : null
  }

  return {
    claim: (attempt, key) =>
      commit(
        () => claim(attempt, key),
        ({ kind }) => {
          if (kind === 'claimed') claimed.add(attempt)
        },
      ),
    withdraw(paymentId) {
      claimed.take(paymentId)
      return commit(() => void sql.withdraw.run(paymentId))
    },
    record: (changes) =>
      commit(() => changes.map((change) => record(change, change.at.getTime() + READBACK_HEADSTART_MS))),
    find: (paymentId) => read(() => find(paymentId)),
    attemptsOf: (orderNo) =>
      read(() => (sql.attemptsOf.all({ order_no: orderNo }) as unknown as AttemptRow[]).map(attemptOf)),
    heartbeat: (at) =>
      commit(() => {
        sql.heartbeat.run(instanceId, at.getTime())
        // Who shares a file shares the machine.
        return null
      }),
    async adoptOrphans(aliveSince, at) {
      // Looked for before the write lock is taken: most rounds find none.
      const alive = { at: at.getTime(), since: aliveSince.getTime() }
      const orphans = () => sql.orphans.all(alive) as { payment_id: string }[]
      if ((await read(orphans)).length === 0) return 0
      return commit(() => {
        const adopted = orphans().map(({ payment_id: paymentId }) =>
          record(orphanChange(paymentId, at), at.getTime()),
        )
        return adopted.length
      })
    },
    async leaseUnknown(at, until, limit) {
      const now = { at: at.getTime() }
      if ((await read(() => sql.isAhead.get(now))) !== undefined)
        await commit(() => void sql.bringBack.run(now))
      if ((await read(() => sql.isDue.get(now))) === undefined) return []
      const rows = await commit(
        () => sql.lease.all({ ...now, until: until.getTime(), limit }) as unknown as LeasedRow[],
      )
      // RETURNING gives them in any order.
      return rows.sort((one, other) => one.next_read_at - other.next_read_at).map(attemptOf)
    },
    defer: (paymentId, deferred) =>
      commit(() => {
        const attempt = find(paymentId)
        if (attempt === null || !rests(attempt, deferred)) return
        const { reads, unpaidReads, unpaidSince, nextReadAt } = deferred
        sql.defer.run(reads, unpaidReads, unpaidSince?.getTime() ?? null, nextReadAt.getTime(), paymentId)
      }),
    async purge(before, limit) {
      if ((await read(() => sql.isPurgeable.get(before.getTime()))) === undefined) return 0
      return commit(() => {
        sql.forget.run(before.getTime())
        return Number(sql.purge.run(before.getTime(), limit).changes)
      })
    },
    countUnknown: () =>
      read(() => {
        const { count, oldest } = sql.countUnknown.get() as { count: number; oldest: number | null }
        return { count, oldestAt: instantOf(oldest) }
      }),
    async close() {
      try {
        await commit(() => {})
      } finally {
        database.close()
      }
    },
  }
}

/**
 * WAL lets readers go on beside the writer. A file is switched to it once, and processes that do so at the same
 * time fail at once, whatever the timeout: SQLite sees a deadlock in it.
 */
function useWal(database: DatabaseSync): void {
  const since = performance.now()
  for (;;) {
    try {
      database.exec('PRAGMA journal_mode = WAL')
      return
    } catch (error) {
      if (!isBusy(error) || performance.now() - since >= OPEN_WAIT_MS) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, OPEN_PAUSE_MS)
    }
  }
}

/** Whether what a change rests on still holds: the readbacks and the code of the attempt. */
function rests(
  attempt: PaymentAttempt,
  { ifReads, ifCode }: Pick<AttemptChange, 'ifReads' | 'ifCode'>,
): boolean {
  const { state, code, reason } = attempt
  if (ifCode !== undefined && ifCode !== code && state !== 'CLAIMED' && reason !== 'PROCESS_ENDED')
    return false
  return (
    ifReads === undefined || (ifReads.reads === attempt.reads && ifReads.unpaidReads === attempt.unpaidReads)
  )
}

/** A row with what it is ordered by. */
type LeasedRow = AttemptRow & { readonly next_read_at: number }

/** Reads the last commit, without waiting for writers. */
async function read<Result>(work: () => Result): Promise<Result> {
  try {
    return work()
  } catch (error) {
    throw asLedgerFault(error)
  }
}

function stepsJson({ steps }: PaymentAttempt): string {
  return JSON.stringify(steps.map(stepRow))
}
