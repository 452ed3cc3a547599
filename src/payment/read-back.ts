/** Reads back attempts whose outcome is unknown, and records what the order tells. It moves no money. */

import {
  applyChange,
  type AttemptChange,
  mayFollow,
  type PaymentAttempt,
  READ_PAUSE_MAX_MS,
} from './payment-attempt.ts'
import {
  type AtlasPayments,
  type Clock,
  LedgerUnavailable,
  type OrderReading,
  type PaymentLedger,
} from './ports.ts'
import { recordChanges } from './record-changes.ts'
import type { Repairs } from './repairs.ts'
import { changeTo, isFinalRefusal, mayHaveCharged, settle, standsAsPaid } from './settlement.ts'

export interface ReadBackOptions {
  readonly atlas: AtlasPayments
  readonly ledger: PaymentLedger
  readonly repairs: Repairs
  readonly clock: Clock
  /** Since when the clock is known to run as it should. */
  readonly steadySince: () => Date
  /** See RELEASE_UNPAID_AFTER_MS; null never releases. */
  readonly releaseUnpaidAfterMs: number | null
  /** Pace of the first background readbacks of an attempt, in milliseconds. */
  readonly intervalMs: number
  /** Told of what the ledger refuses although it is true. Must not throw. */
  readonly onFault: (error: unknown) => void
}

export interface ReadBack {
  /** A short series of reads while the client waits. Resolves with the attempt whose outcome to tell. */
  soon(attempt: PaymentAttempt, signal: AbortSignal): Promise<PaymentAttempt>
  /** One read. Resolves with the attempt whose outcome it told, or null when it is still unknown. */
  once(attempt: PaymentAttempt): Promise<PaymentAttempt | null>
  /** Commits changes and resolves with the attempts as they are then; what cannot be committed is repaired later. */
  record(
    attempts: readonly PaymentAttempt[],
    changes: readonly AttemptChange[],
  ): Promise<{ readonly attempts: readonly PaymentAttempt[]; readonly recorded: boolean }>
}

/** Pauses before each read of the short series, in milliseconds. An accepted deposit payment reads as paid at once. */
const SOON_PAUSES_MS = [0, 500, 1_500]

const MINUTE_MS = 60_000

export function createReadBack(options: ReadBackOptions): ReadBack {
  const { atlas, ledger, repairs, clock, steadySince, releaseUnpaidAfterMs, intervalMs, onFault } = options

  const record: ReadBack['record'] = async (attempts, changes) => {
    try {
      const results = await recordChanges(ledger, changes)
      const known = results.map((result, index) => {
        if (result.kind === 'taken') return result.attempt
        if (result.kind === 'denied') onFault(unrecorded(attempts, result.cause))
        else repairs.record([changes[index]!])
        return applyKnown(attempts[index]!, result.known)
      })
      return { attempts: known, recorded: results.every(({ kind }) => kind === 'taken') }
    } catch (error) {
      // What is known stays true and is told; writing it is tried again. Another error than an absent store is
      // a contradiction that somebody has to look at, such as a second payment of an order.
      if (!(error instanceof LedgerUnavailable)) onFault(unrecorded(attempts, error))
      repairs.record(changes)
      const known = attempts.map((attempt, index) => applyKnown(attempt, changes[index]!))
      return { attempts: known, recorded: false }
    }
  }

  /** Reads and judges once; resolves with the attempt to tell of, or with the counters to keep. */
  async function judge(attempt: PaymentAttempt) {
    // Before the read: what it tells may be older than its arrival. Both at once: a clock may be set meanwhile.
    const at = clock.now()
    const steady = steadySince()
    const reading = await atlas.readOrder(attempt.orderNo)
    const others = await othersOf(attempt, reading)
    if (others === null)
      return { told: null, reading, unpaidReads: attempt.unpaidReads, unpaidSince: attempt.unpaidSince }
    const settlement = settle(attempt, reading, {
      at,
      steadySince: steady,
      releaseUnpaidAfterMs,
      others,
    })
    if (settlement.kind === 'deferred') return { told: null, reading, ...settlement }
    const attempts = settlement.changes.map(
      ({ paymentId }) => others.find((other) => other.paymentId === paymentId) ?? attempt,
    )
    const { attempts: after } = await record(attempts, settlement.changes)
    return { told: after.find(({ paymentId }) => paymentId === settlement.told) ?? attempt, reading }
  }

  /** The other attempts of the order, where they matter; null when they cannot be read now. */
  async function othersOf(
    attempt: PaymentAttempt,
    reading: OrderReading,
  ): Promise<readonly PaymentAttempt[] | null> {
    // An attempt that may have charged itself needs no earlier one to explain a payment by its method.
    const isOfAnother =
      reading.kind === 'paid' && ![null, attempt.paymentMethod].includes(reading.paymentMethod)
    if (mayHaveCharged(attempt) && !isOfAnother) return []
    // Whether there is one is all that keeps a final refusal open, whatever the order tells.
    const isOver = reading.kind === 'paid' || reading.kind === 'cancelled'
    if (!isOver && !isFinalRefusal(attempt.code)) return []
    try {
      const attempts = await ledger.attemptsOf(attempt.orderNo)
      return attempts.filter(({ paymentId }) => paymentId !== attempt.paymentId)
    } catch (error) {
      if (error instanceof LedgerUnavailable) return null
      throw error
    }
  }

  async function defer(before: PaymentAttempt, after: PaymentAttempt): Promise<void> {
    const at = clock.now()
    const pauseMs = nextReadAfterMs(after.reads, at.getTime() - after.claimedAt.getTime(), intervalMs)
    try {
      await ledger.defer(after.paymentId, {
        ifReads: { reads: before.reads, unpaidReads: before.unpaidReads },
        reads: after.reads,
        unpaidReads: after.unpaidReads,
        unpaidSince: after.unpaidSince,
        nextReadAt: new Date(at.getTime() + pauseMs),
      })
    } catch (error) {
      // The lease ends by itself, and the next readback counts anew.
      if (!(error instanceof LedgerUnavailable)) throw error
    }
  }

  return {
    record,

    async once(attempt) {
      const judged = await judge(attempt)
      if (judged.told !== null) return judged.told.state === 'UNKNOWN' ? null : judged.told
      const { unpaidReads, unpaidSince } = judged
      await defer(attempt, { ...attempt, reads: attempt.reads + 1, unpaidReads, unpaidSince })
      return null
    },

    async soon(unknown, signal) {
      let attempt = unknown
      let emptyReads = 0
      for (const pauseMs of SOON_PAUSES_MS) {
        await clock.delay(pauseMs, signal)
        if (signal.aborted) break
        const judged = await judge(attempt)
        if (judged.told !== null && judged.told.state !== 'UNKNOWN') return judged.told
        // Its answer came meanwhile, by way of another instance: what is known now is judged by the next reading.
        if (judged.told !== null) {
          attempt = judged.told
          continue
        }
        if (judged.reading.kind === 'unreadable') emptyReads += 1
        // Not counted in `reads`, which pace the settler: it begins with its first pause.
        const { unpaidReads, unpaidSince } = judged
        attempt = { ...attempt, unpaidReads, unpaidSince }
      }
      if (standsAsPaid(attempt, emptyReads)) {
        const change = changeTo(attempt, 'PAID', clock.now(), {
          code: 'ORDER_ALREADY_PAID',
          reason: null,
          ifCode: 'ORDER_ALREADY_PAID',
        })
        return (await record([attempt], [change])).attempts[0]!
      }
      await defer(unknown, attempt)
      return attempt
    },
  }
}

/** The attempt after a change, where the change may follow. */
function applyKnown(attempt: PaymentAttempt, change: AttemptChange): PaymentAttempt {
  return mayFollow(attempt, change) ? applyChange(attempt, change) : attempt
}

/** For the log: which payments the ledger does not take, and why. */
function unrecorded(attempts: readonly PaymentAttempt[], cause: unknown): Error {
  const names = attempts.map(({ paymentId, orderNo }) => `${paymentId} of order ${orderNo}`).join(', ')
  return new Error(`The ledger does not take what became of payment ${names}.`, { cause })
}

/**
 * Pause before the next background read: doubling from the settler's interval to half a minute, then
 * slower with the age of the attempt, as Atlas's own tools poll (30 s, 2 minutes, 10 minutes).
 */
export function nextReadAfterMs(reads: number, ageMs: number, intervalMs: number): number {
  if (ageMs < 10 * MINUTE_MS) return Math.min(intervalMs * 2 ** Math.min(reads, 16), MINUTE_MS / 2)
  return ageMs < 60 * MINUTE_MS ? 2 * MINUTE_MS : READ_PAUSE_MAX_MS
}
