/** OrderError: why an order could not be read. */

import type { OrderUnread } from '../order/order-reader.ts'
import { type OrderErrorCode as Code, orderErrorCodes, orderErrorRules } from '../payment/order-error.ts'
import { english } from '../payment/languages.ts'
import type { InputFault } from '../payment/payment-request.ts'
import { orderErrorSentencesOf } from '../payment/remediation.ts'
import { builder } from './builder.ts'
import { describedValues } from './described-values.ts'
import { PaymentState, RemediationAction } from './payment-error.ts'

/** The input that named no order. */
export interface InvalidOrderInput {
  readonly kind: 'invalid'
  readonly orderNo: string
  readonly inputFault: InputFault
}

type Unread = OrderUnread | InvalidOrderInput

const codeDescriptions = Object.fromEntries(
  orderErrorCodes.map((code) => [code, orderErrorSentencesOf(english, code).message]),
) as Record<Code, string>

const OrderErrorCode = builder.enumType('OrderErrorCode', {
  description: 'Why an order could not be read. Codes are stable; new ones may be added.',
  values: describedValues(orderErrorCodes, codeDescriptions),
})

function codeOf(error: Unread): Code {
  return error.kind === 'invalid' ? 'INVALID_INPUT' : error.code
}

function sentencesOf(error: Unread, language: Parameters<typeof orderErrorSentencesOf>[0]) {
  return orderErrorSentencesOf(language, codeOf(error), error.kind === 'invalid' ? error.inputFault : null)
}

export const OrderError = builder.objectRef<Unread>('OrderError').implement({
  description: 'The order could not be read. That says nothing about its payment: see `paymentState`.',
  fields: (t) => ({
    code: t.field({ type: OrderErrorCode, description: 'The reason, for programs.', resolve: codeOf }),
    message: t.string({
      description: "What happened, in a sentence for people, in the caller's language. Do not parse it.",
      resolve: (error, _args, { language }) => sentencesOf(error, language).message,
    }),
    remediation: t.string({
      description: "What to do next, in a sentence for people, in the caller's language. Do not parse it.",
      resolve: (error, _args, { language }) => sentencesOf(error, language).remediation,
    }),
    action: t.field({
      type: RemediationAction,
      description: 'What to do next, for programs.',
      resolve: (error) => orderErrorRules.get(codeOf(error))!.action,
    }),
    paymentState: t.field({
      type: PaymentState,
      description:
        'What this gateway itself knows about the money: UNKNOWN when no payment of it is open or successful, for others can have paid. NOT_PAID with INVALID_INPUT: such an order cannot be paid.',
      resolve: (error) => (error.kind === 'invalid' ? 'NOT_PAID' : error.paymentState),
    }),
    retryable: t.boolean({
      description: 'Whether asking again may help.',
      resolve: (error) => orderErrorRules.get(codeOf(error))!.retryable,
    }),
    retryAfterSeconds: t.int({
      nullable: true,
      description: 'Whole seconds to wait before asking again. Null when waiting does not help.',
      resolve: (error) =>
        (error.kind === 'unread' ? error.retryAfterSeconds : null) ??
        orderErrorRules.get(codeOf(error))!.retryAfterSeconds,
    }),
    orderNo: t.exposeID('orderNo', { description: 'The order number that was asked for.' }),
  }),
})
