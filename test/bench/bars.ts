/** What the gateway has to reach, as ratios in one run, and whether it did. */

import type { Sample } from './measure.ts'
import { FLOOR, ratioOf, type Samples, type Summary, summarize } from './summary.ts'

export interface Bar {
  readonly name: string
  readonly measured: number
  /** The limit as people read it. */
  readonly limit: string
  readonly isMet: boolean
}

const SQLITE = 'ours-sqlite'
const POSTGRES = 'ours-postgres'

/** The bars of all that was measured; medians of the rounds decide. */
export function checkBars(samples: Samples): readonly Bar[] {
  const summaries = new Map(summarize(samples).map((one) => [one.name, one]))
  const sqlite = summaries.get(SQLITE)
  const bars: Bar[] = []
  const compare = (title: string, name: string, other: string, ratioMax: number): void => {
    if (!samples.has(name) || !samples.has(other)) return
    bars.push(atMost(title, ratioOf(samples, 'cpuUs', name, other).median, ratioMax))
  }
  if (sqlite !== undefined) {
    bars.push(
      atMost('SQLite: CPU per payment, of floor', sqlite.cpuOfFloor.median, 1.9),
      atLeast('SQLite: payments a second, of floor', sqlite.perSecondOfFloor.median, 0.55),
    )
  }
  compare('SQLite: CPU per payment, of Mercurius without jit', SQLITE, 'mercurius', 1)
  compare('SQLite: CPU per payment, of Apollo Server with fetch', SQLITE, 'apollo-fetch', 0.5)
  compare('SQLite: CPU per payment, of Hive Gateway', SQLITE, 'hive', 0.1)
  compare('PostgreSQL: CPU per payment, of SQLite', POSTGRES, SQLITE, 1.3)
  for (const [name, store] of [
    [SQLITE, 'SQLite'],
    [POSTGRES, 'PostgreSQL'],
  ] as const) {
    const summary = summaries.get(name)
    if (summary !== undefined) bars.push(...barsOfStore(samples, store, summary))
  }
  return bars
}

function barsOfStore(samples: Samples, store: string, summary: Summary): readonly Bar[] {
  const figure: keyof Sample = 'steadyP99Ms'
  return [
    atMost(`${store}: p50 at the steady rate over floor, in ms`, summary.steadyP50OverFloorMs.median, 1),
    atMost(
      `${store}: p99 at the steady rate, of floor`,
      ratioOf(samples, figure, summary.name, FLOOR).median,
      1.5,
    ),
    atMost(`${store}: CPU at the steady rate, of floor`, summary.steadyCpuOfFloor.median, 2),
    atMost(`${store}: resident memory at full load, of floor`, summary.residentOfFloor.median, 1.4),
  ]
}

/** A bar that is met up to its limit. */
export function atMost(name: string, measured: number, limit: number): Bar {
  return { name, measured, limit: `at most ${limit}`, isMet: measured <= limit }
}

/** A bar that is met from its limit on. */
export function atLeast(name: string, measured: number, limit: number): Bar {
  return { name, measured, limit: `at least ${limit}`, isMet: measured >= limit }
}

/** A line for each bar. */
export function describeBars(bars: readonly Bar[]): string {
  const lines = bars.map(
    ({ name, measured, limit, isMet }) =>
      `${isMet ? 'met    ' : 'NOT MET'}  ${name}: ${measured.toFixed(2)} (${limit})`,
  )
  return `${lines.join('\n')}\n`
}
