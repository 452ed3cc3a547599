/** The `payOrder` mutation and its input. */

import { GraphQLError } from 'graphql'
import { PaymentsClosed, PaymentsFull } from '../payment/pay-order.ts'
import { readPayOrderInput } from '../payment/payment-request.ts'
import { LedgerUnavailable } from '../payment/ports.ts'
import { builder } from './builder.ts'
import { PaymentMethod } from './payment-method.ts'
import { PaymentResult } from './payment-result.ts'

const textRules =
  '1 to 64 characters, without surrounding blanks, commas, or control or invisible characters; refused, never trimmed.'

const PayOrderInput = builder.inputType('PayOrderInput', {
  description: 'Which order to pay, and how.',
  fields: (t) => ({
    orderNo: t.id({
      description: `The order number that Atlas gave when the order was created; one order. ${textRules}`,
    }),
    paymentMethod: t.field({ type: PaymentMethod, description: 'How to pay.' }),
    clientOrderNo: t.string({
      required: false,
      description: `Your own order number, passed on to Atlas. Atlas neither returns it nor tells duplicates by it. ${textRules}`,
    }),
    requestSource: t.string({
      required: false,
      description: `A free tag for where this payment comes from, passed on to Atlas. ${textRules}`,
    }),
    idempotencyKey: t.string({
      required: false,
      description:
        'Names this payment among yours: 16 to 128 visible ASCII characters, for example a UUID made when the traveller presses "pay". The same key with the same input repeats the recorded result instead of paying again; with other input it is IDEMPOTENCY_KEY_REUSED. After a retryable error the same key tries again. A key lives as long as the record of its payment, 400 days unless the operator chose otherwise.',
    }),
  }),
})

builder.mutationField('payOrder', (t) =>
  t.field({
    type: PaymentResult,
    description:
      'Pays one order, at most once: whatever is sent again, at the same time or after a failure, an order is never paid by two attempts. Answers what happened to the money; expected failures are PaymentError, not top-level errors. Top-level errors RATE_LIMITED, OVERLOADED, LEDGER_UNAVAILABLE and SHUTTING_DOWN mean that this request sent nothing and may be sent again. A document may contain `payOrder` once.',
    args: { input: t.arg({ type: PayOrderInput, description: 'The payment.' }) },
    authScopes: (_root, { input }) => ({ paysOrder: input }),
    resolve: async (_root, { input }, { payments, caller, requestId }) => {
      const checked = readPayOrderInput(input)
      try {
        if ('fault' in checked) return await payments.refuseInput(input.orderNo, checked)
        const { request, idempotencyKey } = checked
        return await payments.pay(request, { caller: caller.subject, idempotencyKey, requestId })
      } catch (error) {
        throw asGraphqlError(error)
      }
    },
  }),
)

/** Seconds after which a refusal for want of a ledger or an instance may be tried again. */
const RETRY_AFTER_SECONDS = 2

/** Refusals that sent nothing become errors with a code; anything else is a fault, and is masked later. */
export function asGraphqlError(error: unknown): unknown {
  const code = refusalCode(error)
  if (code === null) return error
  return new GraphQLError(`${refusals[code]} Nothing was sent: send the request again.`, {
    extensions: {
      code,
      retryable: true,
      retryAfterSeconds: RETRY_AFTER_SECONDS,
      http: { status: 503, headers: { 'retry-after': String(RETRY_AFTER_SECONDS) } },
    },
  })
}

const refusals = {
  SHUTTING_DOWN: 'This instance takes no new payments.',
  OVERLOADED: 'This instance has as many payments under way as it takes.',
  LEDGER_UNAVAILABLE: 'The payment ledger is not available.',
}

function refusalCode(error: unknown): keyof typeof refusals | null {
  if (error instanceof PaymentsClosed) return 'SHUTTING_DOWN'
  if (error instanceof PaymentsFull) return 'OVERLOADED'
  return error instanceof LedgerUnavailable ? 'LEDGER_UNAVAILABLE' : null
}
