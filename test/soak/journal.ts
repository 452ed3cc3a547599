/** What the clients of a run did and were told. Instants are epoch milliseconds of this machine. */

/**
 * `NOTHING`: the ledger has no payment of the order. `NOT_SENT`: a top-level error, with which the gateway says that
 * this request has sent nothing.
 */
export type ToldState = 'NOT_PAID' | 'IN_PROGRESS' | 'PAID' | 'UNKNOWN' | 'NOTHING' | 'NOT_SENT'

export interface Told {
  readonly state: ToldState
  readonly code: string | null
  /** The attempt that the answer is about; of a payment that was looked up, its last one. */
  readonly paymentId: string | null
}

/** One request of a client. */
export interface Call {
  readonly orderNo: string
  readonly via: 'payOrder' | 'payment'
  readonly sentAt: number
  /** When the answer had come, or the client gave up. */
  endedAt: number | null
  /** Null when no usable answer came. */
  told: Told | null
}

/** An attempt as the gateway's ledger shows it at the end. */
interface LedgerAttempt {
  readonly paymentId: string
  readonly paymentMethod: string
  readonly paymentState: ToldState
  readonly code: string | null
  readonly startedAt: number
}

export interface LedgerPayment {
  readonly state: ToldState
  /** Oldest first. */
  readonly attempts: readonly LedgerAttempt[]
}
