/** The ledger that LEDGER_URL names. */

import type { PaymentLedger } from '../payment/ports.ts'
import { openPostgresLedger } from './postgres/postgres-ledger.ts'
import { openSqliteLedger } from './sqlite/sqlite-ledger.ts'

/** Names this process among those that share a ledger. */
export interface LedgerOptions {
  readonly instanceId: string
}

/**
 * Opens the ledger of a URL, `sqlite:` with a path or `postgres://`, and brings its tables up to date.
 * Rejects when it cannot be opened.
 */
export async function openLedger(url: string, options: LedgerOptions): Promise<PaymentLedger> {
  return url.startsWith('sqlite:')
    ? openSqliteLedger(url.slice('sqlite:'.length), options)
    : openPostgresLedger(url, options)
}
