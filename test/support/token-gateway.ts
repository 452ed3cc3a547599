/** A gateway whose every trace can be looked at: what its ledger was asked, what it logged, what it sent back. */

import { request as httpRequest } from 'node:http'
import type { PaymentLedger } from '../../src/payment/ports.ts'
import type { ServiceOverrides } from '../../src/service.ts'
import { startGateway } from './gateway.ts'
import { type ScriptedAtlas, startScriptedAtlas } from './scripted-atlas.ts'
import { tokenAudience, tokenIssuer } from './token-issuer.ts'

/** Environment of a gateway that knows its callers; it needs a source of keys besides. */
export const tokenEnvironment = { AUTH: 'jwt', AUTH_ISSUER: tokenIssuer, AUTH_AUDIENCE: tokenAudience }

/** Headers by name; a list is sent as several header lines. */
export type SentHeaders = Record<string, string | string[]>

export interface Reply {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly text: string
  /** The body as JSON; undefined when it is none. */
  readonly body: ReplyBody | undefined
  /** `extensions.code` of each error. */
  readonly codes: readonly unknown[]
}

export interface ReplyBody {
  readonly data?: Record<string, unknown> | null
  readonly errors?: readonly {
    readonly message: string
    readonly path?: readonly (string | number)[]
    readonly extensions?: Record<string, unknown>
  }[]
}

export interface TracedGateway {
  readonly url: string
  readonly atlas: ScriptedAtlas
  readonly log: Record<string, unknown>[]
  readonly ledger: PaymentLedger
  /** What requests asked of the ledger, in order; the settler's own calls are not in it. */
  readonly ledgerCalls: string[]
  /** Posts a GraphQL request as JSON. */
  post(body: object, headers?: SentHeaders): Promise<Reply>
  send(method: string, path: string, headers?: SentHeaders, body?: string): Promise<Reply>
  /** Forgets what was sent, asked and logged so far. */
  forget(): void
  /**
   * Requests to Atlas, questions to the ledger and lines of the log since the last {@link forget}; but not the
   * lines that tell operators of a refusal, or of an issuer that does not answer.
   */
  effects(): Effects
  close(): Promise<void>
}

export interface Effects {
  readonly sent: number
  readonly readBack: number
  readonly ledgerCalls: readonly string[]
  readonly log: readonly unknown[]
}

/** What a refusal leaves behind. */
export const noEffects: Effects = { sent: 0, readBack: 0, ledgerCalls: [], log: [] }

const askedByRequests = new Set<string>(['claim', 'withdraw', 'find', 'attemptsOf'])

export async function startTracedGateway(
  environment: Record<string, string>,
  overrides: ServiceOverrides = {},
): Promise<TracedGateway> {
  const atlas = await startScriptedAtlas()
  const ledgerCalls: string[] = []
  let ledger: PaymentLedger | undefined
  const gateway = await startGateway(atlas.url, environment, {
    ...overrides,
    wrapLedger: (real) => {
      ledger = real
      return new Proxy(overrides.wrapLedger?.(real) ?? real, {
        get(target, name, receiver) {
          if (askedByRequests.has(String(name))) ledgerCalls.push(String(name))
          return Reflect.get(target, name, receiver) as unknown
        },
      })
    },
  })
  const { url, log } = gateway
  const send: TracedGateway['send'] = (method, path, headers = {}, body) =>
    sendRequest(`${url}${path}`, method, headers, body)
  return {
    url,
    atlas,
    log,
    ledger: ledger!,
    ledgerCalls,
    send,
    post: (body, headers) =>
      send('POST', '/graphql', { 'content-type': 'application/json', ...headers }, JSON.stringify(body)),
    forget() {
      for (const list of [log, ledgerCalls, atlas.seen, atlas.reads]) list.length = 0
    },
    effects: () => ({
      sent: atlas.seen.length,
      readBack: atlas.reads.length,
      ledgerCalls: [...ledgerCalls],
      log: log.filter((line) => !isIssuersFault(line) && !isRefusal(line)),
    }),
    async close() {
      await gateway.close()
      await atlas.close()
    },
  }
}

/** Whether a line of the log tells that the issuer's keys could not be had. */
export function isIssuersFault({ msg, err }: Record<string, unknown>): boolean {
  return (
    msg === 'fault' &&
    String((err as Error | undefined)?.message).startsWith('The keys of the token issuer cannot be had')
  )
}

const refusalFields = new Set(['level', 'time', 'msg', 'requestId', 'caller', 'code', 'suppressed'])

/** Whether a line of the log tells that a request was refused, and nothing else of it. */
export function isRefusal(line: Record<string, unknown>): boolean {
  return line['msg'] === 'refused' && Object.keys(line).every((field) => refusalFields.has(field))
}

/** `Authorization` with a token. */
export function bearer(token: string): { authorization: string } {
  return { authorization: `Bearer ${token}` }
}

/** A request that pays, with all that a test of who may pay asks of its result. */
export function paymentOf(orderNo: string, input: object = {}): object {
  return {
    query: `mutation Pay($input: PayOrderInput!) {
      payOrder(input: $input) {
        __typename
        ... on PaymentSuccess { orderNo paymentMethod replayed }
        ... on PaymentError { code paymentState orderNo retryable }
      }
    }`,
    variables: { input: { orderNo, paymentMethod: 'BALANCE', ...input } },
  }
}

/** A request that reads the payment of an order. */
export function readingOf(orderNo: string): object {
  return {
    query: 'query Read($orderNo: ID!) { payment(orderNo: $orderNo) { state } }',
    variables: { orderNo },
  }
}

/** One request on a connection of its own. node:http, since fetch joins header lines and hides what it sends. */
function sendRequest(
  url: string,
  method: string,
  headers: SentHeaders,
  body: string | undefined,
): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>()
  const request = httpRequest(url, { method, headers, agent: false }, (response) => {
    let text = ''
    response.setEncoding('utf8')
    response.on('data', (chunk: string) => (text += chunk))
    response.once('error', reject)
    response.once('end', () => {
      const json = parse(text)
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        text,
        body: json,
        codes: (json?.errors ?? []).map(({ extensions }) => extensions?.['code']),
      })
    })
  })
  request.once('error', reject)
  request.end(body)
  return promise
}

function parse(text: string): ReplyBody | undefined {
  try {
    return JSON.parse(text) as ReplyBody
  } catch {
    return undefined
  }
}
