/** What a language must say. A sentence that is missing does not compile. */

import type { OrderErrorCode } from './order-error.ts'
import type { PaymentErrorCode, PaymentState } from './payment-outcome.ts'
import type { InputFaultCode } from './payment-request.ts'
import type { TicketingFailureCode, TicketingMoney } from './ticketing-failure.ts'

/** Two texts about one failure, whole sentences for people. Neither ever contains text that Atlas sent. */
export interface Sentences {
  /** What happened, and to the money. */
  readonly message: string
  /** What to do next. Codes that need different acts never share it. */
  readonly remediation: string
}

/** Why a payment did not succeed. */
export interface PaymentErrorSentences {
  readonly byCode: Readonly<Record<PaymentErrorCode, Sentences>>
  /** Where a readback told more than the code alone: what it means when the order turned out so. */
  readonly byCodeAndState: {
    readonly ORDER_NOT_PAYABLE: Readonly<Record<'PAID' | 'NOT_PAID', Sentences>>
    readonly PAYMENT_GATEWAY_ERROR: Readonly<Record<'NOT_PAID', Sentences>>
    readonly PAYMENT_IN_PROGRESS: Readonly<Record<'UNKNOWN', Sentences>>
  }
  /** What to do when another payment of the order has it in another state than the code alone tells. */
  readonly remediationByState: Readonly<Record<Exclude<PaymentState, 'NOT_PAID'>, string>>
}

/**
 * Which rule an input broke, as the message of its refusal: names the field as given, and says that nothing
 * was sent. `textLengthMax` is the most characters of a text.
 */
export type InputFaultSentences = Readonly<
  Record<InputFaultCode, (field: string, textLengthMax: number) => string>
>

/** Why an accepted order got no ticket. */
export interface TicketingFailureSentences {
  /** Where the remediation says what to do; what becomes of the money stands before it. */
  readonly byCode: Readonly<Record<TicketingFailureCode, Sentences>>
  /** What becomes of the money. */
  readonly byMoney: Readonly<Record<TicketingMoney, string>>
}

/** Everything that the gateway says to people, in one language. */
export interface Language {
  /** Language and, where it is written in several, the script (BCP 47), e.g. `zh-Hans`. */
  readonly tag: string
  /** What stands between two sentences: a blank, or nothing. */
  readonly sentenceSeparator: string
  readonly paymentErrors: PaymentErrorSentences
  readonly inputFaults: InputFaultSentences
  readonly orderErrors: Readonly<Record<OrderErrorCode, Sentences>>
  readonly ticketingFailures: TicketingFailureSentences
}
