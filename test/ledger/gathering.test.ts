import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { gather } from '../../src/ledger/gathering.ts'

/** How many turns are gathered for when something new is waiting in each of the first `busyTurns`. */
async function turnsOf(busyTurns: number): Promise<number> {
  let waiting = 1
  let isOver = false
  gather(
    () => waiting,
    () => {
      isOver = true
    },
  )
  for (let turn = 1; turn <= 100; turn += 1) {
    await nextTurn()
    if (isOver) return turn
    if (turn <= busyTurns) waiting += 1
  }
  throw new Error('Gathering has no end.')
}

test.each([
  { busyTurns: 0, turns: 2 },
  { busyTurns: 1, turns: 3 },
  { busyTurns: 8, turns: 10 },
  { busyTurns: 9, turns: 11 },
  { busyTurns: 10, turns: 11 },
  { busyTurns: 99, turns: 11 },
])(
  'after $busyTurns turns that brought something, gathering is over in turn $turns',
  async ({ busyTurns, turns }) => {
    expect(await turnsOf(busyTurns)).toBe(turns)
  },
)

test('Nothing that waits is gathered for, for one turn', async () => {
  const over: string[] = []
  gather(
    () => 0,
    () => over.push('over'),
  )
  expect(over).toEqual([])
  await nextTurn()
  expect(over).toEqual(['over'])
})
