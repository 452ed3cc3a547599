/** What a payment needs from outside. Adapters implement these; `service.ts` wires them. */

import type { AtlasErrorCode } from './payment-outcome.ts'
import type { PaymentRequest } from './payment-request.ts'

/** Why it is not known what became of a request. For logs and metrics: a closed, small set. */
export type UnknownReason =
  | 'DEADLINE'
  | 'CONNECTION_LOST'
  | 'RESPONSE_TOO_LARGE'
  | 'HTTP_STATUS'
  | 'CONTENT_TYPE'
  | 'BODY_UNREADABLE'
  | 'STATUS_INVALID'
  | 'STATUS_UNDOCUMENTED'
  | 'ECHO_MISMATCH'

/** Why nothing was sent. For logs and metrics. */
export type NotSentReason = 'DEADLINE' | 'CONNECTION_FAILED'

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

/** Atlas's payment operation. */
export interface AtlasPayments {
  /** Puts one pay.do request on the wire, at most once, and judges the answer. Never rejects. */
  pay(request: PaymentRequest): Promise<PayAnswer>
}

/** The present. */
export interface Clock {
  now(): Date
}
