/** Stops asking for connections that cannot be had. */

import type { AtlasPayments } from '../payment/ports.ts'

/** Connection failures in a row after which the breaker opens. */
const FAILURES_MAX = 5

/** How long it stays open; then one payment tries. */
const OPEN_MS = 5_000

/**
 * AtlasPayments that answers "not sent" at once while Atlas cannot be reached. Only failed connections open
 * it: they prove that nothing was sent. Lost answers do not, since for them Atlas was there.
 */
export function withBreaker(atlas: AtlasPayments, now: () => number): AtlasPayments {
  let failures = 0
  let openUntil = 0
  return {
    readOrder: (orderNo) => atlas.readOrder(orderNo),
    queryOrder: (orderNo) => atlas.queryOrder(orderNo),
    async pay(request, mayStart) {
      const at = now()
      // Not when the clock was set back: it must not stay open for longer than it opened.
      if (at < openUntil && openUntil - at <= OPEN_MS)
        return { kind: 'not-sent', reason: 'BREAKER_OPEN', cause: null }
      // The one that tries keeps the others away meanwhile.
      if (failures >= FAILURES_MAX) openUntil = at + OPEN_MS
      const answer = await atlas.pay(request, mayStart)
      if (answer.kind === 'not-sent' && answer.reason !== 'CLAIM_STALE') {
        failures += 1
        if (failures >= FAILURES_MAX) openUntil = now() + OPEN_MS
      } else {
        failures = 0
        openUntil = 0
      }
      return answer
    },
  }
}
