/** The comparison: every contender in every round, against one fake Atlas. */

import { type Contender, contenders, contenderNamed } from './contenders.ts'
import { type Entry, measure, type Sample, targetOf, warmUp } from './measure.ts'
import { createPaymentRequests } from './payment-requests.ts'
import { installPeers } from './peers.ts'
import type { BenchPlace } from './place.ts'
import { runRounds } from './rounds.ts'
import { FLOOR, type Samples } from './summary.ts'

export interface ComparisonOptions {
  /** Names of those to measure; none for all. Floor is always among them. */
  readonly only: readonly string[]
  readonly rounds: number
  /** Of each load of each contender in each round. */
  readonly seconds: number
  readonly warmUpSeconds: number
  /** Told what is done next. */
  readonly onStep: (step: string) => void
}

/** Rejects when a contender does not start or one payment does not succeed; all that was started has ended then. */
export async function compareContenders(place: BenchPlace, options: ComparisonOptions): Promise<Samples> {
  const { only, rounds, seconds, warmUpSeconds, onStep } = options
  const chosen = chosenOf(only)
  if (chosen.some(({ isPeer }) => isPeer)) installPeers()
  const requests = createPaymentRequests()
  const entries = new Map<string, Entry>()
  try {
    for (const contender of chosen) {
      onStep(`warming up ${contender.name}`)
      const entry = { contender, process: await contender.start(place) }
      entries.set(contender.name, entry)
      await warmUp(targetOf(entry, requests), warmUpSeconds)
    }
    return await runRounds<Entry, Sample>(entries, rounds, (entry, round) => {
      onStep(`round ${round + 1} of ${rounds}: ${entry.contender.name}`)
      return measure(place, entry, targetOf(entry, requests), seconds)
    })
  } finally {
    await Promise.all([...entries.values()].map(({ process }) => process.stop()))
  }
}

function chosenOf(only: readonly string[]): readonly Contender[] {
  const names = new Set([FLOOR, ...only].map((name) => contenderNamed(name).name))
  return only.length === 0 ? contenders : contenders.filter(({ name }) => names.has(name))
}
