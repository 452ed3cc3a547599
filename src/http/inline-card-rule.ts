/** Cards come in variables: what is written into a document gets logged, cached and counted as code. */

import {
  type ArgumentNode,
  type ASTVisitor,
  getNamedType,
  GraphQLError,
  type GraphQLInputType,
  isInputObjectType,
  isInputType,
  Kind,
  typeFromAST,
  type ValidationContext,
  type ValueNode,
  type VariableDefinitionNode,
} from 'graphql'

/** The type whose values may not be written out. */
const CARD_TYPE = 'CardInput'

/**
 * Validation rule: no value of a card is written into the document, wherever it stands: in an argument, in the
 * default of a variable, nested in either, or as the default of a variable that a card is put together from.
 * `null`, `true` and `false` tell nothing, and may be. The error says where, never what.
 */
export function InlineCardRule(context: ValidationContext): ASTVisitor {
  const schema = context.getSchema()
  const definitions: VariableDefinitionNode[] = []
  /** Names of variables inside cards; of any operation, since a fragment belongs to several. */
  const variablesInCards = new Set<string>()
  let firstLiteral: ValueNode | null = null

  /** Looks for cards in a value of a type, which is unknown where the document is wrong. */
  function look(value: ValueNode, type: GraphQLInputType | undefined): void {
    const named = getNamedType(type)
    if (isInputObjectType(named) && named.name === CARD_TYPE) {
      lookInCard(value)
    } else if (value.kind === Kind.LIST) {
      for (const one of value.values) look(one, type)
    } else if (value.kind === Kind.OBJECT && isInputObjectType(named)) {
      const fields = named.getFields()
      for (const field of value.fields) look(field.value, fields[field.name.value]?.type)
    }
  }

  function lookInCard(value: ValueNode): void {
    switch (value.kind) {
      case Kind.NULL:
      case Kind.BOOLEAN:
        break
      case Kind.VARIABLE:
        variablesInCards.add(value.name.value)
        break
      case Kind.LIST:
        for (const one of value.values) lookInCard(one)
        break
      case Kind.OBJECT:
        for (const field of value.fields) lookInCard(field.value)
        break
      case Kind.STRING:
      case Kind.INT:
      case Kind.FLOAT:
      case Kind.ENUM:
        firstLiteral ??= value
    }
  }

  return {
    Argument(node: ArgumentNode) {
      look(node.value, context.getArgument()?.type)
    },
    VariableDefinition(node) {
      definitions.push(node)
    },
    Document: {
      leave() {
        for (const { variable, type, defaultValue } of definitions) {
          if (defaultValue === undefined) continue
          const defined = typeFromAST(schema, type)
          if (variablesInCards.has(variable.name.value)) lookInCard(defaultValue)
          else look(defaultValue, isInputType(defined) ? defined : undefined)
        }
        if (firstLiteral !== null) context.reportError(cardInDocument(firstLiteral))
      },
    },
  }
}

function cardInDocument(node: ValueNode): GraphQLError {
  return new GraphQLError(
    'Send the card in variables: this document has card values in it. Nothing was sent.',
    {
      nodes: node,
      extensions: { code: 'CARD_IN_DOCUMENT', http: { status: 400, spec: false } },
    },
  )
}
