/** A stream of events answers subscriptions only. */

import { GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { RequestContext } from './graphql-handler.ts'
import { notAcceptable } from './request-gate.ts'

/**
 * Refuses queries and mutations of clients that take nothing but a stream: their libraries wait for events, and
 * the outcome of a payment must not be lost for it.
 */
export function useAcceptRule(): Plugin<RequestContext> {
  return {
    onExecute({ args, setResultAndStopExecution }) {
      if ((args.contextValue as RequestContext).takesJson) return
      const { code, status, message } = notAcceptable
      setResultAndStopExecution({
        errors: [new GraphQLError(message, { extensions: { code, http: { status } } })],
      })
    },
  }
}
