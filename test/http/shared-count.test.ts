import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible'
import { describe, expect, test } from 'vitest'
import { createSharedCount } from '../../src/http/shared-count.ts'

/** Shared counters that answer when the test says so. */
function openCounters(points: number) {
  const memory = new RateLimiterMemory({ points, duration: 60 })
  const asked: { key: string; count: number; answer(): void; fail(error: Error): void }[] = []
  const count = createSharedCount({
    points,
    consume: (key, total) =>
      new Promise<RateLimiterRes>((resolve, reject) => {
        const answer = (): void => void memory.consume(key, total).then(resolve, reject)
        asked.push({ key, count: total, answer, fail: reject })
      }),
  })
  return { count, asked, counts: () => asked.map((one) => one.count) }
}

async function turns(): Promise<void> {
  for (let count = 0; count < 5; count += 1) await new Promise((resolve) => setImmediate(resolve))
}

const allowed = (results: readonly (number | null)[]): boolean[] => results.map((result) => result === null)
const times = <Value>(length: number, value: Value): Value[] => Array<Value>(length).fill(value)

describe('counts of one subject', () => {
  test('of one turn go together: of twenty with seven left the first seven are allowed', async () => {
    const { count, asked, counts } = openCounters(10)
    const earlier = count('caller', 3)
    await turns()
    asked[0]!.answer()
    expect(await earlier).toBeNull()
    const results = Array.from({ length: 20 }, () => count('caller', 1))
    await turns()
    expect(counts()).toEqual([3, 20])
    asked[1]!.answer()
    const waits = await Promise.all(results)
    expect(allowed(waits)).toEqual([...times(7, true), ...times(13, false)])
    expect(waits.slice(7).every((wait) => wait! > 0 && wait! <= 60_000)).toBe(true)
    const later = count('caller', 1)
    await turns()
    asked[2]!.answer()
    expect(allowed([await later])).toEqual([false])
  })

  test('that come while one is on its way wait for it, and go together', async () => {
    const { count, asked, counts } = openCounters(4)
    const results = [count('caller', 1)]
    await turns()
    for (let more = 0; more < 5; more += 1) {
      results.push(count('caller', 1))
      await turns()
    }
    expect(counts()).toEqual([1])
    asked[0]!.answer()
    await turns()
    expect(counts()).toEqual([1, 5])
    asked[1]!.answer()
    expect(allowed(await Promise.all(results))).toEqual([true, true, true, true, false, false])
  })

  test('of several at once are allowed by where they stand, each whole or not', async () => {
    const { count, asked } = openCounters(10)
    const results = [4, 5, 3, 1].map((several) => count('caller', several))
    await turns()
    asked[0]!.answer()
    // As one by one: what is refused was counted too.
    expect(allowed(await Promise.all(results))).toEqual([true, true, false, false])
  })

  test('fail together when they cannot be counted, and the next are counted', async () => {
    const { count, asked } = openCounters(1)
    const results = [count('caller', 1), count('caller', 1)]
    await turns()
    const next = count('caller', 1)
    asked[0]!.fail(new Error('away'))
    expect(await Promise.allSettled(results)).toEqual(
      times(2, { status: 'rejected', reason: new Error('away') }),
    )
    await turns()
    asked[1]!.answer()
    expect(await next).toBeNull()
  })
})

test('Counts of other subjects go by themselves, under keys that fit the table', async () => {
  const { count, asked, counts } = openCounters(1)
  const subjects = ['caller', 'c'.repeat(10_000), 'caller 2']
  const results = subjects.map((subject) => count(subject, 1))
  await turns()
  expect(counts()).toEqual([1, 1, 1])
  for (const { answer } of asked) answer()
  expect(await Promise.all(results)).toEqual([null, null, null])
  expect(new Set(asked.map(({ key }) => key)).size).toBe(3)
  expect(asked.map(({ key }) => key.length)).toEqual([43, 43, 43])
})
