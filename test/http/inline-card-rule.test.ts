import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { noEffects, startTracedGateway, type TracedGateway } from '../support/token-gateway.ts'
import { bareCard } from '../support/test-cards.ts'

/** Visible wherever it shows up, also in parts. */
const canary = '4929123412341234'

let gateway: TracedGateway

beforeAll(async () => {
  gateway = await startTracedGateway({ AUTH: 'none', INTROSPECTION: 'on' })
})

beforeEach(() => gateway.forget())

afterAll(() => gateway.close())

const refusal = (line: number, column: number): object => ({
  errors: [
    {
      message: 'Send the card in variables: this document has card values in it. Nothing was sent.',
      locations: [{ line, column }],
      extensions: { code: 'CARD_IN_DOCUMENT' },
    },
  ],
})

/** A payment whose card is this, written out. */
const paying = (card: string, variables = ''): string =>
  `mutation${variables} { payOrder(input: {orderNo: "A1", paymentMethod: MOR, card: ${card}}) { __typename } }`

/** Where the canary begins, as GraphQL counts. */
function placeOf(query: string): [line: number, column: number] {
  const before = query.slice(0, query.search(/"*4929/)).split('\n')
  return [before.length, before.at(-1)!.length + 1]
}

describe('a value of a card in the document is refused, alone and without the value, and nothing is sent:', () => {
  test.each([
    ['its number', paying(`{number: "${canary}"}`)],
    ['its number as an Int', paying(`{number: ${canary}}`)],
    ['a Float', paying(`{number: ${canary}.5}`)],
    ['a block string', paying(`{number: """${canary}"""}`).replaceAll('""""', '"""')],
    ['the whole card as a text', paying(`"${canary}"`)],
    ['the whole card as a number', paying(canary)],
    ['a list of cards', paying(`[{number: "${canary}"}]`)],
    ['a field that cards do not have', paying(`{pan: "${canary}"}`)],
    ['an object in the place of a text', paying(`{number: {a: [{b: "${canary}"}]}}`)],
    ['a part of the address', paying(`{billing: {address: "${canary}"}}`)],
    ['beside variables', paying(`{number: $n, cvv: "${canary}"}`, '($n: String!)')],
    ['in a second document part', `query Q { __typename }\n${paying(`{number: "${canary}"}`)}`],
    [
      'in a fragment',
      `mutation { ...F } fragment F on Mutation { payOrder(input: {card: {number: "${canary}"}}) { __typename } }`,
    ],
    [
      'beside other faults of the document',
      paying(`{number: "${canary}"}`).replace('__typename', 'nothing(a: "4929") { x }').replace('"A1"', '[]'),
    ],
    [
      'in the default of the input',
      `mutation($i: PayOrderInput = {orderNo: "A1", paymentMethod: MOR, card: {number: "${canary}"}}) { payOrder(input: $i) { __typename } }`,
    ],
    [
      'in the default of a card',
      `mutation($c: CardInput = {number: "${canary}"}) { payOrder(input: {orderNo: "A1", paymentMethod: MOR, card: $c}) { __typename } }`,
    ],
    [
      'in the default of a list of inputs that nobody uses',
      `query($i: [[PayOrderInput!]!] = [[{card: {number: "${canary}"}}]]) { __typename }`,
    ],
    [
      'in the default of a variable that a card is made of',
      paying('{number: $n}', `($n: String = "${canary}")`),
    ],
    [
      'in the default of a variable that a card in a fragment is made of',
      `mutation($b: BillingAddressInput = {city: "${canary}"}) { ...F } fragment F on Mutation { payOrder(input: {card: {billing: $b}}) { __typename } }`,
    ],
    [
      'under another directive',
      paying(`{number: "${canary}"}`).replace('__typename', '__typename @skip(if: true)'),
    ],
  ])('%s', async (_where, query) => {
    const reply = await gateway.post({ query, operationName: query.startsWith('query Q') ? 'Q' : undefined })
    expect([reply.status, reply.body]).toEqual([400, refusal(...placeOf(query))])
    expect(reply.text).not.toContain('4929')
    expect(gateway.effects()).toEqual(noEffects)
  })

  test('also where the client asks for the type of the standard', async () => {
    const reply = await gateway.post(
      { query: paying(`{number: "${canary}"}`) },
      { accept: 'application/graphql-response+json' },
    )
    expect([reply.status, reply.codes]).toEqual([400, ['CARD_IN_DOCUMENT']])
  })

  test('an enum value', async () => {
    const reply = await gateway.post({ query: paying('{number: CANARY}') })
    expect([reply.status, reply.codes]).toEqual([400, ['CARD_IN_DOCUMENT']])
    expect(reply.text).not.toContain('CANARY')
  })
})

describe('what tells nothing may be written out:', () => {
  test.each([
    ['no-card', 'null', '', {}],
    ['a-variable', '$c', '($c: CardInput = null)', { c: bareCard }],
    [
      'a-card-of-variables-with-null-and-a-boolean',
      '{number: $n, expiryMonth: $m, expiryYear: $y, cvv: null, holderFirstName: $f, holderLastName: $f, reusable: false}',
      '($n: String!, $m: Int!, $y: Int!, $f: String!)',
      { n: bareCard.number, m: 11, y: 2029, f: 'Ada' },
    ],
  ])('%s', async (orderNo, card, variables, values) => {
    const query = paying(card, variables).replace('A1', orderNo)
    const reply = await gateway.post({ query, variables: values })
    expect(reply.body).toEqual({ data: { payOrder: { __typename: 'PaymentSuccess' } } })
    expect(gateway.atlas.seen).toHaveLength(1)
  })
})

describe('an error about a document quotes none of its values', () => {
  test.each([
    // What does not parse.
    [`{ payment(orderNo: "${canary}" "${canary}") }`, 'Syntax Error: Expected Name, found String.'],
    [`{ payment(orderNo: ) } "${canary}`, 'Syntax Error: Unexpected ")".'],
    [`{ "${canary} \\" } " x" }`, 'Syntax Error: Expected Name, found String.'],
    [`{ a(b: "x" ${canary}) }`, 'Syntax Error: Expected Name, found Int.'],
    [`{ a ${canary}.5 }`, 'Syntax Error: Expected Name, found Float.'],
    [`{ a """${canary}""" }`, 'Syntax Error: Expected Name, found BlockString.'],
    [canary, 'Syntax Error: Unexpected Int.'],
    [`{ a(b: .${canary}) }`, 'Syntax Error: Invalid number, expected digit before ".".'],
    [`{ a(b: "\\u{${canary}}") }`, 'Syntax Error: Invalid Unicode escape sequence.'],
    [`{ a(b: "\\u4929123") name "x" }`, 'Syntax Error: Expected Name, found String.'],
    ['{ a(b: x y) }', 'Syntax Error: Expected ":", found ")".'],
    ['{ a(b: x) { y z', 'Syntax Error: Expected Name, found <EOF>.'],
    // What does not fit the schema.
    [
      `{ payment(orderNo: ${canary}.5) { state } }`,
      'ID cannot represent a non-string and non-integer value.',
    ],
    [
      `mutation { payOrder(input: "${canary}") { __typename } }`,
      'Expected value of type "PayOrderInput" to be an object.',
    ],
    [
      `mutation { payOrder(input: {orderNo: "${canary}"}) { __typename } }`,
      'Expected value of type "PayOrderInput" to include required field "paymentMethod".',
    ],
    [
      `mutation { payOrder(input: {orderNo: "1", paymentMethod: BYOA, crad: {number: "${canary}"}}) { __typename } }`,
      'Expected value of type "PayOrderInput" not to include unknown field "crad". Did you mean "card"?',
    ],
    [
      `mutation { payOrder(input: {orderNo: "1", paymentMethod: "${canary}"}) { __typename } }`,
      'Enum "PaymentMethod" cannot represent non-enum value.',
    ],
    [
      `mutation { payOrder(input: {orderNo: "1", paymentMethod: BYOA, clientOrderNo: ${canary}}) { __typename } }`,
      'String cannot represent a non string value.',
    ],
    [
      `mutation { payOrder(input: {orderNo: "1", paymentMethod: BYOA, expectedTotal: {amount: [${canary}], currency: "USD"}}) { __typename } }`,
      expect.not.stringContaining('4929'),
    ],
    [
      '{ paymentErrorCatalog { cod } }',
      'Cannot query field "cod" on type "PaymentErrorDescription". Did you mean "code"?',
    ],
    [
      `{ paymentErrorCatalog { code @skip(if: "${canary}") } }`,
      'Boolean cannot represent a non boolean value.',
    ],
  ])('%s', async (query, message) => {
    const reply = await gateway.post({ query })
    expect(reply.body?.errors?.[0]?.message).toEqual(message)
    expect(reply.text).not.toContain('4929')
    expect(gateway.effects()).toEqual(noEffects)
  })

  test('wherever a value stands, whatever is cut away there', async () => {
    const whole = `mutation M($a: String!) { payOrder(input: {orderNo: "1", paymentMethod: BYOA, clientOrderNo: $a, card: {number: $a}}) { __typename } }`
    const tokens = whole.match(/"[^"]*"|\w+|[^\s]/g)!
    const literals = [
      `"${canary}"`,
      canary,
      `${canary}.25`,
      `"""${canary}"""`,
      `["${canary}"]`,
      `{a: ${canary}}`,
    ]
    const codes = new Set<unknown>()
    const leaks: string[] = []
    for (const literal of literals) {
      for (let place = 0; place <= tokens.length; place += 1) {
        for (const cut of [0, 1, 2]) {
          const query = tokens.toSpliced(place, cut, literal).join(' ')
          const reply = await gateway.post({ query })
          if (reply.text.includes('4929')) leaks.push(query)
          for (const code of reply.codes) codes.add(code)
        }
      }
    }
    expect(leaks).toEqual([])
    expect([...codes].map(String).sort()).toEqual([
      'CARD_IN_DOCUMENT',
      'GRAPHQL_PARSE_FAILED',
      'GRAPHQL_VALIDATION_FAILED',
    ])
    expect(gateway.effects()).toEqual(noEffects)
  })
})

test('a trusted document with a card in it stops the start, and is told without the card', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'trusted-cards-'))
  const manifest = join(folder, 'documents.json')
  const refuse = async (document: string): Promise<string> => {
    writeFileSync(manifest, JSON.stringify({ 'a-hash': document }))
    const starting = startTracedGateway({ AUTH: 'none', TRUSTED_DOCUMENTS: manifest })
    return starting.then(
      () => 'started',
      (error: unknown) => String(error),
    )
  }
  const told = [
    await refuse(paying(`{number: "${canary}", nothing: "${canary}"}`)),
    await refuse(`{ a "${canary}" }`),
    await refuse(`{ payment(orderNo: ["${canary}"]) { state } }`),
  ]
  rmSync(folder, { recursive: true })
  expect(told).toEqual([
    expect.stringContaining(
      'a-hash: Send the card in variables: this document has card values in it. Nothing was sent.',
    ),
    expect.stringContaining('a-hash: Syntax Error: Expected Name, found String.'),
    expect.stringContaining('a-hash: '),
  ])
  expect(told.join('')).not.toContain('4929')
})
