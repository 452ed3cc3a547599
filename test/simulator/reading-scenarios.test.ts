import { expect, test } from 'vitest'
import { faultOf, jsonOf, refusal, soon, startAt, startSimulator } from './atlas-client.ts'

const paidAt = new Date(startAt).toISOString()
const payTime = '2026-11-23 10:15:00'

const uncharged = { state: 'unpaid', payRequests: 1, charges: 0, paidAt: null }
const charged = { state: 'paid', payRequests: 1, charges: 1, paidAt }

const noTickets = [{ name: 'TEST/PASSENGER', ticketNos: [], airlinePNRs: [] }]

/** Every field of the query's answer. */
const fields = [
  'status',
  'msg',
  'orderNo',
  'pnrCode',
  'orderStatus',
  'ticketStatus',
  'createdTime',
  'updatedTime',
  'tktLimitTime',
  'payTime',
  'supportPaymentMethods',
  'paymentMethod',
  'payment',
  'paymentOptions',
  'paymentAttempted',
  'totalPrice',
  'totalTransactionFee',
  'currency',
  'vendorTotalPrice',
  'vendorCost',
  'vendorCurrency',
  'paxTicketInfos',
  'airlineBookings',
  'errorCode',
  'errorMessage',
  'airlineMessage',
  'itineraryDownload',
  'orderList',
  'requestId',
  'clientRequestId',
]

function nulls(status: number, msg: string): object {
  return { ...Object.fromEntries(fields.map((field) => [field, null])), status, msg }
}

test('SIM-TICKETLESS pays, and then reads ticketed without a ticket for good', async () => {
  const { clock, pay, query, money } = await startSimulator({ ticketAfterMs: 5000 })
  expect(await query('SIM-TICKETLESS')).toMatchObject({ orderStatus: '0', ticketStatus: '0', payTime: null })
  expect(await pay('SIM-TICKETLESS')).toMatchObject({ status: 0 })
  const ticketless = {
    orderStatus: '2',
    ticketStatus: '0',
    payTime,
    paxTicketInfos: noTickets,
    errorCode: null,
  }
  expect(await query('SIM-TICKETLESS')).toMatchObject(ticketless)
  clock.at += 60_000
  expect(await query('SIM-TICKETLESS')).toMatchObject(ticketless)
  expect(money('SIM-TICKETLESS')).toEqual(charged)
})

test('SIM-CONTRADICTORY reads unpaid with a payment time, and answers 406', async () => {
  const { pay, query, money } = await startSimulator()
  const reading = { orderStatus: '0', ticketStatus: '0', payTime, paymentMethod: null, payment: null }
  expect(await query('SIM-CONTRADICTORY')).toMatchObject(reading)
  const answer = refusal(406, 'The order is being paid', 'SIM-CONTRADICTORY')
  expect(await pay('SIM-CONTRADICTORY')).toEqual(answer)
  expect(await query('SIM-CONTRADICTORY')).toMatchObject(reading)
  expect(money('SIM-CONTRADICTORY')).toEqual(uncharged)
})

test('SIM-CHARGE-STARTED reads unpaid with a charge attempted, and answers 406', async () => {
  const { pay, query, money } = await startSimulator()
  const reading = { orderStatus: '0', payTime: null, paymentMethod: null, paymentAttempted: true }
  expect(await query('SIM-CHARGE-STARTED')).toMatchObject(reading)
  const answer = refusal(406, 'The order is being paid', 'SIM-CHARGE-STARTED')
  expect(await pay('SIM-CHARGE-STARTED', 3)).toEqual(answer)
  expect(await query('SIM-CHARGE-STARTED')).toMatchObject(reading)
  expect(money('SIM-CHARGE-STARTED')).toEqual(uncharged)
})

test('SIM-CANCELLED-WITH-TICKETS was cancelled after payment and still shows its tickets', async () => {
  const { pay, query, money } = await startSimulator()
  const orderNo = 'SIM-CANCELLED-WITH-TICKETS'
  const reading = {
    orderStatus: '-3',
    ticketStatus: '0',
    payTime: '2026-11-23 10:06:00',
    updatedTime: '2026-11-23 10:10:00',
    paymentMethod: 1,
    paymentOptions: null,
    paxTicketInfos: [{ ticketNos: [expect.stringMatching(/^S\d{5}$/)] }],
    errorCode: null,
  }
  expect(await query(orderNo)).toMatchObject(reading)
  expect(await pay(orderNo)).toEqual(refusal(402, 'The order status does not allow payment', orderNo))
  expect(await query(orderNo)).toMatchObject(reading)
  expect(money(orderNo)).toEqual({ ...uncharged, state: 'cancelled', paidAt: '2026-11-23T02:06:00.000Z' })
})

test('SIM-NULLS does not exist, which the query tells by status 0 and nulls', async () => {
  const { pay, query, money } = await startSimulator()
  expect(await query('SIM-NULLS')).toEqual(nulls(0, 'success'))
  expect(await pay('SIM-NULLS')).toEqual(refusal(800, 'The order does not exist', 'SIM-NULLS'))
  expect(money('SIM-NULLS')).toEqual({ ...uncharged, state: 'missing' })
})

test('SIM-READS-STRANGE pays and reads as orderStatus 7', async () => {
  const { pay, query, money } = await startSimulator()
  expect(await query('SIM-READS-STRANGE')).toMatchObject({ status: 0, orderStatus: '7', payTime: null })
  expect(await pay('SIM-READS-STRANGE')).toMatchObject({ status: 0 })
  expect(await query('SIM-READS-STRANGE')).toMatchObject({ status: 0, orderStatus: '7', payTime })
  expect(money('SIM-READS-STRANGE')).toEqual(charged)
})

test('SIM-READS-OTHER pays, and the query names another order', async () => {
  const { pay, query, money } = await startSimulator()
  expect(await pay('SIM-READS-OTHER')).toMatchObject({ status: 0, orderNo: 'SIM-READS-OTHER' })
  expect(await query('SIM-READS-OTHER')).toMatchObject({
    status: 0,
    orderNo: 'TESTA20200101000000000',
    orderStatus: '1',
  })
  expect(money('SIM-READS-OTHER')).toEqual(charged)
})

test.each([
  ['SIM-READS-701', 701, 'More than one order matches'],
  ['SIM-READS-703', 703, 'No order was found'],
  ['SIM-READS-705', 705, 'The query timed out'],
  ['SIM-READS-705-7', 705, 'The query timed out'],
  ['SIM-READS-800', 800, 'The order does not exist'],
  ['SIM-READS-900', 900, 'Unauthorized'],
  ['SIM-READS-12345', 12345, 'Error 12345'],
  ['SIM-READS-MINUS-1', -1, 'Common error'],
  ['SIM-READS-MINUS-1-7', -1, 'Common error'],
])('%s pays, and the query answers %i with nulls', async (orderNo, status, msg) => {
  const { pay, query, money } = await startSimulator()
  expect(await query(orderNo)).toEqual(nulls(status, msg))
  expect(await pay(orderNo)).toMatchObject({ status: 0, orderNo })
  expect(await query(orderNo)).toEqual(nulls(status, msg))
  expect(money(orderNo)).toEqual(charged)
})

test.each(['SIM-READS-0', 'SIM-READS-', 'SIM-READS-7x', 'SIM-READS-HTTP-502', 'SIM-READS-UNKNOWN'])(
  '%s reads as any order does',
  async (orderNo) => {
    const { pay, query } = await startSimulator()
    await pay(orderNo)
    expect(await query(orderNo)).toMatchObject({ status: 0, orderNo, orderStatus: '1', payTime })
  },
)

test.each([
  ['SIM-READS-HTTP-500', 500, undefined],
  ['SIM-READS-HTTP-429', 429, '7'],
])('%s pays, and the query answers HTTP %i', async (orderNo, httpStatus, retryAfter) => {
  const { call, pay, simulator, money } = await startSimulator()
  expect(await pay(orderNo)).toMatchObject({ status: 0 })
  const answer = await call('/queryOrderDetails.do', { body: JSON.stringify({ orderNo }) })
  expect({ httpStatus: answer.httpStatus, retryAfter: answer.headers['retry-after'] }).toEqual({
    httpStatus,
    retryAfter,
  })
  expect(answer.headers['content-type']).toBe('text/html')
  expect(money(orderNo)).toEqual(charged)
  expect(simulator.totals().queries).toBe(1)
})

test('SIM-READS-HANG pays, and the query never answers', async () => {
  const { call, pay, query, simulator, money } = await startSimulator()
  const leaving = new AbortController()
  const body = JSON.stringify({ orderNo: 'SIM-READS-HANG' })
  const hanging = faultOf(call('/queryOrderDetails.do', { body, signal: leaving.signal }).then(jsonOf))
  await soon(() => simulator.order('SIM-READS-HANG')?.queries).toBe(1)
  expect(await pay('SIM-READS-HANG')).toMatchObject({ status: 0 })
  // Queries are answered at once: one that came later and is answered shows that the first will not be.
  expect(await query('TESTA20261123101500123')).toMatchObject({ status: 0 })
  expect(money('SIM-READS-HANG')).toEqual(charged)
  leaving.abort()
  expect(await hanging).toMatchObject({ name: 'AbortError' })
})
