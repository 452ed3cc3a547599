/** The Pothos builder: what every type of the schema is built with. It defines no types itself. */

import SchemaBuilder from '@pothos/core'
import type { Language } from '../payment/language.ts'
import type { OrderReader } from '../order/order-reader.ts'
import type { OrderWatch } from '../order/order-watch.ts'
import type { PaymentDesk } from '../payment/pay-order.ts'
import type { Caller } from './caller.ts'

/** What resolvers are given: the use cases, who asks, and in which language. */
export interface SchemaContext {
  readonly payments: PaymentDesk
  readonly orders: OrderReader
  readonly orderWatch: OrderWatch
  /** The present instant. */
  readonly now: () => Date
  readonly caller: Caller
  /** Names the request in the log. */
  readonly requestId: string
  /** In which sentences for people are said. */
  readonly language: Language
}

export const builder = new SchemaBuilder<{
  Context: SchemaContext
  DefaultFieldNullability: false
  DefaultInputFieldRequiredness: true
  Scalars: { DateTime: { Input: never; Output: Date }; Decimal: { Input: string; Output: string } }
}>({
  defaultFieldNullability: false,
  defaultInputFieldRequiredness: true,
})

builder.queryType({ description: 'Reads. They never move money.' })
builder.mutationType({ description: 'Writes: payments.' })
