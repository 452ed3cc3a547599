/** The gateway by Apollo Client with its cache; subscriptions by graphql-sse. */

import {
  ApolloClient,
  ApolloLink,
  CombinedGraphQLErrors,
  HttpLink,
  InMemoryCache,
  Observable,
  ServerError,
} from '@apollo/client'
import { SetContextLink } from '@apollo/client/link/context'
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries'
import { OperationTypeNode, print } from 'graphql'
import { createClient as createEventClient } from 'graphql-sse'
import {
  CatalogueDocument,
  OrderDocument,
  OrderProgressDocument,
  PayDocument,
  PaymentDocument,
} from './generated/documents/graphql.ts'
import generated from './generated/possible-types.json' with { type: 'json' }
import {
  type ClientOptions,
  deadlineOf,
  type FollowingClient,
  headersOf,
  refusalIn,
  RequestRefused,
} from './pay-client.ts'

/** For a whole page: its components share the cache. */
export function createApollo(options: ClientOptions): ApolloClient {
  const transport = ApolloLink.split(
    ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
    eventLink(options),
    ApolloLink.from([contextLink(options), new HttpLink({ uri: options.url })]),
  )
  return new ApolloClient({
    link: options.trustedDocuments ? ApolloLink.from([trustedDocumentLink(), transport]) : transport,
    cache: new InMemoryCache({
      possibleTypes: generated.possibleTypes,
      typePolicies: {
        // An order is one object in the cache, whichever operation told of it; its lists are replaced.
        Order: { keyFields: ['orderNo'], fields: { paymentOptions: { merge: false } } },
        Payment: { keyFields: ['orderNo'], fields: { attempts: { merge: false } } },
      },
    }),
  })
}

export function createApolloPayClient(apollo: ApolloClient): FollowingClient {
  return {
    async pay(input) {
      // The result of a payment is an answer to this request only; it must never be taken from a cache.
      const paying = apollo.mutate({ mutation: PayDocument, variables: { input }, fetchPolicy: 'no-cache' })
      return (await answered(paying)).payOrder
    },
    async payment(orderNo) {
      const asking = apollo.query({
        query: PaymentDocument,
        variables: { orderNo },
        fetchPolicy: 'network-only',
      })
      return (await answered(asking)).payment
    },
    async order(orderNo) {
      const asking = apollo.query({
        query: OrderDocument,
        variables: { orderNo },
        fetchPolicy: 'network-only',
      })
      return (await answered(asking)).order
    },
    async catalogue() {
      return (await answered(apollo.query({ query: CatalogueDocument }))).paymentErrorCatalog
    },
    async follow(orderNo, onOrder) {
      const telling = apollo.subscribe({ query: OrderProgressDocument, variables: { orderNo } })
      await refusalsTold(
        new Promise<void>((resolve, reject) => {
          telling.subscribe({
            next: ({ data, error }) => (data ? onOrder(data.orderProgress) : reject(error)),
            error: reject,
            complete: resolve,
          })
        }),
      )
    },
  }
}

/** Headers and a deadline for each request. */
function contextLink(options: ClientOptions): ApolloLink {
  return new SetContextLink(({ headers }) => ({
    headers: { ...(headers as object), ...headersOf(options) },
    fetchOptions: { signal: deadlineOf(options) },
  }))
}

function eventLink(options: ClientOptions): ApolloLink {
  const { url } = options
  const events = createEventClient({ url, headers: () => headersOf(options), fetchFn: fetchTelling })
  return new ApolloLink(
    ({ query, variables, extensions }) =>
      new Observable((sink) =>
        events.subscribe(
          { query: options.trustedDocuments ? '' : print(query), variables, extensions },
          // Apollo's own results are typed less strictly than those of graphql-sse.
          sink as Parameters<typeof events.subscribe>[1],
        ),
      ),
  )
}

/** Has a refusal told: by its HTTP status graphql-sse would take it for a lost connection, and repeat it. */
async function fetchTelling(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init)
  const type = response.headers.get('content-type') ?? ''
  if (response.ok || type.includes('event-stream')) return new Response(response.body)
  if (!type.includes('json')) return response
  return new Response(`event: next\ndata: ${await response.text()}\n\nevent: complete\ndata:\n\n`)
}

/** Sends the hash that codegen put into a document. A hash that is not known is a fault: the text would not help. */
function trustedDocumentLink(): ApolloLink {
  return new PersistedQueryLink({
    generateHash: (document) => (document as { __meta__?: { hash: string } }).__meta__!.hash,
    disable: () => false,
    retry: () => false,
  })
}

async function answered<Data>(asking: Promise<{ data?: Data | undefined }>): Promise<Data> {
  return (await refusalsTold(asking)).data!
}

/** Top-level errors come as a result, or under an HTTP status as text. Without them there was no answer. */
async function refusalsTold<Value>(asking: Promise<Value>): Promise<Value> {
  try {
    return await asking
  } catch (error) {
    if (CombinedGraphQLErrors.is(error)) throw new RequestRefused(error.errors)
    throw (ServerError.is(error) && refusalIn(error.bodyText)) || error
  }
}
