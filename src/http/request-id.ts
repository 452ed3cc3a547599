/** What names a request in the log and to its sender. */

import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Short and clean enough for a log: what proxies and tracers make. */
const CLEAN = /^[\w.:/=-]{8,64}$/

/** The `x-request-id` that came with a request, when it is clean; else a new one. */
export function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && CLEAN.test(given) ? given : randomUUID()
}
