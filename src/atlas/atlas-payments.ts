/** AtlasPayments over HTTP. */

import type { Agent } from 'undici'
import type { OrderAnswer } from '../payment/order-facts.ts'
import type { AtlasPayments } from '../payment/ports.ts'
import { createAtlasAgent } from './atlas-agent.ts'
import { judgePayExchange } from './judge-answer.ts'
import { judgeOrderExchange, readingOf } from './judge-order.ts'
import { encodeOrderQuery, orderBody } from './order-messages.ts'
import { encodePayRequest, payBody } from './pay-messages.ts'
import { sendOnce } from './send-once.ts'

export interface AtlasOptions {
  /** Where the `.do` operations are, without a trailing slash, e.g. `https://host/path`. */
  readonly baseUrl: URL
  readonly clientId: string
  readonly clientSecret: string
  /** Deadline of one exchange from its start on, in milliseconds. Connecting has {@link START_WITHIN_MS}. */
  readonly timeoutMs: number
  /** Certificate authorities in PEM to trust instead of the public ones. */
  readonly ca?: readonly string[]
}

/** AtlasPayments with connections that must be closed. */
export interface AtlasConnection extends AtlasPayments {
  /** Ends the connections at once: a payment still on one of them becomes UNKNOWN. Drain payments before. */
  close(): Promise<void>
}

/** Longest wait for a connection on which a request can start, in milliseconds. */
const START_WITHIN_MS = 10_000

/** Deadline of one readback, connecting included, in milliseconds: 95 % of Atlas's answers come in well under a second. */
const READBACK_TIMEOUT_MS = 4_000

/** Longest that a payment waits for a connection, in milliseconds, when its exchange has this deadline. */
export function startWithinMs(timeoutMs: number): number {
  return Math.min(START_WITHIN_MS, timeoutMs)
}

/** Connects to nothing yet; the first payment does. */
export function connectAtlas(options: AtlasOptions): AtlasConnection {
  const { origin, pathname } = options.baseUrl
  const basePath = pathname.replace(/\/+$/, '')
  const headers = {
    // Atlas documents no value. Some integrators report that nothing else is taken, nobody that this is refused.
    accept: '*/*',
    'content-type': 'application/json',
    'accept-encoding': 'gzip',
    'x-atlas-client-id': options.clientId,
    'x-atlas-client-secret': options.clientSecret,
  }
  const readbackTimeoutMs = Math.min(READBACK_TIMEOUT_MS, options.timeoutMs)
  // Connections of their own: readbacks never make a payment wait, nor the other way round.
  const payAgent = createAtlasAgent(options)
  const readAgent = createAtlasAgent({ ...options, timeoutMs: readbackTimeoutMs })
  // Whoever looks at orders must not make the readbacks of payments wait.
  const queryAgent = createAtlasAgent({ ...options, timeoutMs: readbackTimeoutMs })

  return {
    async pay(request, mayStart) {
      const exchange = await sendOnce(payAgent, {
        origin,
        path: `${basePath}/pay.do`,
        headers,
        body: encodePayRequest(request),
        // Ends early while it is still certain that nothing was sent; what starts has its whole deadline.
        startWithinMs: startWithinMs(options.timeoutMs),
        timeoutMs: options.timeoutMs,
        bytesMax: payBody.bytesMax,
        ...(mayStart !== undefined && { mayStart }),
      })
      return judgePayExchange(request, exchange)
    },
    readOrder: async (orderNo) => readingOf(await ask(readAgent, orderNo)),
    queryOrder: (orderNo) => ask(queryAgent, orderNo),
    async close() {
      // Not `close`, which would wait for handshakes that nobody waits for any more.
      await Promise.all([payAgent.destroy(), readAgent.destroy(), queryAgent.destroy()])
    },
  }

  async function ask(agent: Agent, orderNo: string): Promise<OrderAnswer> {
    const exchange = await sendOnce(agent, {
      origin,
      path: `${basePath}/queryOrderDetails.do`,
      headers,
      body: encodeOrderQuery(orderNo),
      timeoutMs: readbackTimeoutMs,
      bytesMax: orderBody.bytesMax,
    })
    return judgeOrderExchange(orderNo, exchange)
  }
}
