import { expect, test } from 'vitest'
import { scenarioOf } from '../../src/simulator/scenarios.ts'
import { startAt, startSimulator } from './atlas-client.ts'

const payTime = '2026-11-23 10:15:00'
const paid = { orderStatus: '1', ticketStatus: '0', payTime, errorCode: null, errorMessage: null }

test.each([
  ['SIM-TICKET-601', '601', 'Ticketing error 601'],
  ['SIM-TICKET-603-7', '603', 'The flight sold out before the ticket was issued'],
  ['SIM-TICKET-604', '604', 'The airline declined the card'],
  ['SIM-TICKET-699', '699', 'Ticketing error 699'],
  ['SIM-TICKET-6051', '6051', 'Ticketing error 6051'],
])('%s pays, and is cancelled with %s when tickets were due', async (orderNo, errorCode, errorMessage) => {
  const { clock, pay, query, simulator } = await startSimulator({ ticketAfterMs: 5000 })
  expect(await query(orderNo)).toMatchObject({ orderStatus: '0', payTime: null, errorCode: null })
  expect(await pay(orderNo)).toMatchObject({ status: 0, orderNo })
  clock.at += 4999
  expect(await query(orderNo)).toMatchObject({ ...paid, updatedTime: payTime })
  clock.at += 1
  expect(await query(orderNo)).toMatchObject({
    orderStatus: '-3',
    ticketStatus: '0',
    payTime,
    updatedTime: '2026-11-23 10:15:05',
    paymentMethod: 1,
    paxTicketInfos: [{ ticketNos: [], airlinePNRs: [] }],
    airlineBookings: [],
    errorCode,
    errorMessage,
  })
  expect(simulator.order(orderNo)).toMatchObject({
    state: 'cancelled',
    charges: 1,
    paidAt: new Date(startAt).toISOString(),
  })
})

test('SIM-TICKETING-615 stays paid with errorCode 615', async () => {
  const { clock, pay, query, simulator } = await startSimulator({ ticketAfterMs: 5000 })
  expect(await query('SIM-TICKETING-615')).toMatchObject({ orderStatus: '0', errorCode: null })
  expect(await pay('SIM-TICKETING-615')).toMatchObject({ status: 0 })
  const pending = { ...paid, errorCode: '615', errorMessage: expect.any(String) as unknown }
  expect(await query('SIM-TICKETING-615')).toMatchObject(pending)
  clock.at += 3_600_000
  expect(await query('SIM-TICKETING-615')).toMatchObject(pending)
  expect(simulator.order('SIM-TICKETING-615')).toMatchObject({ state: 'paid', charges: 1 })
})

test('SIM-TICKET-SLOW is ticketed only after ten times ticketAfterMs', async () => {
  const { clock, pay, query } = await startSimulator({ ticketAfterMs: 5000 })
  expect(await pay('SIM-TICKET-SLOW')).toMatchObject({ status: 0 })
  clock.at += 49_999
  expect(await query('SIM-TICKET-SLOW')).toMatchObject(paid)
  clock.at += 1
  expect(await query('SIM-TICKET-SLOW')).toMatchObject({ orderStatus: '2', ticketStatus: '1', payTime })
})

test('Each code of ticketing has its scenario, and no other number has', () => {
  const codes = Array.from({ length: 99 }, (_, index) => String(601 + index)).concat('6051')
  expect(codes.map((code) => scenarioOf(`SIM-TICKET-${code}`).ticketing)).toEqual(
    codes.map((errorCode) => ({ outcome: 'cancelled', errorCode, delayFactor: 1 })),
  )
  const others = ['600', '700', '6050', '6052', '0601', '', '601x', 'MINUS-601'].map(
    (code) => `SIM-TICKET-${code}`,
  )
  expect(others.map((orderNo) => scenarioOf(orderNo).name)).toEqual(others.map(() => 'ORDINARY'))
})
