/** Which other origins' pages may read answers (Fetch standard, CORS protocol). */

import type { IncomingMessage, ServerResponse } from 'node:http'

/** How long a browser may remember a preflight, in seconds. */
const PREFLIGHT_MAX_AGE_SECONDS = 600

/** Adds the headers for an origin on the list; others get none, and their browsers keep the answer from them. */
export function allowOrigin(
  request: IncomingMessage,
  response: ServerResponse,
  origins: ReadonlySet<string>,
): void {
  if (origins.size === 0) return
  // Also when this origin is not allowed: a shared cache must not give its answer to another.
  response.setHeader('vary', 'origin')
  const { origin } = request.headers
  if (origin === undefined || !origins.has(origin)) return
  response.setHeader('access-control-allow-origin', origin)
  response.setHeader('access-control-expose-headers', 'retry-after, x-request-id')
  if (request.method !== 'OPTIONS') return
  response.setHeader('access-control-allow-methods', 'POST, GET')
  response.setHeader('access-control-allow-headers', 'authorization, content-type, traceparent, x-request-id')
  response.setHeader('access-control-max-age', String(PREFLIGHT_MAX_AGE_SECONDS))
}
