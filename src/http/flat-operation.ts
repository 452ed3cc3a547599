/**
 * What pays: a mutation of one field, of whose result plain values are selected. All that GraphQL has to decide about
 * one is decided once, and what is left are the resolvers and the types of the schema. An executor decides it anew for
 * each request, with objects for each field that take a sixth of what a payment costs the collector.
 */

import {
  BREAK,
  coerceInputLiteral,
  type DocumentNode,
  type ExecutionResult,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  type GraphQLError,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  locatedError,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
  type ValueNode,
  type VariableValues,
  visit,
} from 'graphql'

/**
 * Executes an operation with its coerced variables, as the "Execution" section of the GraphQL specification has it.
 * Never rejects. Null, with nothing executed, when an argument has no value with these variables: an executor then
 * says why.
 */
export type FlatOperation = (variables: VariableValues, context: unknown) => Promise<ExecutionResult> | null

/** A resolver that asks for no more than this. One that wants the `info` of an executor is left to it. */
type Resolve = (source: unknown, args: object, context: unknown) => unknown
const RESOLVE_LENGTH_MAX = 3

/** A selected value of an object. */
interface Value {
  readonly key: string
  readonly node: FieldNode
  readonly isNullable: boolean
  readonly resolve: Resolve
  /** The value as JSON has it. Throws when it is none of its type. */
  readonly complete: (value: unknown) => unknown
}

/** An argument of the field, with what the document has for it. */
interface Argument {
  readonly name: string
  readonly type: GraphQLInputType
  readonly node: ValueNode
}

const noArgs = {}

/** The plan of an operation of a valid document, or null when it is of another shape: then an executor has to do it. */
export function planFlatOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  { operation, selectionSet }: OperationDefinitionNode,
): FlatOperation | null {
  const [node, ...others] = selectionSet.selections
  if (operation !== OperationTypeNode.MUTATION || others.length > 0 || hasDirective(document)) return null
  if (node?.kind !== Kind.FIELD || node.selectionSet === undefined) return null
  const field = schema.getMutationType()?.getFields()[node.name.value]
  if (field === undefined || !isNonNullType(field.type)) return null
  const resolve = resolverOf(field)
  const type = field.type.ofType
  const given = argumentsOf(field, node)
  const members = isObjectType(type) ? [type] : isAbstractType(type) ? schema.getPossibleTypes(type) : []
  const valuesOfType = new Map<string, readonly Value[]>()
  for (const member of members) {
    const values = valuesOf(schema, document, member, node.selectionSet)
    if (values !== null) valuesOfType.set(member.name, values)
  }
  if (resolve === null || given === null || members.length === 0) return null
  if (valuesOfType.size < members.length || (isAbstractType(type) && type.resolveType == null)) return null

  const rootKey = node.alias?.value ?? node.name.value
  const nameOfType = typeNameOf(schema, type as GraphQLObjectType | GraphQLAbstractType)

  const execute = async (args: object, context: unknown): Promise<ExecutionResult> => {
    const errors: GraphQLError[] = []
    try {
      const source = await resolve(undefined, args, context)
      if (source instanceof Error) throw source
      if (source === null || source === undefined) throw noValue(`Mutation.${field.name}`)
      const named = nameOfType(source, context)
      const values = valuesOfType.get((named instanceof Promise ? await named : named) as string)
      if (values === undefined) throw new Error(`Mutation.${field.name} gave a value of another type.`)
      const told: Record<string, unknown> = {}
      for (const value of values) {
        try {
          const resolved = value.resolve(source, noArgs, context)
          told[value.key] = value.complete(resolved instanceof Promise ? await resolved : resolved)
        } catch (error) {
          const located = locatedError(error, [value.node], [rootKey, value.key])
          if (!value.isNullable) throw located
          errors.push(located)
          told[value.key] = null
        }
      }
      return { ...(errors.length > 0 && { errors }), data: { [rootKey]: told } }
    } catch (error) {
      // What cannot be null takes everything around it with it.
      return { errors: [...errors, locatedError(error, [node], [rootKey])], data: null }
    }
  }

  return (variables, context) => {
    const args = valuesOfArguments(given, variables)
    return args && execute(args, context)
  }
}

function hasDirective(document: DocumentNode): boolean {
  let isFound = false
  visit(document, {
    Directive() {
      isFound = true
      return BREAK
    },
  })
  return isFound
}

/** The resolver of a field; null when it has to be given more than is here. */
function resolverOf({ name, resolve }: GraphQLField<unknown, unknown>): Resolve | null {
  if (resolve === undefined) return (source) => (source as Record<string, unknown>)[name]
  return resolve.length <= RESOLVE_LENGTH_MAX ? (resolve as Resolve) : null
}

/** The arguments of a field; null when one is left out, which could have a default. */
function argumentsOf(
  { args }: GraphQLField<unknown, unknown>,
  { arguments: nodes = [] }: FieldNode,
): readonly Argument[] | null {
  const given: Argument[] = []
  for (const { name, type } of args) {
    const node = nodes.find((one) => one.name.value === name)?.value
    if (node === undefined) return null
    given.push({ name, type, node })
  }
  return given
}

function valuesOfArguments(given: readonly Argument[], variables: VariableValues): object | null {
  const values = Object.create(null) as Record<string, unknown>
  for (const { name, type, node } of given) {
    const value = coerceInputLiteral(node, type, variables)
    if (value === undefined) return null
    values[name] = value
  }
  return values
}

/** The selected values of an object of a type, in their order; null when one is more than a plain value. */
function valuesOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  type: GraphQLObjectType,
  { selections }: SelectionSetNode,
  found = new Map<string, Value>(),
): readonly Value[] | null {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      const value = valueOf(type, selection)
      if (value === null) return null
      // Validated: whatever else has this key is the same field.
      if (!found.has(value.key)) found.set(value.key, value)
      continue
    }
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT ? selection : fragmentOf(document, selection.name.value)
    if (fragment === undefined) return null
    const isAbout =
      fragment.typeCondition === undefined || fits(schema, type, fragment.typeCondition.name.value)
    if (isAbout && valuesOf(schema, document, type, fragment.selectionSet, found) === null) return null
  }
  return [...found.values()]
}

function fragmentOf({ definitions }: DocumentNode, name: string): FragmentDefinitionNode | undefined {
  return definitions.find(
    (one): one is FragmentDefinitionNode => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === name,
  )
}

function fits(schema: GraphQLSchema, type: GraphQLObjectType, conditionName: string): boolean {
  const condition = schema.getType(conditionName)
  return condition === type || (isAbstractType(condition) && schema.isSubType(condition, type))
}

function valueOf(type: GraphQLObjectType, node: FieldNode): Value | null {
  const name = node.name.value
  const key = node.alias?.value ?? name
  // It would set the prototype of what is told.
  if (key === '__proto__') return null
  if (name === '__typename') {
    return { key, node, isNullable: false, resolve: () => type.name, complete: (value) => value }
  }
  const field = type.getFields()[name]
  if (field === undefined || field.args.length > 0) return null
  const resolve = resolverOf(field)
  const complete = completionOf(field.type, `${type.name}.${name}`)
  if (resolve === null || complete === null) return null
  return { key, node, isNullable: !isNonNullType(field.type), resolve, complete }
}

/** Makes JSON of a value of a type: a leaf, or a list of leaves of which none is null; null for any other type. */
function completionOf(type: GraphQLOutputType, field: string): Value['complete'] | null {
  if (isNonNullType(type)) {
    const complete = completionOf(type.ofType, field)
    return complete === null ? null : (value) => complete(value) ?? throwNoValue(field)
  }
  if (isLeafType(type)) return (value) => leafOf(type, value)
  if (!isListType(type) || !isNonNullType(type.ofType)) return null
  const complete = completionOf(type.ofType, field)
  if (complete === null || !isLeafType(type.ofType.ofType)) return null
  return (value) =>
    value === null || value === undefined ? null : Array.from(value as Iterable<unknown>, complete)
}

function leafOf(type: GraphQLLeafType, value: unknown): unknown {
  if (value === null || value === undefined) return null
  if (value instanceof Error) throw value
  return type.coerceOutputValue(value) ?? throwNoValue(type.name)
}

function throwNoValue(field: string): never {
  throw noValue(field)
}

function noValue(field: string): Error {
  return new Error(`There is no value of ${field}, which cannot be null.`)
}

/** The name of the type that a value has. */
function typeNameOf(
  schema: GraphQLSchema,
  type: GraphQLObjectType | GraphQLAbstractType,
): (value: unknown, context: unknown) => unknown {
  if (isObjectType(type)) return () => type.name
  // Nothing else of it is asked for by a type that tells its members by their values.
  const info = { schema } as GraphQLResolveInfo
  return (value, context) => type.resolveType?.(value, context, info, type)
}
