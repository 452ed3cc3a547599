/** Which sentences say what happened and what to do next: by code, state of the money and fault of the input. */

import type { Language, Sentences } from './language.ts'
import type { OrderErrorCode } from './order-error.ts'
import { type PaymentErrorCode, paymentErrorRules, type PaymentState } from './payment-outcome.ts'
import { type InputFault, TEXT_LENGTH_MAX } from './payment-request.ts'
import { type TicketingFailureCode, ticketingFailureRules } from './ticketing-failure.ts'

/** What the sentences depend on besides the code. */
export interface SentenceContext {
  /** The state of the money, where more is known than the code tells. */
  readonly paymentState?: PaymentState
  /** The message then names the field and the rule it broke. */
  readonly inputFault?: InputFault | null
  /** The order was cancelled after a payment. */
  readonly isCancelled?: boolean
}

/** The sentences of a code that a payment ended with. */
export function sentencesOf(
  language: Language,
  code: PaymentErrorCode,
  { paymentState, inputFault = null, isCancelled = false }: SentenceContext = {},
): Sentences {
  const { byCode } = language.paymentErrors
  const { remediation } = byCode.ORDER_CANCELLED_AFTER_PAYMENT
  const sentences = isCancelled
    ? { message: byCode[code].message, remediation }
    : (knownSentences(language, code, paymentState) ?? byCode[code])
  return inputFault === null ? sentences : { ...sentences, message: faultMessage(language, inputFault) }
}

/** The sentences of a code that the reading of an order ended with. */
export function orderErrorSentencesOf(
  language: Language,
  code: OrderErrorCode,
  inputFault: InputFault | null = null,
): Sentences {
  const sentences = language.orderErrors[code]
  return inputFault === null ? sentences : { ...sentences, message: faultMessage(language, inputFault) }
}

/** The sentences of a ticketing failure. The remediation says what becomes of the money, then what to do. */
export function ticketingSentencesOf(language: Language, code: TicketingFailureCode): Sentences {
  const { byCode, byMoney } = language.ticketingFailures
  const { message, remediation } = byCode[code]
  const money = byMoney[ticketingFailureRules.get(code)!.money]
  return { message, remediation: `${money}${language.sentenceSeparator}${remediation}` }
}

/** The sentences where more is known than the code tells; the same rule as `adviceOf`. */
function knownSentences(
  { paymentErrors }: Language,
  code: PaymentErrorCode,
  state: PaymentState | undefined,
): Sentences | undefined {
  if (state === undefined || state === paymentErrorRules.get(code)!.paymentState) return undefined
  const byCodeAndState: Partial<Record<PaymentErrorCode, Partial<Record<PaymentState, Sentences>>>> =
    paymentErrors.byCodeAndState
  const special = byCodeAndState[code]?.[state]
  if (special !== undefined) return special
  if (state === 'NOT_PAID') return undefined
  return { message: paymentErrors.byCode[code].message, remediation: paymentErrors.remediationByState[state] }
}

/** Which rule an input broke. A nested field is named with what it is part of, as in `card.number`. */
function faultMessage({ inputFaults }: Language, { field, fault }: InputFault): string {
  const named = field[0] === 'input' ? field.slice(1) : field
  return inputFaults[fault](named.join('.'), TEXT_LENGTH_MAX)
}
