import { describe, expect, test } from 'vitest'
import { type Approval, withholdBy } from '../../src/payment/check-order.ts'
import type { Money } from '../../src/payment/money.ts'
import type { OrderAnswer, OrderFacts, PaymentOption } from '../../src/payment/order-facts.ts'
import { factsOf } from '../support/order-facts.ts'

const at = new Date('2026-11-23T08:00:00.000Z')
const usd = (amount: string): Money => ({ amount, currency: 'USD' })
const option = (change: Partial<PaymentOption>): PaymentOption => ({
  paymentMethod: 'BALANCE',
  ticketFare: usd('84.00'),
  serviceFee: usd('2.40'),
  paymentFee: null,
  total: usd('86.40'),
  chargedToCard: null,
  ...change,
})

function check(change: Partial<OrderFacts>, approval: Partial<Approval> = {}) {
  const answer: OrderAnswer = { kind: 'order', facts: factsOf(change) }
  return withholdBy(answer, { paymentMethod: 'BALANCE', expectedTotal: usd('86.40'), ...approval }, at)
}

const differs = { kind: 'withheld', code: 'TOTAL_CHANGED', reason: 'TOTAL_DIFFERS', retryAfterSeconds: null }
const late = {
  kind: 'withheld',
  code: 'PAYMENT_DEADLINE_PASSED',
  reason: 'DEADLINE_PASSED',
  retryAfterSeconds: null,
}

describe('a payment of an order that can be paid', () => {
  test.each(['86.40', '86.4', '86.400', '086.4', '86.40000000'])('approved as %s USD goes on', (amount) => {
    expect(check({}, { expectedTotal: usd(amount) })).toBeNull()
  })

  test.each([
    usd('86.41'),
    usd('86.39'),
    usd('86.40000001'),
    usd('84.00'),
    usd('0'),
    usd('8640'),
    { amount: '86.40', currency: 'EUR' },
  ])('approved as %j is withheld', (expectedTotal) => {
    expect(check({}, { expectedTotal })).toEqual(differs)
  })

  test('goes by what its method costs, not by the total', () => {
    const paymentOptions = [option({}), option({ paymentMethod: 'MOR', total: usd('87.90') })]
    expect(check({ paymentOptions }, { paymentMethod: 'MOR', expectedTotal: usd('87.90') })).toBeNull()
    expect(check({ paymentOptions }, { paymentMethod: 'MOR' })).toEqual(differs)
    expect(check({ paymentOptions }, { expectedTotal: usd('87.90') })).toEqual(differs)
    expect(check({ paymentOptions }, { paymentMethod: 'BYOA' })).toBeNull()
  })

  test('is withheld when what it costs is not told, or not in one way', () => {
    expect(check({ total: null })).toEqual(differs)
    expect(check({ total: null }, { expectedTotal: usd('0') })).toEqual(differs)
    expect(check({ paymentOptions: [option({ total: null })] })).toEqual(differs)
    expect(check({ paymentOptions: [option({}), option({ total: usd('88.00') })] })).toEqual(differs)
    expect(check({ total: null, paymentOptions: [option({})] })).toBeNull()
  })

  test('is withheld from its deadline on, whatever it costs', () => {
    expect(check({ payBefore: new Date(at.getTime() + 1) })).toBeNull()
    expect(check({ payBefore: null })).toBeNull()
    expect(check({ payBefore: at })).toEqual(late)
    expect(check({ payBefore: at, total: null })).toEqual(late)
  })
})

test.each<[Partial<OrderFacts>, string]>([
  [{ status: 'TICKETING' }, 'ORDER_ALREADY_PAID'],
  [{ status: 'TICKETED' }, 'ORDER_ALREADY_PAID'],
  [{ status: 'CANCELLED', ticketingErrorCode: '615' }, 'ORDER_ALREADY_PAID'],
  [{ status: 'CANCELLED' }, 'ORDER_NOT_PAYABLE'],
  [{ status: 'CANCELLED', hasPayment: true }, 'ORDER_NOT_PAYABLE'],
  [{ hasPayment: true }, 'PAYMENT_IN_PROGRESS'],
  [{ chargeStarted: true }, 'PAYMENT_IN_PROGRESS'],
  [{ ticketingErrorCode: '698' }, 'PAYMENT_IN_PROGRESS'],
])('a payment of an order that reads %j is withheld as %s, whatever was approved', (facts, code) => {
  const withheld = { kind: 'withheld', code, reason: 'ORDER_NOT_UNPAID', retryAfterSeconds: null }
  expect(check(facts)).toEqual(withheld)
  expect(check(facts, { expectedTotal: usd('1') })).toEqual(withheld)
  expect(check({ ...facts, payBefore: at })).toEqual(withheld)
})

test.each<[OrderAnswer, string, number | null]>([
  [{ kind: 'not-found' }, 'ORDER_NOT_FOUND', null],
  [{ kind: 'refused', code: 'ATLAS_RATE_LIMITED', retryAfterSeconds: 7 }, 'ATLAS_RATE_LIMITED', 7],
  [{ kind: 'refused', code: 'ATLAS_ACCESS_DENIED', retryAfterSeconds: null }, 'ATLAS_ACCESS_DENIED', null],
  [{ kind: 'unavailable' }, 'ATLAS_UNREACHABLE', null],
  [{ kind: 'unreadable' }, 'ATLAS_UNREACHABLE', null],
])('a payment of an order that is %j is withheld as %s', (answer, code, retryAfterSeconds) => {
  expect(withholdBy(answer, { paymentMethod: 'BALANCE', expectedTotal: usd('86.40') }, at)).toEqual({
    kind: 'withheld',
    code,
    reason: 'ORDER_UNREAD',
    retryAfterSeconds,
  })
})
