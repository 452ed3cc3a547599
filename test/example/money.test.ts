import { expect, test } from 'vitest'
import { formatMoney, isSameAmount } from '../../examples/checkout/src/money.ts'

test.each([
  ['en', '86.40', 'USD', 'USD 86.40'],
  ['en', '12650', 'JPY', 'JPY 12,650'],
  ['en', '26.875', 'KWD', 'KWD 26.875'],
  ['zh-Hans', '1234.50', 'CNY', 'CNY 1,234.50'],
  // Neither a decimal that the currency does not have nor a digit that a float cannot hold is lost.
  ['en', '0.30000001', 'USD', 'USD 0.30000001'],
  ['en', '999999999999.99999999', 'USD', 'USD 999,999,999,999.99999999'],
] as const)('in %s %s %s reads %s', (language, amount, currency, text) => {
  expect(formatMoney({ amount, currency }, language).replace('\u00a0', ' ')).toBe(text)
})

test('amounts are the same when amount and currency are', () => {
  const one = { amount: '86.40', currency: 'USD' }
  expect(isSameAmount(one, { ...one })).toBe(true)
  expect(isSameAmount(one, { ...one, amount: '91.40' })).toBe(false)
  expect(isSameAmount(one, { ...one, currency: 'SGD' })).toBe(false)
  expect(isSameAmount(one, null)).toBe(false)
})
