/** Money, and the scalar that keeps it exact. */

import { GraphQLError, Kind } from 'graphql'
import type { Money as Amount } from '../payment/money.ts'
import { builder } from './builder.ts'

const rule = 'Decimal has to be a string, such as "86.40".'

const Decimal = builder.scalarType('Decimal', {
  description:
    'An exact decimal number as a string, without sign or exponent, e.g. `"86.40"`. Never a JSON number: a float would not be exact.',
  serialize: (amount) => amount,
  parseValue: (value) => {
    if (typeof value === 'string') return value
    throw new GraphQLError(rule)
  },
  parseLiteral: (node) => {
    if (node.kind === Kind.STRING) return node.value
    throw new GraphQLError(rule, { nodes: node })
  },
})

export const Money = builder.objectRef<Amount>('Money').implement({
  description: 'An amount of money.',
  fields: (t) => ({
    amount: t.expose('amount', {
      type: Decimal,
      description: 'The amount, with at least the decimals that its currency has.',
    }),
    currency: t.exposeString('currency', { description: 'ISO 4217 code, e.g. `USD`.' }),
  }),
})

export const MoneyInput = builder.inputType('MoneyInput', {
  description: 'An amount of money.',
  fields: (t) => ({
    amount: t.field({
      type: Decimal,
      description: 'At most 12 digits before the point and 8 after it, e.g. `"86.40"`.',
    }),
    currency: t.string({ description: 'ISO 4217 code: three capital letters, e.g. `USD`.' }),
  }),
})
