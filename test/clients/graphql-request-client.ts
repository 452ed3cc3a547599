/** The gateway by graphql-request. It has no subscriptions; graphql-sse beside it does them. */

import { ClientError, GraphQLClient } from 'graphql-request'
import {
  CatalogueDocument,
  OrderDocument,
  PayDocument,
  PaymentDocument,
} from './generated/documents/graphql.ts'
import { type ClientOptions, deadlineOf, headersOf, type PayClient, RequestRefused } from './pay-client.ts'

/** Asks with the text of documents only: for a gateway with TRUSTED_DOCUMENTS take another client. */
export function createGraphqlRequestClient(options: ClientOptions): PayClient {
  const client = new GraphQLClient(options.url, {
    headers: () => headersOf(options),
    fetch: (url, init) => fetch(url, { ...init, signal: deadlineOf(options) }),
  })
  return {
    pay: async (input) => (await answered(client.request(PayDocument, { input }))).payOrder,
    payment: async (orderNo) => (await answered(client.request(PaymentDocument, { orderNo }))).payment,
    order: async (orderNo) => (await answered(client.request(OrderDocument, { orderNo }))).order,
    catalogue: async () => (await answered(client.request(CatalogueDocument, {}))).paymentErrorCatalog,
  }
}

async function answered<Data>(asking: Promise<Data>): Promise<Data> {
  try {
    return await asking
  } catch (error) {
    const errors = error instanceof ClientError ? error.response.errors : undefined
    throw errors === undefined ? error : new RequestRefused(errors)
  }
}
