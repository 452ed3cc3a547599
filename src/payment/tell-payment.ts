/** What a client is told of a payment: its own, one that it shares, or one that was made before. */

import {
  failed,
  fingerprintOf,
  holdsOrder,
  knownOfOrder,
  outcomeOf,
  type PaymentAttempt,
  paymentStateOf,
} from './payment-attempt.ts'
import type { PaymentOutcome } from './payment-outcome.ts'
import type { PaymentRequest } from './payment-request.ts'
import type { Clock, PaymentLedger } from './ports.ts'
import type { SlotMap } from './slot-map.ts'

export interface TellingOptions {
  readonly ledger: PaymentLedger
  readonly clock: Clock
  /** How long a client waits, in milliseconds. */
  readonly payWaitMs: number
  /** Attempts that this process is sending or reading back for its client, by payment id. */
  readonly sending: Pick<SlotMap<Promise<PaymentAttempt>>, 'get'>
  /** Aborted when this instance is about to end: nobody waits for other instances then. */
  readonly closing: AbortSignal
  /** Told of faults that must not hide an outcome. Must not throw. */
  readonly onFault: (error: unknown) => void
}

/** Pause between looks at an attempt that another instance is sending. */
const LOOK_INTERVAL_MS = 200

export function createTelling({ ledger, clock, payWaitMs, sending, closing, onFault }: TellingOptions) {
  /** What to tell when another attempt holds the order; null when it does so no longer. */
  async function tellHolder(holder: PaymentAttempt, request: PaymentRequest): Promise<PaymentOutcome | null> {
    const { paymentId, orderNo } = holder
    switch (holder.state) {
      case 'NOT_PAID':
        return null
      case 'PAID': {
        const isCancelled = holder.code === 'ORDER_CANCELLED_AFTER_PAYMENT'
        return isCancelled ? outcomeOf(holder, true) : failed('ORDER_ALREADY_PAID', orderNo, { paymentId })
      }
      case 'CLAIMED':
      case 'UNKNOWN':
        if (holder.fingerprint === fingerprintOf(request)) return tellOpen(holder)
        return failed('PAYMENT_IN_PROGRESS', orderNo, { paymentId, paymentState: paymentStateOf(holder) })
    }
  }

  /** Repeats what became of an attempt, with what is known of its order by now; null when it is gone. */
  async function tellReplay(attempt: PaymentAttempt): Promise<PaymentOutcome | null> {
    if (!isSettled(attempt)) return tellOpen(attempt)
    if (attempt.state === 'PAID') return outcomeOf(attempt, true)
    return tellRefused(attempt, true)
  }

  /** Tells a refusal with what is known of its order by now. */
  async function tellRefused(refused: PaymentAttempt, replayed: boolean): Promise<PaymentOutcome> {
    const holder = (await ledger.attemptsOf(refused.orderNo)).find(holdsOrder)
    if (holder === undefined) return outcomeOf(refused, replayed)
    if (explains(holder, refused)) return outcomeOf(holder, true)
    const { code, paymentId, atlasStatus, orderNo } = refused
    const known = { paymentId, atlasStatus, ...knownOfOrder([holder]), replayed }
    return failed(code ?? 'PAYMENT_IN_PROGRESS', orderNo, known)
  }

  /** Shares the outcome of an open attempt that asks for the same; null when it is gone. */
  async function tellOpen(attempt: PaymentAttempt): Promise<PaymentOutcome | null> {
    const here = sending.get(attempt.paymentId)
    if (here !== undefined) return tellWithin(here, attempt, true)
    // Nobody is about to know more: the settler reads it back at its own pace.
    if (attempt.state === 'UNKNOWN') return outcomeOf(attempt, true)
    return watch(attempt)
  }

  /** Waits for an attempt of another instance, by looking at the ledger; null when it was withdrawn. */
  async function watch(first: PaymentAttempt): Promise<PaymentOutcome | null> {
    const until = clock.now().getTime() + payWaitMs
    let attempt: PaymentAttempt | null = first
    while (attempt !== null && !isSettled(attempt) && clock.now().getTime() < until && !closing.aborted) {
      await clock.delay(LOOK_INTERVAL_MS, closing)
      attempt = await ledger.find(attempt.paymentId)
    }
    if (attempt === null) return null
    return isSettled(attempt) ? tellReplay(attempt) : outcomeOf(attempt, true)
  }

  /** Tells the outcome when it comes within the client's wait, else what the ledger knows by then. */
  async function tellWithin(
    ending: Promise<PaymentAttempt>,
    attempt: PaymentAttempt,
    replayed: boolean,
  ): Promise<PaymentOutcome> {
    const known = (await endedInTime(ending)) ?? (await lastKnown(attempt))
    // A refusal can turn out to tell of an earlier attempt, which this request did not start.
    const isOfAnother = replayed || known.paymentId !== attempt.paymentId
    if (!isRefusedByReadback(known)) return outcomeOf(known, isOfAnother)
    try {
      return await tellRefused(known, isOfAnother)
    } catch (error) {
      onFault(error)
      return outcomeOf(unexplained(known), isOfAnother)
    }
  }

  /** What an attempt came to, or null when that takes longer than a client waits. */
  function endedInTime(ending: Promise<PaymentAttempt>): Promise<PaymentAttempt | null> {
    return new Promise((resolve, reject) => {
      const callOff = clock.timer(payWaitMs, () => resolve(null))
      const calledOff =
        <Value>(settle: (value: Value) => void) =>
        (value: Value): void => {
          callOff()
          settle(value)
        }
      ending.then(calledOff(resolve), calledOff(reject))
    })
  }

  async function lastKnown(attempt: PaymentAttempt): Promise<PaymentAttempt> {
    try {
      return (await ledger.find(attempt.paymentId)) ?? attempt
    } catch (error) {
      // It may have been sent: an absent ledger must not read as "nothing was sent".
      onFault(error)
      return attempt
    }
  }

  return { tellHolder, tellReplay, tellWithin }
}

/** Whether a readback that was not made for this client may have found a payment beside a refusal. */
function isRefusedByReadback({ state, reason }: PaymentAttempt): boolean {
  return state === 'NOT_PAID' && reason === 'READBACK'
}

/** A refusal whose explanation cannot be looked up: another payment may have paid, and with this code one has. */
function unexplained(refused: PaymentAttempt): PaymentAttempt {
  if (refused.code === 'ORDER_ALREADY_PAID') return { ...refused, state: 'PAID' }
  return { ...refused, state: 'UNKNOWN', code: 'OUTCOME_UNKNOWN' }
}

/** Whether a payment explains a refusal: it is the one to tell of then. */
function explains(holder: PaymentAttempt, refused: PaymentAttempt): boolean {
  if (!isSettled(holder)) return false
  // One readback settled both: it found that an earlier attempt, which was lost, had paid.
  const isFoundByIt =
    holder.claimedAt < refused.claimedAt && holder.settledAt?.getTime() === refused.settledAt?.getTime()
  return refused.code === 'ORDER_ALREADY_PAID' || isFoundByIt
}

function isSettled({ state }: PaymentAttempt): boolean {
  return state === 'PAID' || state === 'NOT_PAID'
}
