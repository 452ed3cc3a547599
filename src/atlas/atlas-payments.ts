/** AtlasPayments over HTTP. */

import type { Agent } from 'undici'
import type { AtlasPayments } from '../payment/ports.ts'
import { createAtlasAgent } from './atlas-agent.ts'
import { judgePayExchange } from './judge-answer.ts'
import { encodeOrderQuery, judgeOrderExchange } from './order-messages.ts'
import { encodePayRequest } from './pay-messages.ts'
import { type Exchange, sendOnce } from './send-once.ts'

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

/** Deadline of one readback, in milliseconds: 95 % of Atlas's answers come in well under a second. */
const READBACK_TIMEOUT_MS = 4_000

/** Longest that one exchange takes, the wait for a connection included, in milliseconds. */
export function exchangeMaxMs(timeoutMs: number): number {
  return startWithinMs(timeoutMs) + timeoutMs
}

function startWithinMs(timeoutMs: number): number {
  return Math.min(START_WITHIN_MS, timeoutMs)
}

/** Connects to nothing yet; the first payment does. */
export function connectAtlas(options: AtlasOptions): AtlasConnection {
  const { origin, pathname } = options.baseUrl
  const basePath = pathname.replace(/\/+$/, '')
  const headers = {
    accept: 'application/json',
    'content-type': 'application/json',
    'accept-encoding': 'gzip',
    'x-atlas-client-id': options.clientId,
    'x-atlas-client-secret': options.clientSecret,
  }
  const readbackTimeoutMs = Math.min(READBACK_TIMEOUT_MS, options.timeoutMs)
  // Connections of their own: readbacks never make a payment wait, nor the other way round.
  const payAgent = createAtlasAgent(options)
  const readAgent = createAtlasAgent({ ...options, timeoutMs: readbackTimeoutMs })

  async function post(agent: Agent, operation: string, body: string, timeoutMs: number): Promise<Exchange> {
    const deadline = new AbortController()
    const end = (): void => {
      deadline.abort(new DOMException('The deadline of the exchange passed.', 'TimeoutError'))
    }
    // Timers that are cleared when the answer came, which those of AbortSignal.timeout cannot be: under load
    // they pile up. A request that finds no connection ends early, while it is still certain that it was not
    // sent; one that starts has its whole deadline.
    let timer = setTimeout(end, startWithinMs(timeoutMs))
    const onStart = (): void => {
      clearTimeout(timer)
      timer = setTimeout(end, timeoutMs)
    }
    const path = `${basePath}/${operation}`
    const exchange = await sendOnce(agent, {
      origin,
      path,
      headers,
      body,
      deadline: deadline.signal,
      onStart,
    })
    clearTimeout(timer)
    return exchange
  }

  return {
    async pay(request) {
      const body = encodePayRequest(request)
      return judgePayExchange(request, await post(payAgent, 'pay.do', body, options.timeoutMs))
    },
    async readOrder(orderNo) {
      const body = encodeOrderQuery(orderNo)
      const exchange = await post(readAgent, 'queryOrderDetails.do', body, readbackTimeoutMs)
      return judgeOrderExchange(orderNo, exchange)
    },
    async close() {
      // Not `close`, which would wait for handshakes that nobody waits for any more.
      await Promise.all([payAgent.destroy(), readAgent.destroy()])
    },
  }
}
