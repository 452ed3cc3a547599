/** The clients, by the library they show. */

import { createApollo, createApolloPayClient } from './apollo-client.ts'
import { createFetchClient } from './fetch-client.ts'
import { createGraphqlRequestClient } from './graphql-request-client.ts'
import type { ClientOptions, FollowingClient, PayClient } from './pay-client.ts'
import { createUrql, createUrqlPayClient } from './urql-client.ts'

type CreateClient<Client> = (options: ClientOptions) => Client

export const followingClients: readonly (readonly [string, CreateClient<FollowingClient>])[] = [
  ['fetch', createFetchClient],
  ['Apollo Client', (options) => createApolloPayClient(createApollo(options))],
  ['urql', (options) => createUrqlPayClient(createUrql(options), options)],
]

export const payClients: readonly (readonly [string, CreateClient<PayClient>])[] = [
  ...followingClients,
  ['graphql-request', createGraphqlRequestClient],
]
