/** The Pothos builder: what every type of the schema is built with. It defines no types itself. */

import SchemaBuilder from '@pothos/core'
import ScopeAuthPlugin from '@pothos/plugin-scope-auth'
import { GraphQLError } from 'graphql'
import type { Language } from '../payment/language.ts'
import type { OrderReader } from '../order/order-reader.ts'
import type { OrderWatch } from '../order/order-watch.ts'
import type { PaymentDesk } from '../payment/pay-order.ts'
import type { PaymentMethod } from '../payment/payment-request.ts'
import { type Caller, mayPay, mayRead } from './caller.ts'

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
  AuthScopes: {
    /** May pay this order by this method. */
    paysOrder: { orderNo: string; paymentMethod: PaymentMethod }
    /** May read this order. */
    readsOrder: string
  }
}>({
  plugins: [ScopeAuthPlugin],
  defaultFieldNullability: false,
  defaultInputFieldRequiredness: true,
  scopeAuth: {
    // A subscription is refused when it begins, not at its first event.
    authorizeOnSubscribe: true,
    authScopes: ({ caller }) => ({
      paysOrder: ({ orderNo, paymentMethod }) => mayPay(caller, orderNo, paymentMethod),
      readsOrder: (orderNo) => mayRead(caller, orderNo),
    }),
    // Says neither which scope nor whether the order exists.
    unauthorizedError: () =>
      new GraphQLError('Your token does not allow this. Nothing was sent.', {
        extensions: { code: 'FORBIDDEN', http: { status: 403 } },
      }),
  },
})

builder.queryType({ description: 'Reads. They never move money.' })
builder.mutationType({ description: 'Writes: payments.' })
