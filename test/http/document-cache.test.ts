import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { getOperationAST, parse } from 'graphql'
import { expect, test } from 'vitest'
import { createDocumentCaches } from '../../src/http/document-cache.ts'
import { planFlatOperation } from '../../src/http/flat-operation.ts'
import { createSchema } from '../../src/schema/index.ts'

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

test('a document of as many tokens as are allowed is kept, and one that would take much more is not', () => {
  const { documentCache, keep } = createDocumentCaches()
  const most = `{ ${'a '.repeat(997)}}`
  keep(parse(most, { maxTokens: 1_000 }))
  expect(documentCache.get(most)).toBeDefined()
  const commented = `{ a }${'#\n'.repeat(2_000)}`
  keep(parse(commented, { maxTokens: 1_000 }))
  expect(documentCache.get(commented)).toBeUndefined()
})

/** As many aliases of a member as fit into a document. */
const aliasesOf = (member: string): string =>
  Array.from({ length: 300 }, (_, index) => `a${index}:${member}`).join(' ')

/** Bytes of the heap in use after a collection. */
function heapBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed
}

const schema = createSchema()

/** A payment that selects what is given, which is planned with it. */
const payment = (index: number, selected: string): string =>
  `mutation M${index}($input: PayOrderInput!) { payOrder(input: $input) { ${selected} } }`

test.each<[string, (index: number) => string]>([
  ['of values that are planned', (index) => payment(index, `...on PaymentError{${aliasesOf('code')}}`)],
  ['of values of each type that are planned', (index) => payment(index, aliasesOf('__typename'))],
  ['as small as can be', (index) => `{a${index}}`],
  ['of fields', (index) => `{a${index} ${'a '.repeat(400)}}`],
  ['of aliases', (index) => `{a${index} ${'b:a '.repeat(200)}}`],
  ['of fragments in each other', (index) => `{a${index} ${'...{a '.repeat(60)}${'}'.repeat(60)}}`],
  ['of arguments', (index) => `{a${index} ${'a(b:1)'.repeat(150)}}`],
  ['of comments', (index) => `{a${index}}${'#\n'.repeat(900)}`],
  ['of a long comment', (index) => `{a${index}}#${'é'.repeat(8_000)}`],
])('documents together take 40 MB at most, with their plans: %s', (_what, textOf) => {
  const plans = new WeakMap<object, unknown>()
  const { keep } = createDocumentCaches()
  const before = heapBytes()
  let text = 0
  for (let index = 0; text < 8 * 1024 * 1024 && index < 60_000; index += 1) {
    const document = parse(textOf(index))
    text += document.loc!.source.body.length
    keep(document)
    const operation = getOperationAST(document)!
    plans.set(operation, planFlatOperation(schema, document, operation))
  }
  const taken = heapBytes() - before
  expect(taken / 1e6).toBeLessThan(40)
  // The cache is not empty, nor collected.
  keep(parse('{ a }'))
  expect(taken).toBeGreaterThan(1e6)
})
