import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { createLog } from '../../src/telemetry/log.ts'
import { loggedFaults } from './logged-faults.ts'

test('the errors of a log are found, and nothing else', async () => {
  const destination = new PassThrough()
  const log = createLog({ level: 'trace', destination })
  for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const)
    log[level]({ caller: '"level":"error"' }, level)
  destination.end()
  const faults = loggedFaults(`not of the log\n${await text(destination)}`)
  expect(faults.map((line) => JSON.parse(line).msg)).toEqual(['error', 'fatal'])
})
