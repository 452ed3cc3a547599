/** Documents that were registered when the frontend was built; nothing else executes. */

import { usePersistedOperations } from '@graphql-yoga/plugin-persisted-operations'
import type { Plugin } from 'graphql-yoga'

/** Documents by their hash, as the client preset of GraphQL Code Generator writes them. */
export type TrustedDocuments = ReadonlyMap<string, string>

/**
 * Executes only documents of the manifest. They are named by `documentId` (with or without the prefix
 * `sha256:`, as the GraphQL over HTTP specification has it) or by `extensions.persistedQuery.sha256Hash`.
 */
export function useTrustedDocuments(documents: TrustedDocuments): Plugin {
  return usePersistedOperations({
    allowArbitraryOperations: false,
    // The manifest's own keys first: a hash function of one's own may write the prefix there, too.
    getPersistedOperation: (id) => documents.get(id) ?? documents.get(id.replace(/^sha256:/, '')) ?? null,
    extractPersistedOperationId: (params) => {
      const { documentId, extensions } = params as { documentId?: unknown; extensions?: unknown }
      const id = documentId ?? hashIn(extensions)
      return typeof id === 'string' ? id : null
    },
    customErrors: {
      notFound: untrusted('This document is not one of the trusted documents.'),
      keyNotFound: untrusted('Send the documentId of a trusted document.'),
      persistedQueryOnly: untrusted('Only trusted documents execute: send a documentId instead of a query.'),
    },
  }) as Plugin
}

function hashIn(extensions: unknown): unknown {
  const { persistedQuery } = (extensions ?? {}) as { persistedQuery?: { sha256Hash?: unknown } }
  return persistedQuery?.sha256Hash
}

function untrusted(message: string) {
  return {
    message: `${message} Nothing was sent.`,
    extensions: { code: 'UNTRUSTED_DOCUMENT', http: { status: 400 } },
  }
}
