/**
 * Who may use a field that names an order. Each such field asks first thing: Pothos's plugin for it keeps what it was
 * asked in caches of each request, which was 7 of the 25 µs that a payment spends in the executor.
 */

import { GraphQLError } from 'graphql'
import type { PaymentMethod } from '../payment/payment-request.ts'
import { type Caller, mayPay, mayRead } from './caller.ts'

/** Throws FORBIDDEN unless the caller may pay the order by the method. */
export function requirePay(caller: Caller, orderNo: string, paymentMethod: PaymentMethod): void {
  if (!mayPay(caller, orderNo, paymentMethod)) throw forbidden()
}

/** Throws FORBIDDEN unless the caller may see what is known of the order. */
export function requireRead(caller: Caller, orderNo: string): void {
  if (!mayRead(caller, orderNo)) throw forbidden()
}

/** Says neither what is missing nor whether the order exists. */
function forbidden(): GraphQLError {
  return new GraphQLError('Your token does not allow this. Nothing was sent.', {
    extensions: { code: 'FORBIDDEN', http: { status: 403 } },
  })
}
