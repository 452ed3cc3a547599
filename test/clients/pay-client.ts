/** What a page needs of the gateway. Each client here does it with another library. */

import type {
  CatalogueQuery,
  OrderPartsFragment,
  OrderQuery,
  PaymentQuery,
  PayMutation,
  PayOrderInput,
} from './generated/documents/graphql.ts'

export type PayResult = PayMutation['payOrder']
export type PaymentError = Extract<PayResult, { __typename: 'PaymentError' }>
export type Payment = NonNullable<PaymentQuery['payment']>
export type OrderResult = OrderQuery['order']
export type Order = OrderPartsFragment
export type Catalogue = CatalogueQuery['paymentErrorCatalog']

/**
 * Every method rejects with {@link RequestRefused} when the gateway answered with a top-level error, and with
 * what the library throws when there was no answer.
 */
export interface PayClient {
  pay(input: PayOrderInput): Promise<PayResult>
  /** What the gateway knows of the payment; null when it was never asked to pay. */
  payment(orderNo: string): Promise<Payment | null>
  order(orderNo: string): Promise<OrderResult>
  /** In the language of the client. */
  catalogue(): Promise<Catalogue>
}

/** A client that can also follow an order. */
export interface FollowingClient extends PayClient {
  /**
   * Tells the order now, and whenever it changed, until it is ticketed or cancelled. Resolves then; also after an
   * hour, and when the gateway stops: follow the order again when the last state was not final.
   */
  follow(orderNo: string, onOrder: (order: Order) => void): Promise<void>
}

export interface ClientOptions {
  /** Where the gateway listens, e.g. `https://pay.shop.example/graphql`. */
  readonly url: string
  /** The traveller's language, as `Accept-Language` has it, e.g. `zh-CN`. */
  readonly language: string
  /** The bearer token of this moment. Left out for a gateway with AUTH=none. */
  readonly token?: () => string
  /** Send the hash of a document in its place, to a gateway with TRUSTED_DOCUMENTS. */
  readonly trustedDocuments?: boolean
  /** How long an answer may take, in milliseconds; default 30000. Subscriptions last longer. */
  readonly answerWithinMs?: number
}

/** The headers that each request needs besides those of its library. */
export function headersOf({ language, token }: ClientOptions): Record<string, string> {
  return { 'accept-language': language, ...(token !== undefined && { authorization: `Bearer ${token()}` }) }
}

/** The signal that ends a request whose answer is late. */
export function deadlineOf({ answerWithinMs = ANSWER_WITHIN_MS }: ClientOptions): AbortSignal {
  return AbortSignal.timeout(answerWithinMs)
}

/** A little more than PAY_WAIT_MS, after which the gateway answers in any case. */
const ANSWER_WITHIN_MS = 30_000

interface TopLevelError {
  readonly message: string
  readonly extensions?: Readonly<Record<string, unknown>> | undefined
}

/** The gateway answered a request with a top-level error. */
export class RequestRefused extends Error {
  /** `extensions.code`, e.g. FORBIDDEN. */
  readonly code: string

  constructor(errors: readonly TopLevelError[]) {
    super(errors.map(({ message }) => message).join(' '))
    this.name = 'RequestRefused'
    this.code = String(errors[0]?.extensions?.['code'])
  }
}

/** The refusal that a body tells; null when it is something else, for example the page of a proxy. */
export function refusalIn(body: string): RequestRefused | null {
  try {
    const { errors } = JSON.parse(body) as { errors?: readonly TopLevelError[] }
    return errors === undefined ? null : new RequestRefused(errors)
  } catch {
    return null
  }
}
