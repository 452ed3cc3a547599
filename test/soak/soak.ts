/**
 * `npm run soak`: thousands of orders, hundreds of `kill -9`, and 0 orders that are charged twice.
 *
 *   npm run soak -- [--postgres | --naive] [--seed TEXT] [--orders N] [--kills N] [--ledger-faults SHARE]
 *
 * Exits 0 when the run passes. The seed that it prints repeats what is decided by chance, though not the
 * timing of processes.
 */

import { randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { describeReport } from './report.ts'
import { runSoak } from './soak-run.ts'

/** Everything ends then, whatever happens, in milliseconds. */
const HARD_STOP_MS = 478_000

const { values } = parseArgs({
  options: {
    postgres: { type: 'boolean', default: false },
    naive: { type: 'boolean', default: false },
    seed: { type: 'string' },
    orders: { type: 'string', default: '3000' },
    kills: { type: 'string', default: '300' },
    'ledger-faults': { type: 'string', default: '0' },
  },
})

const seed = values.seed ?? randomUUID().slice(0, 8)
process.stdout.write(`soak with --seed ${seed}\n`)
setTimeout(() => {
  process.stderr.write('The soak did not end in time.\n')
  process.exit(1)
}, HARD_STOP_MS).unref()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))

const report = await runSoak({
  seed,
  store: values.postgres ? 'postgres' : values.naive ? 'naive' : 'sqlite',
  orders: Number(values.orders),
  kills: Number(values.kills),
  runMaxMs: 420_000,
  settleMaxMs: 45_000,
  lifeMs: values.postgres ? [200, 1_600] : [50, 800],
  ledgerFaultShare: Number(values['ledger-faults']),
  faultsEachMin: 20,
})
process.stdout.write(describeReport(report))
process.exit(report.failures.length === 0 ? 0 : 1)
