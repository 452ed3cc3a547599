/** What a payment needs from outside. Adapters implement these; `service.ts` wires them. */

import type { OrderAnswer } from './order-facts.ts'
import type { AtlasErrorCode } from './payment-outcome.ts'
import type { AttemptChange, PaymentAttempt } from './payment-attempt.ts'
import type { PaymentMethod, PaymentRequest } from './payment-request.ts'

/** Why it is not known what became of a request. For logs and metrics: a closed, small set. */
export type UnknownReason =
  | 'DEADLINE'
  | 'CONNECTION_LOST'
  | 'RESPONSE_TOO_LARGE'
  | 'RESEND_REFUSED'
  | 'HTTP_STATUS'
  | 'CONTENT_TYPE'
  | 'BODY_UNREADABLE'
  | 'STATUS_INVALID'
  | 'STATUS_UNDOCUMENTED'
  | 'ECHO_MISMATCH'

/** Why nothing was sent. For logs and metrics. */
export type NotSentReason = 'DEADLINE' | 'CONNECTION_FAILED' | 'CLAIM_STALE' | 'BREAKER_OPEN'

/** What one pay.do exchange came to. */
export type PayAnswer =
  /** `status` 0 for this order. */
  | { readonly kind: 'accepted'; readonly pnrCode: string | null }
  /** A documented answer other than 0. */
  | {
      readonly kind: 'refused'
      readonly code: AtlasErrorCode
      readonly atlasStatus: number | null
      /** Seconds that the answer asked to wait, or null when it did not say. */
      readonly retryAfterSeconds: number | null
    }
  /** Proved: not a byte of the request left, and none will. */
  | { readonly kind: 'not-sent'; readonly reason: NotSentReason; readonly cause: unknown }
  /** The request may have been executed. */
  | {
      readonly kind: 'unknown'
      readonly reason: UnknownReason
      readonly atlasStatus: number | null
      readonly cause: unknown
    }

/** What a readback of an order told. Only an answer that is whole and about this order is a reading. */
export type OrderReading =
  /** Ticketing or ticketed. */
  | {
      readonly kind: 'paid'
      /** How the order was paid, or null when Atlas did not say. */
      readonly paymentMethod: PaymentMethod | null
      readonly pnrCode: string | null
    }
  /** Unpaid, and nothing in the answer contradicts it. `chargeStarted`: the airline's charge has begun. */
  | { readonly kind: 'unpaid'; readonly chargeStarted: boolean }
  /** Cancelled; `paid` tells whether it had been paid before. */
  | { readonly kind: 'cancelled'; readonly paid: boolean }
  /** No usable answer, or one that contradicts itself. It says nothing about the order. */
  | { readonly kind: 'unreadable' }

/** Atlas's payment operation and the reading of an order. */
export interface AtlasPayments {
  /**
   * Puts one pay.do request on the wire, at most once, and judges the answer. Never rejects. `mayStart` is
   * asked just before the first byte: when it says no, nothing is sent (CLAIM_STALE).
   */
  pay(request: PaymentRequest, mayStart?: () => boolean): Promise<PayAnswer>
  /** Reads an order back. It moves no money and may be repeated. Never rejects. */
  readOrder(orderNo: string): Promise<OrderReading>
  /** Asks for everything that is told about an order. It moves no money and may be repeated. Never rejects. */
  queryOrder(orderNo: string): Promise<OrderAnswer>
}

/** What came of asking the ledger for an attempt. */
export type ClaimResult =
  /** The attempt is committed: it, and only it, may be sent. */
  | { readonly kind: 'claimed' }
  /** The order has an attempt that is open or successful. */
  | { readonly kind: 'held'; readonly holder: PaymentAttempt }
  /** The idempotency key belongs to this attempt, which was asked for with the same input. */
  | { readonly kind: 'replay'; readonly attempt: PaymentAttempt }
  /** The idempotency key was used with other input. */
  | { readonly kind: 'key-reused' }

/**
 * The durable memory of attempts. Every method is atomic, and resolves only after its commit.
 * All reject with {@link LedgerUnavailable} when the store does not answer or cannot commit.
 */
export interface PaymentLedger {
  /**
   * Commits a new attempt, unless its order is held or its idempotency key taken. A key is bound to the
   * attempt it starts, and to an open holder that was asked for with the same input.
   * After a rejection the attempt must not be sent; when it says `commitUnknown`, {@link withdraw} has to
   * be called in the end.
   */
  claim(attempt: PaymentAttempt, idempotencyKey: string | null): Promise<ClaimResult>
  /**
   * Removes an attempt that was never sent, as if it had not been: while it is `CLAIMED`, or taken for that of a
   * process that ended.
   */
  withdraw(paymentId: string): Promise<void>
  /**
   * Records changes, all or none. A change that may not follow the attempt's present state, or whose
   * `ifReads` or `ifCode` no longer holds, is left out.
   * Resolves with the attempts as they are then, in the order of the changes; null for one that is gone.
   * One that becomes `UNKNOWN` is due for the settler READBACK_HEADSTART_MS after the change.
   */
  record(changes: readonly AttemptChange[]): Promise<readonly (PaymentAttempt | null)[]>
  find(paymentId: string): Promise<PaymentAttempt | null>
  /** All attempts of an order, oldest first. */
  attemptsOf(orderNo: string): Promise<readonly PaymentAttempt[]>
  /**
   * Says that this instance is alive; orphans are found by its absence. Resolves with the present by the one clock that
   * all have who share the store; null when that is the clock of their machine, which they share as well.
   */
  heartbeat(at: Date): Promise<Date | null>
  /**
   * Turns `CLAIMED` attempts into `UNKNOWN` whose instance was not heard of since `aliveSince`, or whose
   * deadline has passed: nobody is sending those any more. A sign of life that lies as far ahead of `at` is from before
   * the clock was set back, and counts for nothing. Returns how many.
   */
  adoptOrphans(aliveSince: Date, at: Date): Promise<number>
  /**
   * Takes up to `limit` `UNKNOWN` attempts that are due, for this caller alone until `until`; the longest
   * due first. What is due further ahead than READ_PAUSE_MAX_MS is from before the clock was set back, and is due now,
   * leased or not.
   */
  leaseUnknown(at: Date, until: Date, limit: number): Promise<readonly PaymentAttempt[]>
  /**
   * Keeps an attempt `UNKNOWN` until its next readback, with what the last one told, and ends its lease.
   * Does nothing when another readback came between (`ifReads`).
   */
  defer(paymentId: string, reading: DeferredReading): Promise<void>
  /** Removes up to `limit` attempts that were settled before `before`, and their keys; forgets instances too. Returns how many attempts. */
  purge(before: Date, limit: number): Promise<number>
  /** How many attempts are `UNKNOWN`, and when the oldest of them was claimed; null when there is none. */
  countUnknown(): Promise<{ readonly count: number; readonly oldestAt: Date | null }>
  close(): Promise<void>
}

export interface DeferredReading {
  readonly reads: number
  readonly nextReadAt: Date
  /** The counters as they were read, before this readback. */
  readonly ifReads?: Pick<PaymentAttempt, 'reads' | 'unpaidReads'>
  readonly unpaidReads: number
  readonly unpaidSince: Date | null
}

/** The ledger's store does not answer or cannot commit. */
export class LedgerUnavailable extends Error {
  /** True when the commit may have happened all the same: its confirmation was lost. */
  readonly commitUnknown: boolean

  constructor(cause: unknown, commitUnknown: boolean) {
    super('The payment ledger is not available.', { cause })
    this.name = 'LedgerUnavailable'
    this.commitUnknown = commitUnknown
  }
}

/** Time: the present, and waiting. */
export interface Clock {
  now(): Date
  /** Resolves after `ms` milliseconds, or as soon as `signal` aborts; never rejects. */
  delay(ms: number, signal?: AbortSignal): Promise<void>
  /** Calls `onTime` after `ms` milliseconds. Gives what calls that off: each payment has one, and an AbortSignal costs. */
  timer(ms: number, onTime: () => void): () => void
}
