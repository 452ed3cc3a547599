/** What an operation must keep to be executed, whichever way it came. */

import {
  type DocumentNode,
  execute,
  getOperationAST,
  type GraphQLError,
  type GraphQLSchema,
  type OperationTypeNode,
  subscribe,
  type VariableValues,
} from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { acceptFault } from './accept-rule.ts'
import type { GraphqlOptions, RequestContext } from './graphql-handler.ts'
import { countOperation, limitedKindOf, rateLimitFault } from './operation-limits.ts'
import { coerceVariables } from './variable-rule.ts'

/** An operation of a valid document, with what it is executed with. */
export interface OperationArgs {
  readonly schema: GraphQLSchema
  readonly document: DocumentNode
  readonly operationName?: string | null | undefined
  readonly variableValues?: { readonly [variable: string]: unknown } | null | undefined
  readonly contextValue: RequestContext
}

/** Whether an operation may be executed, and with which values of its variables. Nothing has had an effect by then. */
export type JudgeOperation = (args: OperationArgs) => Promise<Judgement>

export type Judgement =
  | { readonly kind: 'refused'; readonly errors: readonly GraphQLError[] }
  | { readonly kind: 'accepted'; readonly variables: VariableValues }

/** Judges whether the answer can be delivered, then the limit of the caller, then the variables. */
export function createOperationRules({
  rateLimit,
  onRateLimited,
}: Pick<GraphqlOptions, 'rateLimit' | 'onRateLimited'>): JudgeOperation {
  return async (args) => {
    const type = operationTypeOf(args)
    const fault = acceptFault(type, args.contextValue)
    if (fault !== null) return { kind: 'refused', errors: [fault] }
    const retryAfterSeconds = await countOperation(rateLimit, type, args)
    if (retryAfterSeconds === null) return coerceVariables(args)
    onRateLimited(limitedKindOf(type))
    return { kind: 'refused', errors: [rateLimitFault(retryAfterSeconds)] }
  }
}

/** The type of an operation. One that cannot be told is Yoga's to refuse. */
export function operationTypeOf({
  document,
  operationName,
}: Pick<OperationArgs, 'document' | 'operationName'>): OperationTypeNode {
  return getOperationAST(document, operationName)?.operation ?? 'query'
}

/**
 * Keeps the rules for the operations that come by Yoga; runs those that do inside a span of their own, and by graphql's
 * executor. Yoga's takes a number in a default for a double, so that it would pay an order of another number than the
 * document has, and mistakes variables that are named like a member of every object.
 */
export function useOperationRules(
  judge: JudgeOperation,
  aroundOperation: GraphqlOptions['aroundOperation'],
): Plugin<RequestContext> {
  return {
    async onExecute({ args, setExecuteFn, setResultAndStopExecution }) {
      const type = operationTypeOf(args)
      setExecuteFn((executionArgs) => aroundOperation(type, async () => execute(executionArgs)))
      const judgement = await judge(args)
      if (judgement.kind === 'refused') setResultAndStopExecution({ errors: judgement.errors })
    },
    async onSubscribe({ args, setSubscribeFn, setResultAndStopExecution }) {
      setSubscribeFn((subscribeArgs) => aroundOperation('subscription', async () => subscribe(subscribeArgs)))
      const judgement = await judge(args)
      if (judgement.kind === 'refused') setResultAndStopExecution({ errors: judgement.errors })
    },
  }
}
