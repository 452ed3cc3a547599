import { expect, test } from 'vitest'
import type { OrderState } from '../../examples/checkout/src/generated/graphql.ts'
import { type Advice, nextStepOf } from '../../examples/checkout/src/next-step.ts'
import type { Sight } from '../../examples/checkout/src/order.ts'
import type { Payment } from '../../examples/checkout/src/payment.ts'
import { viewOf, watchingOf } from '../../examples/checkout/src/view.ts'
import { orderStates } from '../../src/order/order-state.ts'
import { adviceOf, paymentErrorCodes, paymentStates } from '../../src/payment/payment-outcome.ts'

const input = { orderNo: 'TESTA1', paymentMethod: 'BALANCE', idempotencyKey: 'key-of-this-payment' } as const

/** Every error that the gateway can tell, as far as it decides what is offered. */
const errors = paymentErrorCodes.flatMap((code) =>
  paymentStates.map((paymentState) => ({ code, paymentState, ...adviceOf(code, paymentState) })),
)

function refused(error: Advice): Payment {
  const rest = { __typename: 'PaymentError', code: 'INVALID_REQUEST', message: '', remediation: '' } as const
  const details = { ...rest, retryAfterSeconds: null, field: null, paymentId: null }
  return { kind: 'refused', error: { ...details, ...error }, toldIn: 'en', input }
}

/** `isReadSince` is whether the order was read after the turn began. */
function sightOf(state: OrderState, turn: number, isReadSince = true): Sight {
  const order = {
    orderNo: 'TESTA1',
    state,
    payBefore: null,
    total: null,
    paymentMethods: [],
    paymentOptions: [],
    pnrCode: null,
    airlineRecordLocators: [],
    ticketingFailure: null,
    readAt: '2026-11-23T08:15:30.125Z',
  }
  return { kind: 'order', turn, seenAtMs: 0, isReadSince, order }
}

test('an error after which money moved, or may have, leads to nothing but following the order', () => {
  const steps = errors.filter(({ paymentState }) => paymentState !== 'NOT_PAID').map(nextStepOf)
  expect(steps).toHaveLength(paymentErrorCodes.length * 3)
  expect(new Set(steps)).toEqual(new Set(['FOLLOW']))
})

test('the same payment is sent again exactly after the errors that allow it', () => {
  const again = errors.filter((error) => nextStepOf(error) === 'SEND_AGAIN')
  expect(again.map(({ code, paymentState }) => [code, paymentState])).toEqual([
    ['ATLAS_RATE_LIMITED', 'NOT_PAID'],
    ['ATLAS_UNREACHABLE', 'NOT_PAID'],
  ])
})

test('no sight from before a payment ended offers to pay after an open or a successful one', () => {
  const followed: Payment[] = [
    { kind: 'accepted', amount: null },
    { kind: 'unanswered', sent: 'perhaps', input },
    ...errors.filter((error) => nextStepOf(error) === 'FOLLOW').map(refused),
  ]
  for (const payment of followed) {
    expect(watchingOf(payment)).toBe('follow')
    expect(viewOf(payment, sightOf('UNPAID', 0), 1).showsForm).toBe(false)
    expect(viewOf(payment, null, 1).showsForm).toBe(false)
  }
})

test('an unknown payment is offered anew only when the order reads unpaid afterwards', () => {
  const unknown = refused(adviceAt('OUTCOME_UNKNOWN', 'UNKNOWN'))
  const offered = orderStates.filter((state) => viewOf(unknown, sightOf(state, 1), 1).showsForm)
  expect(offered).toEqual(['UNPAID'])
})

test('an unknown payment stays unknown when the unpaid order was read before its answer came', () => {
  const unknown = refused(adviceAt('OUTCOME_UNKNOWN', 'UNKNOWN'))
  const unseen = viewOf(unknown, null, 1)
  expect(viewOf(unknown, sightOf('UNPAID', 1, false), 1)).toEqual({ ...unseen, isFresh: true })
  expect(unseen).toMatchObject({ isSettledUnpaid: false, showsForm: false, showsRefusal: true })
  expect(viewOf(unknown, sightOf('UNPAID', 1, true), 1).isSettledUnpaid).toBe(true)
})

test('a paid order is never offered, whatever it reads', () => {
  const paid: Payment[] = [
    { kind: 'accepted', amount: null },
    refused(adviceAt('ORDER_ALREADY_PAID', 'PAID')),
  ]
  for (const payment of paid)
    for (const state of orderStates)
      expect(viewOf(payment, sightOf(state, 1), 1)).toMatchObject({ showsForm: false, canAsk: false })
})

test('without a payment only an unpaid order is offered', () => {
  const offered = orderStates.filter((state) => viewOf({ kind: 'none' }, sightOf(state, 0), 0).showsForm)
  expect(offered).toEqual(['UNPAID'])
})

function adviceAt(code: 'OUTCOME_UNKNOWN' | 'ORDER_ALREADY_PAID', paymentState: 'UNKNOWN' | 'PAID'): Advice {
  return { paymentState, ...adviceOf(code, paymentState) }
}
