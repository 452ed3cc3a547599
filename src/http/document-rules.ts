/** What a document must be to execute: the same for documents of requests and for trusted ones. */

import {
  type DocumentNode,
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

/** Keeps the rules for the document of each request. */
export function useDocumentRules({ introspection }: DocumentRules): Plugin {
  return {
    onParse({ setParseFn }) {
      setParseFn(parseBounded)
    },
    onValidate({ addValidationRule, validateFn, setValidationFn }) {
      setValidationFn((schema, document, rules, validateOptions) =>
        validateFn(schema, document, rules, {
          ...validateOptions,
          maxErrors: ERRORS_MAX,
          // Suggestions would let the schema be read where introspection may not.
          hideSuggestions: !introspection,
        }),
      )
      for (const rule of ownRules(introspection)) addValidationRule(rule)
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
    return [(error as Error).message]
  }
  const rules = [...specifiedRules, ...ownRules(introspection)]
  return validate(schema, document, rules, { maxErrors: ERRORS_MAX }).map(({ message }) => message)
}

function parseBounded(source: string | Source, parseOptions?: ParseOptions): DocumentNode {
  return parse(source, { ...parseOptions, maxTokens: TOKENS_MAX })
}

function ownRules(introspection: boolean): readonly ValidationRule[] {
  const rules = [SinglePaymentRule, QuerySizeRule]
  return introspection ? rules : [...rules, NoSchemaIntrospectionCustomRule]
}
