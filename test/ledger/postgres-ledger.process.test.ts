import { afterAll, beforeAll } from 'vitest'
import { describeLedger } from './ledger-contract.ts'
import { postgresStores } from '../support/ledger-stores.ts'
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
