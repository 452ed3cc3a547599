/** The Pothos builder: what every type of the schema is built with. It defines no types itself. */

import SchemaBuilder from '@pothos/core'
import type { PayOrder } from '../payment/pay-order.ts'

/** What resolvers are given: the use cases. */
export interface SchemaContext {
  readonly payOrder: PayOrder
}

export const builder = new SchemaBuilder<{
  Context: SchemaContext
  DefaultFieldNullability: false
  DefaultInputFieldRequiredness: true
  Scalars: { DateTime: { Input: never; Output: Date } }
}>({
  defaultFieldNullability: false,
  defaultInputFieldRequiredness: true,
})

builder.queryType({ description: 'Reads. They never move money.' })
builder.mutationType({ description: 'Writes: payments.' })
