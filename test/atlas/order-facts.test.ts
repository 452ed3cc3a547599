import { describe, expect, test } from 'vitest'
import type { OrderFacts } from '../../src/payment/order-facts.ts'
import { factsOf, judge, money, order, unpaid } from './order-reply.ts'

describe('a whole answer', () => {
  test('about an unpaid order tells what it costs, until when, and how it may be paid', () => {
    expect(judge()).toEqual({ kind: 'order', facts: unpaid })
  })

  test('about a ticketed order tells how it was paid and its references', () => {
    const ticketed = {
      orderStatus: '2',
      ticketStatus: '1',
      payTime: '2026-11-23 16:00:01',
      paymentMethod: 1,
      payment: order.paymentOptions[0],
      paymentOptions: null,
      paxTicketInfos: [{ name: 'CANARY', ticketNos: ['S12345'], airlinePNRs: ['S12345', 'S54321'] }],
      airlineBookings: [{ airlinePnr: 'S12345', airlineName: 'QG' }, { airlinePnr: 'S99999' }],
    }
    expect(factsOf(ticketed)).toEqual({
      ...unpaid,
      status: 'TICKETED',
      ticketsIssued: true,
      hasPayment: true,
      paymentMethod: 'BALANCE',
      paymentOptions: [],
      airlineRecordLocators: ['S12345', 'S99999', 'S54321'],
    })
  })

  test('about a cancelled order tells why', () => {
    const cancelled = { orderStatus: '-3', payTime: '2026-11-23 16:00:01', errorCode: '603' }
    expect(factsOf(cancelled)).toEqual({
      ...unpaid,
      status: 'CANCELLED',
      hasPayment: true,
      ticketingErrorCode: '603',
    })
  })

  test('holds nothing of passengers, of their itinerary, or of what Atlas wrote', () => {
    const texts = { msg: 'canary', errorMessage: 'canary', airlineMessage: 'canary', orderStatus: '-3' }
    expect(JSON.stringify(judge({ ...texts, errorCode: 'CANARY canary' })).toLowerCase()).not.toContain(
      'canary',
    )
  })
})

describe('a field that is missing or wrong', () => {
  const hostile = [
    undefined,
    null,
    '',
    'x',
    0,
    -1,
    7.5,
    true,
    false,
    [],
    {},
    [null],
    [[]],
    { amount: {} },
    'é'.repeat(99),
  ]
  /** What each field is when it tells nothing; the rest stays as it is. */
  const shown: Record<string, Partial<OrderFacts>> = {
    pnrCode: { pnrCode: null },
    ticketStatus: {},
    tktLimitTime: { payBefore: null },
    supportPaymentMethods: { paymentMethods: [] },
    currency: { total: null },
    paxTicketInfos: {},
    airlineBookings: {},
    vccStatus: {},
    msg: {},
    orderList: {},
    itineraryDownload: {},
  }

  describe.each(Object.entries(shown))('%s', (field, without) => {
    test.each(hostile.filter((value) => !(field === 'pnrCode' && value === 'x')).map((value) => [value]))(
      'as %j hides nothing else',
      (value) => {
        expect(factsOf({ [field]: value })).toEqual({ ...unpaid, ...without })
      },
    )
  })

  test.each(hostile.filter((value) => value !== 0 && value !== 7.5).map((value) => [value]))(
    'totalPrice as %j is no total',
    (value) => {
      expect(factsOf({ totalPrice: value })).toEqual({ ...unpaid, total: null })
    },
  )

  test.each(hostile.map((value) => [value]))('paymentOptions as %j hides nothing else', (value) => {
    // None is none; what cannot be read may be an option of any method.
    const isNone = value === undefined || value === null || (Array.isArray(value) && value.length === 0)
    expect(factsOf({ paymentOptions: value })).toEqual({ ...unpaid, paymentOptions: isNone ? [] : null })
  })

  test('totalTransactionFee that is not told is none, and one that cannot be read makes no total', () => {
    for (const value of [undefined, null]) {
      expect(factsOf({ totalTransactionFee: value }).total).toEqual(money('84.00'))
    }
    for (const value of ['', 'x', -1, true, [], {}, { amount: 2.4 }]) {
      expect(factsOf({ totalTransactionFee: value }).total).toBeNull()
    }
  })

  test.each([
    ['payTime', 'hasPayment', [undefined, null, ''], ['2026-11-23 16:00:00', 'x', 0, false, {}]],
    ['payment', 'hasPayment', [undefined, null], [{}, [], 'x', 1]],
    ['paymentMethod', 'hasPayment', [undefined, null], [1, 2, '1', 'x']],
    ['paymentAttempted', 'chargeStarted', [undefined, null, '', false], [true, 'true', 'false', 1, 0, {}]],
  ] as const)('%s is a sign (%s) whatever its type, unless it says nothing', (field, sign, no, yes) => {
    for (const value of no) expect(factsOf({ [field]: value })[sign]).toBe(false)
    for (const value of yes) expect(factsOf({ [field]: value })[sign]).toBe(true)
  })

  test.each([
    [undefined, null],
    [null, null],
    ['', null],
    ['603', '603'],
    [603, '603'],
    ['6051', '6051'],
    ['NEW_CODE-7', 'NEW_CODE-7'],
    ['MR JOHN SMITH', 'unreadable'],
    ['6'.repeat(17), 'unreadable'],
    ['603\n', 'unreadable'],
    [6.5, 'unreadable'],
    [true, 'unreadable'],
    [{}, 'unreadable'],
  ])('errorCode %j is told as %j', (errorCode, told) => {
    expect(factsOf({ errorCode }).ticketingErrorCode).toBe(told)
  })

  test('methods that nobody knows are left out, and each is told once', () => {
    expect(factsOf({ supportPaymentMethods: [5, 1, 2, '3', null, 1, 4, 1.5, {}] }).paymentMethods).toEqual([
      'MOR',
      'BALANCE',
      'BYOA',
    ])
  })

  test('references are letters and digits', () => {
    const airlinePNRs = ['S12345', 'a b', 'x'.repeat(17), '', null, 7, {}, '<b>', 'é']
    const airlineBookings = [null, 7, 'S1', { airlinePnr: 'S2' }, { airlinePnr: {} }, {}]
    expect(
      factsOf({ paxTicketInfos: [null, 7, { airlinePNRs }, {}], airlineBookings }).airlineRecordLocators,
    ).toEqual(['S2', 'S12345'])
  })
})

describe('a payment deadline', () => {
  test.each([
    ['2026-11-23 16:30:00', '2026-11-23T08:30:00.000Z'],
    ['2026-01-01 07:59:59', '2025-12-31T23:59:59.000Z'],
    ['2028-02-29 08:00:00', '2028-02-29T00:00:00.000Z'],
    ['2026-02-29 08:00:00', null],
    ['2026-02-30 00:00:00', null],
    ['2026-04-31 12:00:00', null],
    ['2026-13-01 12:00:00', null],
    ['2026-00-10 12:00:00', null],
    ['2026-11-00 12:00:00', null],
    ['2026-11-23 24:00:00', null],
    ['2026-11-23 23:60:00', null],
    ['2026-11-23 23:59:60', null],
    ['2026-11-23T16:30:00', null],
    ['2026-11-23 16:30', null],
    ['2026-11-23 16:30:00Z', null],
    ['2026-11-23 16:30:00\n', null],
    [' 2026-11-23 16:30:00', null],
    ['２０２６-11-23 16:30:00', null],
    ['20261123163000', null],
    [1_795_422_600_000, null],
  ])('%j, in Singapore, is %s', (tktLimitTime, instant) => {
    expect(factsOf({ tktLimitTime }).payBefore).toEqual(instant === null ? null : new Date(instant))
  })
})
