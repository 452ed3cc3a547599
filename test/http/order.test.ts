import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { languages } from '../../src/payment/languages.ts'
import { orderErrorRules } from '../../src/payment/order-error.ts'
import { LedgerUnavailable } from '../../src/payment/ports.ts'
import { orderErrorSentencesOf, ticketingSentencesOf } from '../../src/payment/remediation.ts'
import { ticketingFailureCodes, ticketingFailureRules } from '../../src/payment/ticketing-failure.ts'
import { createSimulator, type Simulator } from '../../src/simulator/server.ts'
import { createFastClock } from '../support/fast-clock.ts'
import { startGateway, testCredentials, type TestGateway } from '../support/gateway.ts'
import { orderDocument } from '../support/order-documents.ts'
import { bearer, startTracedGateway, tokenEnvironment } from '../support/token-gateway.ts'
import { answerJson, answerOrder, startScriptedAtlas } from '../support/scripted-atlas.ts'
import { claimsOf, signWithSecret, tokenSecret } from '../support/token-issuer.ts'

const english = languages.get('en')!
const usd = (amount: string) => ({ amount, currency: 'USD' })
const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string
const reference = expect.stringMatching(/^[A-Z]{6}$/) as string

/** Tickets are issued, or refused, as soon as an order is paid. */
let simulator: Simulator
/** Orders stay paid for as long as the tests run. */
let slow: Simulator
let gateway: TestGateway
let slowGateway: TestGateway

beforeAll(async () => {
  const options = { host: '127.0.0.1', port: 0, latencyMs: 0, ...testCredentials }
  simulator = await createSimulator({ ...options, ticketAfterMs: 0 })
  slow = await createSimulator({ ...options, ticketAfterMs: 600_000 })
  gateway = await startGateway(simulator.url, { ATLAS_TIMEOUT_MS: '1000' }, { clock: createFastClock() })
  slowGateway = await startGateway(slow.url, {}, { clock: createFastClock() })
})

afterAll(async () => {
  await Promise.all([gateway.close(), slowGateway.close()])
  await Promise.all([simulator.close(), slow.close()])
})

type Shown = Record<string, unknown>

async function look(orderNo: string, at = gateway, language = 'en'): Promise<Shown> {
  const response = await fetch(`${at.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'accept-language': language },
    body: JSON.stringify({ query: orderDocument, variables: { orderNo } }),
  })
  const { data, errors } = (await response.json()) as { data: { order: Shown }; errors?: unknown }
  expect([response.status, errors]).toEqual([200, undefined])
  return data.order
}

async function pay(orderNo: string, at = gateway, paymentMethod = 'BALANCE'): Promise<unknown> {
  const { data } = await at.graphql(
    `mutation P($input: PayOrderInput!) {
      payOrder(input: $input) { ... on PaymentSuccess { __typename } ... on PaymentError { code } }
    }`,
    { input: { orderNo, paymentMethod } },
  )
  const { __typename, code } = data!['payOrder'] as Shown
  return code ?? __typename
}

const optionOf = (paymentMethod: string, card: string | null, change: Shown = {}): Shown => ({
  paymentMethod,
  ticketFare: usd('84.00'),
  serviceFee: usd('2.40'),
  paymentFee: null,
  total: usd('86.40'),
  chargedToCard: card === null ? null : usd(card),
  ...change,
})

const unpaid = (orderNo: string, change: Shown = {}): Shown => ({
  __typename: 'Order',
  orderNo,
  state: 'UNPAID',
  payBefore: instant,
  total: usd('86.40'),
  paymentMethods: ['BALANCE', 'VCC_PASSTHROUGH', 'BYOA', 'MOR'],
  paymentOptions: [
    optionOf('BALANCE', null),
    optionOf('VCC_PASSTHROUGH', '84.00'),
    optionOf('BYOA', '84.00'),
    optionOf('MOR', '86.40'),
  ],
  pnrCode: reference,
  airlineRecordLocators: [],
  ticketsIssued: false,
  ticketingFailure: null,
  readAt: instant,
  ...change,
})

/** An order that cannot be paid any more. */
const closed = (orderNo: string, state: string, change: Shown = {}): Shown =>
  unpaid(orderNo, { state, paymentMethods: [], paymentOptions: [], ...change })

const issued = { airlineRecordLocators: [expect.stringMatching(/^S\d{5}$/)] }

/** An order of which Atlas told nothing. */
const untold = (orderNo: string): Shown =>
  closed(orderNo, 'UNKNOWN', { payBefore: null, total: null, pnrCode: null })

describe('the state of an order', () => {
  test.each<[string, string | null, Shown]>([
    ['LOOK-1', null, unpaid('LOOK-1')],
    ['LOOK-2', 'PaymentSuccess', closed('LOOK-2', 'TICKETED', { ticketsIssued: true, ...issued })],
    ['SIM-TICKETLESS', null, unpaid('SIM-TICKETLESS')],
    ['SIM-TICKETLESS-1', 'PaymentSuccess', closed('SIM-TICKETLESS-1', 'TICKETING')],
    ['SIM-CONTRADICTORY', null, closed('SIM-CONTRADICTORY', 'UNKNOWN')],
    ['SIM-CONTRADICTORY-1', 'PAYMENT_IN_PROGRESS', closed('SIM-CONTRADICTORY-1', 'UNKNOWN')],
    ['SIM-CHARGE-STARTED', null, closed('SIM-CHARGE-STARTED', 'PAYMENT_PENDING')],
    ['SIM-CHARGE-STARTED-1', 'PAYMENT_IN_PROGRESS', closed('SIM-CHARGE-STARTED-1', 'PAYMENT_PENDING')],
    ['SIM-406', 'PAYMENT_IN_PROGRESS', closed('SIM-406', 'PAYMENT_PENDING')],
    ['SIM-401', null, closed('SIM-401', 'LAPSED')],
    ['SIM-401-1', 'PAYMENT_DEADLINE_PASSED', closed('SIM-401-1', 'LAPSED')],
    ['SIM-405', null, closed('SIM-405', 'CANCELLED')],
    ['SIM-404', null, closed('SIM-404', 'TICKETED', { ticketsIssued: true, ...issued })],
    [
      'SIM-CANCELLED-WITH-TICKETS',
      null,
      closed('SIM-CANCELLED-WITH-TICKETS', 'CANCELLED_AFTER_PAYMENT', issued),
    ],
    ['SIM-READS-STRANGE', null, untold('SIM-READS-STRANGE')],
    ['SIM-READS-OTHER', null, untold('SIM-READS-OTHER')],
    ['SIM-READS-701', null, untold('SIM-READS-701')],
    ['SIM-READS-702', null, untold('SIM-READS-702')],
    ['SIM-READS-704', null, untold('SIM-READS-704')],
    ['SIM-READS-100', null, untold('SIM-READS-100')],
    ['SIM-READS-901', null, untold('SIM-READS-901')],
    // Paid here, and Atlas does not know it any more: that is no order that is not found.
    ['SIM-READS-800', 'PaymentSuccess', untold('SIM-READS-800')],
    ['SIM-READS-703', 'PaymentSuccess', untold('SIM-READS-703')],
  ])('%s, after paying it came to %s, is told whole', async (orderNo, outcome, shown) => {
    if (outcome !== null) expect(await pay(orderNo)).toBe(outcome)
    expect(await look(orderNo)).toEqual(shown)
  })

  test('that is paid and waits for its ticket is TICKETING', async () => {
    for (const orderNo of ['WAIT-1', 'SIM-TICKET-SLOW', 'SIM-TICKET-603']) {
      expect(await pay(orderNo, slowGateway)).toBe('PaymentSuccess')
      expect(await look(orderNo, slowGateway)).toEqual(closed(orderNo, 'TICKETING'))
    }
  })

  test('that may have been charged by a lost request is not UNPAID', async () => {
    expect(await pay('SIM-RESET-BEFORE-CHARGE', slowGateway)).toBe('OUTCOME_UNKNOWN')
    expect(await look('SIM-RESET-BEFORE-CHARGE', slowGateway)).toEqual(
      closed('SIM-RESET-BEFORE-CHARGE', 'UNKNOWN'),
    )
  })
})

describe('the price', () => {
  const amounts = ({ total, paymentOptions }: Shown) => [
    total,
    ...(paymentOptions as Shown[]).map((option) => [
      option['paymentMethod'],
      option['total'],
      option['paymentFee'],
    ]),
  ]

  test.each([
    ['SIM-TOTAL-JPY', { amount: '12650', currency: 'JPY' }],
    ['SIM-TOTAL-KWD', { amount: '26.875', currency: 'KWD' }],
    ['SIM-TOTAL-CENTS', usd('0.30')],
  ])('of %s is exact: %j', async (orderNo, total) => {
    expect(amounts(await look(orderNo))).toEqual([
      total,
      ...['BALANCE', 'VCC_PASSTHROUGH', 'BYOA', 'MOR'].map((method) => [method, total, null]),
    ])
  })

  test('by a method has its fee', async () => {
    expect(await look('SIM-METHOD-FEE')).toEqual(
      unpaid('SIM-METHOD-FEE', {
        paymentOptions: [
          optionOf('BALANCE', null),
          optionOf('VCC_PASSTHROUGH', '84.00'),
          optionOf('BYOA', '84.00'),
          optionOf('MOR', '87.90', { paymentFee: usd('1.50'), total: usd('87.90') }),
        ],
      }),
    )
  })

  test('that Atlas does not tell is null', async () => {
    expect(await look('SIM-NO-TOTAL')).toMatchObject({ state: 'UNPAID', total: null })
  })

  test.each([
    ['SIM-BALANCE-ONLY', ['BALANCE']],
    ['SIM-CARD-ONLY', ['VCC_PASSTHROUGH', 'MOR']],
    ['SIM-NO-METHODS', []],
  ])('of %s is told for the methods it takes: %j', async (orderNo, methods) => {
    const { paymentMethods, paymentOptions } = await look(orderNo)
    expect([paymentMethods, (paymentOptions as Shown[]).map((option) => option['paymentMethod'])]).toEqual([
      methods,
      methods,
    ])
  })
})

const ticketingCodes = [...ticketingFailureRules].flatMap(([code, { atlasErrorCodes }]) =>
  atlasErrorCodes.map((errorCode) => [errorCode, code] as const),
)

describe('a ticket that was not issued', () => {
  test('has every code of Atlas', () => {
    const listed = [...Array(34).keys()]
      .map((index) => 601 + index)
      .filter((code) => ![612, 622].includes(code))
    expect(ticketingCodes.map(([errorCode]) => Number(errorCode)).toSorted((a, b) => a - b)).toEqual([
      ...listed,
      698,
      699,
      6051,
    ])
    expect(new Set([...ticketingCodes.map(([, code]) => code), 'UNRECOGNIZED'])).toEqual(
      new Set(ticketingFailureCodes),
    )
  })

  test.each([...ticketingCodes, ['612', 'UNRECOGNIZED'] as const, ['697', 'UNRECOGNIZED'] as const])(
    'for %s is %s, with what it means for the money, in both languages',
    async (errorCode, code) => {
      const orderNo = `SIM-TICKET-${errorCode}`
      expect(await pay(orderNo)).toBe('PaymentSuccess')
      const { money, action } = ticketingFailureRules.get(code)!
      const isPaid = money === 'PAID'
      for (const [tag, language] of languages) {
        expect(await look(orderNo, gateway, tag)).toEqual(
          closed(orderNo, isPaid ? 'TICKETING' : 'CANCELLED_AFTER_PAYMENT', {
            ticketingFailure: {
              code,
              atlasErrorCode: errorCode,
              money,
              action,
              ...ticketingSentencesOf(language, code),
            },
          }),
        )
      }
    },
  )

  test('yet, with code 615, stays paid', async () => {
    expect(await pay('SIM-TICKETING-615')).toBe('PaymentSuccess')
    expect(await look('SIM-TICKETING-615')).toMatchObject({
      state: 'TICKETING',
      ticketingFailure: { code: 'PAID_PNR_PENDING', money: 'PAID', action: 'WAIT_FOR_OUTCOME' },
    })
  })
})

describe('an order that cannot be read', () => {
  const unread = (
    orderNo: string,
    code: Parameters<typeof orderErrorSentencesOf>[1],
    change: Shown = {},
  ): Shown => ({
    __typename: 'OrderError',
    code,
    ...orderErrorSentencesOf(english, code),
    ...orderErrorRules.get(code)!,
    paymentState: 'UNKNOWN',
    orderNo,
    ...change,
  })

  test.each<[string, Shown]>([
    ['SIM-800', unread('SIM-800', 'ORDER_NOT_FOUND')],
    ['SIM-NULLS', unread('SIM-NULLS', 'ORDER_NOT_FOUND')],
    ['SIM-READS-703-1', unread('SIM-READS-703-1', 'ORDER_NOT_FOUND')],
    ['SIM-READS-800-1', unread('SIM-READS-800-1', 'ORDER_NOT_FOUND')],
    ['SIM-READS-HTTP-429', unread('SIM-READS-HTTP-429', 'ATLAS_RATE_LIMITED', { retryAfterSeconds: 7 })],
    ['SIM-READS-110', unread('SIM-READS-110', 'ATLAS_RATE_LIMITED')],
    ...['3', '900', '902'].map((status): [string, Shown] => [
      `SIM-READS-${status}`,
      unread(`SIM-READS-${status}`, 'ATLAS_ACCESS_DENIED'),
    ]),
    ...['705', '9999', 'MINUS-1', '42', 'HTTP-500'].map((status): [string, Shown] => [
      `SIM-READS-${status}`,
      unread(`SIM-READS-${status}`, 'ATLAS_UNAVAILABLE'),
    ]),
    ['SIM-READS-HANG', unread('SIM-READS-HANG', 'ATLAS_UNAVAILABLE')],
  ])('such as %s is told with what to do', async (orderNo, shown) => {
    expect(await look(orderNo)).toEqual(shown)
  })

  test('is told with what this gateway knows of its money', async () => {
    expect(await pay('SIM-READS-HTTP-500-1')).toBe('PaymentSuccess')
    expect(await look('SIM-READS-HTTP-500-1')).toMatchObject({
      code: 'ATLAS_UNAVAILABLE',
      paymentState: 'PAID',
    })
  })

  test.each([
    ['', 'EMPTY'],
    [' A1', 'SURROUNDING_BLANKS'],
    ['A1,A2', 'COMMA'],
    ['A\u200b1', 'CONTROL_CHARACTER'],
    ['A'.repeat(65), 'TOO_LONG'],
  ] as const)('since %j is no order number is told before Atlas is asked', async (orderNo, fault) => {
    const { queries } = simulator.totals()
    for (const [tag, language] of languages) {
      const sentences = orderErrorSentencesOf(language, 'INVALID_INPUT', { field: ['orderNo'], fault })
      expect(await look(orderNo, gateway, tag)).toEqual(
        unread(orderNo, 'INVALID_INPUT', { ...sentences, paymentState: 'NOT_PAID' }),
      )
    }
    expect(simulator.totals().queries).toBe(queries)
  })

  test('is told in Chinese to who reads it', async () => {
    const chinese = languages.get('zh-Hans')!
    expect(await look('SIM-800', gateway, 'zh-CN')).toMatchObject(
      orderErrorSentencesOf(chinese, 'ORDER_NOT_FOUND'),
    )
  })
})

test('who asks at the same time, or within a second, shares one question to Atlas', async () => {
  const shown = await Promise.all(Array.from({ length: 20 }, () => look('SHARED-1')))
  expect(new Set(shown.map((order) => JSON.stringify(order))).size).toBe(1)
  expect(simulator.order('SHARED-1')?.queries).toBe(1)
  expect(await pay('SHARED-1')).toBe('PaymentSuccess')
  // What is kept is from before the payment.
  expect(await look('SHARED-1')).toMatchObject({ state: 'TICKETED' })
  expect(simulator.order('SHARED-1')?.queries).toBe(2)
})

test('nothing of a passenger, of the itinerary or of what Atlas wrote is in the answer', async () => {
  const atlas = await startScriptedAtlas()
  const scripted = await startGateway(atlas.url)
  const canary = 'canary'
  atlas.read = answerOrder({
    msg: canary,
    orderStatus: '-3',
    payTime: '2026-11-23 16:00:00',
    paxTicketInfos: [
      {
        name: canary,
        ticketNos: [canary],
        contactEmails: [canary],
        contactPhones: [canary],
        airlinePNRs: ['S1'],
      },
    ],
    airlineBookings: [{ airlinePnr: 'S2', airlineName: canary, tailDigitsOfPaymentCard: canary }],
    errorCode: 'CANARY JOHN',
    errorMessage: canary,
    airlineMessage: canary,
    itineraryDownload: `http://192.0.2.1/${canary}`,
    vendorTotalPrice: canary,
    routing: { [canary]: canary },
    requestId: canary,
  })
  const shown = await look('A1', scripted)
  expect(shown).toMatchObject({ state: 'CANCELLED_AFTER_PAYMENT', airlineRecordLocators: ['S2', 'S1'] })
  expect(shown['ticketingFailure']).toMatchObject({ code: 'UNRECOGNIZED', atlasErrorCode: 'unreadable' })
  expect(JSON.stringify([shown, scripted.log]).toLowerCase()).not.toContain(canary)
  await scripted.close()
  await atlas.close()
})

test('an order that has its tickets has no ticketing failure, whatever code was left on it', async () => {
  const atlas = await startScriptedAtlas()
  const scripted = await startGateway(atlas.url)
  atlas.read = answerOrder({ orderStatus: '2', ticketStatus: '1', payTime: 'x', errorCode: '615' })
  expect(await look('A1', scripted)).toMatchObject({ state: 'TICKETED', ticketingFailure: null })
  atlas.read = answerJson({ status: 110 })
  expect(await look('A2', scripted)).toMatchObject({ code: 'ATLAS_RATE_LIMITED', retryAfterSeconds: 10 })
  await scripted.close()
  await atlas.close()
})

test('a cancelled order says what it can be: a charge that began leaves it unknown, an error code means a payment', async () => {
  const atlas = await startScriptedAtlas()
  const scripted = await startGateway(atlas.url)
  atlas.read = answerOrder({ orderStatus: '-3', paymentAttempted: true })
  expect(await look('B1', scripted)).toMatchObject({ state: 'UNKNOWN', ticketingFailure: null })
  atlas.read = answerOrder({ orderStatus: '-3', payTime: null, errorCode: '604' })
  expect(await look('B2', scripted)).toMatchObject({
    state: 'CANCELLED_AFTER_PAYMENT',
    ticketingFailure: { code: 'CARD_DECLINED_BY_AIRLINE', money: 'NOT_CAPTURED' },
  })
  atlas.read = answerOrder({ orderStatus: '-3', ticketStatus: '1' })
  expect(await look('B3', scripted)).toMatchObject({ state: 'CANCELLED', ticketsIssued: false })
  await scripted.close()
  await atlas.close()
})

test('a ledger that is away is no order without payments: nothing is told but that', async () => {
  const away = await startTracedGateway(
    { AUTH: 'none' },
    {
      wrapLedger: (ledger) => ({
        ...ledger,
        attemptsOf: () => Promise.reject(new LedgerUnavailable(null, false)),
      }),
    },
  )
  away.atlas.read = answerOrder()
  const { status, codes, body } = await away.post({ query: orderDocument, variables: { orderNo: 'A1' } })
  expect([status, codes, body?.data]).toEqual([503, ['LEDGER_UNAVAILABLE'], null])
  await away.close()
})

describe('a token', () => {
  const asking = { query: orderDocument, variables: { orderNo: 'A1' } }
  const tokenOf = async (claims: object) =>
    bearer(await signWithSecret(tokenSecret, claimsOf({ ...claims }), { alg: 'HS256' }))

  test('without the scope, or for another order, asks Atlas nothing', async () => {
    const closedGateway = await startTracedGateway({ ...tokenEnvironment, AUTH_JWT_SECRET: tokenSecret })
    closedGateway.forget()
    for (const claims of [
      { scope: 'orders:pay' },
      { scope: '' },
      { order_no: 'A2' },
      { order_no: ['a1', 'A1-'] },
    ]) {
      const { status, codes, body } = await closedGateway.post(asking, await tokenOf(claims))
      expect([status, codes, body?.data]).toEqual([403, ['FORBIDDEN'], null])
    }
    expect(closedGateway.effects()).toEqual({ sent: 0, readBack: 0, ledgerCalls: [], log: [] })
    await closedGateway.close()
  })

  test('is shown the methods that it may use', async () => {
    const open = await startTracedGateway({ ...tokenEnvironment, AUTH_JWT_SECRET: tokenSecret })
    const amount = { amount: 84, currency: 'USD', deductFrom: 'DEPOSIT' }
    open.atlas.read = answerOrder({
      supportPaymentMethods: [1, 3, 5],
      paymentOptions: [1, 3, 4, 5].map((paymentMethod) => ({ paymentMethod, ticketFare: amount })),
    })
    const methodsFor = async (claims: object) => {
      const { body } = await open.post(asking, await tokenOf(claims))
      const { paymentMethods, paymentOptions } = body!.data!['order'] as Shown
      return [paymentMethods, (paymentOptions as Shown[]).map((option) => option['paymentMethod'])]
    }
    // BYOA has a price, and the order does not take it.
    const all = ['BALANCE', 'VCC_PASSTHROUGH', 'MOR']
    expect(await methodsFor({})).toEqual([all, all])
    expect(await methodsFor({ order_no: 'A1', payment_methods: ['MOR', 'BYOA'] })).toEqual([['MOR'], ['MOR']])
    expect(await methodsFor({ payment_methods: ['BYOA'] })).toEqual([[], []])
    await open.close()
  })
})
