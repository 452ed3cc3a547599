import { expect, test } from 'vitest'
import { amountDue } from '../../examples/checkout/src/order.ts'
import { amountDue as amountDueByGateway, type PaymentOption } from '../../src/payment/order-facts.ts'

const usd = { amount: '86.40', currency: 'USD' }
const more = { amount: '87.90', currency: 'USD' }
const cny = { amount: '86.40', currency: 'CNY' }

function option(paymentMethod: PaymentOption['paymentMethod'], total: typeof usd | null): PaymentOption {
  return { paymentMethod, total, ticketFare: null, serviceFee: null, paymentFee: null, chargedToCard: null }
}

test.each([
  ['the total without options', usd, [], usd],
  ['nothing without a total', null, [], null],
  ['the total where only others have an option', usd, [option('MOR', more)], usd],
  ['the option where there is one', usd, [option('MOR', cny), option('BALANCE', more)], more],
  ['nothing for an option without a total', usd, [option('BALANCE', null)], null],
  [
    'the amount of options that are equal',
    usd,
    [option('BALANCE', more), option('BALANCE', { ...more })],
    more,
  ],
  ['nothing for options that differ', usd, [option('BALANCE', usd), option('BALANCE', more)], null],
  ['nothing for options of several currencies', usd, [option('BALANCE', usd), option('BALANCE', cny)], null],
  ['nothing where one of several has no total', usd, [option('BALANCE', usd), option('BALANCE', null)], null],
  [
    'nothing where the first of several has none',
    usd,
    [option('BALANCE', null), option('BALANCE', usd)],
    null,
  ],
  ['nothing where none of several has one', usd, [option('BALANCE', null), option('BALANCE', null)], null],
])('the page takes for the price %s, as the gateway does', (_, total, paymentOptions, due) => {
  expect(amountDue({ total, paymentOptions }, 'BALANCE')).toEqual(due)
  expect(amountDueByGateway({ total, paymentOptions } as never, 'BALANCE')).toEqual(due)
})
