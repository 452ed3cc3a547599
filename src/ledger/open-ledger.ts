/** The ledger that LEDGER_URL names. */

import type { PaymentLedger } from '../payment/ports.ts'

/** Names this process among those that share a ledger. */
export interface LedgerOptions {
  readonly instanceId: string
}

/** A ledger that cannot be opened. The message names the setting, and holds no password. */
export class LedgerUnopened extends Error {
  constructor(cause: unknown) {
    super(`The ledger that LEDGER_URL names cannot be opened: ${reasonOf(cause)}.`, { cause })
    this.name = 'LedgerUnopened'
  }
}

function reasonOf(cause: unknown): string {
  // A host of several addresses, none of which answers.
  if (cause instanceof AggregateError) return cause.errors.map(reasonOf).join('; ')
  return cause instanceof Error ? cause.message.replace(/\.$/, '') : String(cause)
}

/**
 * Opens the ledger of a URL, `sqlite:` with a path or `postgres://`, and brings its tables up to date.
 * Rejects with {@link LedgerUnopened} when that cannot be done.
 */
export async function openLedger(url: string, options: LedgerOptions): Promise<PaymentLedger> {
  try {
    return await open(url, options)
  } catch (error) {
    throw new LedgerUnopened(error)
  }
}

/** Loads only the one that is used. */
async function open(url: string, options: LedgerOptions): Promise<PaymentLedger> {
  if (url.startsWith('sqlite:')) {
    const { openSqliteLedger } = await import('./sqlite/sqlite-ledger.ts')
    return openSqliteLedger(url.slice('sqlite:'.length), options)
  }
  const { openPostgresLedger } = await import('./postgres/postgres-ledger.ts')
  return openPostgresLedger(url, options)
}
