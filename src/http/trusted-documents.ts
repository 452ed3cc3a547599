/** Documents that were registered when the frontend was built; nothing else executes. */

import { usePersistedOperations } from '@graphql-yoga/plugin-persisted-operations'
import type { GraphQLSchema } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { type DocumentRules, faultsOfDocument } from './document-rules.ts'

/** Documents by their hash, as the client preset of GraphQL Code Generator writes them. */
export type TrustedDocuments = ReadonlyMap<string, string>

/**
 * The documents that could never execute: a line for each, with its hash and all that is wrong with it. Such
 * a document belongs to another schema or breaks a rule, so whoever relies on it could not pay.
 */
export function faultsOfTrustedDocuments(
  documents: TrustedDocuments,
  schema: GraphQLSchema,
  rules: DocumentRules,
): readonly string[] {
  return [...documents].flatMap(([hash, text]) => {
    const faults = faultsOfDocument(schema, text, rules)
    return faults.length === 0 ? [] : [`${hash}: ${faults.join(' ')}`]
  })
}

/**
 * Executes only documents of the manifest. They are named by `documentId` (with or without the prefix
 * `sha256:`, as the GraphQL over HTTP specification has it) or by `extensions.persistedQuery.sha256Hash`;
 * a GET has either in its query string.
 */
export function useTrustedDocuments(documents: TrustedDocuments): Plugin {
  return usePersistedOperations({
    allowArbitraryOperations: false,
    getPersistedOperation: (id) => findTrusted(documents, id),
    extractPersistedOperationId: (params, request) => {
      const { documentId, extensions } = params as { documentId?: unknown; extensions?: unknown }
      const id = documentId ?? idInUrl(request) ?? hashIn(extensions)
      return typeof id === 'string' ? id : null
    },
    customErrors: {
      notFound: untrusted('This document is not one of the trusted documents.'),
      keyNotFound: untrusted('Send the documentId of a trusted document.'),
      persistedQueryOnly: untrusted('Only trusted documents execute: send a documentId instead of a query.'),
    },
  }) as Plugin
}

/** The text of a document. The manifest's own keys first: a hash function of one's own may write the prefix there, too. */
export function findTrusted(documents: TrustedDocuments, id: string): string | null {
  return documents.get(id) ?? documents.get(id.replace(/^sha256:/, '')) ?? null
}

/** Of a query string Yoga passes on only the parameters that it knows. */
function idInUrl({ method, url }: Request): string | null {
  return method === 'GET' ? new URL(url).searchParams.get('documentId') : null
}

/** What `extensions` name a document by. */
export function hashIn(extensions: unknown): unknown {
  const { persistedQuery } = (extensions ?? {}) as { persistedQuery?: { sha256Hash?: unknown } }
  return persistedQuery?.sha256Hash
}

function untrusted(message: string) {
  return {
    message: `${message} Nothing was sent.`,
    extensions: { code: 'UNTRUSTED_DOCUMENT', http: { status: 400 } },
  }
}
