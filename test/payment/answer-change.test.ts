import { expect, test } from 'vitest'
import { changeAfter } from '../../src/payment/answer-change.ts'
import type { Withheld } from '../../src/payment/check-order.ts'
import type { AttemptChange } from '../../src/payment/payment-attempt.ts'
import type { PayAnswer } from '../../src/payment/ports.ts'
import { after, attemptFor } from '../support/ledger-attempts.ts'

const attempt = attemptFor()
const at = after(1_000)

/** What is not known of an attempt. */
const nothing = {
  code: null,
  reason: null,
  evidence: null,
  atlasStatus: null,
  pnrCode: null,
  retryAfterSeconds: null,
  requestStarted: null,
}

const mismatch: PayAnswer = {
  kind: 'refused',
  code: 'CARD_MISMATCH',
  atlasStatus: 414,
  retryAfterSeconds: null,
}
const mismatched = { code: 'CARD_MISMATCH', atlasStatus: 414, requestStarted: true } as const

test.each<[string, PayAnswer | Withheld, boolean, Partial<AttemptChange>]>([
  [
    'accepted: paid',
    { kind: 'accepted', pnrCode: 'PNR123' },
    false,
    { state: 'PAID', evidence: 'PAY_RESPONSE', atlasStatus: 0, pnrCode: 'PNR123', requestStarted: true },
  ],
  [
    'accepted: paid, whatever came before',
    { kind: 'accepted', pnrCode: null },
    true,
    { state: 'PAID', evidence: 'PAY_RESPONSE', atlasStatus: 0, requestStarted: true },
  ],
  ['refused for good: not paid', mismatch, false, { state: 'NOT_PAID', ...mismatched }],
  ['refused beside an earlier lost payment: unknown', mismatch, true, { state: 'UNKNOWN', ...mismatched }],
  [
    'refused for now: not paid, with the time to wait',
    { kind: 'refused', code: 'ATLAS_RATE_LIMITED', atlasStatus: null, retryAfterSeconds: 7 },
    false,
    { state: 'NOT_PAID', code: 'ATLAS_RATE_LIMITED', retryAfterSeconds: 7, requestStarted: true },
  ],
  [
    'called paid: unknown until it is read back',
    { kind: 'refused', code: 'ORDER_ALREADY_PAID', atlasStatus: 404, retryAfterSeconds: null },
    false,
    { state: 'UNKNOWN', code: 'ORDER_ALREADY_PAID', atlasStatus: 404, requestStarted: true },
  ],
  [
    'not sent: not paid, and it never started',
    { kind: 'not-sent', reason: 'CONNECTION_FAILED', cause: null },
    true,
    { state: 'NOT_PAID', code: 'ATLAS_UNREACHABLE', reason: 'CONNECTION_FAILED', requestStarted: false },
  ],
  [
    'withheld, the total differs: not paid, and it never started',
    { kind: 'withheld', code: 'TOTAL_CHANGED', reason: 'TOTAL_DIFFERS', retryAfterSeconds: 3 },
    true,
    {
      state: 'NOT_PAID',
      code: 'TOTAL_CHANGED',
      reason: 'TOTAL_DIFFERS',
      retryAfterSeconds: 3,
      requestStarted: false,
    },
  ],
  [
    'withheld, the order reads as paid: unknown, although it never started',
    {
      kind: 'withheld',
      code: 'ORDER_ALREADY_PAID',
      reason: 'ORDER_NOT_UNPAID',
      retryAfterSeconds: null,
    },
    false,
    { state: 'UNKNOWN', code: 'ORDER_ALREADY_PAID', reason: 'ORDER_NOT_UNPAID', requestStarted: false },
  ],
  [
    'unknown: unknown, and it started',
    { kind: 'unknown', reason: 'STATUS_UNDOCUMENTED', atlasStatus: 499, cause: null },
    false,
    {
      state: 'UNKNOWN',
      code: 'OUTCOME_UNKNOWN',
      reason: 'STATUS_UNDOCUMENTED',
      atlasStatus: 499,
      requestStarted: true,
    },
  ],
])('an attempt whose exchange is %s', (_what, answer, isOpen, change) => {
  expect(changeAfter(attempt, answer, isOpen, at)).toEqual({
    ...nothing,
    paymentId: attempt.paymentId,
    at,
    ...change,
  })
})
