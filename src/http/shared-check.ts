/** A check that many may ask for and few should pay for. */

/** How long a good result counts, in milliseconds. */
const KEPT_MS = 500

/**
 * One check at a time, shared by all who ask meanwhile and shortly after it succeeded: whoever can reach a probe
 * could otherwise drive commits. `nowMs` is the present in epoch milliseconds.
 */
export function shareCheck(check: () => Promise<void>, nowMs: () => number): () => Promise<void> {
  let shared: Promise<void> | null = null
  let keptUntil = 0
  return () => {
    // A clock that was set back must not keep a result for longer.
    const keptMs = keptUntil - nowMs()
    if (shared !== null && keptMs > 0 && (keptMs <= KEPT_MS || keptMs === Infinity)) return shared
    keptUntil = Infinity
    shared = check()
    shared.then(
      () => (keptUntil = nowMs() + KEPT_MS),
      () => (keptUntil = 0),
    )
    return shared
  }
}
