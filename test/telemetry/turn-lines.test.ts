import { pino } from 'pino'
import { beforeEach, expect, test } from 'vitest'
import { writeByTurn } from '../../src/telemetry/turn-lines.ts'

let written: string[]
let log: pino.Logger

beforeEach(() => {
  written = []
  log = pino(
    { base: null, timestamp: false, level: 'trace' },
    writeByTurn({ write: (lines) => void written.push(lines) }),
  )
})

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))
const line = (level: number, msg: string): string => `${JSON.stringify({ level, msg })}\n`

test('lines of one turn go out together, in their order', async () => {
  log.info('first')
  log.debug('second')
  expect(written).toEqual([])
  await turn()
  expect(written).toEqual([line(30, 'first') + line(20, 'second')])
  log.info('third')
  await turn()
  expect(written.slice(1)).toEqual([line(30, 'third')])
})

test.each(['warn', 'error', 'fatal'] as const)(
  'a line of level %s goes out at once, after those before it',
  async (level) => {
    log.info('first')
    log[level]('second')
    expect(written).toEqual([line(30, 'first') + line({ warn: 40, error: 50, fatal: 60 }[level], 'second')])
    await turn()
    expect(written).toHaveLength(1)
  },
)

test('many lines do not wait for the end of the turn', async () => {
  const text = 'x'.repeat(1_000)
  for (let count = 0; count < 100; count += 1) log.info(text)
  expect(written).toHaveLength(1)
  await turn()
  expect(written.join('').match(/\n/g)).toHaveLength(100)
})
