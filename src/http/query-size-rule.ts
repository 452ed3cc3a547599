/** How much one document may ask for. */

import {
  type ASTVisitor,
  getNamedType,
  getNullableType,
  type GraphQLNamedType,
  GraphQLError,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql'

/** Most fields at the root of an operation, aliases counted. Each can be a question to the ledger or to Atlas. */
const ROOT_FIELDS_MAX = 5

/** Most fields of an operation, fragments counted each time they are spread. Introspection has some 300. */
const FIELDS_MAX = 1_000

/** Most fields of one name in a selection: graphql-js compares each with each, to see whether they conflict. */
const SAME_NAME_MAX = 20

/** How many entries a list counts as: the longest one, the catalogue of errors, has about so many. */
const LIST_WEIGHT = 30

/** Fields of a selection, in all and at its own level. */
interface Size {
  readonly fields: number
  readonly width: number
}

const none: Size = { fields: 0, width: 0 }

/**
 * Validation rule: bounds what an operation selects, with fragments expanded and lists weighted. Tokens do not:
 * a fragment of a hundred fields that is spread under a hundred aliases is ten thousand fields in a few thousand
 * bytes. Each fragment is measured once, however often and deeply it is spread.
 */
export function QuerySizeRule(context: ValidationContext): ASTVisitor {
  const schema = context.getSchema()
  const fragments = new Map<string, Size>()
  let isRepetitive = false

  function sizeOf(set: SelectionSetNode | undefined, parent: GraphQLNamedType | undefined): Size {
    let fields = 0
    let width = 0
    const names = new Map<string, number>()
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FIELD) {
        const type = fieldTypeOf(parent, selection.name.value)
        const below = sizeOf(selection.selectionSet, type && getNamedType(type))
        fields += 1 + below.fields * (isListType(type && getNullableType(type)) ? LIST_WEIGHT : 1)
        width += 1
        const name = (selection.alias ?? selection.name).value
        const count = (names.get(name) ?? 0) + 1
        names.set(name, count)
        isRepetitive ||= count > SAME_NAME_MAX
      } else {
        const part =
          selection.kind === Kind.INLINE_FRAGMENT
            ? sizeOf(selection.selectionSet, conditionOf(selection.typeCondition?.name.value, parent))
            : fragmentSize(selection.name.value)
        fields += part.fields
        width += part.width
      }
    }
    return { fields, width }
  }

  function fragmentSize(name: string): Size {
    const known = fragments.get(name)
    if (known !== undefined) return known
    // In a circle it counts as nothing; other rules refuse it.
    fragments.set(name, none)
    const fragment = context.getFragment(name)
    const size = sizeOf(fragment?.selectionSet, conditionOf(fragment?.typeCondition.name.value, undefined))
    fragments.set(name, size)
    return size
  }

  function conditionOf(name: string | undefined, parent: GraphQLNamedType | undefined) {
    return name === undefined ? parent : schema.getType(name)
  }

  return {
    OperationDefinition(node) {
      const { fields, width } = sizeOf(node.selectionSet, schema.getRootType(node.operation) ?? undefined)
      if (width <= ROOT_FIELDS_MAX && fields <= FIELDS_MAX && !isRepetitive) return
      const message = `An operation may have ${ROOT_FIELDS_MAX} root fields, ${FIELDS_MAX} fields in all, each entry of a list counted, and ${SAME_NAME_MAX} of one name in a selection.`
      context.reportError(new GraphQLError(message, { nodes: node, extensions: { code: 'QUERY_TOO_LARGE' } }))
    },
  }
}

/** The type of a field; undefined where there is none, as for the fields of introspection. */
function fieldTypeOf(parent: GraphQLNamedType | undefined, name: string) {
  const hasFields = isObjectType(parent) || isInterfaceType(parent)
  // Introspection lists are longer and deeper, and their size is that of the schema.
  if (!hasFields || parent.name.startsWith('__')) return undefined
  return parent.getFields()[name]?.type
}
