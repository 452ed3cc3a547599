/** What an operation must keep to be executed, whichever way it came. */

import {
  type DocumentNode,
  getOperationAST,
  type GraphQLError,
  type GraphQLSchema,
  type OperationTypeNode,
} from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { acceptFault } from './accept-rule.ts'
import type { GraphqlOptions, RequestContext } from './graphql-handler.ts'
import { rateLimitFault } from './operation-limits.ts'
import { variableFaults } from './variable-rule.ts'

/** An operation of a valid document, with what it is executed with. */
export interface OperationArgs {
  readonly schema: GraphQLSchema
  readonly document: DocumentNode
  readonly operationName?: string | null | undefined
  readonly variableValues?: { readonly [variable: string]: unknown } | null | undefined
  readonly contextValue: RequestContext
}

/** The faults that keep an operation from being executed; none lets it. Nothing has had an effect by then. */
export type FaultsOfOperation = (args: OperationArgs) => Promise<readonly GraphQLError[]>

/** Judges whether the answer can be delivered, then the limit of the caller, then the variables. */
export function createOperationRules(
  options: Pick<GraphqlOptions, 'rateLimit' | 'onRateLimited'>,
): FaultsOfOperation {
  return async (args) => {
    const type = operationTypeOf(args)
    const fault = acceptFault(type, args.contextValue) ?? (await rateLimitFault(type, args, options))
    return fault === null ? variableFaults(args) : [fault]
  }
}

/** The type of an operation. One that cannot be told is Yoga's to refuse. */
export function operationTypeOf({
  document,
  operationName,
}: Pick<OperationArgs, 'document' | 'operationName'>): OperationTypeNode {
  return getOperationAST(document, operationName)?.operation ?? 'query'
}

/** Keeps the rules for the operations that Yoga executes; runs those that do inside a span of their own. */
export function useOperationRules(
  faultsOf: FaultsOfOperation,
  aroundOperation: GraphqlOptions['aroundOperation'],
): Plugin<RequestContext> {
  return {
    async onExecute({ args, executeFn, setExecuteFn, setResultAndStopExecution }) {
      const type = operationTypeOf(args)
      setExecuteFn((executionArgs) => aroundOperation(type, async () => executeFn(executionArgs) as unknown))
      const errors = await faultsOf(args)
      if (errors.length > 0) setResultAndStopExecution({ errors })
    },
    async onSubscribe({ args, subscribeFn, setSubscribeFn, setResultAndStopExecution }) {
      setSubscribeFn((subscribeArgs) =>
        aroundOperation('subscription', async () => subscribeFn(subscribeArgs) as unknown),
      )
      const errors = await faultsOf(args)
      if (errors.length > 0) setResultAndStopExecution({ errors })
    },
  }
}
