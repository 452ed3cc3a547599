/** The schema: importing the files that define it, in no particular order, then building it. */

import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql'
import { builder } from './builder.ts'
import './date-time.ts'
import './language.ts'
import './money.ts'
import './order.ts'
import './pay-order.ts'
import './payment-error.ts'
import './payment-method.ts'
import './payment.ts'
import './payment-result.ts'
import './payment-success.ts'

export type { Language } from '../payment/language.ts'
export { english, languages } from '../payment/languages.ts'
export type { SchemaContext } from './builder.ts'
export type { Caller } from './caller.ts'

/** Builds the executable schema. */
export function createSchema(): GraphQLSchema {
  return builder.toSchema()
}

/** The schema in SDL, as `schema.graphql` holds it: sorted, so that a diff shows only what changed. */
export function printSdl(schema: GraphQLSchema): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`
}
