/** The `payOrder` mutation and its input. */

import { readPayOrderInput } from '../payment/pay-order-input.ts'
import { requirePay } from './access.ts'
import { builder } from './builder.ts'
import { CardInput } from './card-input.ts'
import { MoneyInput } from './money.ts'
import { PaymentMethod } from './payment-method.ts'
import { PaymentResult } from './payment-result.ts'
import { asGraphqlError } from './refusals.ts'

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
    card: t.field({
      type: CardInput,
      required: false,
      description:
        'The card to charge. Only with VCC_PASSTHROUGH and MOR: INVALID_INPUT with the others. Without one these are sent as they are, and Atlas decides.',
    }),
    expectedTotal: t.field({
      type: MoneyInput,
      required: false,
      description:
        'What the payer saw and agreed to: the `total` of the payment option, or of the order where there is no option. The order is then read first, and nothing is sent when the amount or the currency differs or is not told (TOTAL_CHANGED: show what the order costs now, and pay that with a new `idempotencyKey` once it is approved), when the time to pay is over (PAYMENT_DEADLINE_PASSED), when it reads as paid, being paid or cancelled (ORDER_ALREADY_PAID, PAYMENT_IN_PROGRESS, ORDER_NOT_PAYABLE), or when it cannot be read (ORDER_NOT_FOUND, ATLAS_RATE_LIMITED, ATLAS_ACCESS_DENIED, ATLAS_UNREACHABLE).',
    }),
    idempotencyKey: t.string({
      required: false,
      description:
        'Names this payment among yours: 16 to 128 visible ASCII characters, for example a UUID made when the traveller presses "pay". The same key with the same input repeats the recorded result instead of paying again; with other input it is IDEMPOTENCY_KEY_REUSED. The card is not compared, since nothing of it is kept: use a new key for another card. After a retryable error the same key tries again. A key lives as long as the record of its payment, 400 days unless the operator chose otherwise.',
    }),
  }),
})

builder.mutationField('payOrder', (t) =>
  t.field({
    type: PaymentResult,
    description:
      'Pays one order, at most once: whatever is sent again, at the same time or after a failure, an order is never paid by two attempts. Answers what happened to the money; expected failures are PaymentError, not top-level errors. Top-level errors RATE_LIMITED, OVERLOADED, LEDGER_UNAVAILABLE and SHUTTING_DOWN mean that this request sent nothing and may be sent again. A document may contain `payOrder` once.',
    args: { input: t.arg({ type: PayOrderInput, description: 'The payment.' }) },
    resolve: async (_root, { input }, { payments, caller, now, requestId }) => {
      requirePay(caller, input.orderNo, input.paymentMethod)
      const checked = readPayOrderInput(input, now())
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
