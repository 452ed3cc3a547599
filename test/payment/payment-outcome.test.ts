import { describe, expect, test } from 'vitest'
import { english } from '../../src/payment/languages.ts'
import {
  adviceOf,
  codeOfAtlasStatus,
  paymentErrorRules,
  paymentStates,
} from '../../src/payment/payment-outcome.ts'
import { sentencesOf } from '../../src/payment/remediation.ts'

/** The code table as designed, written a second time on purpose: a slip in either shows. */
const designed = `
INVALID_REQUEST               | 400       | NOT_PAID    | CORRECT_INPUT         |       |
PAYMENT_DEADLINE_PASSED       | 401       | NOT_PAID    | CREATE_NEW_ORDER      |       |
ORDER_NOT_PAYABLE             | 402,405   | UNKNOWN     | CHECK_ORDER           |       | 10
PAYMENT_METHOD_UNSUPPORTED    | 403       | NOT_PAID    | CHANGE_PAYMENT_METHOD |       |
ORDER_ALREADY_PAID            | 404       | PAID        | NONE                  |       |
PAYMENT_IN_PROGRESS           | 406       | IN_PROGRESS | WAIT_FOR_OUTCOME      |       | 10
PASSENGER_DETAILS_INCOMPLETE  | 407       | NOT_PAID    | CORRECT_ORDER         |       |
PASSENGER_CANNOT_TRAVEL_ALONE | 408       | NOT_PAID    | CREATE_NEW_ORDER      |       |
BAGGAGE_MISMATCH              | 409       | NOT_PAID    | CREATE_NEW_ORDER      |       |
CONTACT_FORMAT_INVALID        | 410       | NOT_PAID    | CORRECT_ORDER         |       |
PAYMENT_GATEWAY_ERROR         | 411       | UNKNOWN     | CHECK_ORDER           |       | 10
NO_PAYMENT_METHOD_AVAILABLE   | 412       | NOT_PAID    | CREATE_NEW_ORDER      |       |
CARD_NOT_SUPPORTED            | 413       | NOT_PAID    | CHANGE_CARD           |       |
CARD_MISMATCH                 | 414       | NOT_PAID    | CHANGE_CARD           |       |
ORDER_NOT_CONFIRMED           | 415       | NOT_PAID    | CONFIRM_ORDER         |       |
ORDER_NOT_FOUND               | 800       | NOT_PAID    | CORRECT_INPUT         |       |
ATLAS_REJECTED_REQUEST        | 100,901   | NOT_PAID    | CONTACT_SUPPORT       |       |
ATLAS_ACCESS_DENIED           | 3,900,902 | NOT_PAID    | CONTACT_SUPPORT       |       |
ATLAS_RATE_LIMITED            | 110       | NOT_PAID    | RETRY_LATER           | retry | 30
ATLAS_UNREACHABLE             |           | NOT_PAID    | RETRY_LATER           | retry | 5
OUTCOME_UNKNOWN               |           | UNKNOWN     | CHECK_ORDER           |       | 10
PAYMENT_NOT_APPLIED           |           | NOT_PAID    | CHECK_ORDER           |       |
ORDER_CANCELLED_AFTER_PAYMENT |           | PAID        | CONTACT_SUPPORT       |       |
INVALID_INPUT                 |           | NOT_PAID    | CORRECT_INPUT         |       |
IDEMPOTENCY_KEY_REUSED        |           | NOT_PAID    | CORRECT_INPUT         |       |
TOTAL_CHANGED                 |           | NOT_PAID    | CORRECT_INPUT         |       |
`

test('the code table is the designed one', () => {
  const table = [...paymentErrorRules].map(([code, rule]) => [
    code,
    rule.atlasStatuses.join(','),
    rule.paymentState,
    rule.action,
    rule.retryable ? 'retry' : '',
    String(rule.retryAfterSeconds ?? ''),
  ])
  expect(table).toEqual(
    designed
      .trim()
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim())),
  )
})

test('each Atlas status has one code', () => {
  const statuses = [...paymentErrorRules.values()].flatMap(({ atlasStatuses }) => atlasStatuses)
  expect(new Set(statuses).size).toBe(statuses.length)
  for (const [code, { atlasStatuses }] of paymentErrorRules) {
    for (const status of atlasStatuses) expect(codeOfAtlasStatus(status)).toBe(code)
  }
})

test('an undocumented status has no code', () => {
  expect([0, -1, 1, 2, 4, 604, 905, 9999, 401.5, Number.NaN].map(codeOfAtlasStatus)).toEqual(
    Array.from({ length: 10 }, () => null),
  )
})

test('only what surely moved no money may be sent again', () => {
  for (const rule of paymentErrorRules.values()) {
    if (rule.retryable) expect([rule.paymentState, rule.action]).toEqual(['NOT_PAID', 'RETRY_LATER'])
  }
})

describe('what to do, by code and state of the money', () => {
  const pairs = [...paymentErrorRules.keys()].flatMap((code) =>
    paymentStates.map((state) => ({ code, state })),
  )

  test.each(pairs)('$code with $state contradicts neither itself nor its sentences', ({ code, state }) => {
    const { action, retryable } = adviceOf(code, state)
    const { message, remediation } = sentencesOf(english, code, { paymentState: state })
    // Only what certainly moved no money may be tried again as it is.
    if (retryable) expect(state).toBe('NOT_PAID')
    if (state === 'PAID') expect(['NONE', 'CONTACT_SUPPORT']).toContain(action)
    if (state === 'PAID') expect(remediation).toMatch(/paid|Do not pay or book again/)
    if (state === 'IN_PROGRESS') expect(action).toBe('WAIT_FOR_OUTCOME')
    if (state === 'UNKNOWN') expect(['CHECK_ORDER', 'WAIT_FOR_OUTCOME']).toContain(action)
    if (state === 'UNKNOWN' || state === 'IN_PROGRESS') expect(remediation).toMatch(/wait|look at/i)
    if (state !== 'NOT_PAID') expect(remediation).not.toMatch(/^(Send the same|Create a new|Check the)/)
    expect(message).not.toBe(remediation)
  })
})
