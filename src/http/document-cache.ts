/** Parsed documents by their text, within bounds that no client can stretch. */

import type { DocumentNode } from 'graphql'
import { LRUCache } from 'lru-cache'

/**
 * Text of the cached documents together, in UTF-16 code units. A parsed document takes about 35 times its
 * text, so this is some 35 MB; Yoga's own cache bounds only their number, which 64 KiB each fill with
 * gigabytes.
 */
const TEXT_MAX = 1024 * 1024

/** Longest text that is cached. What a frontend sends again and again is shorter. */
const DOCUMENT_MAX = 16 * 1024

export interface DocumentCaches {
  /** For Yoga, which puts every document in it that parses: it keeps none of them by itself. */
  readonly documentCache: {
    get(text: string): DocumentNode | undefined
    set(text: string, document: DocumentNode): void
  }
  /** For Yoga: keeps nothing. What does not parse may have anything in it, and is parsed again. */
  readonly errorCache: { get(text: string): undefined; set(text: string, error: unknown): void }
  /** Keeps a document that may execute. One that was refused is never kept: it may have a card in it. */
  readonly keep: (document: DocumentNode) => void
}

export function createDocumentCaches(): DocumentCaches {
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: TEXT_MAX,
    maxEntrySize: DOCUMENT_MAX,
    sizeCalculation: (_document, text) => text.length + 1,
  })
  return {
    documentCache: { get: (text) => documents.get(text), set() {} },
    errorCache: { get: () => undefined, set() {} },
    keep(document) {
      const text = document.loc?.source.body
      if (text !== undefined && !documents.has(text)) documents.set(text, document)
    },
  }
}
