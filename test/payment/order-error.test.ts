import { expect, test } from 'vitest'
import { orderErrorRules } from '../../src/payment/order-error.ts'

test('what to do when an order cannot be read is as designed', () => {
  expect(Object.fromEntries(orderErrorRules)).toEqual({
    ORDER_NOT_FOUND: { action: 'CORRECT_INPUT', retryable: false, retryAfterSeconds: null },
    ATLAS_UNAVAILABLE: { action: 'RETRY_LATER', retryable: true, retryAfterSeconds: 5 },
    ATLAS_RATE_LIMITED: { action: 'RETRY_LATER', retryable: true, retryAfterSeconds: 10 },
    ATLAS_ACCESS_DENIED: { action: 'CONTACT_SUPPORT', retryable: false, retryAfterSeconds: null },
    INVALID_INPUT: { action: 'CORRECT_INPUT', retryable: false, retryAfterSeconds: null },
  })
})
