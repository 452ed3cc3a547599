/** The `payOrder` mutation and its input. */

import { refuseInput } from '../payment/pay-order.ts'
import { readPaymentRequest } from '../payment/payment-request.ts'
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
  }),
})

builder.mutationField('payOrder', (t) =>
  t.field({
    type: PaymentResult,
    description:
      'Pays one order: sends one payment to Atlas, once, and answers what happened to the money. Expected failures are PaymentError, not top-level errors. A document may contain `payOrder` once.',
    args: { input: t.arg({ type: PayOrderInput, description: 'The payment.' }) },
    resolve: (_root, { input }, { payOrder }) => {
      const request = readPaymentRequest(input)
      return 'fault' in request ? refuseInput(input.orderNo, request) : payOrder(request)
    },
  }),
)
