/** What the operations of `operations/` answer, whole. */

import { expect } from 'vitest'
import type { Language } from '../../src/payment/language.ts'
import { orderErrorSentencesOf, sentencesOf } from '../../src/payment/remediation.ts'
import { paymentErrorRules } from '../../src/payment/payment-outcome.ts'
import type { PaymentErrorCode } from './generated/documents/graphql.ts'

export const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/) as string
export const instant = expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string
const sixLetters = expect.stringMatching(/^[A-Z]{6}$/) as string

/** A payment from the deposit that Atlas accepted just now. */
export function successOf(orderNo: string): object {
  return {
    __typename: 'PaymentSuccess',
    orderNo,
    paymentId: uuid,
    paymentMethod: 'BALANCE',
    pnrCode: sixLetters,
    acceptedAt: instant,
    evidence: 'PAY_RESPONSE',
    replayed: false,
  }
}

/** An error of a new attempt, as the code table has it. */
export function errorOf(orderNo: string, code: PaymentErrorCode, language: Language): object {
  const { action, paymentState, retryable } = paymentErrorRules.get(code)!
  return {
    __typename: 'PaymentError',
    orderNo,
    paymentId: uuid,
    code,
    ...sentencesOf(language, code),
    action,
    paymentState,
    retryable,
    retryAfterSeconds: null,
    field: null,
    replayed: false,
  }
}

/** An ordinary order of the simulator that can be paid. */
export function unpaidOrder(orderNo: string): object {
  const option = (paymentMethod: string, chargedToCard: object | null): object => ({
    __typename: 'PaymentOption',
    paymentMethod,
    total: usd('86.40'),
    paymentFee: null,
    chargedToCard,
  })
  return {
    ...paidOrder(orderNo, 'UNPAID'),
    paymentMethods: ['BALANCE', 'VCC_PASSTHROUGH', 'BYOA', 'MOR'],
    paymentOptions: [
      option('BALANCE', null),
      option('VCC_PASSTHROUGH', usd('84.00')),
      option('BYOA', usd('84.00')),
      option('MOR', usd('86.40')),
    ],
  }
}

/** An ordinary order of the simulator that cannot be paid any more. */
export function paidOrder(orderNo: string, state: string): object {
  return {
    __typename: 'Order',
    orderNo,
    state,
    payBefore: instant,
    total: usd('86.40'),
    paymentMethods: [],
    paymentOptions: [],
    pnrCode: sixLetters,
    airlineRecordLocators: [],
    ticketsIssued: false,
    ticketingFailure: null,
    readAt: instant,
  }
}

export function ticketedOrder(orderNo: string): object {
  return {
    ...paidOrder(orderNo, 'TICKETED'),
    airlineRecordLocators: [expect.stringMatching(/^S\d{5}$/) as string],
    ticketsIssued: true,
  }
}

/** An order that Atlas does not know. */
export function missingOrder(orderNo: string, language: Language): object {
  return {
    __typename: 'OrderError',
    orderNo,
    code: 'ORDER_NOT_FOUND',
    ...orderErrorSentencesOf(language, 'ORDER_NOT_FOUND'),
    action: 'CORRECT_INPUT',
    paymentState: 'UNKNOWN',
    retryable: false,
    retryAfterSeconds: null,
  }
}

function usd(amount: string): object {
  return { __typename: 'Money', amount, currency: 'USD' }
}
