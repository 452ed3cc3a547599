import { describe, expect, test } from 'vitest'
import { isFinal, orderStateOf, type OrderState, orderStates } from '../../src/order/order-state.ts'
import type { OrderFacts } from '../../src/payment/order-facts.ts'
import type { PaymentAttempt } from '../../src/payment/payment-attempt.ts'
import { attemptOf, factsOf } from '../support/order-facts.ts'

const deadline = new Date('2026-11-23T08:30:00.000Z')
const before = new Date(deadline.getTime() - 1)

/** What the ledger can know of an order. */
const ledger = {
  nothing: [],
  refused: [attemptOf({ state: 'NOT_PAID', code: 'CARD_NOT_SUPPORTED' })],
  claimed: [attemptOf({ state: 'CLAIMED' })],
  unknown: [attemptOf({ state: 'UNKNOWN', code: 'OUTCOME_UNKNOWN' })],
  'in progress': [attemptOf({ state: 'UNKNOWN', code: 'PAYMENT_IN_PROGRESS' })],
  'called paid': [attemptOf({ state: 'UNKNOWN', code: 'ORDER_ALREADY_PAID' })],
  paid: [attemptOf({ state: 'PAID', evidence: 'PAY_RESPONSE' })],
} as const satisfies Record<string, readonly PaymentAttempt[]>
type Known = keyof typeof ledger

/** Each row: what Atlas's order reads, and what it is with each knowledge of the ledger, in its order. */
const P = 'PAYMENT_PENDING'
const U = 'UNKNOWN'
const C = 'CANCELLED'
const after = 'CANCELLED_AFTER_PAYMENT'
const ticketed = { status: 'TICKETED', hasPayment: true } as const
const cancelled = { status: 'CANCELLED' } as const

const always = (state: OrderState): OrderState[] => Object.keys(ledger).map(() => state)

const rows: readonly (readonly [string, Partial<OrderFacts> | null, Date, readonly OrderState[]])[] = [
  // nothing, refused, claimed, unknown, in progress, called paid, paid
  ['told nothing', null, before, always(U)],
  ['2, ticketStatus 1', { ...ticketed, ticketsIssued: true }, before, always('TICKETED')],
  ['2, ticketStatus 0', ticketed, before, always('TICKETING')],
  ['1', { status: 'TICKETING', hasPayment: true }, before, always('TICKETING')],
  ['1 without a payment', { status: 'TICKETING' }, before, always('TICKETING')],
  ['0 with a payment', { hasPayment: true }, before, always(U)],
  ['0 with a payment, late', { hasPayment: true }, deadline, always(U)],
  ['0 with an errorCode', { ticketingErrorCode: '603' }, before, always(U)],
  ['0, charge started', { chargeStarted: true }, before, [P, P, P, U, P, U, P]],
  ['0, charge started, late', { chargeStarted: true }, deadline, [P, P, P, U, P, U, P]],
  ['0 before the deadline', {}, before, ['UNPAID', 'UNPAID', P, U, P, U, P]],
  ['0 at the deadline', {}, deadline, ['LAPSED', 'LAPSED', P, U, P, U, P]],
  ['0 without a deadline', { payBefore: null }, deadline, ['UNPAID', 'UNPAID', P, U, P, U, P]],
  ['-3 unpaid', cancelled, before, [C, C, U, C, C, after, after]],
  ['-3 with a payment', { ...cancelled, hasPayment: true }, before, always(after)],
  ['-3 with tickets', { ...cancelled, ticketsIssued: true, hasPayment: true }, before, always(after)],
  ['-3 with tickets only', { ...cancelled, ticketsIssued: true }, before, [C, C, U, C, C, after, after]],
  ['-3 with an errorCode', { ...cancelled, ticketingErrorCode: '603' }, before, always(after)],
  ['-3 with a strange errorCode', { ...cancelled, ticketingErrorCode: 'unreadable' }, before, always(after)],
  ['-3 with 615', { ...cancelled, ticketingErrorCode: '615', hasPayment: true }, before, always('TICKETING')],
  ['-3, charge started', { ...cancelled, chargeStarted: true }, before, [U, U, U, U, U, after, after]],
]

describe.each(rows)('an order that reads %s', (_reading, change, at, states) => {
  test.each(Object.keys(ledger).map((known, index) => [known as Known, states[index]!] as const))(
    'with %s in the ledger is %s',
    (known, state) => {
      expect(orderStateOf(change === null ? null : factsOf(change), ledger[known], at)).toBe(state)
    },
  )
})

test('the attempt that holds the order decides, wherever it is among the others', () => {
  const refused = ledger.refused[0]
  for (const attempts of [
    [refused, ...ledger.unknown],
    [...ledger.unknown, refused],
  ]) {
    expect(orderStateOf(factsOf(), attempts, before)).toBe('UNKNOWN')
  }
})

test('nothing follows a ticket and a cancellation, and something may follow the rest', () => {
  expect(orderStates.filter(isFinal)).toEqual(['TICKETED', 'CANCELLED', 'CANCELLED_AFTER_PAYMENT'])
})
