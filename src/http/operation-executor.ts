/** Executes operations of known documents; those that come again and again by code that is made for them. */

import { execute } from '@graphql-tools/executor'
import { type DocumentNode, type ExecutionResult, GraphQLError, type GraphQLSchema, Kind } from 'graphql'
import type { OperationArgs } from './operation-rules.ts'

/**
 * How often a document is executed before code is made for it, which takes some milliseconds: what frontends send
 * soon has been, and who makes up documents pays for each with as many requests.
 */
const USES_MIN = 100

/** Longest such document, in characters. Those of frontends have some hundred. */
const TEXT_MAX = 2_048

/** Executes an operation that keeps the rules. Faults of ours in the result have an `originalError` that is none of GraphQL. */
export type ExecuteOperation = (args: OperationArgs) => Promise<ExecutionResult>

type Run = (
  root: object,
  context: unknown,
  variables: { readonly [name: string]: unknown },
) => ExecutionResult | Promise<ExecutionResult>

/**
 * Code for `payOrder` takes 5 instead of 15 µs and leaves no garbage that outlives the request, which is 15 % of a
 * payment (3.37 to 2.86 times floor).
 */
export function createOperationExecutor(schema: GraphQLSchema): ExecuteOperation {
  const uses = new WeakMap<DocumentNode, number>()
  /** The code of a document; null when there can be none. */
  const made = new WeakMap<DocumentNode, Run | null>()

  async function make(document: DocumentNode): Promise<void> {
    // Loaded with the first one: a start that nobody waits for is early enough.
    try {
      const { compileQuery, isCompiledQuery } = await import('graphql-jit')
      const result = compileQuery(schema, document)
      made.set(document, isCompiledQuery(result) ? result.query : null)
    } catch {
      // What no code can be made for is executed as before.
      made.set(document, null)
    }
  }

  return async (args) => {
    const { document, contextValue, variableValues } = args
    const run = made.get(document)
    if (run) return withFaults(await run({}, contextValue, variableValues ?? {}))
    const count = (uses.get(document) ?? 0) + 1
    uses.set(document, count)
    if (count === USES_MIN && isWorthCode(document)) await make(document)
    // There is nothing to come later: the schema has no @defer and no @stream.
    return (await execute(args)) as ExecutionResult
  }
}

/** Whether a document has one operation, so that its name need not be looked at, and is not too long. */
function isWorthCode({ definitions, loc }: DocumentNode): boolean {
  const operations = definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)
  return operations.length === 1 && (loc?.source.body.length ?? Infinity) <= TEXT_MAX
}

/**
 * An error that nobody gave a code is a fault of ours, such as a value that its type cannot have. Made code does not
 * say where it came from, and without that it would be taken for one that is meant for the client.
 */
function withFaults(result: ExecutionResult): ExecutionResult {
  if (result.errors === undefined) return result
  const errors = result.errors.map((error) =>
    error.originalError === undefined && error.extensions['code'] === undefined
      ? new GraphQLError(error.message, {
          ...(error.nodes !== undefined && { nodes: error.nodes }),
          ...(error.path !== undefined && { path: error.path }),
          originalError: new Error(error.message),
        })
      : error,
  )
  return { ...result, errors }
}
