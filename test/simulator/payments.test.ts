import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { refusal, soon, startAt, startSimulator } from './atlas-client.ts'

const orderNo = 'TESTA20261123101500123'
const paidAt = new Date(startAt).toISOString()
const minuteMs = 60_000

const accepted = {
  status: 0,
  msg: 'success',
  orderNo,
  pnrCode: 'GBTQUA',
  paymentMethod: 1,
  airlines: ['QG'],
  requestId: null,
  clientRequestId: null,
}

const alreadyPaid = refusal(404, 'The order has already been paid', orderNo)
const beingPaid = refusal(406, 'The order is being paid', orderNo)

test('A payment is accepted in gzip-compressed JSON and charged once', async () => {
  const { call, simulator } = await startSimulator()
  const answer = await call('/pay.do', { body: JSON.stringify({ orderNo, paymentMethod: 1 }) })
  expect(answer.httpStatus).toBe(200)
  expect(answer.headers).toMatchObject({
    'content-type': 'application/json;charset=UTF-8',
    'content-encoding': 'gzip',
    'content-length': String(answer.bytes.length),
  })
  expect(JSON.parse(gunzipSync(answer.bytes).toString())).toEqual(accepted)
  expect(simulator.order(orderNo)).toEqual({
    orderNo,
    scenario: 'ORDINARY',
    state: 'paid',
    paymentMethod: 1,
    cardTail: null,
    createdAt: paidAt,
    payDeadlineAt: new Date(startAt + 30 * minuteMs).toISOString(),
    paidAt,
    payRequests: 1,
    charges: 1,
    queries: 0,
  })
})

test('A second payment answers 404 and charges nothing', async () => {
  const { pay, money } = await startSimulator()
  expect(await pay(orderNo)).toEqual(accepted)
  expect(await pay(orderNo)).toEqual(alreadyPaid)
  expect(await pay(orderNo, 3)).toEqual(alreadyPaid)
  expect(money(orderNo)).toEqual({ state: 'paid', payRequests: 3, charges: 1, paidAt })
})

test('Of payments at the same time one is charged and the others answer 406', async () => {
  const { pay, money } = await startSimulator({ latencyMs: 1_000 })
  const answers = await Promise.all([pay(orderNo), pay(orderNo), pay(orderNo)])
  expect(answers).toHaveLength(3)
  expect(answers).toEqual(expect.arrayContaining([accepted, beingPaid, beingPaid]))
  expect(answers.filter((answer) => Reflect.get(Object(answer), 'status') === 406)).toHaveLength(2)
  expect(money(orderNo)).toEqual({ state: 'paid', payRequests: 3, charges: 1, paidAt })
})

test('Without guards every request is charged, the second and the simultaneous ones too', async () => {
  const { pay, money } = await startSimulator({ guardsOrders: false })
  expect(await Promise.all([pay(orderNo), pay(orderNo)])).toEqual([accepted, accepted])
  expect(await pay(orderNo)).toEqual(accepted)
  expect(money(orderNo)).toEqual({ state: 'paid', payRequests: 3, charges: 3, paidAt })
})

test('An order reads being-paid to people and unpaid to Atlas clients until it is charged', async () => {
  const { pay, query, simulator, money } = await startSimulator({ latencyMs: 1_000 })
  const answer = pay(orderNo)
  await soon(() => simulator.order(orderNo)?.payRequests).toBe(1)
  expect(money(orderNo)).toEqual({ state: 'being-paid', payRequests: 1, charges: 0, paidAt: null })
  expect(await query(orderNo)).toMatchObject({ orderStatus: '0', payTime: null })
  expect(await answer).toEqual(accepted)
  expect(money(orderNo)).toEqual({ state: 'paid', payRequests: 1, charges: 1, paidAt })
})

test('A client that leaves during the latency does not stop the charge', async () => {
  const { call, simulator, money } = await startSimulator({ latencyMs: 1_000 })
  const leaving = new AbortController()
  const left = call('/pay.do', {
    body: JSON.stringify({ orderNo, paymentMethod: 1 }),
    signal: leaving.signal,
  })
  await soon(() => simulator.order(orderNo)?.payRequests).toBe(1)
  leaving.abort()
  await expect(left).rejects.toThrow('aborted')
  expect(money(orderNo)).toEqual({ state: 'being-paid', payRequests: 1, charges: 0, paidAt: null })
  await soon(() => simulator.order(orderNo)?.charges).toBe(1)
  expect(money(orderNo)).toEqual({ state: 'paid', payRequests: 1, charges: 1, paidAt })
})

test('A payment at the deadline answers 401 and charges nothing', async () => {
  const { clock, pay, query, money } = await startSimulator()
  await query(orderNo)
  clock.at = startAt + 30 * minuteMs
  const tooLate = refusal(401, 'The payment deadline of the order has passed', orderNo)
  expect(await pay(orderNo)).toEqual(tooLate)
  expect(money(orderNo)).toEqual({ state: 'unpaid', payRequests: 1, charges: 0, paidAt: null })
})

test('A payment one second before the deadline is accepted, and 404 stays the answer after it', async () => {
  const { clock, pay, query, money } = await startSimulator()
  await query(orderNo)
  clock.at = startAt + 30 * minuteMs - 1000
  expect(await pay(orderNo)).toEqual(accepted)
  clock.at = startAt + 31 * minuteMs
  expect(await pay(orderNo)).toEqual(alreadyPaid)
  expect(money(orderNo)).toEqual({
    state: 'ticketed',
    payRequests: 2,
    charges: 1,
    paidAt: '2026-11-23T02:44:59.000Z',
  })
})

test('SIM-DEADLINE-SOON pays for 60 seconds from its first sight', async () => {
  const { clock, pay, query, money } = await startSimulator()
  const reading = { orderStatus: '0', payTime: null, tktLimitTime: '2026-11-23 10:16:00' }
  expect(await query('SIM-DEADLINE-SOON-1')).toMatchObject(reading)
  expect(await query('SIM-DEADLINE-SOON-2')).toMatchObject(reading)
  clock.at = startAt + minuteMs - 1
  expect(await pay('SIM-DEADLINE-SOON-1')).toMatchObject({ status: 0 })
  clock.at = startAt + minuteMs
  const msg = 'The payment deadline of the order has passed'
  expect(await pay('SIM-DEADLINE-SOON-2')).toEqual(refusal(401, msg, 'SIM-DEADLINE-SOON-2'))
  expect(await query('SIM-DEADLINE-SOON-2')).toMatchObject(reading)
  expect(money('SIM-DEADLINE-SOON-2')).toEqual({ state: 'unpaid', payRequests: 1, charges: 0, paidAt: null })
})

test('Orders do not share their state', async () => {
  const { pay, simulator, money } = await startSimulator()
  await Promise.all([pay('TESTA1'), pay('TESTA2'), pay('TESTA1')])
  expect(money('TESTA1')).toEqual({ state: 'paid', payRequests: 2, charges: 1, paidAt })
  expect(money('TESTA2')).toEqual({ state: 'paid', payRequests: 1, charges: 1, paidAt })
  expect(simulator.totals()).toEqual({ payRequests: 3, charges: 2, queries: 0, orders: 2 })
})
