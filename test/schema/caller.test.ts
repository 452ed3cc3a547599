import { expect, test } from 'vitest'
import { callerOf } from '../../src/schema/caller.ts'

const claims = { sub: 'backend', scope: 'payments:write' }

test.each([
  [undefined, null],
  [1_795_000_000, '2026-11-18T11:06:40.000Z'],
  // Issuers write such for "never". An instant that is none would make every wait for it end at once.
  [9_999_999_999_999, '+275760-09-13T00:00:00.000Z'],
  [Number.MAX_SAFE_INTEGER, '+275760-09-13T00:00:00.000Z'],
  [Number.MAX_VALUE, '+275760-09-13T00:00:00.000Z'],
])('a token with exp %o expires at %s', (exp, instant) => {
  const { expiresAt } = callerOf({ ...claims, ...(exp !== undefined && { exp }) })!
  expect(expiresAt?.toJSON() ?? null).toBe(instant)
})
