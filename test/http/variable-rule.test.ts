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

const faultAt = (place: string): NonNullable<ReplyBody['errors']>[number] & { locations: object[] } => ({
  message: `Variable "$input" has an invalid value${place}.`,
  locations: [{ line: 1, column: 10 }],
  extensions: { code: 'BAD_USER_INPUT' },
})

test.each<[string, object, readonly string[]]>([
  ['a missing variable', {}, ['']],
  ['null', { input: null }, ['']],
  ['a value of another kind', { input: 'canary' }, ['']],
  [
    'a wrong field, by its path',
    { input: { orderNo: 'canary', paymentMethod: 'canary' } },
    [' at "input.paymentMethod"'],
  ],
  [
    'two wrong fields, both',
    { input: { orderNo: ['canary'], paymentMethod: 'BALANCES' } },
    [' at "input.orderNo"', ' at "input.paymentMethod"'],
  ],
  [
    'the path of the schema, whatever a value says',
    { input: { orderNo: '1', paymentMethod: 'canary at .input.x: at "a"; ' } },
    [' at "input.paymentMethod"'],
  ],
  ['three faults, the first two', { input: { canary: 1 } }, ['', '']],
  ['a field of every prototype, as unknown', { input: { constructor: 1, toString: 1 } }, ['', '']],
])(
  'an answer names %s, never a value or a suggestion, and nothing is sent',
  async (_what, variables, places) => {
    const reply = await gateway.post({ query, variables })
    expect([reply.status, reply.body]).toEqual([400, { errors: places.map(faultAt) }])
    expect(gateway.effects()).toEqual(noEffects)
  },
)
