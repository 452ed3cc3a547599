import { describeLedger } from './ledger-contract.ts'
import { openFileStore, openMemoryStore } from '../support/ledger-stores.ts'

describeLedger('an SQLite file', openFileStore, { durable: true })
describeLedger("SQLite's memory", openMemoryStore, { durable: false })
