import { expect, test } from 'vitest'
import { createLatest, type Latest } from '../../src/order/latest.ts'

function createCounted(): { latest: Latest<string>; ended: () => number } {
  let ended = 0
  return { latest: createLatest<string>(() => (ended += 1)), ended: () => ended }
}

const over = { value: undefined, done: true }

test('a reader that waits is given the next value, and waits for another', async () => {
  const { latest } = createCounted()
  const next = latest.next()
  latest.offer('a')
  expect(await next).toEqual({ value: 'a', done: false })
  const other = latest.next()
  let isSettled = false
  void other.then(() => (isSettled = true))
  await Promise.resolve()
  expect(isSettled).toBe(false)
  latest.offer('b')
  expect(await other).toEqual({ value: 'b', done: false })
})

test('a slow reader is given the latest value, not a queue', async () => {
  const { latest } = createCounted()
  for (const value of ['a', 'b', 'c']) latest.offer(value)
  expect(await latest.next()).toEqual({ value: 'c', done: false })
})

test('a value that was not taken is still given after the end, and then it is over', async () => {
  const { latest, ended } = createCounted()
  latest.offer('a')
  latest.end()
  latest.offer('too late')
  expect([await latest.next(), await latest.next(), await latest.next()]).toEqual([
    { value: 'a', done: false },
    over,
    over,
  ])
  expect(ended()).toBe(1)
})

test('a reader that waits learns of the end', async () => {
  const { latest, ended } = createCounted()
  const next = latest.next()
  latest.end()
  expect(await next).toEqual(over)
  expect(ended()).toBe(1)
})

test('a reader that leaves ends it at once, even while it waits, and is given nothing more', async () => {
  const { latest, ended } = createCounted()
  const next = latest.next()
  latest.offer('a')
  latest.offer('b')
  expect(await latest.return!()).toEqual(over)
  expect(await next).toEqual({ value: 'a', done: false })
  expect(await latest.next()).toEqual(over)
  const waiting = createCounted()
  const last = waiting.latest.next()
  await waiting.latest.return!()
  expect(await last).toEqual(over)
  expect([ended(), waiting.ended()]).toEqual([1, 1])
})

test('the end is told once, however often it comes', async () => {
  const { latest, ended } = createCounted()
  latest.end()
  latest.end()
  await latest.return!()
  await latest.return!()
  expect(ended()).toBe(1)
})

test('it can be read by for await', async () => {
  const { latest } = createCounted()
  const values: string[] = []
  const reading = (async () => {
    for await (const value of latest) values.push(value)
  })()
  latest.offer('a')
  await new Promise((resolve) => void setImmediate(resolve))
  latest.offer('b')
  latest.end()
  await reading
  expect(values).toEqual(['a', 'b'])
})
