/** The connections to Atlas. */

import { createSecureContext, getCACertificates } from 'node:tls'
import { Agent } from 'undici'

export interface AtlasAgentOptions {
  /** Deadline of one exchange, in milliseconds. The agent's own timeouts stay above it. */
  readonly timeoutMs: number
  /** Certificate authorities in PEM that may vouch for Atlas; default: the public ones that Node ships. */
  readonly ca?: readonly string[]
}

/** Connections to Atlas at the same time. Bounds sockets and memory; requests over it wait for one. */
const CONNECTIONS_MAX = 256

/** Time for TCP and TLS together. Past it nothing was sent, which is a better answer than UNKNOWN. */
const CONNECT_TIMEOUT_MS = 5_000

/**
 * How far undici's timers stay above the deadline: they are coarse (500 ms fired after 917), so the
 * deadline is an AbortSignal and these only catch what it could miss.
 */
const TIMER_MARGIN_MS = 5_000

/** How long an idle connection is kept. Short: a server that closes first makes an UNKNOWN out of a payment. */
const KEEP_ALIVE_MS = 4_000

/**
 * An agent that puts each request on the wire once: HTTP/1.1 only, since undici re-sends a POST over
 * HTTP/2 after REFUSED_STREAM or GOAWAY; one request at a time on a connection; no interceptor, so no
 * retry, redirect, DNS rotation, cache or deduplication; and no proxy variable is read.
 *
 * TLS is verified whatever the environment says: `rejectUnauthorized` and the trusted authorities are
 * set here, so that NODE_TLS_REJECT_UNAUTHORIZED and NODE_EXTRA_CA_CERTS change nothing.
 */
export function createAtlasAgent({ timeoutMs, ca }: AtlasAgentOptions): Agent {
  return new Agent({
    allowH2: false,
    pipelining: 1,
    connections: CONNECTIONS_MAX,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    headersTimeout: timeoutMs + TIMER_MARGIN_MS,
    bodyTimeout: timeoutMs + TIMER_MARGIN_MS,
    connect: {
      timeout: Math.min(CONNECT_TIMEOUT_MS, timeoutMs),
      allowH2: false,
      rejectUnauthorized: true,
      // One context for all connections: parsing the authorities takes milliseconds.
      secureContext: createSecureContext({
        ca: [...(ca ?? getCACertificates('bundled'))],
        minVersion: 'TLSv1.2',
      }),
    },
  })
}
