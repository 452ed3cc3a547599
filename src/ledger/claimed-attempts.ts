/** The attempts that this process has claimed and is sending: what they were before their outcome. */

import type { PaymentAttempt } from '../../payment/payment-attempt.ts'

export interface ClaimedAttempts {
  add(attempt: PaymentAttempt): void
  /** The attempt as it was claimed, once; undefined when it is not known. */
  take(paymentId: string): PaymentAttempt | undefined
}

/** Most attempts that are kept. Those under way are far fewer; one that is forgotten is read back instead. */
const ATTEMPTS_MAX = 10_000

/** Spares reading back the row of nearly every payment: nobody else has changed it. */
export function createClaimedAttempts(): ClaimedAttempts {
  const attempts = new Map<string, PaymentAttempt>()
  return {
    add(attempt) {
      if (attempts.size === ATTEMPTS_MAX) attempts.delete(attempts.keys().next().value!)
      attempts.set(attempt.paymentId, attempt)
    },
    take(paymentId) {
      const attempt = attempts.get(paymentId)
      attempts.delete(paymentId)
      return attempt
    },
  }
}
