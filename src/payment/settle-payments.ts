/** The use case in the background: attempts whose outcome is unknown are read back until it is known. */

import type { PaymentAttempt } from './payment-attempt.ts'
import { type Clock, LedgerUnavailable, type PaymentLedger } from './ports.ts'
import type { ReadBack } from './read-back.ts'
import type { Repairs } from './repairs.ts'

export interface SettlerOptions {
  readonly ledger: PaymentLedger
  readonly readBack: ReadBack
  readonly repairs: Repairs
  readonly clock: Clock
  /** Says that this instance is alive. */
  readonly signOfLife: () => Promise<void>
  /** Pause between two rounds, in milliseconds. */
  readonly intervalMs: number
  /** Attempts settled longer ago than this are removed, in milliseconds. */
  readonly retentionMs: number
  /** Told of each attempt that a readback settled. Must not throw. */
  readonly onSettled: (attempt: PaymentAttempt) => void
  /** Told, once a round, how many attempts are unknown in the whole ledger, and since when. Must not throw. */
  readonly onUnknown: (count: number, oldestAgeMs: number) => void
  /** Told of what went wrong in a round; the next one tries again. Must not throw. */
  readonly onFault: (error: unknown) => void
}

export interface Settler {
  /** One round: repairs, a sign of life, orphans, readbacks that are due, retention. */
  round(): Promise<void>
  /** Begins to run rounds, and to give signs of life, until {@link stop}. */
  start(): void
  /** Ends after the round under way. */
  stop(): Promise<void>
}

/** Pause between two signs of life of an instance. */
const HEARTBEAT_MS = 1_000

/** An instance that was not heard of for so long is taken for dead: four missed signs. */
const ALIVE_MS = 4_000

/** How long an attempt is leased for one readback, which takes up to 4 s. A reader that dies frees it after that. */
const LEASE_MS = 5_000

/** How late in a lease a readback may begin, so that it ends within it. */
const LEASE_START_MS = 1_000

/** Attempts that are leased in one round, and readbacks at the same time: a trickle beside payments. */
const ROUND_MAX = 50
const READERS_MAX = 4

/** Rows that one round removes. Small, so that payments hardly wait. */
const PURGE_MAX = 500

/** Pause between two looks for rows to remove. */
const PURGE_INTERVAL_MS = 60 * 60_000

export function createSettler(options: SettlerOptions): Settler {
  const { ledger, readBack, repairs, clock, signOfLife, intervalMs, retentionMs } = options
  const { onSettled, onUnknown, onFault } = options
  const stopping = new AbortController()
  let running: Promise<unknown> = Promise.resolve()
  let purgeAt = 0

  async function round(): Promise<void> {
    await attend(() => repairs.run())
    const isHeard = await attend(async () => {
      await signOfLife()
      const at = clock.now()
      await ledger.adoptOrphans(new Date(at.getTime() - ALIVE_MS), at)
    })
    // Time comes with the sign of life: without it nothing is judged by time.
    if (isHeard) await attend(readDue)
    await attend(report)
    await attend(purge)
  }

  async function readDue(): Promise<void> {
    const at = clock.now()
    const due = [...(await ledger.leaseUnknown(at, new Date(at.getTime() + LEASE_MS), ROUND_MAX))]
    const readers = Array.from({ length: READERS_MAX }, async () => {
      for (let attempt = due.shift(); attempt !== undefined; attempt = due.shift()) {
        // A lease that ran out while others were read belongs to somebody else by now.
        if (stopping.signal.aborted || clock.now().getTime() - at.getTime() > LEASE_START_MS) return
        const one = attempt
        await attend(async () => {
          const settled = await readBack.once(one)
          if (settled !== null) onSettled(settled)
        })
      }
    })
    await Promise.all(readers)
  }

  async function report(): Promise<void> {
    const { count, oldestAt } = await ledger.countUnknown()
    onUnknown(count, oldestAt === null ? 0 : Math.max(0, clock.now().getTime() - oldestAt.getTime()))
  }

  async function purge(): Promise<void> {
    const now = clock.now().getTime()
    // Further ahead it is from before the clock was set back.
    if (now < purgeAt && purgeAt - now <= PURGE_INTERVAL_MS) return
    const removed = await ledger.purge(new Date(now - retentionMs), PURGE_MAX)
    // A full batch means that there is more: the next round goes on.
    if (removed < PURGE_MAX) purgeAt = now + PURGE_INTERVAL_MS
  }

  /**
   * Keeps the round going: a store that is away is expected, and the next round finds out by itself. Resolves with
   * whether the work was done.
   */
  async function attend(work: () => Promise<void>): Promise<boolean> {
    try {
      await work()
      return true
    } catch (error) {
      if (!(error instanceof LedgerUnavailable)) onFault(error)
      return false
    }
  }

  async function every(pauseMs: number, work: () => Promise<unknown>): Promise<void> {
    while (!stopping.signal.aborted) {
      await work()
      await clock.delay(pauseMs, stopping.signal)
    }
  }

  return {
    round,
    start() {
      running = Promise.all([every(intervalMs, round), every(HEARTBEAT_MS, () => attend(signOfLife))]).catch(
        onFault,
      )
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}
