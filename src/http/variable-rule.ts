/** Variables must fit their types; telling a client so costs little, whatever it sent. */

import { getOperationAST, getVariableValues, GraphQLError, type VariableDefinitionNode } from 'graphql'
import type { Judgement, OperationArgs } from './operation-rules.ts'

/**
 * Most faults that one answer lists. graphql-js prints the whole value for each fault, so thousands of unknown
 * fields would cost a print each; a person corrects no more than these at once.
 */
const FAULTS_MAX = 2

/**
 * The values of the variables of an operation, or what is wrong with them, told before the executor coerces them: its own limit is fifty
 * faults, and its messages quote values, which may be secret and which clients log. Here a message says which
 * variable is wrong and where.
 */
export function coerceVariables({
  document,
  operationName,
  schema,
  variableValues,
}: OperationArgs): Judgement {
  const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? []
  const { errors, variableValues: values } = getVariableValues(schema, definitions, variableValues ?? {}, {
    maxErrors: FAULTS_MAX,
    hideSuggestions: true,
  })
  if (errors === undefined) return { kind: 'accepted', variables: values.coerced }
  // One more than the most says that there are more.
  return { kind: 'refused', errors: errors.slice(0, FAULTS_MAX).map(withoutValue) }
}

/** The path comes before the value and holds only names of the schema and indices of lists. */
function withoutValue({ message, nodes }: GraphQLError): GraphQLError {
  const [definition] = (nodes ?? []) as readonly VariableDefinitionNode[]
  const name = definition?.variable.name.value ?? ''
  const path = /^Variable "\$\w+" has invalid value at ([\w.[\]]+): /.exec(message)?.[1]
  const place = path === undefined ? '' : ` at "${name}${path}"`
  return new GraphQLError(`Variable "$${name}" has an invalid value${place}.`, {
    ...(nodes !== undefined && { nodes }),
    extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
  })
}
