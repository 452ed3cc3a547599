import { expect, test } from 'vitest'
import { shareCheck } from '../../src/http/shared-check.ts'

/** A check that fails from the second time on, at a time that a test sets. */
function createCheck() {
  let nowMs = 1_000_000
  let asked = 0
  const check = shareCheck(
    () => {
      asked += 1
      return asked === 1 ? Promise.resolve() : Promise.reject(new Error('away'))
    },
    () => nowMs,
  )
  return { check, asked: () => asked, pass: (ms: number) => (nowMs += ms) }
}

test('a good result counts for half a second', async () => {
  const { check, asked, pass } = createCheck()
  await Promise.all([check(), check()])
  pass(499)
  await check()
  expect(asked()).toBe(1)
  pass(1)
  await expect(check()).rejects.toThrow('away')
  expect(asked()).toBe(2)
})

test('a good result does not count for longer when the clock was set back', async () => {
  const { check, asked, pass } = createCheck()
  await check()
  pass(-3_600_000)
  await expect(check()).rejects.toThrow('away')
  expect(asked()).toBe(2)
})
