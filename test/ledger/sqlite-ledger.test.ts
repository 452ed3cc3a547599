import { expect, test } from 'vitest'
import { describeLedger } from './ledger-contract.ts'
import { openFileStore, openFor, openMemoryStore } from '../support/ledger-stores.ts'

describeLedger('an SQLite file', openFileStore, { durable: true })
describeLedger("SQLite's memory", openMemoryStore, { durable: false })

test('SQLite has no time of its own: who shares a file shares the clock of its machine', async () => {
  const { ledger } = await openFor(openFileStore)
  expect(await ledger.heartbeat(new Date())).toBeNull()
})
