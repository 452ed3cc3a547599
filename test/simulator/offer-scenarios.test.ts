import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { refusal, startSimulator, type TestSimulator } from './atlas-client.ts'

const uncharged = { state: 'unpaid', payRequests: 1, charges: 0, paidAt: null }

/** The JSON text as it is on the wire: a parsed number no longer shows how it was written. */
async function queryText({ call }: TestSimulator, orderNo: string): Promise<string> {
  const { bytes } = await call('/queryOrderDetails.do', { body: JSON.stringify({ orderNo }) })
  return gunzipSync(bytes).toString()
}

/** The texts of the numbers that a JSON text has for a field. */
function numbersOf(field: string, text: string): string[] {
  return [...text.matchAll(new RegExp(`"${field}":([^,}]+)`, 'g'))].map(([, number]) => number!)
}

function option(paymentMethod: number, fields: object = {}): object {
  return expect.objectContaining({ paymentMethod, paymentFee: null, cardType: null, ...fields }) as object
}

test.each([
  ['SIM-TOTAL-JPY', '12300', '350', 'JPY'],
  ['SIM-TOTAL-KWD', '26.125', '0.75', 'KWD'],
  ['SIM-TOTAL-CENTS', '0.1', '0.2', 'USD'],
])('%s costs exactly %s and %s %s, before and after payment', async (orderNo, fare, fee, currency) => {
  const started = await startSimulator()
  for (const [isPaid, options] of [
    [false, 4],
    [true, 1],
  ] as const) {
    if (isPaid) expect(await started.pay(orderNo)).toMatchObject({ status: 0 })
    const text = await queryText(started, orderNo)
    expect(numbersOf('totalPrice', text)).toEqual([fare])
    expect(numbersOf('totalTransactionFee', text)).toEqual([fee])
    expect(numbersOf('amount', text)).toEqual(Array.from({ length: options }, () => [fare, fee]).flat())
    // The currency of the order, and of each amount.
    expect(numbersOf('currency', text)).toEqual(Array(1 + 2 * options).fill(`"${currency}"`))
  }
})

test('SIM-TOTAL-CHANGING costs 5 more with each read a second after the one before, until it is paid', async () => {
  const { clock, pay, query } = await startSimulator()
  const totalAfter = async (ms: number): Promise<unknown> => {
    clock.at += ms
    const { totalPrice } = (await query('SIM-TOTAL-CHANGING')) as Record<string, unknown>
    return totalPrice
  }
  expect(await totalAfter(0)).toBe(84)
  expect(await totalAfter(999)).toBe(84)
  expect(await totalAfter(999)).toBe(84)
  expect(await totalAfter(1000)).toBe(89)
  expect(await totalAfter(60_000)).toBe(94)
  expect(await query('SIM-TOTAL-CHANGING')).toMatchObject({
    totalTransactionFee: 2.4,
    paymentOptions: [1, 3, 4, 5].map((paymentMethod) => ({ paymentMethod, ticketFare: { amount: 94 } })),
  })
  expect(await pay('SIM-TOTAL-CHANGING')).toMatchObject({ status: 0 })
  expect(await totalAfter(60_000)).toBe(94)
  clock.at += 60_000
  expect(await query('SIM-TOTAL-CHANGING-7')).toMatchObject({ totalPrice: 84 })
})

test('An ordinary total does not change', async () => {
  const { clock, query } = await startSimulator()
  await query('TESTA20261123101500123')
  clock.at += 60_000
  expect(await query('TESTA20261123101500123')).toMatchObject({ totalPrice: 84 })
})

test('SIM-NO-TOTAL tells neither its total nor its currency, and pays', async () => {
  const { pay, query } = await startSimulator()
  expect(await query('SIM-NO-TOTAL')).toMatchObject({ totalPrice: null, currency: null, orderStatus: '0' })
  expect(await pay('SIM-NO-TOTAL')).toMatchObject({ status: 0 })
  expect(await query('SIM-NO-TOTAL')).toMatchObject({ totalPrice: null, currency: null, orderStatus: '1' })
})

test('SIM-METHOD-FEE costs 1.50 more by method 5', async () => {
  const { pay, query } = await startSimulator()
  const amounts = { currency: 'USD', deductFrom: 'CARD', displayAmount: null, displayCurrency: null }
  const byCard = option(5, { paymentFee: { amount: 1.5, ...amounts } })
  expect(await query('SIM-METHOD-FEE')).toMatchObject({
    paymentOptions: [option(1), option(3), option(4), byCard],
  })
  expect(await pay('SIM-METHOD-FEE', 5)).toMatchObject({ status: 0 })
  expect(await query('SIM-METHOD-FEE')).toMatchObject({ payment: byCard, paymentOptions: null })
})

test.each([
  ['SIM-BALANCE-ONLY', [1], [3, 4, 5]],
  ['SIM-CARD-ONLY', [3, 5], [1, 4]],
])('%s takes the methods %j, and answers 403 to %j', async (orderNo, taken, others) => {
  const { pay, query, money } = await startSimulator()
  expect(await query(orderNo)).toMatchObject({
    supportPaymentMethods: taken,
    paymentOptions: taken.map((method) => option(method)),
  })
  for (const [index, method] of others.entries()) {
    const msg = 'The payment method is not supported for this order'
    expect(await pay(orderNo, method)).toEqual(refusal(403, msg, orderNo))
    expect(money(orderNo)).toEqual({ ...uncharged, payRequests: index + 1 })
  }
  for (const method of taken) {
    expect(await pay(`${orderNo}-${method}`, method)).toMatchObject({ status: 0, paymentMethod: method })
    expect(money(`${orderNo}-${method}`)).toMatchObject({ charges: 1 })
  }
})

test('SIM-NO-METHODS answers 412 to every method', async () => {
  const { pay, query, money } = await startSimulator()
  expect(await query('SIM-NO-METHODS')).toMatchObject({ supportPaymentMethods: [], paymentOptions: [] })
  for (const [index, method] of [1, 3, 4, 5].entries()) {
    const msg = 'No payment method is available for this order'
    expect(await pay('SIM-NO-METHODS', method)).toEqual(refusal(412, msg, 'SIM-NO-METHODS'))
    expect(money('SIM-NO-METHODS')).toEqual({ ...uncharged, payRequests: index + 1 })
  }
})
