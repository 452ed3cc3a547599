/**
 * One attempt to pay one order: its states, which of them may follow which, and what is told about it.
 * Each attempt is one row of the ledger and one request on the wire at most.
 */

import {
  adviceOf,
  type PaymentErrorCode,
  paymentErrorRules,
  type PaymentEvidence,
  type PaymentFailed,
  type PaymentOutcome,
  type PaymentState,
} from './payment-outcome.ts'
import type { PaymentMethod, PaymentRequest } from './payment-request.ts'
import type { WithheldReason } from './check-order.ts'
import type { NotSentReason, UnknownReason } from './ports.ts'

/**
 * - `CLAIMED`: committed before the request leaves; it may be on the wire.
 * - `UNKNOWN`: the exchange is over and the order may have been charged; readbacks settle it.
 * - `PAID`: the order is paid. Final.
 * - `NOT_PAID`: this attempt moved no money. Final, but for a later proof of the contrary: see {@link mayFollow}.
 *
 * An order has at most one attempt that is `CLAIMED`, `UNKNOWN` or `PAID`.
 */
export const attemptStates = ['CLAIMED', 'UNKNOWN', 'PAID', 'NOT_PAID'] as const
export type AttemptState = (typeof attemptStates)[number]

/** Why an attempt became what it is. For logs, metrics and the attempt's history: a closed, small set. */
export type AttemptReason =
  | UnknownReason
  | NotSentReason
  | WithheldReason
  /** The process that had claimed it ended. */
  | 'PROCESS_ENDED'
  /** A readback decided. */
  | 'READBACK'
  /** Readbacks said unpaid for as long as the settings ask. */
  | 'RELEASED'
  /** A proof of payment came after a readback had told that there was none. */
  | 'LATE_PROOF'

/**
 * How long the settler leaves an attempt that became `UNKNOWN` to the request that is reading it back, in
 * milliseconds.
 */
export const READBACK_HEADSTART_MS = 3_000

/** Longest pause between two readbacks of an attempt, in milliseconds. */
export const READ_PAUSE_MAX_MS = 10 * 60_000

/** One step of an attempt's story. */
export interface AttemptStep {
  readonly state: AttemptState
  readonly at: Date
  readonly code: PaymentErrorCode | null
  readonly reason: AttemptReason | null
}

export interface PaymentAttempt {
  readonly paymentId: string
  readonly orderNo: string
  readonly paymentMethod: PaymentMethod
  /** Who asked: the subject of the caller's token, or `anonymous`. */
  readonly caller: string
  /** Tells identical requests; see `fingerprintOf`. */
  readonly fingerprint: string
  readonly state: AttemptState
  /** Null while `CLAIMED`, and for a success. */
  readonly code: PaymentErrorCode | null
  /** What proves a success; null unless `PAID`. */
  readonly evidence: PaymentEvidence | null
  readonly atlasStatus: number | null
  readonly pnrCode: string | null
  readonly retryAfterSeconds: number | null
  readonly reason: AttemptReason | null
  /** Whether the request was seen to start; null while that is not known. */
  readonly requestStarted: boolean | null
  readonly claimedAt: Date
  /** Until when the request can still be leaving. An unpaid readback before it proves nothing. */
  readonly deadlineAt: Date
  /** When it became `PAID` or `NOT_PAID`. */
  readonly settledAt: Date | null
  /** Readbacks in the background so far, useful or not. They pace the next ones. */
  readonly reads: number
  /**
   * Readbacks in a row that said unpaid without a sign of a charge, those for a waiting client included. Of an order
   * that Atlas called paid, all that said unpaid: each contradicts that, with a sign of a charge or without.
   */
  readonly unpaidReads: number
  /** When that row began. */
  readonly unpaidSince: Date | null
  readonly steps: readonly AttemptStep[]
}

/** A step to record: the new state and what came to be known with it. */
export interface AttemptChange {
  readonly paymentId: string
  readonly state: Exclude<AttemptState, 'CLAIMED'>
  readonly at: Date
  readonly code: PaymentErrorCode | null
  readonly reason: AttemptReason | null
  readonly evidence: PaymentEvidence | null
  readonly atlasStatus: number | null
  readonly pnrCode: string | null
  readonly retryAfterSeconds: number | null
  readonly requestStarted: boolean | null
  /**
   * The readbacks that the change rests on, as they stood before: it is left out when others came between.
   * Not given when it rests on something else.
   */
  readonly ifReads?: Pick<PaymentAttempt, 'reads' | 'unpaidReads'>
  /**
   * The code of the attempt that a readback judged: the change is left out when the row has come to know another, as
   * when Atlas's answer came after all. One that is still `CLAIMED`, or was only taken for lost, knows nothing that
   * contradicts. Not given when the change rests on something else.
   */
  readonly ifCode?: PaymentErrorCode
}

/** The beginning of an attempt, as it is claimed. */
export function newAttempt(
  request: PaymentRequest,
  origin: { paymentId: string; caller: string; at: Date; deadlineAt: Date },
): PaymentAttempt {
  return {
    paymentId: origin.paymentId,
    orderNo: request.orderNo,
    paymentMethod: request.paymentMethod,
    caller: origin.caller,
    fingerprint: fingerprintOf(request),
    state: 'CLAIMED',
    code: null,
    evidence: null,
    atlasStatus: null,
    pnrCode: null,
    retryAfterSeconds: null,
    reason: null,
    requestStarted: null,
    claimedAt: origin.at,
    deadlineAt: origin.deadlineAt,
    settledAt: null,
    reads: 0,
    unpaidReads: 0,
    unpaidSince: null,
    steps: [{ state: 'CLAIMED', at: origin.at, code: null, reason: null }],
  }
}

/**
 * Whether a change may follow an attempt. `PAID` never changes. `NOT_PAID` becomes `PAID` when it was a release
 * (PAYMENT_NOT_APPLIED): Atlas may still apply a lost request later, and then says so. Any other becomes that only by
 * a LATE_PROOF, as when another instance took the attempt for lost and read a cancelled order before the answer came.
 * `UNKNOWN` stays `UNKNOWN` with better knowledge only when its process was taken for dead and then heard
 * Atlas's answer after all. The ledger's triggers keep the same rule.
 */
export function mayFollow(
  { state, code, reason }: Pick<PaymentAttempt, 'state' | 'code' | 'reason'>,
  next: Pick<AttemptChange, 'state' | 'reason'>,
): boolean {
  switch (state) {
    case 'CLAIMED':
      return true
    case 'UNKNOWN':
      return next.state !== 'UNKNOWN' || reason === 'PROCESS_ENDED'
    case 'NOT_PAID':
      return next.state === 'PAID' && (code === 'PAYMENT_NOT_APPLIED' || next.reason === 'LATE_PROOF')
    case 'PAID':
      return false
  }
}

/** The attempt after a change. Throws when the change may not follow. */
export function applyChange(attempt: PaymentAttempt, change: AttemptChange): PaymentAttempt {
  if (!mayFollow(attempt, change)) {
    throw new Error(`A ${attempt.state} attempt cannot become ${change.state}.`)
  }
  const { at, state, code, reason, evidence, atlasStatus, pnrCode, retryAfterSeconds, requestStarted } =
    change
  return {
    ...attempt,
    state,
    code,
    reason,
    evidence,
    atlasStatus: atlasStatus ?? attempt.atlasStatus,
    pnrCode: pnrCode ?? attempt.pnrCode,
    retryAfterSeconds,
    requestStarted: requestStarted ?? attempt.requestStarted,
    settledAt: state === 'UNKNOWN' ? null : at,
    steps: [...attempt.steps, { state, at, code, reason }],
  }
}

/** True while the attempt, or its success, keeps every other attempt of the order away. */
export function holdsOrder({ state }: Pick<PaymentAttempt, 'state'>): boolean {
  return state !== 'NOT_PAID'
}

/**
 * True when sending the same input again is a new attempt, even with the same idempotency key: a
 * retryable error promises just that, so it is not replayed.
 */
export function isRetryable({ state, code }: Pick<PaymentAttempt, 'state' | 'code'>): boolean {
  return state === 'NOT_PAID' && code !== null && paymentErrorRules.get(code)!.retryable
}

/**
 * Tells whether two requests ask for the same: the order, the method, the texts and the approved total. Never
 * card data, not even whether two cards differ; and not the idempotency key, which is compared by itself.
 */
export function fingerprintOf(request: PaymentRequest): string {
  const { orderNo, paymentMethod, clientOrderNo, requestSource, expectedTotal } = request
  const texts = [orderNo, paymentMethod, clientOrderNo, requestSource]
  if (expectedTotal === null) return JSON.stringify(texts)
  return JSON.stringify([...texts, expectedTotal.amount, expectedTotal.currency])
}

/** What is known about the money through one attempt. */
export function paymentStateOf({ state, code }: Pick<PaymentAttempt, 'state' | 'code'>): PaymentState {
  switch (state) {
    case 'CLAIMED':
      return 'IN_PROGRESS'
    case 'UNKNOWN':
      // Atlas itself said that a payment of the order is under way.
      return code === 'PAYMENT_IN_PROGRESS' ? 'IN_PROGRESS' : 'UNKNOWN'
    case 'PAID':
    case 'NOT_PAID':
      return state
  }
}

/** What is known about the money of an order through all its attempts; NOT_PAID when there are none. */
export function orderStateOf(attempts: readonly PaymentAttempt[]): PaymentState {
  const holder = attempts.find(holdsOrder)
  return holder === undefined ? 'NOT_PAID' : paymentStateOf(holder)
}

/** What is known of an order through all its attempts, for an error that is about something else. */
export function knownOfOrder(
  attempts: readonly PaymentAttempt[],
): Pick<PaymentFailed, 'paymentState' | 'isCancelled'> {
  const isCancelled = attempts.find(holdsOrder)?.code === 'ORDER_CANCELLED_AFTER_PAYMENT'
  return { paymentState: orderStateOf(attempts), isCancelled }
}

/** What is told about an attempt. `replayed`: the asker did not start it. */
export function outcomeOf(attempt: PaymentAttempt, replayed: boolean): PaymentOutcome {
  const { paymentId, orderNo, paymentMethod, pnrCode, code, evidence, settledAt } = attempt
  if (attempt.state === 'PAID' && code === null && evidence !== null && settledAt !== null) {
    return {
      kind: 'accepted',
      orderNo,
      paymentMethod,
      paymentId,
      pnrCode,
      acceptedAt: settledAt,
      evidence,
      replayed,
    }
  }
  return failed(toldCode(attempt) ?? 'PAYMENT_IN_PROGRESS', orderNo, {
    paymentId,
    paymentState: paymentStateOf(attempt),
    atlasStatus: attempt.atlasStatus,
    ...(attempt.retryAfterSeconds !== null && { retryAfterSeconds: attempt.retryAfterSeconds }),
    replayed,
  })
}

/** The code to tell. An order that Atlas called paid, but that reads as unpaid, is not "already paid". */
export function toldCode({ state, code }: Pick<PaymentAttempt, 'state' | 'code'>): PaymentErrorCode | null {
  return state === 'UNKNOWN' && code === 'ORDER_ALREADY_PAID' ? 'OUTCOME_UNKNOWN' : code
}

/** A failure with what its code and the state of the money tell, unless more is known. */
export function failed(
  code: PaymentErrorCode,
  orderNo: string,
  known: Partial<Omit<PaymentFailed, 'kind' | 'code' | 'orderNo'>> = {},
): PaymentFailed {
  const paymentState = known.paymentState ?? paymentErrorRules.get(code)!.paymentState
  return {
    kind: 'failed',
    code,
    orderNo,
    paymentId: null,
    paymentState,
    atlasStatus: null,
    retryAfterSeconds: adviceOf(code, paymentState, known.isCancelled).retryAfterSeconds,
    inputFault: null,
    isCancelled: false,
    replayed: false,
    ...known,
  }
}
