/** Variables must fit their types; telling a client so costs little, whatever it sent. */

import {
  type ASTNode,
  type DocumentNode,
  getOperationAST,
  getVariableValues,
  GraphQLError,
  type OperationDefinitionNode,
  separateOperations,
  type VariableDefinitionNode,
  type VariableValues,
  visit,
} from 'graphql'
import type { Judgement, OperationArgs } from './operation-rules.ts'

/**
 * Most faults that one answer lists. graphql-js prints the whole value for each fault, so thousands of unknown
 * fields would cost a print each; a person corrects no more than these at once.
 */
const FAULTS_MAX = 2

/**
 * The values of the variables of an operation, or what is wrong with them, told before the executor coerces them: its
 * own limit is fifty faults, and its messages quote values, which may be secret and which clients log. Here a message
 * says which variable is wrong, where, and whether something is missing or unknown there.
 */
export function coerceVariables({
  document,
  operationName,
  schema,
  variableValues,
}: OperationArgs): Judgement {
  const operation = getOperationAST(document, operationName)
  const definitions = operation?.variableDefinitions ?? []
  const { errors, variableValues: values } = getVariableValues(schema, definitions, variableValues ?? {}, {
    maxErrors: FAULTS_MAX,
    hideSuggestions: true,
  })
  if (errors === undefined) {
    const fault = operation ? directiveFault(document, operation, values) : null
    return fault === null ? { kind: 'accepted', variables: values } : { kind: 'refused', errors: [fault] }
  }
  // One more than the most says that there are more.
  return { kind: 'refused', errors: errors.slice(0, FAULTS_MAX).map(withoutValue) }
}

/** The path and what follows it come before the value, and are of the schema but for the name of an unknown field. */
function withoutValue({ message, nodes }: GraphQLError): GraphQLError {
  const [definition] = (nodes ?? []) as readonly VariableDefinitionNode[]
  const name = definition?.variable.name.value ?? ''
  const [, path = '', reason = ''] =
    /^Variable "\$\w+" has invalid value(?: at ([\w.[\]]+))?: ([^]*)$/.exec(message) ?? []
  return refusal(`Variable "$${name}" ${faultOf(reason, name, path)}.`, nodes)
}

function refusal(message: string, nodes: readonly ASTNode[] | undefined): GraphQLError {
  return new GraphQLError(message, {
    ...(nodes !== undefined && { nodes }),
    extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
  })
}

/**
 * A variable that has a default may be null, and may stand in a directive, which takes no null. An executor says so
 * when it selects what came of a field: the order would be paid by then, and its result lost.
 */
function directiveFault(
  document: DocumentNode,
  { name, variableDefinitions = [] }: OperationDefinitionNode,
  { coerced }: VariableValues,
): GraphQLError | null {
  const empty = variableDefinitions.filter(
    (one) => one.defaultValue && coerced[one.variable.name.value] === null,
  )
  if (empty.length === 0) return null
  // The operation with the fragments that it spreads: others have variables of the same names.
  const executed = separateOperations(document)[name?.value ?? '']!
  const used = new Set<string>()
  visit(executed, {
    Directive: (directive) =>
      visit(directive, { Variable: (variable) => void used.add(variable.name.value) }),
  })
  const fault = empty.find((one) => used.has(one.variable.name.value))
  if (fault === undefined) return null
  return refusal(`Variable "$${fault.variable.name.value}" has no value for a directive.`, [fault])
}

/** What graphql-js found, of which only the beginning is looked at: after it comes what the client sent. */
function faultOf(reason: string, name: string, path: string): string {
  const place = `${name}${path}`
  const missing = /^Expected value of type "\w+" to include required field "(\w+)", found: /.exec(reason)?.[1]
  if (missing !== undefined) return `has no value at "${place}.${missing}"`
  if (/^Expected value of type "\w+" not to include unknown field "/.test(reason)) {
    const unknown = unknownField.exec(reason)?.[1]
    return unknown === undefined
      ? `has an unknown field in "${place}"`
      : `has an unknown field at "${place}.${unknown}"`
  }
  if (path !== '') return `has an invalid value at "${place}"`
  return /^Expected a value of non-null type "[^"]+" to be provided\.$/.test(reason)
    ? 'has no value'
    : 'has an invalid value'
}

/**
 * An unknown field that may be named, since a misspelt one is hard to find otherwise. Not one with a digit in it: in
 * its place can be a number of a card, or a key.
 */
const unknownField = /^Expected value of type "\w+" not to include unknown field "([A-Za-z_]{1,64})", found: /
