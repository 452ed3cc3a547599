import { parse } from 'graphql'
import { expect, test } from 'vitest'
import { createDocumentCaches } from '../../src/http/document-cache.ts'

test('a document is there after it was kept, by its text, and not for having been parsed', () => {
  const { documentCache, keep } = createDocumentCaches()
  const text = '{ __typename }'
  const document = parse(text)
  documentCache.set(text, document)
  expect(documentCache.get(text)).toBeUndefined()
  keep(document)
  expect(documentCache.get(text)).toBe(document)
  keep(parse(text))
  expect(documentCache.get(text)).toBe(document)
})

test('what does not parse is not remembered', () => {
  const { errorCache } = createDocumentCaches()
  errorCache.set('{', new Error('It quotes a card.'))
  expect(errorCache.get('{')).toBeUndefined()
})

test('documents together and each for itself have a bound', () => {
  const { documentCache, keep } = createDocumentCaches()
  const padded = (name: string, length: number): string => `{ ${name} } #`.padEnd(length, 'x')
  const long = padded('long', 16 * 1024)
  keep(parse(long))
  expect(documentCache.get(long)).toBeUndefined()
  const texts = Array.from({ length: 100 }, (_, index) => padded(`a${index}`, 16_000))
  for (const text of texts) keep(parse(text))
  const kept = texts.filter((text) => documentCache.get(text) !== undefined)
  expect(kept).toEqual(texts.slice(-65))
})
