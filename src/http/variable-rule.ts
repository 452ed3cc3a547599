/** Variables must fit their types; telling a client so costs little, whatever it sent. */

import { getOperationAST, getVariableValues, GraphQLError, type VariableDefinitionNode } from 'graphql'
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
  const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? []
  const { errors, variableValues: values } = getVariableValues(schema, definitions, variableValues ?? {}, {
    maxErrors: FAULTS_MAX,
    hideSuggestions: true,
  })
  if (errors === undefined) return { kind: 'accepted', variables: values }
  // One more than the most says that there are more.
  return { kind: 'refused', errors: errors.slice(0, FAULTS_MAX).map(withoutValue) }
}

/** The path and what follows it come before the value, and are of the schema but for the name of an unknown field. */
function withoutValue({ message, nodes }: GraphQLError): GraphQLError {
  const [definition] = (nodes ?? []) as readonly VariableDefinitionNode[]
  const name = definition?.variable.name.value ?? ''
  const [, path = '', reason = ''] =
    /^Variable "\$\w+" has invalid value(?: at ([\w.[\]]+))?: ([^]*)$/.exec(message) ?? []
  return new GraphQLError(`Variable "$${name}" ${faultOf(reason, name, path)}.`, {
    ...(nodes !== undefined && { nodes }),
    extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
  })
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
