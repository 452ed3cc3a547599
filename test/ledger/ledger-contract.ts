/** What every PaymentLedger promises, whatever its store: the rules of the port, run over each implementation. */

import { describe } from 'vitest'
import type { OpenStore } from '../support/ledger-stores.ts'
import { describeClaims } from './contract/claims.ts'
import { describeKeys } from './contract/keys.ts'
import { describeRecords } from './contract/records.ts'
import { describeReopening } from './contract/reopening.ts'
import { describeRetention } from './contract/retention.ts'
import { describeSettling } from './contract/settling.ts'
import { describeTransitions } from './contract/transitions.ts'

export interface LedgerTraits {
  /** The store outlives the ledgers that are opened over it. */
  readonly durable: boolean
}

export function describeLedger(name: string, openStore: OpenStore, { durable }: LedgerTraits): void {
  describe(`the ledger in ${name}`, () => {
    describeClaims(openStore)
    describeKeys(openStore)
    describeRecords(openStore)
    describeTransitions(openStore)
    describeSettling(openStore)
    describeRetention(openStore)
    if (durable) describeReopening(openStore)
  })
}
