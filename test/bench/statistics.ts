/** The few statistics of the benchmark. */

/** The middle of repeated measures, and how far they went to both sides. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** Throws for no values: there is no median of nothing. */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new Error('There is no median of no values.')
  const sorted = values.toSorted((one, other) => one - other)
  const middle = Math.floor(sorted.length / 2)
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
  return { median, min: sorted[0]!, max: sorted.at(-1)! }
}

/** The value that a share of the values does not exceed (nearest rank); `sorted` ascending, `share` above 0 to 1. */
export function quantileOf(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) throw new Error('There is no quantile of no values.')
  return sorted[Math.ceil(sorted.length * share) - 1]!
}

/**
 * Compares two series of the same rounds, round by round: the speed of a shared machine drifts between rounds,
 * so that only what was measured in one round can be compared.
 */
export function pairedSpread(
  ones: readonly number[],
  others: readonly number[],
  compare: (one: number, other: number) => number,
): Spread {
  if (ones.length !== others.length) throw new Error('Both series must have the same rounds.')
  return spreadOf(ones.map((one, round) => compare(one, others[round]!)))
}
