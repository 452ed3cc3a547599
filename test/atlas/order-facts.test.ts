import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judgeOrderExchange } from '../../src/atlas/judge-order.ts'
import type { Exchange } from '../../src/atlas/send-once.ts'
import { amountDue, type OrderAnswer, type OrderFacts } from '../../src/payment/order-facts.ts'

const money = (amount: string, currency = 'USD') => ({ amount, currency })
const usd = (amount: number, deductFrom: unknown = 'DEPOSIT') => ({
  amount,
  currency: 'USD',
  deductFrom,
  displayAmount: null,
  displayCurrency: null,
})

/** An unpaid order, in the shape of the recordings; passengers and the itinerary are made up. */
const order = {
  status: 0,
  msg: 'success',
  orderNo: 'A1',
  pnrCode: 'ROWFRI',
  orderStatus: '0',
  ticketStatus: '0',
  vccStatus: '0',
  createdTime: '2026-11-23 16:00:00',
  updatedTime: '2026-11-23 16:00:00',
  tktLimitTime: '2026-11-23 16:30:01',
  payTime: null,
  supportPaymentMethods: [1, 3],
  supportCreditTransPayment: '1',
  paymentMethod: null,
  payment: null,
  paymentOptions: [
    { paymentMethod: 1, ticketFare: usd(84), serviceFee: usd(2.4), paymentFee: null, cardType: null },
    { paymentMethod: 3, ticketFare: usd(84, 'CARD'), serviceFee: usd(2.4), paymentFee: usd(1.26, 'CARD') },
  ],
  paymentAttempted: null,
  totalPrice: 84,
  totalTransactionFee: 2.4,
  currency: 'USD',
  vendorTotalPrice: 71.1,
  vendorCurrency: 'SGD',
  paxTicketInfos: [
    { name: 'CANARY/PASSENGER', ticketNos: [], airlinePNRs: [], contactEmails: ['canary@example.invalid'] },
  ],
  airlineBookings: [],
  errorCode: null,
  errorMessage: null,
  airlineMessage: null,
  itineraryDownload: 'http://192.0.2.1/canary?token=canary',
  orderList: null,
  requestId: null,
  clientRequestId: null,
}

const unpaid: OrderFacts = {
  orderNo: 'A1',
  status: 'UNPAID',
  ticketsIssued: false,
  hasPayment: false,
  chargeStarted: false,
  paymentMethod: null,
  pnrCode: 'ROWFRI',
  payBefore: new Date('2026-11-23T08:30:01.000Z'),
  total: money('86.40'),
  paymentMethods: ['BALANCE', 'VCC_PASSTHROUGH'],
  paymentOptions: [
    {
      paymentMethod: 'BALANCE',
      ticketFare: money('84.00'),
      serviceFee: money('2.40'),
      paymentFee: null,
      total: money('86.40'),
      chargedToCard: null,
    },
    {
      paymentMethod: 'VCC_PASSTHROUGH',
      ticketFare: money('84.00'),
      serviceFee: money('2.40'),
      paymentFee: money('1.26'),
      total: money('87.66'),
      chargedToCard: money('85.26'),
    },
  ],
  airlineRecordLocators: [],
  ticketingErrorCode: null,
}

function judgeText(
  text: string,
  exchange: Partial<Extract<Exchange, { kind: 'answered' }>> = {},
): OrderAnswer {
  const headers = { 'content-type': 'application/json;charset=UTF-8' }
  const body = Buffer.from(text)
  return judgeOrderExchange('A1', { kind: 'answered', httpStatus: 200, headers, body, ...exchange })
}

function judge(change: object = {}): OrderAnswer {
  return judgeText(JSON.stringify({ ...order, ...change }))
}

function factsOf(change: object): OrderFacts {
  const answer = judge(change)
  if (answer.kind !== 'order') throw new Error(`Not an order: ${answer.kind}`)
  return answer.facts
}

/** The facts of the order with one number written as given. */
function factsWritten(field: string, written: string): OrderFacts {
  const text = JSON.stringify(order).replace(new RegExp(`"${field}":[^,}]+`), `"${field}":${written}`)
  const answer = judgeText(text)
  if (answer.kind !== 'order') throw new Error(`Not an order: ${answer.kind}`)
  return answer.facts
}

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
    paymentOptions: { paymentOptions: [] },
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

describe('an amount', () => {
  test.each([
    ['84', '86.40'],
    ['84.00', '86.40'],
    ['86.40', '88.80'],
    ['26.125', '28.525'],
    ['0.1', '2.50'],
    ['0.30000000', '2.70'],
    ['0', '2.40'],
    ['90071992547.40993', '90071992549.80993'],
    ['123456789012.12345678', '123456789014.52345678'],
    ['"84.10"', '86.50'],
    // More than an amount can be, and what is no plain decimal, is not told: never a number that is nearly it.
    ['9007199254740993', null],
    ['12345678901234567890', null],
    ['0.123456789', null],
    ['1e2', null],
    ['1E2', null],
    ['-84', null],
    ['-0', null],
    ['8.4e1', null],
    ['"1,084.00"', null],
    ['999999999999.99', null],
  ])('written as %s with a fee of 2.4 makes a total of %s', (written, total) => {
    expect(factsWritten('totalPrice', written).total).toEqual(total === null ? null : money(total))
  })

  test('of 0.1 and 0.2 is 0.30', () => {
    expect(factsOf({ totalPrice: 0.1, totalTransactionFee: 0.2 }).total).toEqual(money('0.30'))
  })

  test('is never another number than the one that was written, in the total and in the options', () => {
    const decimal = fc
      .tuple(fc.bigInt({ min: 0n, max: 10n ** 18n }), fc.integer({ min: 0, max: 8 }))
      .map(([units, scale]) => {
        const digits = units.toString().padStart(scale + 1, '0')
        return scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`
      })
    const unitsIn = (text: string): bigint => {
      const [whole, fraction = ''] = text.split('.')
      return BigInt(whole! + fraction.padEnd(8, '0'))
    }
    const text = (price: string): string =>
      `{"status":0,"orderNo":"A1","orderStatus":"0","currency":"USD","totalPrice":${price},
        "paymentOptions":[{"paymentMethod":1,"ticketFare":{"amount":${price},"currency":"USD","deductFrom":"CARD"}}]}`
    fc.assert(
      fc.property(decimal, (price) => {
        const answer = judgeText(text(price))
        const facts = answer.kind === 'order' ? answer.facts : undefined
        const [option] = facts!.paymentOptions
        const amounts = [facts!.total, option!.ticketFare, option!.total, option!.chargedToCard]
        const isShown = price.split('.')[0]!.length <= 12
        for (const amount of amounts) {
          expect(amount === null ? null : unitsIn(amount.amount)).toBe(isShown ? unitsIn(price) : null)
        }
      }),
    )
  })
})

describe('a payment option', () => {
  const option = order.paymentOptions[0]!
  const optionWith = (change: object) =>
    factsOf({ paymentOptions: [{ ...option, ...change }] }).paymentOptions[0]!

  test.each([
    ['x'],
    [7],
    [{}],
    [[]],
    [{ amount: null, currency: 'USD' }],
    [{ amount: 2.4, currency: null }],
    [{ amount: 2.4, currency: 'usd' }],
    [{ amount: -2.4, currency: 'USD' }],
    [{ amount: '2,40', currency: 'USD' }],
  ])('with a fee that cannot be read (%j) has no sum, which would be too low', (fee) => {
    for (const field of ['serviceFee', 'paymentFee']) {
      expect(optionWith({ [field]: fee })).toMatchObject({ [field]: null, total: null, chargedToCard: null })
    }
  })

  test.each([undefined, null, 'x', {}])('without a fare (%j) has no sum of its fees', (ticketFare) => {
    expect(optionWith({ ticketFare })).toMatchObject({
      ticketFare: null,
      serviceFee: money('2.40'),
      total: null,
    })
  })

  test('in several currencies has no sum, and its card may', () => {
    const mixed = { ticketFare: { amount: 12650, currency: 'JPY', deductFrom: 'CARD' } }
    expect(optionWith(mixed)).toEqual({
      paymentMethod: 'BALANCE',
      ticketFare: money('12650', 'JPY'),
      serviceFee: money('2.40'),
      paymentFee: null,
      total: null,
      chargedToCard: money('12650', 'JPY'),
    })
  })

  test('of a method that nobody knows, or that is none, is left out', () => {
    const paymentOptions = [
      null,
      7,
      'x',
      [],
      {},
      { ...option, paymentMethod: 2 },
      { ...option, paymentMethod: '1' },
    ]
    expect(factsOf({ paymentOptions }).paymentOptions).toEqual([])
  })
})

describe('what is due', () => {
  const option = order.paymentOptions[0]!
  const dueOf = (paymentOptions: unknown): unknown => amountDue(factsOf({ paymentOptions }), 'BALANCE')

  test('is what the option says, and the total where there is none', () => {
    expect(dueOf([{ ...option, paymentFee: usd(1) }])).toEqual(money('87.40'))
    expect(dueOf([{ ...option, paymentMethod: 3, paymentFee: usd(1) }])).toEqual(money('86.40'))
    expect(dueOf(null)).toEqual(money('86.40'))
  })

  test('is not the total when the option cannot be read', () => {
    expect(dueOf([{ ...option, paymentFee: 'x' }])).toBeNull()
    expect(dueOf([{ ...option, ticketFare: null }])).toBeNull()
  })

  test('is not known when options of the method differ', () => {
    expect(dueOf([option, { ...option, paymentFee: usd(1), cardType: 'Visa' }])).toBeNull()
    expect(dueOf([option, { ...option, paymentFee: 'x' }])).toBeNull()
    expect(dueOf([option, { ...option, cardType: 'Visa' }])).toEqual(money('86.40'))
  })
})

describe('an answer', () => {
  const nothing = Object.fromEntries(Object.keys(order).map((field) => [field, null]))

  test.each<[string, object, OrderAnswer]>([
    ['0 and nulls', { ...nothing, status: 0, msg: 'success' }, { kind: 'not-found' }],
    ['0 and nothing', { status: 0 }, { kind: 'not-found' }],
    ['0 and a state without a number', { ...order, orderNo: null }, { kind: 'unreadable' }],
    ['0 and another number', { ...order, orderNo: 'A2' }, { kind: 'unreadable' }],
    ['0 and the number in other letters', { ...order, orderNo: 'a1' }, { kind: 'unreadable' }],
    ['0 and two numbers', { ...order, orderNo: 'A1,A2' }, { kind: 'unreadable' }],
    ['0 and a list of numbers', { ...order, orderNo: ['A1'] }, { kind: 'unreadable' }],
    ['0 and no state', { ...order, orderStatus: null }, { kind: 'unreadable' }],
    ['0 and orderStatus 7', { ...order, orderStatus: '7' }, { kind: 'unreadable' }],
    ['703', { ...nothing, status: 703 }, { kind: 'not-found' }],
    ['800', { ...nothing, status: 800 }, { kind: 'not-found' }],
    ['800 with an order', { ...order, status: 800 }, { kind: 'not-found' }],
    ['705', { ...nothing, status: 705 }, { kind: 'unavailable' }],
    ['-1', { ...nothing, status: -1 }, { kind: 'unavailable' }],
    ['9999', { ...nothing, status: 9999 }, { kind: 'unavailable' }],
    ['2', { ...nothing, status: 2 }, { kind: 'unavailable' }],
    ['404', { ...nothing, status: 404 }, { kind: 'unavailable' }],
    ['12345', { ...nothing, status: 12_345 }, { kind: 'unavailable' }],
    ['700', { ...order, status: 700 }, { kind: 'unavailable' }],
    ['100', { ...nothing, status: 100 }, { kind: 'unreadable' }],
    ['701', { ...nothing, status: 701 }, { kind: 'unreadable' }],
    ['702', { ...nothing, status: 702 }, { kind: 'unreadable' }],
    ['704', { ...nothing, status: 704 }, { kind: 'unreadable' }],
    ['901', { ...nothing, status: 901 }, { kind: 'unreadable' }],
    ['"0"', { ...order, status: '0' }, { kind: 'unreadable' }],
    ['0.5', { ...order, status: 0.5 }, { kind: 'unreadable' }],
    ['null', { ...order, status: null }, { kind: 'unreadable' }],
    ...[3, 900, 902].map((status): [string, object, OrderAnswer] => [
      String(status),
      { ...nothing, status },
      { kind: 'refused', code: 'ATLAS_ACCESS_DENIED', retryAfterSeconds: null },
    ]),
    ['110', { status: 110 }, { kind: 'refused', code: 'ATLAS_RATE_LIMITED', retryAfterSeconds: null }],
  ])('with status %s means what it means, and never an order', (_status, reply, answer) => {
    expect(judgeText(JSON.stringify(reply))).toEqual(answer)
  })

  test.each<[number, Record<string, string>, OrderAnswer]>([
    [401, {}, { kind: 'refused', code: 'ATLAS_ACCESS_DENIED', retryAfterSeconds: null }],
    [403, {}, { kind: 'refused', code: 'ATLAS_ACCESS_DENIED', retryAfterSeconds: null }],
    [429, {}, { kind: 'refused', code: 'ATLAS_RATE_LIMITED', retryAfterSeconds: null }],
    [429, { 'retry-after': '7' }, { kind: 'refused', code: 'ATLAS_RATE_LIMITED', retryAfterSeconds: 7 }],
    [429, { 'retry-after': '0' }, { kind: 'refused', code: 'ATLAS_RATE_LIMITED', retryAfterSeconds: 1 }],
    [
      429,
      { 'retry-after': 'soon' },
      { kind: 'refused', code: 'ATLAS_RATE_LIMITED', retryAfterSeconds: null },
    ],
    ...[201, 204, 301, 302, 307, 400, 404, 408, 422, 500, 502, 503, 504].map(
      (status): [number, Record<string, string>, OrderAnswer] => [status, {}, { kind: 'unavailable' }],
    ),
  ])('with HTTP %i and %j is no order, whatever its body says', (httpStatus, more, answer) => {
    const headers = { 'content-type': 'application/json', ...more }
    expect(judgeText(JSON.stringify(order), { httpStatus, headers })).toEqual(answer)
  })

  test.each(['', '{', 'null', '[]', '7', '"A1"', '<html>', '{"status":0}}', '\u0000'])(
    'of the body %j is no order',
    (body) => {
      expect(['unavailable', 'unreadable']).toContain(judgeText(body).kind)
    },
  )

  test('that never came is not available', () => {
    for (const exchange of [
      { kind: 'lost', reason: 'DEADLINE', cause: null },
      { kind: 'not-sent', reason: 'CONNECTION_FAILED', cause: null },
    ] as const) {
      expect(judgeOrderExchange('A1', exchange)).toEqual({ kind: 'unavailable' })
    }
  })

  test('that is anything at all is judged, and never as an order of another number', () => {
    const keys = [...Object.keys(order), 'amount', '__proto__', 'constructor', 'toString']
    const value = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...Object.values(order), 'A2', '1', '-3', 0, 703) },
      fc.jsonValue({ maxDepth: 3 }),
    )
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...keys), value), fc.boolean(), (change, isWhole) => {
        const text = JSON.stringify({ ...(isWhole && order), ...change })
        const answer = judgeText(text)
        if (answer.kind === 'order') {
          expect(answer.facts.orderNo).toBe('A1')
          expect((JSON.parse(text) as { orderNo: unknown }).orderNo).toBe('A1')
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
