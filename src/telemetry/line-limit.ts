/** A bound on how often the log says the same thing: a flood of requests must not fill the disk. */

export interface LineLimit {
  /**
   * Asks to write a line. Gives how many of its kind were left out since the last one, or null when this one is
   * to be left out as well.
   */
  take(kind: string): number | null
}

/** The time in which lines are counted. */
const WINDOW_MS = 60_000

/**
 * Lets at most `linesMax` lines of a kind through in any minute. Kinds are remembered for good: they must come
 * from a closed set. `now` is in milliseconds; a clock that is set back ends the wait.
 */
export function createLineLimit(linesMax: number, now: () => number): LineLimit {
  const kinds = new Map<string, { readonly writtenAt: number[]; suppressed: number }>()
  return {
    take(kind) {
      const known = kinds.get(kind) ?? { writtenAt: [], suppressed: 0 }
      kinds.set(kind, known)
      const { writtenAt, suppressed } = known
      const at = now()
      const [oldestAt = -Infinity] = writtenAt
      const isFull = writtenAt.length >= linesMax && at >= oldestAt && at - oldestAt < WINDOW_MS
      if (isFull) {
        known.suppressed += 1
        return null
      }
      if (writtenAt.length >= linesMax) writtenAt.shift()
      writtenAt.push(at)
      known.suppressed = 0
      return suppressed
    },
  }
}
