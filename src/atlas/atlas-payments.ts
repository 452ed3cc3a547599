/** AtlasPayments over HTTP. */

import type { AtlasPayments } from '../payment/ports.ts'
import { createAtlasAgent } from './atlas-agent.ts'
import { judgePayExchange } from './judge-answer.ts'
import { encodePayRequest } from './pay-messages.ts'
import { sendOnce } from './send-once.ts'

export interface AtlasOptions {
  /** Where the `.do` operations are, without a trailing slash, e.g. `https://host/path`. */
  readonly baseUrl: URL
  readonly clientId: string
  readonly clientSecret: string
  /** Deadline of one exchange, connecting included, in milliseconds. */
  readonly timeoutMs: number
  /** Certificate authorities in PEM to trust instead of the public ones. */
  readonly ca?: readonly string[]
}

/** AtlasPayments with connections that must be closed. */
export interface AtlasConnection extends AtlasPayments {
  /** Waits for exchanges under way, then closes the connections. */
  close(): Promise<void>
}

/** Connects to nothing yet; the first payment does. */
export function connectAtlas(options: AtlasOptions): AtlasConnection {
  const agent = createAtlasAgent(options)
  const { origin, pathname } = options.baseUrl
  const path = `${pathname.replace(/\/+$/, '')}/pay.do`
  const headers = {
    accept: 'application/json',
    'content-type': 'application/json',
    'accept-encoding': 'gzip',
    'x-atlas-client-id': options.clientId,
    'x-atlas-client-secret': options.clientSecret,
  }
  return {
    async pay(request) {
      // Cleared when the answer came, which AbortSignal.timeout cannot be: under load its timers pile up.
      const deadline = new AbortController()
      const timer = setTimeout(() => {
        deadline.abort(new DOMException('The deadline of the exchange passed.', 'TimeoutError'))
      }, options.timeoutMs)
      const body = encodePayRequest(request)
      const exchange = await sendOnce(agent, { origin, path, headers, body, deadline: deadline.signal })
      clearTimeout(timer)
      return judgePayExchange(request, exchange)
    },
    close: () => agent.close(),
  }
}
