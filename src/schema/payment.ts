/** Payment: what the ledger knows of an order. */

import {
  holdsOrder,
  orderStateOf,
  paymentStateOf,
  toldCode,
  type PaymentAttempt as Attempt,
} from '../payment/payment-attempt.ts'
import { textFaultOf } from '../payment/payment-request.ts'
import { requireRead } from './access.ts'
import { builder } from './builder.ts'
import { DateTime } from './date-time.ts'
import { PaymentErrorCode, PaymentState } from './payment-error.ts'
import { PaymentMethod } from './payment-method.ts'
import { PaymentEvidence } from './payment-success.ts'
import { asGraphqlError } from './refusals.ts'

/** The attempts of one order, oldest first; at least one. */
type OrderAttempts = readonly [Attempt, ...Attempt[]]

/** The attempt that decides about the order: the one that holds it, else the last. */
function decisive(attempts: OrderAttempts): Attempt {
  return attempts.find(holdsOrder) ?? attempts.at(-1)!
}

const PaymentAttempt = builder.objectRef<Attempt>('PaymentAttempt').implement({
  description: 'One attempt to pay an order: one request to Atlas at most.',
  fields: (t) => ({
    paymentId: t.exposeID('paymentId', { description: 'Names the attempt at this gateway.' }),
    paymentMethod: t.expose('paymentMethod', { type: PaymentMethod, description: 'How it was to be paid.' }),
    paymentState: t.field({
      type: PaymentState,
      description: 'What is known about the money through this attempt.',
      resolve: paymentStateOf,
    }),
    code: t.field({
      type: PaymentErrorCode,
      nullable: true,
      description:
        'Why it did not succeed, or is not known to have. Null for a success, and while it is being sent.',
      resolve: toldCode,
    }),
    evidence: t.expose('evidence', {
      type: PaymentEvidence,
      nullable: true,
      description: 'What proves its success. Null unless it succeeded.',
    }),
    atlasStatus: t.exposeInt('atlasStatus', {
      nullable: true,
      description: 'The integer `status` that Atlas answered it with. Null when no usable answer came.',
    }),
    startedAt: t.expose('claimedAt', {
      type: DateTime,
      description: 'When it was recorded, just before it was sent.',
    }),
    settledAt: t.expose('settledAt', {
      type: DateTime,
      nullable: true,
      description: 'When its outcome became known. Null while it is not.',
    }),
  }),
})

const Payment = builder.objectRef<OrderAttempts>('Payment').implement({
  description: 'The payment of one order, as this gateway has recorded it.',
  fields: (t) => ({
    orderNo: t.id({ description: 'The order.', resolve: ([{ orderNo }]) => orderNo }),
    state: t.field({
      type: PaymentState,
      description: 'What is known about the money.',
      resolve: orderStateOf,
    }),
    paymentMethod: t.field({
      type: PaymentMethod,
      description: 'The method of the attempt that decides: the successful or open one, else the last.',
      resolve: (attempts) => decisive(attempts).paymentMethod,
    }),
    startedAt: t.field({
      type: DateTime,
      description: 'When the attempt that decides was recorded.',
      resolve: (attempts) => decisive(attempts).claimedAt,
    }),
    settledAt: t.field({
      type: DateTime,
      nullable: true,
      description: 'When the outcome of the attempt that decides became known. Null while it is not.',
      resolve: (attempts) => decisive(attempts).settledAt,
    }),
    attempts: t.field({
      type: [PaymentAttempt],
      description: 'Every attempt, oldest first.',
      resolve: (attempts) => [...attempts],
    }),
  }),
})

builder.queryField('payment', (t) =>
  t.field({
    type: Payment,
    nullable: true,
    description:
      'What the ledger knows of the payment of an order; Atlas is not asked. Null when this gateway was never asked to pay it. The way to learn what became of an UNKNOWN or IN_PROGRESS payment.',
    args: { orderNo: t.arg.id({ description: 'The order number.' }) },
    resolve: async (_root, { orderNo }, { payments, caller }) => {
      requireRead(caller, orderNo)
      // No order has such a number, and not every store could look for it.
      if (textFaultOf(orderNo) !== null) return null
      try {
        const [first, ...more] = await payments.attemptsOf(orderNo)
        return first === undefined ? null : ([first, ...more] as const)
      } catch (error) {
        throw asGraphqlError(error)
      }
    },
  }),
)
