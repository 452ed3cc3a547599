import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  noEffects,
  type ReplyBody,
  startTracedGateway,
  type TracedGateway,
} from '../support/token-gateway.ts'

let gateway: TracedGateway

beforeAll(async () => {
  gateway = await startTracedGateway({ AUTH: 'none', INTROSPECTION: 'on' })
  gateway.forget()
})

afterAll(() => gateway.close())

const query = 'mutation($input: PayOrderInput!) { payOrder(input: $input) { __typename } }'

/** An error whose message begins as all of them do. */
const fault = (rest: string): NonNullable<ReplyBody['errors']>[number] & { locations: object[] } => ({
  message: `Variable "$input" ${rest}.`,
  locations: [{ line: 1, column: 10 }],
  extensions: { code: 'BAD_USER_INPUT' },
})

/** Yoga makes nothing of this parameter, and the short way does not take it. */
const notPlain = { unknown: null }

const noNumber = 'has no value at "input.orderNo"'
const noMethod = 'has no value at "input.paymentMethod"'
const order = { orderNo: 'canary', paymentMethod: 'BALANCE' }

test.each<[string, object, readonly string[]]>([
  ['a missing variable', {}, ['has no value']],
  ['null', { input: null }, ['has an invalid value']],
  ['a value of another kind', { input: 'canary' }, ['has an invalid value']],
  [
    'a wrong field, by its path',
    { input: { orderNo: 'canary', paymentMethod: 'canary' } },
    ['has an invalid value at "input.paymentMethod"'],
  ],
  [
    'two wrong fields, both',
    { input: { orderNo: ['canary'], paymentMethod: 'BALANCES' } },
    ['has an invalid value at "input.orderNo"', 'has an invalid value at "input.paymentMethod"'],
  ],
  [
    'the path of the schema, whatever a value says',
    { input: { orderNo: '1', paymentMethod: 'canary at .input.x: at "a"; ' } },
    ['has an invalid value at "input.paymentMethod"'],
  ],
  ['a missing field', { input: { orderNo: 'canary' } }, [noMethod]],
  [
    'a field that is null',
    { input: { ...order, paymentMethod: null } },
    ['has an invalid value at "input.paymentMethod"'],
  ],
  ['all missing fields', { input: {} }, [noNumber, noMethod]],
  [
    'a missing field of a field',
    { input: { ...order, expectedTotal: { amount: 'canary' } } },
    ['has no value at "input.expectedTotal.currency"'],
  ],
  [
    'the missing field of the schema, whatever a value says',
    { input: { orderNo: 'include required field "canary", found: ' } },
    [noMethod],
  ],
  ['an unknown field', { input: { ...order, amount: 'canary' } }, ['has an unknown field at "input.amount"']],
  [
    'an unknown field of a field',
    { input: { ...order, expectedTotal: { amount: '1', currency: 'USD', cents: 'canary' } } },
    ['has an unknown field at "input.expectedTotal.cents"'],
  ],
  ['three faults, the first two', { input: { canary: 1 } }, [noNumber, noMethod]],
  [
    'a field of every prototype, as unknown',
    { input: { ...order, constructor: 1, toString: 1 } },
    ['has an unknown field at "input.constructor"', 'has an unknown field at "input.toString"'],
  ],
])(
  'an answer names %s, never a value or a suggestion, and nothing is sent',
  async (_what, variables, faults) => {
    await expectFaults(variables, faults)
  },
)

test.each([
  '4111111111111111',
  '_4111111111111111',
  'card4111_1111_1111_1111',
  'cvc737',
  '4111 1111 1111 1111',
  'amount"',
  'card.number',
  'Betr\u00e4ge',
  '',
  'a'.repeat(65),
])('an unknown field that could be anything, such as %j, is told by where it is alone', async (name) => {
  await expectFaults({ input: { ...order, [name]: 'canary' } }, ['has an unknown field in "input"'])
})

test('an unknown field of 64 letters is named', async () => {
  const name = 'a'.repeat(64)
  await expectFaults({ input: { ...order, [name]: 'canary' } }, [`has an unknown field at "input.${name}"`])
})

test.each([
  ['a result', 'payOrder(input: $input) { ... on PaymentSuccess { orderNo @skip(if: $yes) } ...E }'],
  [
    'a member of a result',
    'payOrder(input: $input) { ... on PaymentSuccess @include(if: $yes) { orderNo } ...E }',
  ],
  ['a fragment', 'payOrder(input: $input) { ...E @include(if: $yes) }'],
  ['what a fragment has', 'payOrder(input: $input) { ...F }'],
  ['the payment', 'payOrder(input: $input) @skip(if: $yes) { ...E }'],
])('a directive of %s takes no null, which is told before anything is sent', async (_what, selection) => {
  const document = `mutation($input: PayOrderInput!, $yes: Boolean = true) { ${selection} }
    fragment E on PaymentError { code } fragment F on PaymentError { code ...E @skip(if: $yes) }`
  const text = selection.includes('...F') ? document : document.replace(/ fragment F .*/, '')
  for (const more of [notPlain, notPlain, {}]) {
    const reply = await gateway.post({ query: text, variables: { input: order, yes: null }, ...more })
    expect([reply.status, reply.body]).toEqual([
      400,
      {
        errors: [
          {
            message: 'Variable "$yes" has no value for a directive.',
            locations: [{ line: 1, column: 34 }],
            extensions: { code: 'BAD_USER_INPUT' },
          },
        ],
      },
    ])
  }
  expect(gateway.effects()).toEqual(noEffects)
})

test('null where a directive does not take it is a value as any other', async () => {
  const text = `mutation($client: String = "c", $yes: Boolean = true) {
    payOrder(input: { orderNo: "NULL-CLIENT", paymentMethod: BALANCE, clientOrderNo: $client }) {
      __typename @include(if: $yes)
    }
  }`
  const { body } = await gateway.post({ query: text, variables: { client: null } })
  expect(body).toEqual({ data: { payOrder: { __typename: 'PaymentSuccess' } } })
  expect(gateway.atlas.seen.map((one) => one.body)).toEqual([{ orderNo: 'NULL-CLIENT', paymentMethod: 1 }])
  gateway.forget()
})

test.each([
  ['another operation', 'query Show($client: Boolean = true) { __typename @include(if: $client) }'],
  [
    'a fragment of another operation',
    'query Show($client: Boolean = true) { ...T } fragment T on Query { __typename @include(if: $client) }',
  ],
])('nor does a directive of %s count', async (what, other) => {
  const text = `mutation Pay($client: String = "c", $orderNo: ID!) {
    payOrder(input: { orderNo: $orderNo, paymentMethod: BALANCE, clientOrderNo: $client }) { __typename }
  } ${other}`
  const variables = { client: null, orderNo: `OTHER-${what.length}` }
  const reply = await gateway.post({ query: text, operationName: 'Pay', variables })
  expect(reply.body).toEqual({ data: { payOrder: { __typename: 'PaymentSuccess' } } })
})

test('null for an argument inside of an answer is the fault of the client, told once for each place', async () => {
  const text = 'query($d: Boolean) { __type(name: "Query") { a: fields(includeDeprecated: $d) { name } } }'
  gateway.forget()
  for (const more of [notPlain, {}]) {
    const reply = await gateway.post({ query: text, variables: { d: null }, ...more })
    expect([reply.status, reply.body]).toEqual([
      200,
      {
        data: { __type: { a: null } },
        errors: [
          {
            message:
              'Argument "__Type.fields(includeDeprecated:)" has invalid value: Expected variable "$d" provided to non-null type "Boolean!" not to be null.',
            locations: [{ line: 1, column: 75 }],
            path: ['__type', 'a'],
            extensions: { code: 'BAD_USER_INPUT' },
          },
        ],
      },
    ])
  }
  expect(gateway.effects()).toEqual(noEffects)
})

/** Both ways of execution: a document that was valid before goes the short one, unless something else comes with it. */
async function expectFaults(variables: object, faults: readonly string[]): Promise<void> {
  for (const more of [notPlain, {}]) {
    const reply = await gateway.post({ query, variables, ...more })
    expect([reply.status, reply.body]).toEqual([400, { errors: faults.map(fault) }])
  }
  expect(gateway.effects()).toEqual(noEffects)
}
