/** What `npm run codegen` writes from `schema.graphql` and `operations/`: types, documents, and their manifest. */

// #region readme
import type { CodegenConfig } from '@graphql-codegen/cli'
import { addTypenameSelectionDocumentTransform } from '@graphql-codegen/client-preset'

const client = {
  preset: 'client' as const,
  presetConfig: {
    fragmentMasking: false,
    // The manifest for TRUSTED_DOCUMENTS, and the hash of each document inside it.
    persistedDocuments: { hashAlgorithm: 'sha256' as const },
  },
  // Caches need the type of each object, and a client cannot add to a document that is named by its hash.
  documentTransforms: [addTypenameSelectionDocumentTransform],
}

const config = {
  // A scalar without a type here is an error, and an amount is never a number.
  strictScalars: true,
  scalars: { ID: 'string', DateTime: 'string', Decimal: 'string' },
  // Unions of strings: they need no code at run time, and a switch over them can be exhaustive.
  enumsAsTypes: true,
  useTypeImports: true,
}

export const codegen = {
  schema: 'schema.graphql',
  documents: 'test/clients/operations/*.graphql',
  importExtension: '.ts',
  generates: {
    // Parsed documents, for Apollo Client, urql and graphql-request.
    'test/clients/generated/documents/': { ...client, config },
    // Documents as text, for fetch: the page needs no GraphQL library.
    'test/clients/generated/strings/': { ...client, config: { ...config, documentMode: 'string' } },
    // Which types a union has, for Apollo Client's cache.
    'test/clients/generated/possible-types.json': { plugins: ['fragment-matcher'] },
  },
} satisfies CodegenConfig
// #endregion
