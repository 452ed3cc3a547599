import { expect, test } from 'vitest'
import { createLineLimit } from '../../src/telemetry/line-limit.ts'

const MINUTE = 60_000

/** What each of some lines of one kind gets, at these times in milliseconds. */
function takeAt(linesMax: number, times: readonly number[]): (number | null)[] {
  let now = 0
  const limit = createLineLimit(linesMax, () => now)
  return times.map((time) => {
    now = time
    return limit.take('a kind')
  })
}

test('so many lines a minute are written, and the next one tells how many were left out', () => {
  expect(takeAt(2, [0, 1, 2, 3, MINUTE - 1, MINUTE, MINUTE + 1, MINUTE + 2])).toEqual([
    0,
    0,
    null,
    null,
    null,
    3,
    0,
    null,
  ])
})

test('no minute has more, wherever it begins', () => {
  const times = Array.from({ length: 3_000 }, (_, index) => index * 100)
  const written = takeAt(10, times).flatMap((taken, index) => (taken === null ? [] : [times[index]!]))
  expect(written).toHaveLength(50)
  for (const from of written) {
    expect(written.filter((at) => at >= from && at < from + MINUTE).length).toBeLessThanOrEqual(10)
  }
})

test('lines that are rare are all written, and leave nothing out', () => {
  expect(takeAt(1, [0, MINUTE, 2 * MINUTE, 10 * MINUTE])).toEqual([0, 0, 0, 0])
})

test('kinds do not count for each other', () => {
  const limit = createLineLimit(1, () => 0)
  expect(['a', 'b', 'a', 'b', 'c'].map((kind) => limit.take(kind))).toEqual([0, 0, null, null, 0])
})

test('a clock that is set back silences nothing for longer than a minute', () => {
  expect(takeAt(1, [100 * MINUTE, 100 * MINUTE + 1, 0, 1, MINUTE])).toEqual([0, null, 1, null, 1])
})
