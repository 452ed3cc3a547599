/** GraphQL over HTTP: Yoga with the defaults that are wrong for payments closed. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { renderGraphiQL } from '@graphql-yoga/render-graphiql'
import { type GraphQLSchema, NoSchemaIntrospectionCustomRule, parse } from 'graphql'
import { createYoga, type Plugin } from 'graphql-yoga'
import type { SchemaContext } from '../schema/index.ts'
import { createDocumentCaches } from './document-cache.ts'
import { createErrorMask, faultMessage } from './error-masking.ts'
import { graphiqlOptions } from './graphiql.ts'
import { admit } from './request-gate.ts'
import { SinglePaymentRule } from './single-payment-rule.ts'

/** Where GraphQL is served. */
export const GRAPHQL_PATH = '/graphql'

/** Most tokens of a document. It bounds the nesting too, on which the parser's stack depends. */
const TOKENS_MAX = 1_000

export interface GraphqlOptions {
  readonly schema: GraphQLSchema
  /** What resolvers are given for one request. */
  readonly context: () => SchemaContext
  /** Serve GraphiQL to browsers. */
  readonly graphiql: boolean
  /** Answer introspection queries, and suggest names of the schema in errors. */
  readonly introspection: boolean
  /** Told of faults of ours; clients only ever see that one happened. */
  readonly onFault: (error: unknown) => void
}

/** Answers requests at {@link GRAPHQL_PATH}. Never rejects. */
export type GraphqlHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** GraphQL that pays only by POST of JSON, one payment a document. */
export function createGraphqlHandler(options: GraphqlOptions): GraphqlHandler {
  const { onFault, introspection } = options
  const yoga = createYoga<object, SchemaContext>({
    schema: options.schema,
    context: options.context,
    graphqlEndpoint: GRAPHQL_PATH,
    graphiql: options.graphiql && graphiqlOptions,
    renderGraphiQL,
    landingPage: false,
    // The gate reads bodies itself; what is not JSON never comes here.
    multipart: false,
    maxRequestBodySize: false,
    cors: false,
    parserAndValidationCache: createDocumentCaches(),
    // `isDev` would follow NODE_ENV and show what went wrong inside.
    maskedErrors: { isDev: false, maskError: createErrorMask({ onFault, showsSchema: introspection }) },
    logging: false,
    plugins: [useDocumentRules(introspection)],
  })

  return async (request, response) => {
    let isAdmitted = false
    try {
      const admission = await admit(request)
      if (admission.kind === 'refused') {
        refuse(response, admission.status, admission.code, admission.message)
        return
      }
      isAdmitted = true
      // Yoga makes a URL of the Host header, which a client can fill with anything.
      request.headers.host = 'gateway'
      if (admission.accept !== undefined) request.headers.accept = admission.accept
      if (admission.body !== null) Object.assign(request, { body: admission.body })
      await yoga(request, response)
    } catch (error) {
      // A client that went away while it was sending is no fault, and there is nobody to answer.
      if (!isAdmitted && !request.complete) return
      onFault(error)
      if (!response.headersSent) refuse(response, 500, 'INTERNAL_SERVER_ERROR', faultMessage(isAdmitted))
    }
  }
}

function useDocumentRules(introspection: boolean): Plugin {
  return {
    onParse({ setParseFn }) {
      setParseFn((source, parseOptions) => parse(source, { ...parseOptions, maxTokens: TOKENS_MAX }))
    },
    onValidate({ addValidationRule, validateFn, setValidationFn }) {
      setValidationFn((schema, document, rules, validateOptions) =>
        // Suggestions would let the schema be read where introspection may not.
        validateFn(schema, document, rules, { ...validateOptions, hideSuggestions: !introspection }),
      )
      addValidationRule(SinglePaymentRule)
      if (!introspection) addValidationRule(NoSchemaIntrospectionCustomRule)
    },
  }
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
  response.end(JSON.stringify({ errors: [{ message, extensions: { code } }] }))
}
