import { expect, test } from 'vitest'
import { orderOf, runRounds } from './rounds.ts'

test('each round has everybody once, begins with another one and turns round', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f']
  expect([0, 1, 2].map((round) => orderOf(names, round, 3).join(''))).toEqual(['abcdef', 'bafedc', 'efabcd'])
})

test('measures are kept by name in the order of rounds, one at a time', async () => {
  let underWay = 0
  const results = await runRounds(
    new Map([
      ['a', 10],
      ['b', 20],
    ]),
    2,
    async (item, round) => {
      underWay += 1
      expect(underWay).toBe(1)
      await Promise.resolve()
      underWay -= 1
      return item + round
    },
  )
  expect([...results]).toEqual([
    ['a', [10, 11]],
    ['b', [20, 21]],
  ])
})
