import { expect, test } from 'vitest'
import { startAt, startSimulator } from './atlas-client.ts'

const orderNo = 'TESTA20261123101500123'

function amount(value: number, deductFrom: string): object {
  return { amount: value, currency: 'USD', deductFrom, displayAmount: null, displayCurrency: null }
}

function option(paymentMethod: number, fareFrom: string, feeFrom: string): object {
  return {
    paymentMethod,
    ticketFare: amount(84, fareFrom),
    serviceFee: amount(2.4, feeFrom),
    paymentFee: null,
    cardType: null,
  }
}

const passenger = {
  name: 'TEST/PASSENGER',
  ticketNos: [] as string[],
  airlinePNRs: [] as string[],
  ancillaries: [],
  contactEmails: ['test.passenger@example.invalid'],
  contactPhones: ['0000-00000000'],
}

const unpaid = {
  status: 0,
  msg: 'success',
  orderNo,
  pnrCode: 'GBTQUA',
  orderStatus: '0',
  ticketStatus: '0',
  createdTime: '2026-11-23 10:15:00',
  updatedTime: '2026-11-23 10:15:00',
  tktLimitTime: '2026-11-23 10:45:00',
  payTime: null,
  supportPaymentMethods: [1, 3, 4, 5],
  paymentMethod: null,
  payment: null,
  paymentOptions: [
    option(1, 'DEPOSIT', 'DEPOSIT'),
    option(3, 'CARD', 'DEPOSIT'),
    option(4, 'CARD', 'DEPOSIT'),
    option(5, 'CARD', 'CARD'),
  ],
  paymentAttempted: false,
  totalPrice: 84,
  totalTransactionFee: 2.4,
  currency: 'USD',
  vendorTotalPrice: null,
  vendorCost: null,
  vendorCurrency: null,
  paxTicketInfos: [passenger],
  airlineBookings: [],
  errorCode: null,
  errorMessage: null,
  airlineMessage: null,
  itineraryDownload: null,
  orderList: null,
  requestId: null,
  clientRequestId: null,
}

const paid = {
  ...unpaid,
  orderStatus: '1',
  updatedTime: '2026-11-23 10:16:00',
  payTime: '2026-11-23 10:16:00',
  paymentMethod: 3,
  payment: option(3, 'CARD', 'DEPOSIT'),
  paymentOptions: null,
}

test('An order is unpaid on first sight, in times of Singapore', async () => {
  const { query, simulator } = await startSimulator()
  expect(await query(orderNo)).toEqual(unpaid)
  expect(simulator.totals()).toEqual({ payRequests: 0, charges: 0, queries: 1, orders: 1 })
})

test('A paid order names its payment, and its tickets once they are issued', async () => {
  const { clock, pay, query, simulator } = await startSimulator({ ticketAfterMs: 5000 })
  await query(orderNo)
  clock.at = startAt + 60_000
  await pay(orderNo, 3)
  expect(await query(orderNo)).toEqual(paid)
  clock.at += 4999
  expect(await query(orderNo)).toEqual(paid)
  clock.at += 1
  expect(await query(orderNo)).toEqual({
    ...paid,
    orderStatus: '2',
    ticketStatus: '1',
    updatedTime: '2026-11-23 10:16:05',
    paxTicketInfos: [{ ...passenger, ticketNos: ['S67709'], airlinePNRs: ['S67709'] }],
    airlineBookings: [{ airlinePnr: 'S67709', airlineName: 'QG', tailDigitsOfPaymentCard: '0366' }],
  })
  expect(simulator.order(orderNo)).toMatchObject({
    state: 'ticketed',
    cardTail: '0366',
    queries: 4,
    charges: 1,
  })
})
