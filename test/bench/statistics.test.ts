import { expect, test } from 'vitest'
import { pairedSpread, quantileOf, spreadOf } from './statistics.ts'

test('a spread is the median with least and most, of an odd and of an even number of values', () => {
  expect(spreadOf([30, 10, 20])).toEqual({ median: 20, min: 10, max: 30 })
  expect(spreadOf([4, 1, 2, 10])).toEqual({ median: 3, min: 1, max: 10 })
  expect(spreadOf([7])).toEqual({ median: 7, min: 7, max: 7 })
  expect(() => spreadOf([])).toThrow('There is no median of no values.')
})

test('a quantile is the value that the share does not exceed', () => {
  const hundred = Float64Array.from({ length: 100 }, (_, index) => index + 1)
  expect([0.01, 0.5, 0.99, 1].map((share) => quantileOf(hundred, share))).toEqual([1, 50, 99, 100])
  expect(quantileOf([5], 0.99)).toBe(5)
  expect(() => quantileOf([], 0.5)).toThrow('There is no quantile of no values.')
})

test('series are compared inside each round, so that the drift of a machine does not count', () => {
  // Twice as much in each round, while the machine gets ten times slower: medians alone would say 20 or 0.2.
  expect(pairedSpread([2, 20, 200], [1, 10, 100], (one, other) => one / other)).toEqual({
    median: 2,
    min: 2,
    max: 2,
  })
  // The median of the ratios 4, 1, 3, not the ratio of the medians, which is 2.
  expect(pairedSpread([4, 6, 9], [1, 6, 3], (one, other) => one / other).median).toBe(3)
  expect(() => pairedSpread([1, 2], [1], (one, other) => one - other)).toThrow('the same rounds')
})
