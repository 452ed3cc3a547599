/** The ledger that LEDGER_URL names. */

import type { PaymentLedger } from '../payment/ports.ts'

/** Names this process among those that share a ledger. */
export interface LedgerOptions {
  readonly instanceId: string
}

/**
 * Opens the ledger of a URL, `sqlite:` with a path or `postgres://`, and brings its tables up to date.
 * Rejects when it cannot be opened.
 */
export async function openLedger(url: string, options: LedgerOptions): Promise<PaymentLedger> {
  // Only the one that is used is loaded.
  if (url.startsWith('sqlite:')) {
    const { openSqliteLedger } = await import('./sqlite/sqlite-ledger.ts')
    return openSqliteLedger(url.slice('sqlite:'.length), options)
  }
  const { openPostgresLedger } = await import('./postgres/postgres-ledger.ts')
  return openPostgresLedger(url, options)
}
