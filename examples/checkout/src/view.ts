/** What the page shows of an order and its payment. Pure: here it is decided when paying is offered. */

import type { OrderState } from './generated/graphql.ts'
import { nextStepOf } from './next-step.ts'
import type { Sight, Watching } from './order.ts'
import type { Payment } from './payment.ts'

export interface View {
  /** Whether the order was seen since the last payment ended. */
  readonly isFresh: boolean
  /** Whether the payment was accepted, which the order may not show yet. */
  readonly isPaid: boolean
  /** The order was read after the payment ended in doubt, and is unpaid. No proof for ever: Atlas may be late. */
  readonly isSettledUnpaid: boolean
  readonly showsForm: boolean
  readonly showsProgress: boolean
  readonly showsRefusal: boolean
  readonly showsUnanswered: boolean
  /** Whether to offer the unanswered payment once more, under its key. */
  readonly canAsk: boolean
}

/** States in which it is not known, or not shown yet, what became of a payment. */
const openStates: ReadonlySet<OrderState> = new Set(['PAYMENT_PENDING', 'UNKNOWN'])

export function watchingOf(payment: Payment): Watching {
  switch (payment.kind) {
    case 'none':
      return 'read'
    case 'paying':
      return 'hold'
    case 'accepted':
    case 'unanswered':
      return 'follow'
    case 'refused':
      return nextStepOf(payment.error) === 'FOLLOW' ? 'follow' : 'read'
  }
}

export function viewOf(payment: Payment, sight: Sight | null, turn: number): View {
  const isFresh = sight?.turn === turn
  const seen = sight?.kind === 'order' ? sight.order.state : null
  // A sight from before the payment must not be taken for one of what it came to.
  const fresh = isFresh ? seen : null
  const nothing = {
    isFresh,
    isPaid: false,
    isSettledUnpaid: false,
    showsForm: false,
    showsProgress: false,
    showsRefusal: false,
    showsUnanswered: false,
    canAsk: false,
  }
  switch (payment.kind) {
    case 'none':
      return { ...nothing, showsForm: seen === 'UNPAID', showsProgress: seen !== null && seen !== 'UNPAID' }
    case 'paying':
      return { ...nothing, showsForm: !payment.isAgain }
    case 'accepted':
      return { ...nothing, isPaid: true, showsProgress: true }
    case 'unanswered': {
      const canAsk = fresh === null || fresh === 'UNPAID'
      const showsUnanswered = canAsk || openStates.has(fresh)
      return { ...nothing, canAsk, showsUnanswered, showsProgress: !canAsk }
    }
    case 'refused': {
      const step = nextStepOf(payment.error)
      const isPaid = payment.error.paymentState === 'PAID'
      if (step === 'FOLLOW') {
        const isReadSince = sight?.kind === 'order' && sight.isReadSince
        // An order that was read before the answer came may be unpaid because of that.
        const told = fresh === 'UNPAID' && !isReadSince ? null : fresh
        const isSettledUnpaid = !isPaid && told === 'UNPAID'
        const showsRefusal = isPaid || told === null || openStates.has(told)
        const showsProgress = told !== null && !isSettledUnpaid
        return { ...nothing, isSettledUnpaid, showsForm: isSettledUnpaid, showsRefusal, showsProgress }
      }
      const isElsewhere = fresh !== null && fresh !== 'UNPAID' && step !== 'OTHER_ORDER'
      const showsForm = step === 'CHANGE' && seen === 'UNPAID'
      return { ...nothing, showsRefusal: true, showsForm, showsProgress: isElsewhere }
    }
  }
}
