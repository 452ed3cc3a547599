/** What a person is offered after a payment that did not succeed. Pure. */

import type { PaymentState, RemediationAction } from './generated/graphql.ts'

export type NextStep =
  /** Nothing but to watch the order: money moved, or may have. */
  | 'FOLLOW'
  /** The very same payment again, under the same key. */
  | 'SEND_AGAIN'
  /** Another choice in the same form. */
  | 'CHANGE'
  /** Something has to happen elsewhere; then the order is read again. */
  | 'READ_AGAIN'
  | 'OTHER_ORDER'
  /** A person has to help. */
  | 'SUPPORT'

export interface Advice {
  readonly paymentState: PaymentState
  readonly action: RemediationAction
  readonly retryable: boolean
}

/** The money decides first: paying is offered only where it is certain that none moved. */
export function nextStepOf({ paymentState, action, retryable }: Advice): NextStep {
  if (paymentState !== 'NOT_PAID') return 'FOLLOW'
  if (retryable) return 'SEND_AGAIN'
  switch (action) {
    case 'CHANGE_CARD':
    case 'CHANGE_PAYMENT_METHOD':
    case 'CORRECT_INPUT':
      return 'CHANGE'
    case 'CREATE_NEW_ORDER':
      return 'OTHER_ORDER'
    case 'CONTACT_SUPPORT':
      return 'SUPPORT'
    case 'CHECK_ORDER':
    case 'CONFIRM_ORDER':
    case 'CORRECT_ORDER':
    case 'NONE':
    case 'RETRY_LATER':
    case 'WAIT_FOR_OUTCOME':
      return 'READ_AGAIN'
  }
}
