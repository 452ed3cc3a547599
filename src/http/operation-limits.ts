/** Counts each operation against its caller, before anything of it executes. */

import {
  type DocumentNode,
  getOperationAST,
  GraphQLError,
  Kind,
  type OperationTypeNode,
  type SelectionSetNode,
} from 'graphql'
import type { OperationArgs } from './operation-rules.ts'
import type { RateLimit, RateLimitedKind } from './rate-limit.ts'

/** Counts an operation against its caller. Resolves with null, or the seconds to wait when it is over the limit. */
export function countOperation(
  rateLimit: RateLimit,
  type: OperationTypeNode,
  { document, operationName, contextValue }: OperationArgs,
): Promise<number | null> {
  const count = type === 'query' ? rootFieldsOf(document, operationName) : 1
  return rateLimit.take(limitedKindOf(type), contextValue.caller.subject, count)
}

/** What an operation counts as. */
export function limitedKindOf(type: OperationTypeNode): RateLimitedKind {
  return type === 'mutation' ? 'payment' : 'read'
}

/** What is told of an operation that is over the limit. */
export function rateLimitFault(retryAfterSeconds: number): GraphQLError {
  return new GraphQLError('You are sending too many requests. Nothing was sent to Atlas.', {
    extensions: {
      code: 'RATE_LIMITED',
      retryable: true,
      retryAfterSeconds,
      http: { status: 429, headers: { 'retry-after': String(retryAfterSeconds) } },
    },
  })
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
