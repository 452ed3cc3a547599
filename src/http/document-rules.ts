/** What a document must be to execute: the same for documents of requests and for trusted ones. */

import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  parse,
  type ParseOptions,
  type Source,
  specifiedRules,
  validate,
  type ValidationRule,
} from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { withoutLiterals } from './error-masking.ts'
import { InlineCardRule } from './inline-card-rule.ts'
import { QuerySizeRule } from './query-size-rule.ts'
import { SinglePaymentRule } from './single-payment-rule.ts'

/** Most tokens of a document. It bounds the nesting too, on which the parser's stack depends. */
const TOKENS_MAX = 1_000

/**
 * Most validation errors of a document, besides the one that says there are more. Each searches the whole
 * document for its line and may print a part of it: a hundred of them took 400 ms.
 */
const ERRORS_MAX = 2

export interface DocumentRules {
  /** Whether documents may ask for the schema, and errors suggest names of it. */
  readonly introspection: boolean
}

type Validate = typeof validate

/** Keeps the rules for the document of each request. `onValid` is told of each document that keeps them. */
export function useDocumentRules(
  { introspection }: DocumentRules,
  onValid: (document: DocumentNode) => void,
): Plugin {
  return {
    onParse({ setParseFn }) {
      setParseFn(parseBounded)
    },
    onValidate({ params, addValidationRule, validateFn, setValidationFn }) {
      const { documentAST } = params
      setValidationFn((schema, document, rules, validateOptions) =>
        validateInTurn(validateFn as Validate, schema, document, rules, {
          ...validateOptions,
          maxErrors: ERRORS_MAX,
          // Suggestions would let the schema be read where introspection may not.
          hideSuggestions: !introspection,
        }),
      )
      for (const rule of ownRules(introspection)) addValidationRule(rule)
      return ({ valid }) => {
        if (valid) onValid(documentAST)
      }
    },
  }
}

/** What is wrong with a document by the same rules, a message each; nothing when it may execute. */
export function faultsOfDocument(
  schema: GraphQLSchema,
  text: string,
  { introspection }: DocumentRules,
): readonly string[] {
  let document: DocumentNode
  try {
    document = parseBounded(text)
  } catch (error) {
    return [withoutLiterals((error as Error).message)]
  }
  const rules = [...specifiedRules, ...ownRules(introspection)]
  const errors = validateInTurn(validate, schema, document, rules, { maxErrors: ERRORS_MAX })
  return errors.map(({ message }) => message)
}

/**
 * A card in the document decides alone: the errors of other rules quote what is written there. So do a second
 * payment, and its size: other rules take longer, the larger it is.
 */
function validateInTurn(check: Validate, ...[schema, document, rules, options]: Parameters<Validate>) {
  for (const rule of [InlineCardRule, SinglePaymentRule, QuerySizeRule]) {
    const errors = check(schema, document, [rule])
    if (errors.length > 0) return errors
  }
  // Yoga masks what is thrown; what validation finds goes to the client as it is.
  return check(schema, document, rules, options).map(
    ({ message, nodes, extensions }) =>
      new GraphQLError(withoutLiterals(message), { ...(nodes !== undefined && { nodes }), extensions }),
  )
}

function parseBounded(source: string | Source, parseOptions?: ParseOptions): DocumentNode {
  return parse(source, { ...parseOptions, maxTokens: TOKENS_MAX })
}

function ownRules(introspection: boolean): readonly ValidationRule[] {
  return introspection ? [] : [NoSchemaIntrospectionCustomRule]
}
