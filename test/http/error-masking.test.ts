import { expect, test } from 'vitest'
import { withoutLiterals } from '../../src/http/error-masking.ts'

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
