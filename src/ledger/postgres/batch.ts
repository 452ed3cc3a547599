/** Callers that come together share a statement; those that come while it is on its way share the next. */

import { gather } from '../gathering.ts'

export interface BatchOptions<Entry, Result> {
  /** Runs entries in one statement, all or none. Resolves after the commit, with the results in the entries' order. */
  send(entries: readonly Entry[]): Promise<readonly Result[]>
  /** Entries of the same name never go together, when given: a statement writes a row once. */
  nameOf?(entry: Entry): string
  /** Whether a rejection can be the fault of one entry, and nothing was committed. */
  isRefusal(error: unknown): boolean
}

interface Caller<Entry, Result> {
  readonly entry: Entry
  resolve(result: Result): void
  reject(error: unknown): void
}

/** Most entries of one statement: a longer one would keep the others waiting. */
const BATCH_MAX = 500

/**
 * Statements on their way at the same time. With one, a row that waits for a lock would hold all others up; more
 * than two only make them smaller.
 */
const ON_WIRE_MAX = 2

/**
 * Resolves with the result of an entry after its commit. When a batch is refused, each entry runs by itself, so
 * that a failing one fails only its own caller; any other failure is everybody's.
 */
export function createBatch<Entry, Result>(
  options: BatchOptions<Entry, Result>,
): (entry: Entry) => Promise<Result> {
  const { send, nameOf, isRefusal } = options
  let waiting: Caller<Entry, Result>[] = []
  let onWire = 0
  let isScheduled = false

  function schedule(): void {
    if (isScheduled || onWire === ON_WIRE_MAX || waiting.length === 0) return
    isScheduled = true
    gather(
      () => waiting.length,
      () => {
        isScheduled = false
        void run(take())
        schedule()
      },
    )
  }

  /** The next batch; what does not fit into it goes on waiting. */
  function take(): readonly Caller<Entry, Result>[] {
    const batch = new Map<unknown, Caller<Entry, Result>>()
    const left: Caller<Entry, Result>[] = []
    for (const caller of waiting) {
      const name = nameOf?.(caller.entry) ?? caller
      if (batch.size === BATCH_MAX || batch.has(name)) left.push(caller)
      else batch.set(name, caller)
    }
    waiting = left
    return [...batch.values()]
  }

  async function run(batch: readonly Caller<Entry, Result>[]): Promise<void> {
    onWire += 1
    if (!(await settle(batch))) await Promise.all(batch.map((caller) => settle([caller])))
    onWire -= 1
    schedule()
  }

  /** False when the callers have no answer yet: their entries have to run one by one. */
  async function settle(batch: readonly Caller<Entry, Result>[]): Promise<boolean> {
    try {
      const results = await send(batch.map(({ entry }) => entry))
      for (const [index, { resolve }] of batch.entries()) resolve(results[index]!)
    } catch (error) {
      if (batch.length > 1 && isRefusal(error)) return false
      for (const { reject } of batch) reject(error)
    }
    return true
  }

  return (entry) =>
    new Promise((resolve, reject) => {
      waiting.push({ entry, resolve, reject })
      schedule()
    })
}
