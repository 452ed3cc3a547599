/** What the samples of a run say: medians, and ratios to floor that are taken inside each round. */

import type { Sample } from './measure.ts'
import { pairedSpread, type Spread, spreadOf } from './statistics.ts'

/** Samples by the name of the contender, one for each round. */
export type Samples = ReadonlyMap<string, readonly Sample[]>

/** Of one contender. What is named after floor compares with it inside each round. */
export interface Summary {
  readonly name: string
  readonly perSecond: Spread
  readonly perSecondOfFloor: Spread
  readonly cpuUs: Spread
  readonly cpuOfFloor: Spread
  readonly databaseCpuUs: Spread
  readonly p50Ms: Spread
  readonly p99Ms: Spread
  readonly residentMiB: Spread
  readonly residentOfFloor: Spread
  readonly steadyP50OverFloorMs: Spread
  readonly steadyP99OverFloorMs: Spread
  readonly steadyCpuUs: Spread
  readonly steadyCpuOfFloor: Spread
}

/** The contender that the others are compared with. */
export const FLOOR = 'floor'

/** Summaries in the order of the samples. Throws when floor is not among them. */
export function summarize(samples: Samples): readonly Summary[] {
  return [...samples].map(([name, own]) => {
    const spread = (figure: keyof Sample): Spread => spreadOf(own.map((one) => one[figure]))
    return {
      name,
      perSecond: spread('perSecond'),
      perSecondOfFloor: ratioOf(samples, 'perSecond', name, FLOOR),
      cpuUs: spread('cpuUs'),
      cpuOfFloor: ratioOf(samples, 'cpuUs', name, FLOOR),
      databaseCpuUs: spread('databaseCpuUs'),
      p50Ms: spread('p50Ms'),
      p99Ms: spread('p99Ms'),
      residentMiB: spread('residentMiB'),
      residentOfFloor: ratioOf(samples, 'residentMiB', name, FLOOR),
      steadyP50OverFloorMs: differenceOf(samples, 'steadyP50Ms', name, FLOOR),
      steadyP99OverFloorMs: differenceOf(samples, 'steadyP99Ms', name, FLOOR),
      steadyCpuUs: spread('steadyCpuUs'),
      steadyCpuOfFloor: ratioOf(samples, 'steadyCpuUs', name, FLOOR),
    }
  })
}

/** How many times another's figure one's is. */
export function ratioOf(samples: Samples, figure: keyof Sample, name: string, other: string): Spread {
  return compare(samples, figure, name, other, (one, base) => one / base)
}

function differenceOf(samples: Samples, figure: keyof Sample, name: string, other: string): Spread {
  return compare(samples, figure, name, other, (one, base) => one - base)
}

function compare(
  samples: Samples,
  figure: keyof Sample,
  name: string,
  other: string,
  by: (one: number, base: number) => number,
): Spread {
  const series = (of: string): readonly number[] => {
    const own = samples.get(of)
    if (own === undefined) throw new Error(`${of} was not measured.`)
    return own.map((sample) => sample[figure])
  }
  return pairedSpread(series(name), series(other), by)
}
