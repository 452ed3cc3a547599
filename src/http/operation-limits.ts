/** Counts each operation against its caller, before anything of it executes. */

import { type DocumentNode, getOperationAST, GraphQLError, Kind, type SelectionSetNode } from 'graphql'
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
      const count = kind === 'payment' ? 1 : rootFieldsOf(args.document, args.operationName)
      const error = await limited(kind, count, args.contextValue, options)
      if (error !== null) setResultAndStopExecution({ errors: [error] })
    },
    async onSubscribe({ args, subscribeFn, setSubscribeFn, setResultAndStopExecution }) {
      setSubscribeFn((subscribeArgs) =>
        aroundOperation('subscription', async () => subscribeFn(subscribeArgs) as unknown),
      )
      const error = await limited('read', 1, args.contextValue, options)
      if (error !== null) setResultAndStopExecution({ errors: [error] })
    },
  }
}

/** How many questions a query asks: each field at its root, since each can go to Atlas. */
function rootFieldsOf(document: DocumentNode, operationName: string | null | undefined): number {
  const countIn = (set: SelectionSetNode): number =>
    set.selections.reduce((count, selection) => {
      if (selection.kind === Kind.FIELD) return count + 1
      if (selection.kind === Kind.INLINE_FRAGMENT) return count + countIn(selection.selectionSet)
      // Validated: there is such a fragment, none is in a circle, and there are few fields in all.
      const fragment = document.definitions.find(
        (one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === selection.name.value,
      )
      return count + (fragment?.kind === Kind.FRAGMENT_DEFINITION ? countIn(fragment.selectionSet) : 0)
    }, 0)
  const operation = getOperationAST(document, operationName)
  return operation === null || operation === undefined ? 1 : countIn(operation.selectionSet)
}

async function limited(
  kind: RateLimitedKind,
  count: number,
  { caller }: RequestContext,
  { rateLimit, onRateLimited }: GraphqlOptions,
): Promise<GraphQLError | null> {
  const retryAfterSeconds = await rateLimit.take(kind, caller.subject, count)
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
