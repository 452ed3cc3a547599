/** A stream of events answers subscriptions, and nothing else does. */

import { GraphQLError, type OperationTypeNode } from 'graphql'
import type { RequestContext } from './graphql-handler.ts'
import { notAcceptable } from './request-gate.ts'

/**
 * The fault of a query or mutation of a client that takes nothing but a stream: its library waits for events, and
 * the outcome of a payment must not be lost for it. And of a subscription of one that takes none, which Yoga would
 * answer with a status and nothing else.
 */
export function acceptFault(
  type: OperationTypeNode,
  { takesJson, takesStream }: RequestContext,
): GraphQLError | null {
  if (type === 'subscription' ? takesStream : takesJson) return null
  const { code, status, message } = notAcceptable
  return new GraphQLError(message, { extensions: { code, http: { status } } })
}
