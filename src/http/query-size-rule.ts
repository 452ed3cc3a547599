/** How much one document may ask for. */

import { type ASTVisitor, GraphQLError, Kind, type SelectionSetNode, type ValidationContext } from 'graphql'

/** Most fields at the root of an operation, aliases counted. Each can be a question to the ledger. */
const ROOT_FIELDS_MAX = 5

/** Most fields of an operation, fragments counted each time they are spread. Introspection has some 300. */
const FIELDS_MAX = 1_000

/**
 * Validation rule: bounds what an operation selects, with fragments expanded. Tokens do not: a fragment of a
 * hundred fields that is spread under a hundred aliases is ten thousand fields in a few thousand bytes.
 */
export function QuerySizeRule(context: ValidationContext): ASTVisitor {
  const sizes = new Map<string, number>()

  /** Fields below a selection set; a fragment in a circle counts once, other rules refuse it. */
  function sizeOf(set: SelectionSetNode | undefined): number {
    let size = 0
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FIELD) size += 1 + sizeOf(selection.selectionSet)
      else if (selection.kind === Kind.INLINE_FRAGMENT) size += sizeOf(selection.selectionSet)
      else size += fragmentSize(selection.name.value)
    }
    return size
  }

  function fragmentSize(name: string): number {
    const known = sizes.get(name)
    if (known !== undefined) return known
    sizes.set(name, 0)
    const size = sizeOf(context.getFragment(name)?.selectionSet)
    sizes.set(name, size)
    return size
  }

  /** Fields at the root itself. */
  function widthOf(set: SelectionSetNode | undefined, seen: ReadonlySet<string>): number {
    let width = 0
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FIELD) width += 1
      else if (selection.kind === Kind.INLINE_FRAGMENT) width += widthOf(selection.selectionSet, seen)
      else if (!seen.has(selection.name.value)) {
        const name = selection.name.value
        width += widthOf(context.getFragment(name)?.selectionSet, new Set([...seen, name]))
      }
      if (width > ROOT_FIELDS_MAX) return width
    }
    return width
  }

  return {
    OperationDefinition(node) {
      const isTooLarge =
        widthOf(node.selectionSet, new Set()) > ROOT_FIELDS_MAX || sizeOf(node.selectionSet) > FIELDS_MAX
      if (!isTooLarge) return
      const message = `An operation may have ${ROOT_FIELDS_MAX} root fields and ${FIELDS_MAX} fields in all.`
      context.reportError(new GraphQLError(message, { nodes: node, extensions: { code: 'QUERY_TOO_LARGE' } }))
    },
  }
}
