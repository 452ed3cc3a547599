/** PaymentError and the catalogue of its codes. */

import type { Language as SpokenLanguage } from '../payment/language.ts'
import { english, languages } from '../payment/languages.ts'
import {
  adviceOf,
  type PaymentErrorCode as Code,
  type PaymentFailed,
  paymentErrorCodes,
  paymentErrorRules,
  paymentStates,
  type PaymentState as State,
  type RemediationAction as Action,
  remediationActions,
} from '../payment/payment-outcome.ts'
import { sentencesOf } from '../payment/remediation.ts'
import { builder } from './builder.ts'
import { describedValues } from './described-values.ts'
import { Language } from './language.ts'

const stateDescriptions: Record<State, string> = {
  NOT_PAID: 'No money moved, as far as this gateway and Atlas know.',
  IN_PROGRESS: 'A payment of this order is under way. Do not start another.',
  PAID: 'The order is paid, or was: an order that was cancelled after its payment has the code ORDER_CANCELLED_AFTER_PAYMENT.',
  UNKNOWN:
    'It is not known whether the order was charged. Do not pay or rebook before the order shows its state.',
}

const actionDescriptions: Record<Action, string> = {
  NONE: 'Nothing to do: the order is paid.',
  CORRECT_INPUT: 'Correct the input of the mutation and send it again.',
  CORRECT_ORDER: 'Correct the data of the order, or create a corrected one; then pay it.',
  CREATE_NEW_ORDER: 'This order cannot be paid any more. Create a new one and pay that.',
  CHANGE_PAYMENT_METHOD: 'Pay the same order with another payment method.',
  CHANGE_CARD: 'Pay the same order with another card.',
  CONFIRM_ORDER: 'Let the traveller confirm the order with the airline, then pay it.',
  CHECK_ORDER: 'Look at the state of the order; pay again only when it is certainly unpaid.',
  WAIT_FOR_OUTCOME: 'Wait for the payment that is under way, then look at the order.',
  RETRY_LATER: 'Send the same input again after `retryAfterSeconds`. It cannot charge twice.',
  CONTACT_SUPPORT: 'A person has to act: the operator of this gateway, or Atlas.',
}

const codeDescriptions = Object.fromEntries(
  paymentErrorCodes.map((code) => [code, sentencesOf(english, code).message]),
) as Record<Code, string>

export const PaymentState = builder.enumType('PaymentState', {
  description: 'What is known about the money.',
  values: describedValues(paymentStates, stateDescriptions),
})

export const RemediationAction = builder.enumType('RemediationAction', {
  description: 'What to do after an error, for programs. `remediation` says the same for people.',
  values: describedValues(remediationActions, actionDescriptions),
})

export const PaymentErrorCode = builder.enumType('PaymentErrorCode', {
  description:
    'Why a payment did not succeed, or is not known to have. Codes are stable; new ones may be added.',
  values: describedValues(paymentErrorCodes, codeDescriptions),
})

export const PaymentError = builder.objectRef<PaymentFailed>('PaymentError').implement({
  description:
    'The payment did not succeed, or is not known to have. Read `paymentState` for the money and `action` for what to do next.',
  fields: (t) => ({
    code: t.expose('code', { type: PaymentErrorCode, description: 'The reason, for programs.' }),
    message: t.string({
      description:
        'What happened, in a sentence for people, in the language that `Accept-Language` asks for. Do not parse it.',
      resolve: (error, _args, { language }) => sentencesOf(language, error.code, error).message,
    }),
    remediation: t.string({
      description:
        'What to do next, in a sentence for people, in the language of `message`. Do not parse it; programs read `action`.',
      resolve: (error, _args, { language }) => sentencesOf(language, error.code, error).remediation,
    }),
    action: t.field({
      type: RemediationAction,
      description: 'What to do next, for programs.',
      resolve: ({ code, paymentState, isCancelled }) => adviceOf(code, paymentState, isCancelled).action,
    }),
    paymentState: t.expose('paymentState', { type: PaymentState, description: 'Whether money moved.' }),
    retryable: t.boolean({
      description:
        'True when the very same input may be sent again and cannot charge twice. When false, sending it again is useless or dangerous: follow `action`.',
      resolve: ({ code, paymentState, isCancelled }) => adviceOf(code, paymentState, isCancelled).retryable,
    }),
    retryAfterSeconds: t.exposeInt('retryAfterSeconds', {
      nullable: true,
      description:
        'Whole seconds to wait before taking `action`, 1 to 3600. Null when waiting does not help.',
    }),
    field: t.stringList({
      nullable: true,
      description:
        'Path of the input field that is wrong, from the argument, e.g. `["input", "orderNo"]`. Null unless the code is INVALID_INPUT.',
      resolve: ({ inputFault }) => (inputFault === null ? null : [...inputFault.field]),
    }),
    atlasStatus: t.exposeInt('atlasStatus', {
      nullable: true,
      description:
        'The integer `status` of the Atlas answer, for support cases. Null when no usable answer about this order came. Decide by `code`.',
    }),
    orderNo: t.exposeID('orderNo', { description: 'The order number of the input.' }),
    paymentId: t.exposeID('paymentId', {
      nullable: true,
      description:
        'The attempt at this gateway that this error tells of, for support cases. Null when there is none.',
    }),
    replayed: t.exposeBoolean('replayed', {
      description:
        'True when this request did not start the attempt: it shares or repeats the outcome of one that did.',
    }),
  }),
})

/** A code, and the language in which it is described. */
interface DescribedCode {
  readonly code: Code
  readonly language: SpokenLanguage
}

const PaymentErrorDescription = builder.objectRef<DescribedCode>('PaymentErrorDescription').implement({
  description: 'One code that a PaymentError can have, with everything that is the same each time it occurs.',
  fields: (t) => ({
    code: t.expose('code', { type: PaymentErrorCode, description: 'The code.' }),
    atlasStatuses: t.intList({
      description:
        'Values of `status` in an Atlas answer that lead to this code. Empty when the gateway concludes it from something else.',
      resolve: ({ code }) => [...paymentErrorRules.get(code)!.atlasStatuses],
    }),
    paymentState: t.field({
      type: PaymentState,
      description:
        'What the code alone tells about the money. A PaymentError can know more: its own `paymentState` prevails.',
      resolve: ({ code }) => paymentErrorRules.get(code)!.paymentState,
    }),
    action: t.field({
      type: RemediationAction,
      description: 'What to do next, for programs.',
      resolve: ({ code }) => paymentErrorRules.get(code)!.action,
    }),
    retryable: t.boolean({
      description: 'True when the very same input may be sent again and cannot charge twice.',
      resolve: ({ code }) => paymentErrorRules.get(code)!.retryable,
    }),
    message: t.string({
      description: 'What happened, in a sentence for people.',
      resolve: ({ code, language }) => sentencesOf(language, code).message,
    }),
    remediation: t.string({
      description: 'What to do next, in a sentence for people.',
      resolve: ({ code, language }) => sentencesOf(language, code).remediation,
    }),
  }),
})

builder.queryField('paymentErrorCatalog', (t) =>
  t.field({
    type: [PaymentErrorDescription],
    description: 'Every code that a PaymentError can have, so that a frontend can prepare its texts.',
    args: {
      language: t.arg({
        type: Language,
        required: false,
        description:
          'The language of the sentences. When null or left out, the one that `Accept-Language` asks for.',
      }),
    },
    resolve: (_root, { language: tag }, context) => {
      const language = languages.get(tag ?? '') ?? context.language
      return paymentErrorCodes.map((code) => ({ code, language }))
    },
  }),
)
