/** The gateway by urql, subscriptions included: it reads server-sent events by itself. */

import {
  cacheExchange,
  Client,
  type CombinedError,
  fetchExchange,
  makeOperation,
  mapExchange,
  type OperationResult,
} from '@urql/core'
import {
  CatalogueDocument,
  OrderDocument,
  OrderProgressDocument,
  PayDocument,
  PaymentDocument,
} from './generated/documents/graphql.ts'
import {
  type ClientOptions,
  deadlineOf,
  type FollowingClient,
  headersOf,
  RequestRefused,
} from './pay-client.ts'

// #region readme
/** For a whole page. */
export function createUrql(options: ClientOptions): Client {
  return new Client({
    url: options.url,
    exchanges: [...(options.trustedDocuments ? [byHash] : []), cacheExchange, fetchExchange],
    // Subscriptions over server-sent events.
    fetchSubscriptions: true,
    // By POST: order numbers do not belong into the logs of those who see URLs.
    preferGetMethod: false,
    fetchOptions: () => ({ headers: headersOf(options) }),
  })
}
// #endregion

export function createUrqlPayClient(urql: Client, options: ClientOptions): FollowingClient {
  const asked = { fetch: fetchInTime(options) }
  const askedAnew = { ...asked, requestPolicy: 'network-only' } as const
  return {
    async pay(input) {
      return dataOf(await urql.mutation(PayDocument, { input }, asked)).payOrder
    },
    async payment(orderNo) {
      return dataOf(await urql.query(PaymentDocument, { orderNo }, askedAnew)).payment
    },
    async order(orderNo) {
      return dataOf(await urql.query(OrderDocument, { orderNo }, askedAnew)).order
    },
    async catalogue() {
      return dataOf(await urql.query(CatalogueDocument, {}, asked)).paymentErrorCatalog
    },
    // #region readme
    follow: (orderNo, onOrder) =>
      new Promise((resolve, reject) => {
        urql.subscription(OrderProgressDocument, { orderNo }).subscribe(({ data, error, hasNext }) => {
          if (error !== undefined) reject(asRefusal(error))
          // The last result repeats the one before it.
          else if (!hasNext) resolve()
          else onOrder(data!.orderProgress)
        })
      }),
    // #endregion
  }
}

/** Sends the hash that codegen put into a document in the place of its text. */
const byHash = mapExchange({
  onOperation: (operation) =>
    makeOperation(operation.kind, {
      ...operation,
      extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(operation.query) } },
    }),
})

function hashOf(document: unknown): string {
  return (document as { __meta__: { hash: string } }).__meta__.hash
}

/** For all but subscriptions, which last: ends a request that urql gave up, or whose answer is late. */
function fetchInTime(options: ClientOptions): typeof fetch {
  return (url, init) => {
    const signals = [deadlineOf(options), ...(init?.signal ? [init.signal] : [])]
    return fetch(url, { ...init, signal: AbortSignal.any(signals) })
  }
}

function dataOf<Data>({ data, error }: OperationResult<Data>): Data {
  if (error !== undefined) throw asRefusal(error)
  return data!
}

/** Top-level errors; without them there was no answer. */
function asRefusal(error: CombinedError): Error {
  return error.graphQLErrors.length === 0 ? error : new RequestRefused(error.graphQLErrors)
}
