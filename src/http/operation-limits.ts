/** Counts each operation against its caller, before anything of it executes. */

import { getOperationAST, GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { GraphqlOptions, RequestContext } from './graphql-handler.ts'
import type { RateLimitedKind } from './rate-limit.ts'

/** Refuses what is over the rate limit of its caller; runs what is not inside a span of its own. */
export function useRateLimit(options: GraphqlOptions): Plugin<RequestContext> {
  const { aroundOperation } = options
  return {
    async onExecute({ args, executeFn, setExecuteFn, setResultAndStopExecution }) {
      const type = getOperationAST(args.document, args.operationName)?.operation ?? 'query'
      setExecuteFn((executionArgs) => aroundOperation(type, async () => executeFn(executionArgs) as unknown))
      const kind = type === 'mutation' ? 'payment' : 'read'
      const error = await limited(kind, args.contextValue, options)
      if (error !== null) setResultAndStopExecution({ errors: [error] })
    },
    async onSubscribe({ args, setResultAndStopExecution }) {
      const error = await limited('read', args.contextValue, options)
      if (error !== null) setResultAndStopExecution({ errors: [error] })
    },
  }
}

async function limited(
  kind: RateLimitedKind,
  { caller }: RequestContext,
  { rateLimit, onRateLimited }: GraphqlOptions,
): Promise<GraphQLError | null> {
  const retryAfterSeconds = await rateLimit.take(kind, caller.subject)
  if (retryAfterSeconds === null) return null
  onRateLimited(kind)
  return new GraphQLError('You are sending too many requests. Nothing was sent to Atlas.', {
    extensions: {
      code: 'RATE_LIMITED',
      retryable: true,
      retryAfterSeconds,
      http: { status: 429, headers: { 'retry-after': String(retryAfterSeconds) } },
    },
  })
}
