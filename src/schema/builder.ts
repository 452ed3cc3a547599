/** The Pothos builder: what every type of the schema is built with. It defines no types itself. */

import SchemaBuilder from '@pothos/core'
import type { PaymentDesk } from '../payment/pay-order.ts'

/** What resolvers are given: the use cases, and who asks. */
export interface SchemaContext {
  readonly payments: PaymentDesk
  /** The subject of the caller's token, or `anonymous`. */
  readonly caller: string
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
