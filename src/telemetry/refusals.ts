/** Requests that were refused as a whole: every one is counted, and those about access and load are logged. */

import { createLineLimit } from './line-limit.ts'
import type { Telemetry } from './observe.ts'
import { accessAndLoadCodes } from './refusal-codes.ts'

/** What is told of a refusal. Nothing else of the request is: no document, variable, header, token or body. */
export interface ToldRefusal {
  readonly code: string
  readonly requestId: string
  /** The subject of the token; null when nobody is known. */
  readonly caller: string | null
}

/**
 * Most lines of one code in a minute. They show who is refused and why; how often is told by the counter. Eight
 * codes with callers of 256 characters make some 100 MB a day at the very most.
 */
const LINES_PER_MINUTE_MAX = 10

const logged: ReadonlySet<string> = new Set(accessAndLoadCodes)

/** Counts and logs refusals. `now` is in milliseconds. */
export function observeRefusals(
  { log, metrics }: Pick<Telemetry, 'log' | 'metrics'>,
  now: () => number,
): (refusal: ToldRefusal) => void {
  const limit = createLineLimit(LINES_PER_MINUTE_MAX, now)
  return ({ code, requestId, caller }) => {
    metrics.countRefusal(code)
    if (!logged.has(code)) return
    const suppressed = limit.take(code)
    if (suppressed === null) return
    log.warn({ requestId, caller, code, ...(suppressed > 0 && { suppressed }) }, 'refused')
  }
}
