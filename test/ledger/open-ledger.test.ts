import { expect, test } from 'vitest'
import { LedgerUnopened, openLedger } from '../../src/ledger/open-ledger.ts'

test('A ledger that cannot be opened is an error that names the setting and the reason', async () => {
  const opening = openLedger('sqlite:/', { instanceId: 'gateway-1' })
  await expect(opening).rejects.toThrow(new LedgerUnopened(new Error('unable to open database file')).message)
})

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
])('The reason of %s is in one sentence', (cause, reason) => {
  expect(new LedgerUnopened(cause).message).toBe(
    `The ledger that LEDGER_URL names cannot be opened: ${reason}`,
  )
})
