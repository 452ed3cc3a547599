/** What payments lose while many attempts are unknown, which are read back all the time. */

import { join } from 'node:path'
import { openLedger } from '../../src/ledger/open-ledger.ts'
import { newAttempt } from '../../src/payment/payment-attempt.ts'
import { changeTo } from '../../src/payment/settlement.ts'
import { type Bar, atLeast, atMost } from './bars.ts'
import { contenderNamed, startGateway } from './contenders.ts'
import { runClosed } from './load.ts'
import { CONNECTIONS, targetOf, warmUp } from './measure.ts'
import { createPaymentRequests } from './payment-requests.ts'
import type { BenchPlace } from './place.ts'
import { usageOf } from './process-usage.ts'
import { runRounds } from './rounds.ts'
import { pairedSpread, quantileOf } from './statistics.ts'

export interface UnknownOptions {
  readonly rounds: number
  readonly seconds: number
  readonly onStep: (step: string) => void
}

/** Attempts whose outcome is unknown. The fake Atlas does not tell of orders, so they stay it. */
const UNKNOWN_ATTEMPTS = 1_000

const WARM_UP_SECONDS = 10

/** Payments, their CPU and their p99 beside so many unknown attempts, of those beside none; with the SQLite ledger. */
export async function measureUnknown(place: BenchPlace, options: UnknownOptions): Promise<readonly Bar[]> {
  const { rounds, seconds, onStep } = options
  const ledgers = { quiet: 'quiet.sqlite', busy: 'busy.sqlite' }
  await seed(`sqlite:${join(place.folder, ledgers.busy)}`)
  const contender = contenderNamed('ours-sqlite')
  const requests = createPaymentRequests()
  const sides = new Map(
    await Promise.all(
      Object.entries(ledgers).map(async ([name, file]) => {
        const process = await startGateway(place, name, `sqlite:${join(place.folder, file)}`)
        return [name, { process, target: targetOf({ contender, process }, requests) }] as const
      }),
    ),
  )
  try {
    for (const { target } of sides.values()) await warmUp(target, WARM_UP_SECONDS)
    const results = await runRounds(sides, rounds, async ({ process, target }) => {
      const before = usageOf(process.pid).cpuMs
      const until = performance.now() + seconds * 1_000
      const { timesMs, seconds: took } = await runClosed(
        target,
        CONNECTIONS,
        () => performance.now() >= until,
      )
      const cpuMs = usageOf(process.pid).cpuMs - before
      return {
        perSecond: timesMs.length / took,
        cpuUs: (cpuMs * 1_000) / timesMs.length,
        p99Ms: quantileOf(timesMs, 0.99),
      }
    })
    const [quiet, busy] = [results.get('quiet')!, results.get('busy')!]
    const ratioOf = (figure: keyof (typeof quiet)[number]): number => {
      const of = (samples: typeof quiet): readonly number[] => samples.map((sample) => sample[figure])
      return pairedSpread(of(busy), of(quiet), (more, less) => more / less).median
    }
    onStep(`beside ${UNKNOWN_ATTEMPTS} unknown attempts, of beside none; medians of ${rounds} rounds`)
    return [
      atLeast('payments a second beside unknown attempts', ratioOf('perSecond'), 0.9),
      atMost('CPU per payment beside unknown attempts', ratioOf('cpuUs'), 1.1),
      atMost('p99 beside unknown attempts', ratioOf('p99Ms'), 1.2),
    ]
  } finally {
    await Promise.all([...sides.values()].map(({ process }) => process.stop()))
  }
}

/** Makes attempts that became unknown just now, so that they are read back at the shortest pauses. */
async function seed(url: string): Promise<void> {
  const ledger = await openLedger(url, { instanceId: 'before' })
  const at = new Date()
  const attempts = Array.from({ length: UNKNOWN_ATTEMPTS }, (_, index) =>
    newAttempt(
      {
        orderNo: `UNKNOWN-${index}`,
        paymentMethod: 'BALANCE',
        clientOrderNo: null,
        requestSource: null,
        card: null,
        expectedTotal: null,
      },
      { paymentId: `unknown-${index}`, caller: 'bench', at, deadlineAt: at },
    ),
  )
  await Promise.all(attempts.map((attempt) => ledger.claim(attempt, null)))
  await ledger.record(
    attempts.map((attempt) =>
      changeTo(attempt, 'UNKNOWN', at, { code: 'OUTCOME_UNKNOWN', reason: 'DEADLINE', requestStarted: true }),
    ),
  )
  await ledger.close()
}
