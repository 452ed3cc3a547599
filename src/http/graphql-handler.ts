/** GraphQL over HTTP: Yoga with the defaults that are wrong for payments closed. */

import { renderGraphiQL } from '@graphql-yoga/render-graphiql'
import { GraphQLError, type GraphQLSchema, NoSchemaIntrospectionCustomRule } from 'graphql'
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga'
import type { SchemaContext } from '../schema/index.ts'
import { graphiqlOptions } from './graphiql.ts'
import { SinglePaymentRule } from './single-payment-rule.ts'

/** Where GraphQL is served. */
const GRAPHQL_PATH = '/graphql'

/** Most bytes of a request body. A payment has some hundred. */
const REQUEST_BYTES_MAX = 64 * 1024

export interface GraphqlOptions {
  readonly schema: GraphQLSchema
  /** What resolvers are given for one request. */
  readonly context: () => SchemaContext
  /** Serve GraphiQL to browsers. */
  readonly graphiql: boolean
  /** Answer introspection queries. */
  readonly introspection: boolean
  /** Told of faults of ours; clients only ever see that one happened. */
  readonly onFault: (error: unknown) => void
}

/** A Yoga server that pays only by POST of JSON, one payment a document. */
export function createGraphqlHandler(options: GraphqlOptions): YogaServerInstance<object, SchemaContext> {
  return createYoga<object, SchemaContext>({
    schema: options.schema,
    context: options.context,
    graphqlEndpoint: GRAPHQL_PATH,
    graphiql: options.graphiql && graphiqlOptions,
    renderGraphiQL,
    landingPage: false,
    // A form on another site can post urlencoded and multipart bodies without asking; see useJsonOnly.
    multipart: false,
    cors: false,
    maxRequestBodySize: REQUEST_BYTES_MAX,
    // `isDev` would follow NODE_ENV and show what went wrong inside.
    maskedErrors: { isDev: false, maskError: maskErrors(options.onFault) },
    logging: false,
    plugins: [useJsonOnly(), useValidationRules(options)],
  })
}

function useValidationRules({ introspection }: GraphqlOptions): Plugin {
  return {
    onValidate({ addValidationRule }) {
      addValidationRule(SinglePaymentRule)
      if (!introspection) addValidationRule(NoSchemaIntrospectionCustomRule)
    },
  }
}

/** Refuses a POST whose body is not declared as JSON, before anything parses it. */
function useJsonOnly(): Plugin {
  return {
    onRequest({ request, fetchAPI, endResponse }) {
      if (request.method !== 'POST') return
      const mediaType = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
      if (mediaType === 'application/json') return
      endResponse(
        fetchAPI.Response.json(
          {
            errors: [
              {
                message: 'Send the request as application/json.',
                extensions: { code: 'UNSUPPORTED_MEDIA_TYPE' },
              },
            ],
          },
          { status: 415, headers: { accept: 'application/json' } },
        ),
      )
    },
  }
}

/** Lets through what was raised for the client; anything else is a fault of ours and stays here. */
function maskErrors(onFault: (error: unknown) => void) {
  return (error: unknown): Error => {
    if (error instanceof GraphQLError && (error.originalError ?? null) === null) return error
    if (error instanceof GraphQLError && error.originalError instanceof GraphQLError) return error
    onFault(error)
    return new GraphQLError('The gateway failed. It is not known whether the request had an effect.', {
      ...(error instanceof GraphQLError && {
        path: error.path,
        ...(error.nodes !== undefined && { nodes: error.nodes }),
      }),
      extensions: { code: 'INTERNAL_SERVER_ERROR', http: { status: 500 } },
    })
  }
}
