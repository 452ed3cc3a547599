/** TicketingFailure: why an order that was paid got no ticket. */

import { ticketingSentencesOf } from '../payment/remediation.ts'
import {
  type TicketingFailureCode as Code,
  ticketingFailureCodes,
  ticketingFailureOf,
  ticketingFailureRules,
  type TicketingMoney as Amounts,
  ticketingMoneys,
} from '../payment/ticketing-failure.ts'
import { english } from '../payment/languages.ts'
import { builder } from './builder.ts'
import { describedValues } from './described-values.ts'
import { RemediationAction } from './payment-error.ts'

const moneyDescriptions: Record<Amounts, string> = {
  PAID: 'The order is paid and stays so. Never pay it again.',
  REFUND_DUE: 'The order was paid. The money has to come back, which cannot be seen here.',
  NOT_CAPTURED: 'The money is expected not to have been taken; that has to be verified.',
  RECONCILE:
    'A deposit should return. Whether a card was charged depends on whether the airline took the payment.',
  UNKNOWN: 'Nobody knows whether money was taken. Do not book again before a person has found out.',
}

const codeDescriptions = Object.fromEntries(
  ticketingFailureCodes.map((code) => [code, ticketingSentencesOf(english, code).message]),
) as Record<Code, string>

const TicketingFailureMoney = builder.enumType('TicketingFailureMoney', {
  description: 'What a failed ticketing means for the money.',
  values: describedValues(ticketingMoneys, moneyDescriptions),
})

const TicketingFailureCode = builder.enumType('TicketingFailureCode', {
  description: 'Why an order that was paid got no ticket. Codes are stable; new ones may be added.',
  values: describedValues(ticketingFailureCodes, codeDescriptions),
})

/** The `errorCode` of Atlas is what it is made of. */
export const TicketingFailure = builder.objectRef<string>('TicketingFailure').implement({
  description: 'Why the ticket was not issued, what that means for the money, and what to do next.',
  fields: (t) => ({
    code: t.field({
      type: TicketingFailureCode,
      description: 'The reason, for programs.',
      resolve: ticketingFailureOf,
    }),
    atlasErrorCode: t.string({
      description: 'The `errorCode` of Atlas, for support cases. Decide by `code`.',
      resolve: (errorCode) => errorCode,
    }),
    money: t.field({
      type: TicketingFailureMoney,
      description: 'What it means for the money.',
      resolve: (errorCode) => ticketingFailureRules.get(ticketingFailureOf(errorCode))!.money,
    }),
    action: t.field({
      type: RemediationAction,
      description: 'What to do next, for programs.',
      resolve: (errorCode) => ticketingFailureRules.get(ticketingFailureOf(errorCode))!.action,
    }),
    message: t.string({
      description: "What happened, in a sentence for people, in the caller's language.",
      resolve: (errorCode, _args, { language }) =>
        ticketingSentencesOf(language, ticketingFailureOf(errorCode)).message,
    }),
    remediation: t.string({
      description:
        "What becomes of the money and what to do next, in sentences for people, in the caller's language.",
      resolve: (errorCode, _args, { language }) =>
        ticketingSentencesOf(language, ticketingFailureOf(errorCode)).remediation,
    }),
  }),
})
