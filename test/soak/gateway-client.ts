/** One request to a gateway, as a client sends it. Never rejects: a lost answer is a value. */

import type { LedgerPayment, Told, ToldState } from './journal.ts'

export interface PayInput {
  readonly orderNo: string
  readonly paymentMethod: string
  readonly idempotencyKey: string
}

/** What the gateway said about a payment. */
export interface PayTold extends Told {
  readonly retryable: boolean
  readonly replayed: boolean
}

export type Reply<Value> =
  | { readonly kind: 'told'; readonly value: Value }
  /** A top-level error with this code: nothing was sent, by the gateway's own word. */
  | { readonly kind: 'refused'; readonly code: string }
  /** No answer, or none that can be read. */
  | { readonly kind: 'lost' }

const payDocument = /* GraphQL */ `
  mutation Pay($input: PayOrderInput!) {
    payOrder(input: $input) {
      __typename
      ... on PaymentSuccess {
        paymentId
        replayed
      }
      ... on PaymentError {
        code
        paymentState
        retryable
        paymentId
        replayed
      }
    }
  }
`

const lookDocument = /* GraphQL */ `
  query Look($orderNo: ID!) {
    payment(orderNo: $orderNo) {
      state
      attempts {
        paymentId
        paymentMethod
        paymentState
        code
        startedAt
      }
    }
  }
`

interface PayResult {
  readonly __typename: 'PaymentSuccess' | 'PaymentError'
  readonly paymentId: string | null
  readonly replayed: boolean
  readonly code?: string
  readonly paymentState?: ToldState
  readonly retryable?: boolean
}

interface PaymentResult {
  readonly state: ToldState
  readonly attempts: readonly (Omit<LedgerPayment['attempts'][number], 'startedAt'> & {
    readonly startedAt: string
  })[]
}

export async function pay(url: string, input: PayInput, timeoutMs: number): Promise<Reply<PayTold>> {
  const reply = await post<{ payOrder: PayResult }>(url, payDocument, { input }, timeoutMs)
  if (reply.kind !== 'told') return reply
  const { __typename, paymentId, replayed, code, paymentState, retryable } = reply.value.payOrder
  const isSuccess = __typename === 'PaymentSuccess'
  return {
    kind: 'told',
    value: {
      state: isSuccess ? 'PAID' : (paymentState ?? 'UNKNOWN'),
      code: code ?? null,
      paymentId,
      retryable: retryable ?? false,
      replayed,
    },
  }
}

/** What the ledger has of an order; null when nothing. `startedAt` are instants of the gateway's clock. */
export async function look(
  url: string,
  orderNo: string,
  timeoutMs: number,
): Promise<Reply<LedgerPayment | null>> {
  const reply = await post<{ payment: PaymentResult | null }>(url, lookDocument, { orderNo }, timeoutMs)
  if (reply.kind !== 'told') return reply
  const { payment } = reply.value
  if (payment === null) return { kind: 'told', value: null }
  const attempts = payment.attempts.map((attempt) => ({
    ...attempt,
    startedAt: Date.parse(attempt.startedAt),
  }))
  return { kind: 'told', value: { state: payment.state, attempts } }
}

async function post<Data>(
  url: string,
  query: string,
  variables: object,
  timeoutMs: number,
): Promise<Reply<Data>> {
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(timeoutMs),
    })
    const { data, errors } = (await response.json()) as {
      data?: Data | null
      errors?: readonly { message: string; extensions?: { code?: string } }[]
    }
    if (errors !== undefined) {
      return { kind: 'refused', code: errors[0]?.extensions?.code ?? errors[0]?.message ?? 'no code' }
    }
    return data === undefined || data === null ? { kind: 'lost' } : { kind: 'told', value: data }
  } catch {
    // Refused, reset, cut or too slow: a client cannot tell what became of its request.
    return { kind: 'lost' }
  }
}
