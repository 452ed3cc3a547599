import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { scenarioOf, scenarioTable } from '../../src/simulator/scenarios.ts'
import { faultOf, refusal, soon, startAt, startSimulator, type TestSimulator } from './atlas-client.ts'

const paidAt = new Date(startAt).toISOString()
const payTime = '2026-11-23 10:15:00'

const reading = {
  unpaid: { orderStatus: '0', ticketStatus: '0', payTime: null, paymentMethod: null, payment: null },
  paid: { orderStatus: '1', ticketStatus: '0', payTime, paymentMethod: 1, paymentOptions: null },
}

const uncharged = { state: 'unpaid', payRequests: 1, charges: 0, paidAt: null }
const charged = { state: 'paid', payRequests: 1, charges: 1, paidAt }

function payCall({ call }: TestSimulator, orderNo: string, signal: AbortSignal | null = null) {
  return call('/pay.do', { body: JSON.stringify({ orderNo, paymentMethod: 1 }), signal })
}

describe('SIM-<number>', () => {
  test.each([
    ['SIM-400', 400, 'Illegal parameter'],
    ['SIM-403', 403, 'The payment method is not supported for this order'],
    ['SIM-407', 407, 'Passenger information is missing or incorrect'],
    ['SIM-408', 408, 'A child cannot travel alone'],
    ['SIM-409', 409, 'The baggage must be the same on all connecting segments'],
    ['SIM-410', 410, 'The contact information has an illegal format'],
    ['SIM-411', 411, 'Payment gateway error or insufficient balance'],
    ['SIM-412', 412, 'No payment method is available for this order'],
    ['SIM-413', 413, 'The card is not supported'],
    ['SIM-414', 414, 'The card type does not match the order'],
    ['SIM-415', 415, 'The order has not been confirmed by the user'],
    ['SIM-2', 2, 'System error'],
    ['SIM-100', 100, 'Missing mandatory data'],
    ['SIM-604', 604, 'Error 604'],
    ['SIM-900', 900, 'Unauthorized'],
    ['SIM-9999', 9999, 'Internal error'],
    ['SIM-12345', 12345, 'Error 12345'],
    ['SIM-MINUS-1', -1, 'Common error'],
    ['SIM-MINUS-1-again', -1, 'Common error'],
    ['SIM-411-7', 411, 'Payment gateway error or insufficient balance'],
  ])('%s answers %i, and the order stays unpaid', async (orderNo, status, msg) => {
    const { pay, query, money } = await startSimulator()
    expect(await pay(orderNo)).toEqual(refusal(status, msg, orderNo))
    expect(await query(orderNo)).toMatchObject({ status: 0, orderNo, ...reading.unpaid })
    expect(money(orderNo)).toEqual(uncharged)
  })

  test('answers the same to every request, however old the order is', async () => {
    const { clock, pay, money } = await startSimulator()
    const answer = refusal(403, 'The payment method is not supported for this order', 'SIM-403')
    expect(await Promise.all([pay('SIM-403'), pay('SIM-403')])).toEqual([answer, answer])
    clock.at += 3_600_000
    expect(await pay('SIM-403')).toEqual(answer)
    expect(money('SIM-403')).toEqual({ state: 'unpaid', payRequests: 3, charges: 0, paidAt: null })
  })

  test.each([
    'SIM-0',
    'SIM-0-7',
    'SIM-MINUS-0',
    'SIM-',
    'SIM-UNKNOWN',
    'SIM-SLOWLY',
    'SIM-4x',
    'sim-slow',
    'XSIM-401',
  ])('%s just pays', async (orderNo) => {
    const { pay, query, money } = await startSimulator()
    expect(await pay(orderNo)).toMatchObject({ status: 0, orderNo, paymentMethod: 1 })
    expect(await query(orderNo)).toMatchObject({ status: 0, orderNo, ...reading.paid })
    expect(money(orderNo)).toEqual(charged)
  })
})

test('SIM-401 answers 401 for an order whose deadline is past before anybody asks', async () => {
  const { pay, query, money } = await startSimulator()
  expect(await query('SIM-401-7')).toMatchObject({
    status: 0,
    ...reading.unpaid,
    createdTime: '2026-11-23 09:44:00',
    tktLimitTime: '2026-11-23 10:14:00',
  })
  const answer = refusal(401, 'The payment deadline of the order has passed', 'SIM-401-7')
  expect(await pay('SIM-401-7')).toEqual(answer)
  expect(money('SIM-401-7')).toEqual(uncharged)
})

test.each([
  ['SIM-402', 402, 'The order status does not allow payment'],
  ['SIM-404', 404, 'The order has already been paid'],
])(
  '%s answers %i for an order that was ticketed before, and charges nothing',
  async (orderNo, status, msg) => {
    const { pay, query, money } = await startSimulator()
    const ticketed = {
      status: 0,
      orderStatus: '2',
      ticketStatus: '1',
      payTime: '2026-11-23 10:06:00',
      updatedTime: '2026-11-23 10:07:00',
      tktLimitTime: '2026-11-23 10:35:00',
      paymentMethod: 1,
      paymentOptions: null,
    }
    expect(await query(orderNo)).toMatchObject(ticketed)
    expect(await pay(orderNo, 3)).toEqual(refusal(status, msg, orderNo))
    expect(await query(orderNo)).toMatchObject(ticketed)
    expect(money(orderNo)).toEqual({
      state: 'ticketed',
      payRequests: 1,
      charges: 0,
      paidAt: '2026-11-23T02:06:00.000Z',
    })
  },
)

test('SIM-405 answers 405 for an order that was cancelled unpaid', async () => {
  const { pay, query, money } = await startSimulator()
  expect(await pay('SIM-405')).toEqual(refusal(405, 'Illegal transaction status', 'SIM-405'))
  expect(await query('SIM-405')).toMatchObject({
    status: 0,
    orderStatus: '-3',
    ticketStatus: '0',
    payTime: null,
    payment: null,
    errorCode: null,
  })
  expect(money('SIM-405')).toEqual({ ...uncharged, state: 'cancelled' })
})

test('SIM-406 answers 406 while somebody else pays the order, which then reads paid', async () => {
  const { call, pay, query, simulator, money } = await startSimulator({ slowMs: 1_000 })
  await call('/pay.do', { body: JSON.stringify({ orderNo: 'SIM-406', paymentMethod: 7 }) })
  expect(await query('SIM-406')).toMatchObject(reading.unpaid)
  const answer = refusal(406, 'The order is being paid', 'SIM-406')
  expect(await Promise.all([pay('SIM-406'), pay('SIM-406')])).toEqual([answer, answer])
  expect(await query('SIM-406')).toMatchObject(reading.unpaid)
  expect(money('SIM-406')).toEqual({ state: 'being-paid', payRequests: 3, charges: 0, paidAt: null })
  await soon(() => simulator.order('SIM-406')?.state).toBe('paid')
  expect(await query('SIM-406')).toMatchObject(reading.paid)
  expect(await pay('SIM-406')).toEqual(answer)
  expect(money('SIM-406')).toEqual({ state: 'paid', payRequests: 4, charges: 0, paidAt })
})

test('SIM-411-PAID answers 411 although it charged, and 404 from then on', async () => {
  const { pay, query, money } = await startSimulator()
  const msg = 'Payment gateway error or insufficient balance'
  expect(await pay('SIM-411-PAID')).toEqual(refusal(411, msg, 'SIM-411-PAID'))
  expect(await query('SIM-411-PAID')).toMatchObject(reading.paid)
  expect(money('SIM-411-PAID')).toEqual(charged)
  expect(await pay('SIM-411-PAID')).toMatchObject({ status: 404 })
  expect(money('SIM-411-PAID')).toEqual({ ...charged, payRequests: 2 })
})

test('SIM-800 does not exist, neither to be paid nor to be queried', async () => {
  const { pay, query, money } = await startSimulator()
  const answer = refusal(800, 'The order does not exist', 'SIM-800')
  expect(await query('SIM-800')).toEqual(answer)
  expect(await pay('SIM-800')).toEqual(answer)
  expect(money('SIM-800')).toEqual({ ...uncharged, state: 'missing' })
})

test('SIM-BALANCE refuses the deposit with 411 and takes any other method', async () => {
  const { pay, query, money } = await startSimulator()
  const msg = 'Payment gateway error or insufficient balance'
  expect(await pay('SIM-BALANCE')).toEqual(refusal(411, msg, 'SIM-BALANCE'))
  expect(await query('SIM-BALANCE')).toMatchObject(reading.unpaid)
  expect(money('SIM-BALANCE')).toEqual(uncharged)
  expect(await pay('SIM-BALANCE', 4)).toMatchObject({ status: 0, paymentMethod: 4 })
  expect(money('SIM-BALANCE')).toEqual({ ...charged, payRequests: 2 })
  expect(await pay('SIM-BALANCE')).toMatchObject({ status: 404 })
  expect(money('SIM-BALANCE')).toEqual({ ...charged, payRequests: 3 })
})

test('SIM-SLOW pays, but only after slowMs', async () => {
  const { pay, simulator, money } = await startSimulator({ slowMs: 1_000 })
  const answer = pay('SIM-SLOW')
  await soon(() => simulator.order('SIM-SLOW')?.state).toBe('being-paid')
  expect(await pay('SIM-SLOW')).toMatchObject({ status: 406 })
  expect(await answer).toMatchObject({ status: 0, orderNo: 'SIM-SLOW' })
  expect(money('SIM-SLOW')).toEqual({ ...charged, payRequests: 2 })
})

test.each([
  ['SIM-HANG-BEFORE-CHARGE', uncharged, reading.unpaid],
  ['SIM-HANG-AFTER-CHARGE', charged, reading.paid],
])('%s never answers', async (orderNo, money, reads) => {
  const started = await startSimulator()
  const leaving = new AbortController()
  const hanging = faultOf(payCall(started, orderNo, leaving.signal))
  await soon(() => started.simulator.order(orderNo)?.payRequests).toBe(1)
  // A payment that arrives later and takes as long is answered, so the first one's time to answer is over.
  expect(await started.pay('TESTA20261123101500123')).toMatchObject({ status: 0 })
  expect(started.money(orderNo)).toEqual(money)
  expect(await started.query(orderNo)).toMatchObject(reads)
  leaving.abort()
  expect(await hanging).toMatchObject({ name: 'AbortError' })
})

test('A hanging answer ends when the simulator closes', async () => {
  const started = await startSimulator()
  const hanging = faultOf(payCall(started, 'SIM-HANG-AFTER-CHARGE'))
  await soon(() => started.simulator.order('SIM-HANG-AFTER-CHARGE')?.charges).toBe(1)
  await started.simulator.close()
  expect(await hanging).toMatchObject({ code: 'UND_ERR_SOCKET' })
})

test('SIM-LATE-CHARGE resets the connection at once and charges later', async () => {
  const started = await startSimulator({ slowMs: 1_000 })
  const orderNo = 'SIM-LATE-CHARGE-7'
  await expect(payCall(started, orderNo)).rejects.toMatchObject({ code: 'ECONNRESET' })
  expect(await started.query(orderNo)).toMatchObject(reading.unpaid)
  expect(started.money(orderNo)).toEqual({ ...uncharged, state: 'being-paid' })
  await soon(() => started.simulator.order(orderNo)?.charges).toBe(1)
  expect(await started.query(orderNo)).toMatchObject(reading.paid)
  expect(started.money(orderNo)).toEqual(charged)
})

test.each([
  ['SIM-RESET-BEFORE-CHARGE', uncharged, reading.unpaid],
  ['SIM-RESET-AFTER-CHARGE', charged, reading.paid],
])('%s resets the connection', async (orderNo, money, reads) => {
  const started = await startSimulator()
  await expect(payCall(started, orderNo)).rejects.toMatchObject({ code: 'ECONNRESET' })
  expect(started.money(orderNo)).toEqual(money)
  expect(await started.query(orderNo)).toMatchObject(reads)
})

test('SIM-CANCELLED-AFTER-PAYMENT charges, resets the connection and reads cancelled with its payment', async () => {
  const started = await startSimulator()
  const orderNo = 'SIM-CANCELLED-AFTER-PAYMENT'
  expect(await started.query(orderNo)).toMatchObject(reading.unpaid)
  await expect(payCall(started, orderNo)).rejects.toMatchObject({ code: 'ECONNRESET' })
  expect(await started.query(orderNo)).toMatchObject({
    orderStatus: '-3',
    ticketStatus: '0',
    payTime,
    paymentMethod: 1,
    errorCode: '603',
    errorMessage: 'The flight sold out before the ticket was issued',
  })
  expect(started.money(orderNo)).toEqual({ ...charged, state: 'cancelled' })
})

test.each([
  [403, '403 Forbidden', undefined, uncharged],
  [429, '429 Too Many Requests', '7', uncharged],
  [500, '500 Internal Server Error', undefined, charged],
  [503, '503 Service Unavailable', undefined, uncharged],
])('SIM-HTTP-%i answers that HTTP status with a page', async (httpStatus, title, retryAfter, money) => {
  const started = await startSimulator()
  const orderNo = `SIM-HTTP-${httpStatus}`
  const { headers, bytes, ...answer } = await payCall(started, orderNo)
  expect(answer).toEqual({ httpStatus })
  expect(bytes.toString()).toBe(
    `<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`,
  )
  expect([headers['content-type'], headers['content-encoding'], headers['retry-after']]).toEqual([
    'text/html',
    undefined,
    retryAfter,
  ])
  expect(started.money(orderNo)).toEqual(money)
})

test('SIM-BROKEN-JSON charges and answers half a JSON text', async () => {
  const started = await startSimulator()
  const { httpStatus, bytes } = await payCall(started, 'SIM-BROKEN-JSON')
  const text = gunzipSync(bytes).toString()
  expect(httpStatus).toBe(200)
  expect(text).toMatch(/^\{"status":0,/)
  expect(() => JSON.parse(text)).toThrow(SyntaxError)
  expect(started.money('SIM-BROKEN-JSON')).toEqual(charged)
})

test('SIM-WRONG-ECHO charges and answers success for another order', async () => {
  const { pay, query, simulator, money } = await startSimulator()
  expect(await pay('SIM-WRONG-ECHO')).toMatchObject({ status: 0, orderNo: 'TESTA20200101000000000' })
  expect(await query('SIM-WRONG-ECHO')).toMatchObject({ orderNo: 'SIM-WRONG-ECHO', ...reading.paid })
  expect(money('SIM-WRONG-ECHO')).toEqual(charged)
  expect(simulator.order('TESTA20200101000000000')).toBeUndefined()
})

test('SIM-TRUNCATED-GZIP charges and answers half a gzip stream in a complete HTTP answer', async () => {
  const started = await startSimulator()
  const { httpStatus, headers, bytes } = await payCall(started, 'SIM-TRUNCATED-GZIP')
  expect({ httpStatus, encoding: headers['content-encoding'], length: headers['content-length'] }).toEqual({
    httpStatus: 200,
    encoding: 'gzip',
    length: String(bytes.length),
  })
  expect(() => gunzipSync(bytes)).toThrow('unexpected end of file')
  expect(started.money('SIM-TRUNCATED-GZIP')).toEqual(charged)
})

test('Each name of the table asks for itself, with and without an ending', () => {
  const names = scenarioTable.map(({ name }) => name).filter((name) => !name.includes('<'))
  expect(names).toHaveLength(45)
  expect(names.map((name) => scenarioOf(name).name)).toEqual(names)
  expect(names.map((name) => scenarioOf(`${name}-7`).name)).toEqual(names)
})
