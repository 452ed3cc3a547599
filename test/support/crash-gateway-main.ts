/**
 * The gateway as `npm start` runs it, for crash tests: the same service from the same environment, with a faster
 * clock, and with a failpoint or an unreliable store when one is asked for.
 */

import { flushCompileCache } from 'node:module'
import { loadConfig } from '../../src/config.ts'
import { createService } from '../../src/service.ts'
import { type ClockPace, createPacedClock } from './crash-clock.ts'
import { crashOverrides, type CrashPlan } from './crash-failpoints.ts'
import { createUnreliableLedger, type LedgerFaults } from './crash-ledger-faults.ts'

/** What the environment variable CRASH holds, as JSON. */
export interface CrashSettings {
  readonly pace: ClockPace
  readonly plan?: CrashPlan
  readonly ledgerFaults?: LedgerFaults | undefined
  /** True for one that only fills the compile cache for those that follow. */
  readonly isFirst?: boolean
}

const { pace, plan, ledgerFaults, isFirst } = JSON.parse(process.env['CRASH'] ?? '{}') as CrashSettings

const service = await createService(loadConfig(process.env), {
  clock: createPacedClock(pace),
  ...(plan !== undefined && crashOverrides(plan)),
  ...(ledgerFaults !== undefined && {
    wrapLedger: (ledger) => createUnreliableLedger(ledger, ledgerFaults),
  }),
})
process.on('SIGTERM', () => void service.close().then(() => process.exit(0)))
// A killed process leaves no cache at its end, and hundreds of starts are what a run costs most.
if (isFirst) flushCompileCache()
process.stdout.write(`gateway at ${service.url}\n`)
