/** The attempts that this process has claimed and is sending: what they were before their outcome. */

import type { PaymentAttempt } from '../payment/payment-attempt.ts'
import { SlotMap } from '../payment/slot-map.ts'

export interface ClaimedAttempts {
  add(attempt: PaymentAttempt): void
  /** The attempt as it was claimed, once; undefined when it is not known. */
  take(paymentId: string): PaymentAttempt | undefined
}

/**
 * Most attempts that are kept. Those under way are far fewer, and each is taken when its end is recorded or it is
 * withdrawn; one that is not kept is read instead.
 */
export const ATTEMPTS_MAX = 10_000

/** Spares reading the row of nearly every payment before its end is recorded: nobody else has changed it. */
export function createClaimedAttempts(): ClaimedAttempts {
  const attempts = new SlotMap<PaymentAttempt>()
  return {
    add(attempt) {
      if (attempts.size < ATTEMPTS_MAX) attempts.set(attempt.paymentId, attempt)
    },
    take(paymentId) {
      const attempt = attempts.get(paymentId)
      attempts.delete(paymentId)
      return attempt
    },
  }
}
