import {
  buildSchema,
  execute,
  getOperationAST,
  getVariableValues,
  type GraphQLSchema,
  isObjectType,
  parse,
  validate,
} from 'graphql'
import { describe, expect, test } from 'vitest'
import { planFlatOperation } from '../../src/http/flat-operation.ts'
import { createSchema } from '../../src/schema/index.ts'

/** How often the mutation ran, and with what. */
const calls: unknown[] = []

interface Thing {
  readonly type?: string
  readonly [member: string]: unknown
}

/** A schema with everything that a flat operation can have, and that keeps one from being flat. */
function schemaOf(result: Thing | Error | null): GraphQLSchema {
  const schema = buildSchema(`
    enum Colour { RED GREEN }
    interface Named { name: String! }
    type Good implements Named { name: String! colour: Colour! note: String tags: [String!] late: Int broken: Int strict: Int! }
    type Bad implements Named { name: String! reason: String! sized(by: Int): Int good: Good lists: [[Int!]!] holes: [Int] asks: Int }
    union Outcome = Good | Bad
    input Wish { what: String!, much: Int, colours: [Colour!], part: Wish }
    type Query { one: Int }
    type Mutation {
      try(wish: Wish!): Outcome! may(wish: Wish!): Outcome whole(wish: Wish!): Good! try2(wish: Wish!, more: Int): Good! more(wish: Wish = { what: "d" }): Good! named(wish: Wish!): Named! many(wish: Wish!): [Good!]!
    }
  `)
  const root = schema.getMutationType()!.getFields()
  for (const field of Object.values(root)) {
    field.resolve = async (_root, args: unknown, context: unknown) => {
      calls.push([args, context])
      await Promise.resolve()
      if (result instanceof Error) throw result
      return result
    }
  }
  for (const name of ['Outcome', 'Named']) {
    Object.assign(schema.getType(name)!, { resolveType: ({ type }: Thing) => type })
  }
  const good = (
    schema.getType('Good') as unknown as { getFields(): Record<string, { resolve?: unknown }> }
  ).getFields()
  good['late']!.resolve = async ({ late }: Thing) => Promise.resolve(late)
  good['broken']!.resolve = () => {
    throw new Error('Broken.')
  }
  const bad = (
    schema.getType('Bad') as unknown as { getFields(): Record<string, { resolve?: unknown }> }
  ).getFields()
  bad['asks']!.resolve = (_source: unknown, _args: unknown, _context: unknown, _info: unknown) => 1
  return schema
}

const good: Thing = {
  type: 'Good',
  name: 'n',
  colour: 'RED',
  note: null,
  tags: ['a', 'b'],
  late: 7,
  strict: 1,
}
const bad: Thing = { type: 'Bad', name: 'm', reason: 'r', holes: [1, null] }
const wished = { wish: { what: 'x' } }

/** What the executor of graphql-js and the plan make of a document; the plan is null where there is none. */
async function both(
  text: string,
  result: Thing | Error | null,
  { operationName, variables = wished }: { operationName?: string | undefined; variables?: object } = {},
) {
  const schema = schemaOf(result)
  const document = parse(text)
  expect(validate(schema, document)).toEqual([])
  const operation = getOperationAST(document, operationName)!
  const given = { ...variables }
  const { variableValues } = getVariableValues(schema, operation.variableDefinitions ?? [], given)
  const contextValue = { caller: 'somebody' }
  calls.length = 0
  const args = { schema, document, operationName, variableValues: given, contextValue }
  const expected: unknown = JSON.parse(JSON.stringify(await execute(args)))
  const expectedCalls = calls.splice(0)
  const plan = planFlatOperation(schema, document, operation)
  const told = plan && (JSON.parse(JSON.stringify(await plan(variableValues!, contextValue))) as unknown)
  return { expected, expectedCalls, plan, told, calls: calls.splice(0) }
}

const flat: [string, string][] = [
  [
    'members of a union',
    'mutation ($wish: Wish!) { try(wish: $wish) { __typename ... on Good { name } ... on Bad { reason } } }',
  ],
  ['an object', 'mutation ($wish: Wish!) { may: whole(wish: $wish) { name } }'],
  [
    'an alias',
    'mutation ($wish: Wish!) { a: try(wish: $wish) { t: __typename ... on Good { n: name name c: colour } } }',
  ],
  [
    'an alias that is a name of JavaScript',
    'mutation ($wish: Wish!) { __proto__: try(wish: $wish) { constructor: __typename } }',
  ],
  [
    'fragments of fragments',
    'mutation ($wish: Wish!) { try(wish: $wish) { ...O } } fragment O on Outcome { ...G ... { ...G } ... on Named { name } } fragment G on Good { name tags }',
  ],
  ['an interface', 'mutation ($wish: Wish!) { named(wish: $wish) { name ... on Good { colour } } }'],
  [
    'the same field twice',
    'mutation ($wish: Wish!) { try(wish: $wish) { ... on Good { name colour } ... on Good { tags name } } }',
  ],
  ['a value that comes later', 'mutation ($wish: Wish!) { try(wish: $wish) { ... on Good { late } } }'],
  ['null and lists', 'mutation ($wish: Wish!) { try(wish: $wish) { ... on Good { note tags } } }'],
  ['nothing of this member', 'mutation ($wish: Wish!) { try(wish: $wish) { ... on Bad { reason } } }'],
  [
    'a value that fails and may be null',
    'mutation ($wish: Wish!) { try(wish: $wish) { ... on Good { x: broken name } } }',
  ],
  [
    'an operation by name',
    'mutation A($wish: Wish!) { try(wish: $wish) { __typename } } mutation B($wish: Wish!) { try(wish: $wish) { ... on Good { name } } }',
  ],
]

describe('a flat operation gives what an executor gives, and runs once', () => {
  test.each(flat)('%s', async (_what, text) => {
    const {
      expected,
      expectedCalls,
      told,
      calls: seen,
    } = await both(text, good, { operationName: text.includes('B(') ? 'B' : undefined })
    expect(told).toEqual(expected)
    expect(seen).toStrictEqual(expectedCalls)
    expect(seen).toHaveLength(1)
  })

  const literal =
    'mutation ($what: String!, $much: Int, $colours: [Colour!] = [RED], $part: Wish) { try(wish: { part: $part, colours: $colours, what: $what, much: $much }) { __typename } }'
  test.each<[string, string, object]>([
    ['a literal', 'mutation { try(wish: { what: "x", colours: GREEN, part: null }) { __typename } }', {}],
    ['a literal around variables', literal, { what: 'w', much: 2, colours: ['GREEN'], part: { what: 'p' } }],
    ['a literal around variables that are left out', literal, { what: 'w' }],
    [
      'a literal around variables that are null',
      literal,
      { what: 'w', much: null, colours: null, part: null },
    ],
    [
      'a literal in a literal',
      'mutation ($what: String!, $c: Colour!) { try(wish: { what: "x", part: { what: $what, colours: [RED, $c] } }) { __typename } }',
      { what: 'w', c: 'GREEN' },
    ],
    [
      'a variable with a default',
      'mutation ($wish: Wish = { what: "d" }) { try(wish: $wish) { __typename } }',
      {},
    ],
    ['an argument that is null', 'mutation { try2(wish: { what: "x" }, more: null) { name } }', {}],
  ])('with %s', async (_what, text, variables) => {
    const { expected, expectedCalls, told, calls: seen } = await both(text, good, { variables })
    expect(told).toEqual(expected)
    expect(seen).toStrictEqual(expectedCalls)
    expect(seen).toHaveLength(1)
  })

  test.each<[string, string, object]>([
    [
      'null for a value that cannot be null',
      'mutation ($what: String = "d") { try(wish: { what: $what }) { name: __typename } }',
      { what: null },
    ],
    [
      'null for an argument that cannot be null',
      'mutation ($wish: Wish = { what: "d" }) { try(wish: $wish) { __typename } }',
      { wish: null },
    ],
    ['no value of an argument with a default', 'mutation ($wish: Wish) { more(wish: $wish) { name } }', {}],
  ])('nor runs, but is left to an executor with %s', async (_what, text, variables) => {
    const { plan, told, calls: seen } = await both(text, good, { variables })
    expect([plan, told]).toEqual([expect.any(Function), null])
    expect(seen).toEqual([])
  })

  const everything =
    'mutation ($wish: Wish!) { a: try(wish: $wish) { __typename ... on Good { n: name c: colour s: strict t: tags l: late } ... on Bad { name reason } } }'
  test.each<[string, Thing | Error | null, string]>([
    ['a field that fails', new Error('Failed.'), 'Failed.'],
    ['a field without a value', null, 'There is no value of Mutation.try, which cannot be null.'],
    [
      'a value that is missing and cannot be null',
      { ...good, name: null },
      'There is no value of Good.name, which cannot be null.',
    ],
    [
      'a value that is no value of its enum',
      { ...good, colour: 'BLUE' },
      'Enum "Colour" cannot represent value: "BLUE"',
    ],
    ['a value that is an error', { ...good, strict: new Error('Of a value.') }, 'Of a value.'],
    [
      'a list with a hole',
      { ...good, tags: ['a', null] },
      'There is no value of Good.tags, which cannot be null.',
    ],
    ['a number that is none', { ...good, late: 'x' }, 'Int cannot represent non-integer value: "x"'],
    ['a type that is not a member', { ...good, type: 'Query' }, 'Mutation.try gave a value of another type.'],
  ])('%s', async (_what, result, message) => {
    const { expected, told } = await both(everything, result)
    const { data, errors } = told as {
      data: unknown
      errors: { message: string; path: unknown; locations: unknown }[]
    }
    const reference = expected as { data: unknown; errors: typeof errors }
    expect(errors.map((one) => one.message)).toEqual([message])
    expect(data).toEqual(reference.data)
    // An executor adds the place in a list.
    expect(errors[0]!.path).toEqual((reference.errors[0]!.path as unknown[]).slice(0, 2))
    expect(errors[0]!.locations).toEqual(reference.errors[0]!.locations)
  })

  test('an error of GraphQL keeps its extensions', async () => {
    const { told } = await both(
      everything,
      Object.assign(new Error('No.'), { extensions: { code: 'FORBIDDEN' } }),
    )
    expect(told).toMatchObject({
      data: null,
      errors: [{ message: 'No.', extensions: { code: 'FORBIDDEN' } }],
    })
  })
})

test.each([
  ['a query', '{ one }'],
  [
    'two fields',
    'mutation ($wish: Wish!) { a: try(wish: $wish) { __typename } b: try(wish: $wish) { __typename } }',
  ],
  ['a fragment at the root', 'mutation ($wish: Wish!) { ... { try(wish: $wish) { __typename } } }'],
  ['a field that may be null', 'mutation ($wish: Wish!) { may(wish: $wish) { __typename } }'],
  ['a list', 'mutation ($wish: Wish!) { many(wish: $wish) { name } }'],
  ['an argument that is left out', 'mutation ($wish: Wish!) { try2(wish: $wish) { name } }'],
  [
    'a directive',
    'mutation ($wish: Wish!, $yes: Boolean!) { try(wish: $wish) { __typename @include(if: $yes) } }',
  ],
  [
    'a directive of a fragment',
    'mutation ($wish: Wish!) { try(wish: $wish) { ...G @skip(if: false) } } fragment G on Good { name }',
  ],
  ['an argument of a member', 'mutation ($wish: Wish!) { try(wish: $wish) { ... on Bad { sized(by: 1) } } }'],
  ['an object in an object', 'mutation ($wish: Wish!) { try(wish: $wish) { ... on Bad { good { name } } } }'],
  ['lists of lists', 'mutation ($wish: Wish!) { try(wish: $wish) { ... on Bad { lists } } }'],
  ['a list that may have holes', 'mutation ($wish: Wish!) { try(wish: $wish) { ... on Bad { holes } } }'],
  [
    'a resolver that wants to know of the operation',
    'mutation ($wish: Wish!) { try(wish: $wish) { ... on Bad { asks } } }',
  ],
  [
    'a member that would be a prototype',
    'mutation ($wish: Wish!) { try(wish: $wish) { __proto__: __typename } }',
  ],
  ['only the type', 'mutation { __typename }'],
])('%s is left to an executor', (_what, text) => {
  const document = parse(text)
  const operation = getOperationAST(document)!
  expect(planFlatOperation(schemaOf(bad), document, operation)).toBeNull()
  expect(calls).toEqual([])
})

test('every member of what payOrder answers can be part of a flat operation', () => {
  const schema = createSchema()
  const membersOf = (name: string): string => {
    const type = schema.getType(name)
    if (!isObjectType(type)) throw new Error(`There is no ${name}.`)
    return Object.keys(type.getFields()).join(' ')
  }
  const document = parse(`mutation ($input: PayOrderInput!) {
    payOrder(input: $input) {
      __typename ... on PaymentSuccess { ${membersOf('PaymentSuccess')} } ... on PaymentError { ${membersOf('PaymentError')} }
    }
  }`)
  expect(validate(schema, document)).toEqual([])
  expect(planFlatOperation(schema, document, getOperationAST(document)!)).toBeTypeOf('function')
})
