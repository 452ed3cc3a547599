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

/** Caches for Yoga: of documents, and of the errors of those that do not parse. */
export function createDocumentCaches() {
  return { documentCache: createCache<DocumentNode>(), errorCache: createCache<Error>() }
}

function createCache<Value extends object>() {
  return new LRUCache<string, Value>({
    maxSize: TEXT_MAX,
    maxEntrySize: DOCUMENT_MAX,
    sizeCalculation: (_value, text) => text.length + 1,
  })
}
