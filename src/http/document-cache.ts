/** Parsed documents by their text, within bounds that no client can stretch. */

import type { DocumentNode } from 'graphql'
import { LRUCache } from 'lru-cache'

/**
 * Bytes of the cached documents together, as {@link bytesOf} estimates them: many hundred of what frontends send. By
 * their text alone, short ones took five times what they seemed to. Yoga's own cache bounds only their number, which
 * 64 KiB each fill with gigabytes.
 */
const BYTES_MAX = 32 * 1024 * 1024

/** Most bytes of a document that is cached: enough for as many tokens as one may have. */
const DOCUMENT_BYTES_MAX = 768 * 1024

/** An entry of the cache with what is shared by the whole document. */
const ENTRY_BYTES = 1024

/**
 * A token with the nodes that are made of it, on a heap of 64 bits: 450 bytes where each is a field, 250 in most
 * documents. A comment takes 90, but may be two characters long. The rest is for the plan of a payment: up to 500 bytes
 * for a value that is selected, which takes three tokens where there are many.
 */
const TOKEN_BYTES = 600

/** A UTF-16 code unit of the text, and again in a string that is unescaped. */
const CODE_UNIT_BYTES = 4

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
    maxSize: BYTES_MAX,
    maxEntrySize: DOCUMENT_BYTES_MAX,
    sizeCalculation: bytesOf,
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

/**
 * What a document takes of the heap, at most. By its tokens, of which a short text can be full; they are counted one
 * by one, since the parser's own count leaves comments out.
 */
function bytesOf(document: DocumentNode, text: string): number {
  let bytes = ENTRY_BYTES + text.length * CODE_UNIT_BYTES
  for (let token = document.loc?.startToken; token != null; token = token.next ?? undefined) {
    bytes += TOKEN_BYTES
  }
  return bytes
}
