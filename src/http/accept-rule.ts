/** A stream of events answers subscriptions, and nothing else does. */

import { GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { RequestContext } from './graphql-handler.ts'
import { notAcceptable } from './request-gate.ts'

/**
 * Refuses queries and mutations of clients that take nothing but a stream: their libraries wait for events, and
 * the outcome of a payment must not be lost for it. And subscriptions of clients that take none.
 */
export function useAcceptRule(): Plugin<RequestContext> {
  return {
    onExecute({ args, setResultAndStopExecution }) {
      if (!args.contextValue.takesJson) setResultAndStopExecution({ errors: [refusal()] })
    },
    // Without this, Yoga would answer with a status and nothing else.
    onSubscribe({ args, setResultAndStopExecution }) {
      if (!args.contextValue.takesStream) setResultAndStopExecution({ errors: [refusal()] })
    },
  }
}

function refusal(): GraphQLError {
  const { code, status, message } = notAcceptable
  return new GraphQLError(message, { extensions: { code, http: { status } } })
}
