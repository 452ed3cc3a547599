/** How much more two instances pay than one, on one PostgreSQL. */

import { availableParallelism } from 'node:os'
import { type Bar, atLeast } from './bars.ts'
import { contenderNamed, startGateway } from './contenders.ts'
import { type LoadTarget, runClosed } from './load.ts'
import { CONNECTIONS, targetOf, warmUp } from './measure.ts'
import { createPaymentRequests } from './payment-requests.ts'
import type { BenchPlace } from './place.ts'
import { runRounds } from './rounds.ts'
import { pairedSpread } from './statistics.ts'

export interface InstancesOptions {
  readonly rounds: number
  readonly seconds: number
  readonly onStep: (step: string) => void
}

const WARM_UP_SECONDS = 10

/** Payments of two instances, as a multiple of those of one under the same number of requests. */
export async function compareInstances(place: BenchPlace, options: InstancesOptions): Promise<Bar> {
  const { rounds, seconds, onStep } = options
  const database = await place.createDatabase()
  const contender = contenderNamed('ours-postgres')
  const requests = createPaymentRequests()
  const first = await startGateway(place, 'instance-1', database)
  const second = await startGateway(place, 'instance-2', database)
  try {
    const one = targetOf({ contender, process: first }, requests)
    const two: LoadTarget = { ...one, urls: [first.url, second.url] }
    onStep('warming up')
    await warmUp(two, WARM_UP_SECONDS)
    const sides = new Map([
      ['one', one],
      ['two', two],
    ])
    const results = await runRounds(sides, rounds, async (target) => {
      const until = performance.now() + seconds * 1_000
      const load = await runClosed(target, CONNECTIONS, () => performance.now() >= until)
      onStep(
        `${target.urls.length} instance(s): ${(load.timesMs.length / load.seconds).toFixed(0)} payments/s`,
      )
      return load.timesMs.length / load.seconds
    })
    const ratio = pairedSpread(results.get('two')!, results.get('one')!, (more, less) => more / less)
    const cores = `${availableParallelism()} cores for all: load, fake Atlas, PostgreSQL and gateways`
    return atLeast(`payments of two instances, of one (${cores})`, ratio.median, 1.6)
  } finally {
    await Promise.all([first.stop(), second.stop()])
  }
}
