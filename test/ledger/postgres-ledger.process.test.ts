import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeLedger } from './ledger-contract.ts'
import { openFor, postgresStores } from '../support/ledger-stores.ts'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'

let server: TestPostgres

beforeAll(async () => {
  server = await startPostgres()
})

afterAll(async () => {
  await server.stop()
})

describeLedger(
  'PostgreSQL',
  postgresStores(() => server),
  { durable: true },
)

test('PostgreSQL tells its own time, which here is that of the machine', async () => {
  const { ledger } = await openFor(postgresStores(() => server))
  const before = Date.now()
  const time = await ledger.heartbeat(new Date(0))
  const afterwards = Date.now()
  expect(time!.getTime()).toBeGreaterThanOrEqual(before)
  expect(time!.getTime()).toBeLessThanOrEqual(afterwards)
})
