/** What an answer makes of the attempt that it was given to. Pure. */

import type { Withheld } from './check-order.ts'
import type { AttemptChange, PaymentAttempt } from './payment-attempt.ts'
import type { PayAnswer } from './ports.ts'
import { changeTo, isFinalRefusal } from './settlement.ts'

/** What an exchange makes of its attempt. `isOpen`: an earlier attempt may have paid the order. */
export function changeAfter(
  attempt: PaymentAttempt,
  answer: PayAnswer | Withheld,
  isOpen: boolean,
  at: Date,
): AttemptChange {
  switch (answer.kind) {
    case 'accepted': {
      const { pnrCode } = answer
      const known = { evidence: 'PAY_RESPONSE', atlasStatus: 0, pnrCode, requestStarted: true } as const
      return changeTo(attempt, 'PAID', at, { ...known, reason: null })
    }
    case 'refused': {
      const { code, atlasStatus, retryAfterSeconds } = answer
      const known = { code, atlasStatus, retryAfterSeconds, requestStarted: true }
      // Codes that say more than NOT_PAID have to be read back, too: another attempt may have paid.
      const state = isFinalRefusal(code) && !isOpen ? 'NOT_PAID' : 'UNKNOWN'
      return changeTo(attempt, state, at, { ...known, reason: null })
    }
    case 'not-sent': {
      const { reason } = answer
      return changeTo(attempt, 'NOT_PAID', at, { code: 'ATLAS_UNREACHABLE', reason, requestStarted: false })
    }
    case 'withheld': {
      const { code, reason, retryAfterSeconds } = answer
      const state = isFinalRefusal(code) ? 'NOT_PAID' : 'UNKNOWN'
      return changeTo(attempt, state, at, { code, reason, retryAfterSeconds, requestStarted: false })
    }
    case 'unknown': {
      const { reason, atlasStatus } = answer
      const known = { code: 'OUTCOME_UNKNOWN', reason, atlasStatus, requestStarted: true } as const
      return changeTo(attempt, 'UNKNOWN', at, known)
    }
  }
}
