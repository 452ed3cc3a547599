import { expect, test } from 'vitest'
import { ATTEMPTS_MAX, createClaimedAttempts } from '../../src/ledger/claimed-attempts.ts'
import { attemptFor } from '../support/ledger-attempts.ts'

test('A claimed attempt is taken once, as it was claimed', () => {
  const claimed = createClaimedAttempts()
  const [one, two, never] = [attemptFor(), attemptFor(), attemptFor()]
  claimed.add(one)
  claimed.add(two)
  const taken = [two, one, one, never].map(({ paymentId }) => claimed.take(paymentId))
  expect(taken).toEqual([two, one, undefined, undefined])
})

test('One claimed attempt too many is not kept, and is again when another was taken', () => {
  const claimed = createClaimedAttempts()
  const many = Array.from({ length: ATTEMPTS_MAX }, () => attemptFor())
  const late = attemptFor()
  for (const attempt of [...many, late]) claimed.add(attempt)
  expect(claimed.take(late.paymentId)).toBe(undefined)
  expect(many.slice(0, 2).map(({ paymentId }) => claimed.take(paymentId))).toEqual(many.slice(0, 2))
  claimed.add(late)
  expect(claimed.take(late.paymentId)).toEqual(late)
})
