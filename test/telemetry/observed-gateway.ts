/** A gateway whose parts fail on demand and whose time can be moved, to see what it tells operators. */

import { setTimeout as sleep } from 'node:timers/promises'
import { LedgerUnavailable, type PaymentLedger } from '../../src/payment/ports.ts'
import type { ServiceOverrides } from '../../src/service.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { realTimer } from '../support/real-timer.ts'
import { type ScriptedAtlas, startScriptedAtlas } from '../support/scripted-atlas.ts'
import { type Exposition, parseExposition } from './exposition.ts'

export interface ObservedGateway extends TestGateway {
  readonly atlas: ScriptedAtlas
  /** What the next calls of the ledger are rejected with, by method. */
  readonly broken: Map<keyof PaymentLedger, Error>
  /** Says what the clock of the ledger shows; at first it has none. */
  setLedgerTime(at: Date): void
  /** Lets time pass at once, in milliseconds. */
  advance(ms: number): void
  /** Posts a body as it is; JSON unless headers say otherwise. */
  post(body: string, headers?: Record<string, string>): Promise<Response>
  /** Pays and resolves with the result, `PaymentSuccess` or the code of the error. */
  pay(orderNo: string, input?: object, headers?: Record<string, string>): Promise<string>
  scrape(): Promise<Exposition>
}

const payDocument = /* GraphQL */ `
  mutation Pay($input: PayOrderInput!) {
    payOrder(input: $input) {
      result: __typename
      ... on PaymentError {
        code
      }
    }
  }
`

export const ledgerAway = new LedgerUnavailable(new Error('away'), false)

/** Pauses from this length on are waits of clients or signs of life, which stay as they are. */
const SHORTENED_MAX_MS = 10_000
const HEARTBEAT_MS = 1_000

export async function startObservedGateway(
  environment: Record<string, string> = {},
  overrides: ServiceOverrides = {},
): Promise<ObservedGateway> {
  const atlas = await startScriptedAtlas()
  const broken = new Map<keyof PaymentLedger, Error>()
  let ledgerTime: Date | null = null
  let aheadMs = 0
  const gateway = await startGateway(
    atlas.url,
    { ATLAS_TIMEOUT_MS: '5000', SETTLE_INTERVAL_MS: '50', RELEASE_UNPAID_AFTER_MS: 'never', ...environment },
    {
      clock: {
        now: () => new Date(Date.now() + aheadMs),
        delay: (ms, signal) => {
          const isKept = ms >= SHORTENED_MAX_MS || ms === HEARTBEAT_MS
          const options = { ref: false, ...(signal !== undefined && { signal }) }
          return sleep(isKept ? ms : Math.min(ms, 50), undefined, options).catch(() => {})
        },
        timer: (ms, onTime) => realTimer(ms >= SHORTENED_MAX_MS ? ms : Math.min(ms, 50), onTime),
      },
      wrapLedger: (real) =>
        new Proxy(real, {
          get(target, name: keyof PaymentLedger) {
            const error = broken.get(name)
            if (name === 'heartbeat' && error === undefined && ledgerTime !== null)
              return async () => ledgerTime
            return error === undefined ? target[name] : () => Promise.reject(error)
          },
        }),
      ...overrides,
    },
  )
  const post: ObservedGateway['post'] = (body, headers = {}) =>
    fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    })
  return {
    ...gateway,
    atlas,
    broken,
    post,
    setLedgerTime: (at) => void (ledgerTime = at),
    advance: (ms) => void (aheadMs += ms),
    async pay(orderNo, input = {}, headers = {}) {
      const variables = { input: { orderNo, paymentMethod: 'BALANCE', ...input } }
      const response = await post(JSON.stringify({ query: payDocument, variables }), headers)
      const { data, errors } = (await response.json()) as GraphqlBody
      return data?.payOrder?.code ?? data?.payOrder?.result ?? errors![0]!.extensions.code
    },
    async scrape() {
      return parseExposition(await (await fetch(`${gateway.url}/metrics`)).text())
    },
    async close() {
      await gateway.close()
      await atlas.close()
    },
  }
}

interface GraphqlBody {
  readonly data?: { readonly payOrder?: { readonly result: string; readonly code?: string } } | null
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[]
}
