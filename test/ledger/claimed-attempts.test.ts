import { expect, test } from 'vitest'
import { ATTEMPTS_MAX, createClaimedAttempts } from '../../src/ledger/claimed-attempts.ts'
import { newAttempt, type PaymentAttempt } from '../../src/payment/payment-attempt.ts'

function attemptOf(paymentId: string): PaymentAttempt {
  const at = new Date('2026-11-23T10:15:00Z')
  const request = {
    orderNo: `ORDER-${paymentId}`,
    paymentMethod: 'BALANCE',
    clientOrderNo: null,
    requestSource: null,
    card: null,
    expectedTotal: null,
  } as const
  return newAttempt(request, { paymentId, caller: 'shop', at, deadlineAt: at })
}

test('A claimed attempt is taken once, as it was claimed', () => {
  const claimed = createClaimedAttempts()
  const [one, two] = [attemptOf('one'), attemptOf('two')]
  claimed.add(one)
  claimed.add(two)
  expect([claimed.take('two'), claimed.take('one'), claimed.take('one'), claimed.take('none')]).toEqual([
    two,
    one,
    undefined,
    undefined,
  ])
})

test('One claimed attempt too many is not kept, and is again when another was taken', () => {
  const claimed = createClaimedAttempts()
  for (let index = 0; index < ATTEMPTS_MAX; index += 1) claimed.add(attemptOf(`attempt-${index}`))
  claimed.add(attemptOf('late'))
  expect(claimed.take('late')).toBe(undefined)
  expect(claimed.take('attempt-7')).toEqual(attemptOf('attempt-7'))
  claimed.add(attemptOf('late'))
  expect(claimed.take('late')).toEqual(attemptOf('late'))
})
