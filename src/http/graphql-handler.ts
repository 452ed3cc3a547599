/** GraphQL over HTTP: Yoga with the defaults that are wrong for payments closed. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { GraphQLSchema } from 'graphql'
import { createYoga } from 'graphql-yoga'
import { type Caller, english, type Language, languages, type SchemaContext } from '../schema/index.ts'
import type { Authenticate, Authentication } from './authentication.ts'
import { allowOrigin } from './cors.ts'
import { createDocumentCaches } from './document-cache.ts'
import { useDocumentRules } from './document-rules.ts'
import { createErrorMask, faultMessage } from './error-masking.ts'
import { graphiqlOptions } from './graphiql.ts'
import { createChooseLanguage } from './language.ts'
import type { RefuseForeign } from './local-requests.ts'
import type { RateLimit, RateLimitedKind } from './rate-limit.ts'
import { admit } from './request-gate.ts'
import { createOperationRules, useOperationRules } from './operation-rules.ts'
import { answerPlain, createPlainExecution } from './plain-post.ts'
import { type OnRefused, tellRefusals, useRefusals } from './refusals.ts'
import { requestIdOf } from './request-id.ts'
import { type TrustedDocuments, useTrustedDocuments } from './trusted-documents.ts'

/** Where GraphQL is served. */
export const GRAPHQL_PATH = '/graphql'

/** What is known of a request besides its document. */
export interface RequestContext {
  readonly caller: Caller
  readonly requestId: string
  /** False when the client takes nothing but a stream of events. */
  readonly takesJson: boolean
  /** Whether the client takes a stream of events. */
  readonly takesStream: boolean
  readonly language: Language
}

export interface GraphqlOptions {
  readonly schema: GraphQLSchema
  /** What resolvers are given for one request. */
  readonly context: (request: RequestContext) => RequestContext & SchemaContext
  /** Refuses requests that only a foreign page can have sent. */
  readonly refuseForeign: RefuseForeign
  readonly authenticate: Authenticate
  readonly rateLimit: RateLimit
  /** Told of each request that the rate limit refused. Must not throw. */
  readonly onRateLimited: (kind: RateLimitedKind) => void
  /** Told of each request that was refused with a top-level error, and of its code. Must not throw. */
  readonly onRefused: OnRefused
  /** The only documents that execute, or null for any. */
  readonly trustedDocuments: TrustedDocuments | null
  /** Origins whose pages may read answers. */
  readonly corsOrigins: ReadonlySet<string>
  /** Serve GraphiQL to browsers. */
  readonly graphiql: boolean
  /** Answer introspection queries, and suggest names of the schema in errors. */
  readonly introspection: boolean
  /** Runs one operation, by its type; traces it. */
  readonly aroundOperation: <Result>(type: string, work: () => Promise<Result>) => Promise<Result>
  /** Told of faults of ours; clients only ever see that one happened. */
  readonly onFault: (error: unknown) => void
}

/** Answers requests at {@link GRAPHQL_PATH}. Never rejects. */
export type GraphqlHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** GraphQL that pays only by POST of JSON, one payment a document, for callers that are known. */
export function createGraphqlHandler(options: GraphqlOptions): GraphqlHandler {
  const { onFault, onRefused, introspection, trustedDocuments } = options
  const chooseLanguage = createChooseLanguage(languages.values(), english)
  const { keep, ...parserAndValidationCache } = createDocumentCaches()
  const maskError = createErrorMask({ onFault, showsSchema: introspection })
  const judge = createOperationRules(options)
  const executePlain = createPlainExecution({
    ...options,
    findDocument: (text) => parserAndValidationCache.documentCache.get(text),
    judge,
    maskError,
  })
  const yoga = createYoga<RequestContext, SchemaContext>({
    schema: options.schema,
    context: options.context,
    graphqlEndpoint: GRAPHQL_PATH,
    graphiql: options.graphiql && graphiqlOptions,
    // Loaded with the first page: 50 MB that a production instance has no use for.
    renderGraphiQL: async (page) => (await import('@graphql-yoga/render-graphiql')).renderGraphiQL(page),
    landingPage: false,
    // The gate reads bodies itself; what is not JSON never comes here.
    multipart: false,
    maxRequestBodySize: false,
    cors: false,
    parserAndValidationCache,
    // `isDev` would follow NODE_ENV and show what went wrong inside.
    maskedErrors: { isDev: false, maskError },
    logging: false,
    plugins: [
      ...(trustedDocuments === null ? [] : [useTrustedDocuments(trustedDocuments)]),
      useDocumentRules({ introspection }, keep),
      useOperationRules(judge, options.aroundOperation),
      useRefusals(onRefused),
    ],
  })

  return async (request, response) => {
    const requestId = requestIdOf(request)
    response.setHeader('x-request-id', requestId)
    allowOrigin(request, response, options.corsOrigins)
    let caller: Caller | null = null
    let isAdmitted = false
    const refuse: Refuse = (status, code, message, retryAfterSeconds) => {
      onRefused({ code, requestId, caller: caller?.subject ?? null })
      const isPassing = retryAfterSeconds !== undefined
      if (isPassing) response.setHeader('retry-after', String(retryAfterSeconds))
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
      const extensions = { code, ...(isPassing && { retryable: true, retryAfterSeconds }) }
      response.end(JSON.stringify({ errors: [{ message, extensions }] }))
    }
    try {
      const foreign = options.refuseForeign(request.headers)
      if (foreign !== null) {
        refuse(foreign.status, foreign.code, foreign.message)
        return
      }
      if (request.method === 'OPTIONS') {
        // A preflight carries no token and asks for nothing.
        response.writeHead(204).end()
        return
      }
      // The page itself is no secret; what it sends is authenticated like everything else.
      const isPage =
        options.graphiql && request.method === 'GET' && (request.headers.accept ?? '').includes('text/html')
      const authentication = await options.authenticate(authorizationsOf(request))
      caller = callerOfRequest(authentication, isPage, response, refuse)
      if (caller === null) return
      if (caller !== nobody) {
        // Before its body is read, which is where costs begin.
        const retryAfterSeconds = await options.rateLimit.take('request', caller.subject)
        if (retryAfterSeconds !== null) {
          options.onRateLimited('request')
          refuse(429, 'RATE_LIMITED', tooManyRequests, retryAfterSeconds)
          return
        }
      }
      const admission = await admit(request, isPage)
      if (admission.kind === 'refused') {
        refuse(admission.status, admission.code, admission.message)
        return
      }
      isAdmitted = true
      const { body, jsonType, takesStream } = admission
      const language = chooseLanguage(request, response)
      const context = { caller, requestId, language, takesJson: jsonType !== null, takesStream }
      const result = body !== null && jsonType !== null ? await executePlain(body, context) : null
      if (result !== null && jsonType !== null) {
        tellRefusals(onRefused, result.errors, context)
        answerPlain(response, result, jsonType)
        return
      }
      // Yoga makes a URL of the Host header, which a client can fill with anything.
      request.headers.host = 'gateway'
      if (admission.accept !== undefined) request.headers.accept = admission.accept
      if (body !== null) {
        // It takes fewer spellings of the type than the standard allows.
        request.headers['content-type'] = 'application/json'
        // As a text it would be listed letter by letter to see whether there is any, 17 ms for 64 KiB; an object
        // without keys would count as a body that is still to be read.
        Object.assign(request, { body: { query: undefined, ...body } })
      }
      await yoga(request, response, context)
    } catch (error) {
      // A client that went away while it was sending is no fault, and there is nobody to answer.
      if (!isAdmitted && !request.complete) return
      onFault(error)
      if (!response.headersSent) refuse(500, 'INTERNAL_SERVER_ERROR', faultMessage(isAdmitted))
    }
  }
}

/** Answers a request before GraphQL sees it. What passes by itself may be sent again after so many seconds. */
type Refuse = (status: number, code: string, message: string, retryAfterSeconds?: number) => void

const tooManyRequests = 'You are sending too many requests. Nothing was sent to Atlas.'

/** When tokens that could not be verified may be sent again, in seconds. */
const VERIFY_RETRY_AFTER_SECONDS = 5

/** The caller, or null when the request was refused for want of one. */
function callerOfRequest(
  authentication: Authentication,
  isPage: boolean,
  response: ServerResponse,
  refuse: Refuse,
): Caller | null {
  switch (authentication.kind) {
    case 'authenticated':
      return authentication.caller
    case 'no-token':
    case 'bad-token':
      if (isPage) return nobody
      // RFC 6750, section 3: whoever sent no token is not told of an error in it.
      response.setHeader(
        'www-authenticate',
        authentication.kind === 'no-token' ? 'Bearer' : 'Bearer error="invalid_token"',
      )
      refuse(401, 'UNAUTHENTICATED', 'Send a valid bearer token. Nothing was sent.')
      return null
    case 'unavailable':
      if (isPage) return nobody
      refuse(
        503,
        'AUTHENTICATION_UNAVAILABLE',
        'Tokens cannot be verified now. Nothing was sent.',
        VERIFY_RETRY_AFTER_SECONDS,
      )
      return null
  }
}

/** Every `Authorization` header of a request. Node's own lists of headers are made of all of them, for each request. */
function authorizationsOf({ headers, rawHeaders }: IncomingMessage): readonly string[] {
  const { authorization } = headers
  if (authorization === undefined) return []
  const values: string[] = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]!.toLowerCase() === 'authorization') values.push(rawHeaders[index + 1]!)
  }
  return values
}

/** Who loads the page of GraphiQL: may do nothing. */
const nobody: Caller = {
  subject: 'nobody',
  scopes: new Set(),
  orderNos: new Set(),
  paymentMethods: new Set(),
  expiresAt: null,
}
