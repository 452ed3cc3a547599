import { expect, test } from 'vitest'
import { SettingUnusable, using } from '../src/setting-unusable.ts'

test.each([
  [
    new Error('The ledger has version 99; this gateway knows 3.'),
    'The ledger has version 99; this gateway knows 3.',
  ],
  [
    new AggregateError([
      new Error('connect ECONNREFUSED ::1:5432'),
      new Error('connect ECONNREFUSED 127.0.0.1:5432'),
    ]),
    'connect ECONNREFUSED ::1:5432; connect ECONNREFUSED 127.0.0.1:5432.',
  ],
  ['a text', 'a text.'],
])('What a setting names cannot be had: %s', async (cause, reason) => {
  const failing = using('LEDGER_URL', Promise.reject(cause as Error))
  await expect(failing).rejects.toThrow(SettingUnusable)
  await expect(failing).rejects.toMatchObject({ message: `LEDGER_URL cannot be used: ${reason}`, cause })
})

test('What a setting names is used', async () => {
  expect(await using('LEDGER_URL', Promise.resolve('ledger'))).toBe('ledger')
})
