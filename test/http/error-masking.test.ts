import { GraphQLError } from 'graphql'
import { expect, test } from 'vitest'
import { createErrorMask, withoutLiterals } from '../../src/http/error-masking.ts'

/** As much as a body has, and more CPU than any pattern may take of it: a thousandth of a quadratic search. */
const VALUE_LENGTH = 64 * 1024
const CPU_MAX_MS = 20

const traps = [
  ', found: ',
  ' Found: ',
  ', but encountered error "',
  '"; found: ',
  'String "',
  'cannot represent ',
  'Int cannot represent ',
  'Syntax Error: ',
  '"',
  '\\"',
  'a',
]

test.each([
  (value: string) => `Syntax Error: Expected Name, found String "${value}".`,
  (value: string) => `Syntax Error: Unexpected ${value}`,
  (value: string) => `String cannot represent a non string value: ${value}`,
  (value: string) => `Enum "PaymentMethod" cannot represent non-enum value: ${value}.`,
  (value: string) => `Expected value of type "A" to be an object, found: ${value}.`,
  (value: string) => `Expected value of type "A", but encountered error "${value}"; found: ${value}.`,
  (value: string) =>
    `Expected value of type "A" not to include unknown field "b". Did you mean "c"? Found: ${value}.`,
  (value: string) => `Unexpected parameter "${value}" in the request body.`,
  (value: string) =>
    `Argument "A.b(c:)" has invalid value at .d: Expected value of type "E", found: ${value}.`,
  (value: string) => `Cannot query field "${value}" on type "Query".`,
])('%s costs little, whatever the value is', (messageOf) => {
  for (const trap of traps) {
    const message = messageOf(trap.repeat(VALUE_LENGTH / trap.length))
    const before = process.cpuUsage()
    withoutLiterals(message)
    const { user } = process.cpuUsage(before)
    expect([trap, user / 1_000 < CPU_MAX_MS]).toEqual([trap, true])
  }
})

/** What a client is told of an error, and the faults that the operator is told. */
function masked(error: GraphQLError) {
  const faults: unknown[] = []
  const { message, path, extensions } = createErrorMask({
    onFault: (fault) => faults.push(fault),
    showsSchema: true,
  })(error) as GraphQLError
  return { message, path, extensions, faults }
}

test.each([
  ['Enum "PaymentMethod" cannot represent value: "CASH"', ['payOrder', 'paymentMethod']],
  ['Abstract type "PaymentResult" must resolve to an Object type at runtime.', ['payOrder']],
])('a result that does not fit its type is a fault of ours, which may have paid: %s', (message, path) => {
  const error = new GraphQLError(message, { path })
  expect(masked(error)).toEqual({
    message:
      'The gateway failed. It is not known whether the payment was sent: look at the order before paying it again.',
    path,
    extensions: { code: 'INTERNAL_SERVER_ERROR', http: { status: 500 } },
    faults: [error],
  })
})

test('an error about an argument is of the client', () => {
  const message =
    'Argument "A.b(c:)" has invalid value: Expected variable "$d" provided to type "E" not to be null.'
  expect(masked(new GraphQLError(message, { path: ['a', 'b'] }))).toEqual({
    message,
    path: ['a', 'b'],
    extensions: { code: 'BAD_USER_INPUT' },
    faults: [],
  })
})

test('a refusal inside of a result is told as it is', () => {
  const path = ['order', 'payment']
  const error = new GraphQLError('Not yours.', { path, extensions: { code: 'FORBIDDEN' } })
  expect(masked(error)).toEqual({
    message: 'Not yours.',
    path,
    extensions: { code: 'FORBIDDEN' },
    faults: [],
  })
})

test.each([
  [
    'Argument "Mutation.payOrder(input:)" has invalid value at .orderNo: Expected variable "$o" provided to non-null type "ID!" not to be null.',
    null,
  ],
  [
    'Argument "Mutation.payOrder(input:)" has invalid value at .a.list[0].b: Expected variable "$o" provided to type "A!" to provide a runtime value.',
    null,
  ],
  [
    'Argument "Mutation.payOrder(input:)" has invalid value at .card: Expected value of type "CardInput" to include required field "number", found: { cvv: "737" }.',
    'Argument "Mutation.payOrder(input:)" has invalid value.',
  ],
  [
    'Argument "@include(if:)" has invalid value: Expected value of type "Boolean", found: "Expected variable "$o" provided to 4111".',
    'Argument "@include(if:)" has invalid value.',
  ],
])('%s is told without values', (message, told) => {
  expect(withoutLiterals(message)).toBe(told ?? message)
})
