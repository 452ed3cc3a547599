/** Interleaved rounds: each measures every contender once, and each in another order. */

/**
 * The order of a round: the list begins elsewhere in each, spread evenly over it, and goes backwards in every second
 * one, so that no contender always follows the same other.
 */
export function orderOf<Item>(items: readonly Item[], round: number, rounds: number): readonly Item[] {
  const first = Math.floor((items.length * round) / rounds)
  const rotated = [...items.slice(first), ...items.slice(0, first)]
  return round % 2 === 0 ? rotated : rotated.toReversed()
}

/** Measures one after the other; resolves with the measures of each item by its name, in the order of rounds. */
export async function runRounds<Item, Result>(
  items: ReadonlyMap<string, Item>,
  rounds: number,
  measure: (item: Item, round: number) => Promise<Result>,
): Promise<ReadonlyMap<string, readonly Result[]>> {
  const results = new Map([...items.keys()].map((name) => [name, [] as Result[]]))
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, item] of orderOf([...items], round, rounds)) {
      results.get(name)!.push(await measure(item, round))
    }
  }
  return results
}
