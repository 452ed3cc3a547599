import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { realTimer } from '../support/real-timer.ts'
import { payOrderDocument } from '../support/gateway.ts'
import { bareCard, fullCard, withCheckDigit } from '../support/test-cards.ts'
import { type Reply, startTracedGateway, type TracedGateway } from '../support/token-gateway.ts'

let gateway: TracedGateway

beforeAll(async () => {
  gateway = await startTracedGateway(
    { AUTH: 'none' },
    {
      clock: {
        now: () => new Date('2026-11-23T08:00:00Z'),
        delay: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }).catch(() => {}),
        timer: realTimer,
      },
    },
  )
})

beforeEach(() => gateway.forget())

afterAll(() => gateway.close())

let orders = 0
const newOrder = (): string => `CARD-${(orders += 1)}`

const pay = (input: object, headers = {}): Promise<Reply> =>
  gateway.post({ query: payOrderDocument, variables: { input } }, headers)

const resultOf = ({ body }: Reply): unknown => body?.data?.['payOrder']

const creditCard = {
  cardNumber: '4054695723100768',
  cardCVV: '123',
  cardExpireMonth: '11',
  cardExpireYear: '29',
  cardHolderFirstName: 'Ada',
  cardHolderLastName: 'Lovelace',
}

describe('a card is sent as Atlas wants it', () => {
  test.each([
    ['by VCC_PASSTHROUGH', 'VCC_PASSTHROUGH', 3, bareCard, creditCard],
    [
      'by MOR, with everything',
      'MOR',
      5,
      fullCard,
      {
        ...creditCard,
        cardHolderCountry: 'US',
        cardHolderProvince: 'CA',
        cardHolderCity: 'Los Angeles',
        cardHolderPostCode: '90001',
        cardHolderAddress: '1 Main St, Apt 2',
        reusable: true,
        paymentLimit: 250,
        threeDS: { ip: '2001:db8::1' },
      },
    ],
    ['by MOR again, without its CVV', 'MOR', 5, { ...bareCard, cvv: null }, { ...creditCard, cardCVV: null }],
  ])('%s', async (_how, paymentMethod, method, card, sent) => {
    const orderNo = newOrder()
    const reply = await pay({ orderNo, paymentMethod, card })
    expect(resultOf(reply)).toMatchObject({ __typename: 'PaymentSuccess', orderNo, paymentMethod })
    expect(gateway.atlas.seen.map(({ body }) => body)).toEqual([
      { orderNo, paymentMethod: method, creditCard: sent },
    ])
    expect(reply.text).not.toContain(card.number)
  })

  test.each(['VCC_PASSTHROUGH', 'MOR'])(
    'and %s without a card is sent without one',
    async (paymentMethod) => {
      const orderNo = newOrder()
      await pay({ orderNo, paymentMethod, card: null })
      expect(gateway.atlas.seen).toMatchObject([{ body: { orderNo } }])
      expect(gateway.atlas.seen[0]!.body).not.toHaveProperty('creditCard')
    },
  )
})

test('the same order, method and texts with another card are the same payment for an idempotency key', async () => {
  const input = { orderNo: newOrder(), paymentMethod: 'MOR', idempotencyKey: 'the-key-of-one-payment' }
  const first = resultOf(await pay({ ...input, card: bareCard })) as object
  const second = resultOf(await pay({ ...input, card: fullCard }))
  expect(second).toEqual({ ...first, replayed: true })
  expect(gateway.atlas.seen).toHaveLength(1)
})

interface Refused {
  readonly fault: string
  readonly card: object
  readonly field: string
  readonly paymentMethod?: string
  readonly message: string
  readonly chinese?: string
}

const faults: readonly Refused[] = [
  {
    fault: 'CARD_NOT_ALLOWED with BALANCE',
    card: {},
    paymentMethod: 'BALANCE',
    field: 'card',
    message: 'card is given, but this payment method takes no card.',
    chinese: '填写了 card，但所选的支付方式不使用卡。',
  },
  {
    fault: 'CARD_NOT_ALLOWED with BYOA',
    card: {},
    paymentMethod: 'BYOA',
    field: 'card',
    message: 'card is given, but this payment method takes no card.',
  },
  {
    fault: 'CARD_NUMBER',
    card: { number: '4054695723100767' },
    field: 'card.number',
    message: 'card.number has to be a card number: 13 to 19 digits, with a right check digit.',
    chinese: 'card.number 必须是 13 到 19 位数字且校验位正确的卡号。',
  },
  {
    fault: 'CARD_EXPIRY_MONTH',
    card: { expiryMonth: 13 },
    field: 'card.expiryMonth',
    message: 'card.expiryMonth has to be a month, 1 to 12.',
  },
  {
    fault: 'CARD_EXPIRY_YEAR',
    card: { expiryYear: 29 },
    field: 'card.expiryYear',
    message: 'card.expiryYear has to be the year in which the card expires, in four digits.',
    chinese: 'card.expiryYear 必须是卡片有效期的四位数年份。',
  },
  {
    fault: 'CARD_EXPIRED in an earlier year',
    card: { expiryYear: 2025 },
    field: 'card.expiryYear',
    message: 'card.expiryYear is in the past: the card has expired.',
    chinese: 'card.expiryYear 早于当前日期：这张卡已过期。',
  },
  {
    fault: 'CARD_EXPIRED in an earlier month',
    card: { expiryYear: 2026, expiryMonth: 10 },
    field: 'card.expiryMonth',
    message: 'card.expiryMonth is in the past: the card has expired.',
  },
  { fault: 'CARD_CVV', card: { cvv: '' }, field: 'card.cvv', message: 'card.cvv has to be 3 or 4 digits.' },
  {
    fault: 'CARD_CVV_REQUIRED',
    card: { cvv: null },
    paymentMethod: 'VCC_PASSTHROUGH',
    field: 'card.cvv',
    message: 'card.cvv is missing: this payment needs it.',
  },
  {
    fault: 'HOLDER_NAME',
    card: { holderFirstName: '李' },
    field: 'card.holderFirstName',
    message: 'card.holderFirstName has to be letters of the Latin alphabet, blanks and hyphens.',
    chinese: 'card.holderFirstName 只能包含拉丁字母、空格和连字符。',
  },
  {
    fault: 'EMPTY',
    card: { holderLastName: '' },
    field: 'card.holderLastName',
    message: 'card.holderLastName is empty.',
  },
  {
    fault: 'COUNTRY_CODE',
    card: { billing: { country: 'sg' } },
    field: 'card.billing.country',
    message: 'card.billing.country has to be a country code of two capital letters (ISO 3166-1).',
  },
  {
    fault: 'PROVINCE_CODE',
    card: { billing: { province: 'California' } },
    field: 'card.billing.province',
    message: 'card.billing.province has to be a province or state code of two letters.',
  },
  {
    fault: 'CITY',
    card: { billing: { city: '123' } },
    field: 'card.billing.city',
    message: 'card.billing.city has to be the name of a city, not only digits.',
  },
  {
    fault: 'POST_CODE',
    card: { billing: { postCode: '1234' } },
    field: 'card.billing.postCode',
    message: 'card.billing.postCode has to be 5 to 16 letters and digits.',
    chinese: 'card.billing.postCode 必须由 5 到 16 个字母和数字组成。',
  },
  {
    fault: 'ADDRESS',
    card: { billing: { address: 'Main 1' } },
    field: 'card.billing.address',
    message: 'card.billing.address has to be an address of 7 to 128 characters.',
  },
  {
    fault: 'PAYMENT_LIMIT',
    card: { paymentLimit: 0 },
    field: 'card.paymentLimit',
    message: 'card.paymentLimit has to be a whole number, 1 or more.',
  },
  {
    fault: 'IP_ADDRESS',
    card: { threeDSecureIp: 'localhost' },
    field: 'card.threeDSecureIp',
    message: 'card.threeDSecureIp has to be an IP address.',
  },
  {
    fault: 'THREE_DS_NOT_ALLOWED',
    card: { threeDSecureIp: '203.0.113.7' },
    paymentMethod: 'VCC_PASSTHROUGH',
    field: 'card.threeDSecureIp',
    message: 'card.threeDSecureIp is given, but only the payment method MOR takes it.',
    chinese: '填写了 card.threeDSecureIp，但只有支付方式 MOR 可以使用它。',
  },
]

describe('a card that breaks a rule is refused by field and rule, and neither sent nor recorded:', () => {
  test.each(faults)('$fault', async ({ card, field, paymentMethod = 'MOR', message, chinese }) => {
    const orderNo = newOrder()
    const input = { orderNo, paymentMethod, card: { ...bareCard, ...card } }
    expect(resultOf(await pay(input))).toEqual({
      __typename: 'PaymentError',
      code: 'INVALID_INPUT',
      message: `${message} Nothing was sent.`,
      remediation: expect.any(String) as string,
      action: 'CORRECT_INPUT',
      paymentState: 'NOT_PAID',
      retryable: false,
      retryAfterSeconds: null,
      field: ['input', ...field.split('.')],
      atlasStatus: null,
      orderNo,
      paymentId: null,
      replayed: false,
    })
    if (chinese !== undefined) {
      const told = resultOf(await pay(input, { 'accept-language': 'zh-CN' }))
      expect(told).toMatchObject({ message: `${chinese}未发送任何请求。` })
    }
    expect(gateway.atlas.seen).toEqual([])
    expect(await gateway.ledger.attemptsOf(orderNo)).toEqual([])
  })

  test('texts before the card come first, and an amount after it comes last', async () => {
    const all = {
      orderNo: newOrder(),
      paymentMethod: 'MOR',
      requestSource: '',
      card: { ...bareCard, number: '1' },
      expectedTotal: { amount: 'x', currency: 'USD' },
    }
    const fields: unknown[] = []
    for (const input of [
      all,
      { ...all, requestSource: 'web' },
      { ...all, requestSource: 'web', card: bareCard },
    ])
      fields.push((resultOf(await pay(input)) as { field: unknown }).field)
    expect(fields).toEqual([
      ['input', 'requestSource'],
      ['input', 'card', 'number'],
      ['input', 'expectedTotal', 'amount'],
    ])
    expect(gateway.atlas.seen).toEqual([])
  })
})

/** Cards with one field that breaks its rule; the others keep theirs. */
const badCards = fc.oneof(
  fc.tuple(fc.stringMatching(/^\d{12,18}$/), fc.integer({ min: 1, max: 9 })).map(([digits, step]) => {
    const right = withCheckDigit(digits)
    return { number: `${right.slice(0, -1)}${(Number(right.at(-1)) + step) % 10}` }
  }),
  fc
    .string({ unit: 'binary' })
    .filter((text) => !/^\d{13,19}$/.test(text))
    .map((number) => ({ number })),
  fc
    .integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
    .filter((year) => year < 2026 || year > 2099)
    .map((expiryYear) => ({ expiryYear })),
  fc
    .integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
    .filter((month) => month < 1 || month > 12)
    .map((expiryMonth) => ({ expiryMonth })),
  fc
    .string()
    .filter((text) => !/^\d{3,4}$/.test(text))
    .map((cvv) => ({ cvv })),
  fc
    .tuple(fc.constantFrom('holderFirstName', 'holderLastName'), fc.string({ unit: 'grapheme' }))
    .filter(([, text]) => !/^[A-Za-zÀ-ÿ -]+$/.test(text))
    .map(([field, text]) => ({ [field]: text })),
  fc
    .string()
    .filter((text) => !/^[A-Z]{2}$/.test(text))
    .map((country) => ({ billing: { country } })),
  fc
    .string()
    .filter((text) => !/^[A-Za-z0-9]{5,16}$/.test(text))
    .map((postCode) => ({ billing: { postCode } })),
  fc.integer({ min: -(2 ** 31), max: 0 }).map((paymentLimit) => ({ paymentLimit })),
  fc
    .stringMatching(/^[\d.]{0,20}$/)
    .filter((text) => text.split('.').length !== 4)
    .map((threeDSecureIp) => ({ threeDSecureIp })),
)

test('no card that breaks a rule is ever sent, and the answer never holds its number', async () => {
  await fc.assert(
    fc.asyncProperty(badCards, async (bad) => {
      const card = { ...fullCard, ...bad }
      const reply = await pay({ orderNo: newOrder(), paymentMethod: 'MOR', card })
      expect(resultOf(reply)).toMatchObject({ code: 'INVALID_INPUT', paymentState: 'NOT_PAID' })
      if (card.number.length > 8) expect(reply.text).not.toContain(card.number)
      expect(gateway.atlas.seen).toEqual([])
    }),
    { numRuns: 300 },
  )
})

test('every card that keeps the rules is sent once, with its own number', async () => {
  await fc.assert(
    fc.asyncProperty(fc.stringMatching(/^[1-9]\d{11,17}$/), async (digits) => {
      gateway.forget()
      const number = withCheckDigit(digits)
      await pay({ orderNo: newOrder(), paymentMethod: 'VCC_PASSTHROUGH', card: { ...bareCard, number } })
      expect(gateway.atlas.seen).toMatchObject([{ body: { creditCard: { cardNumber: number } } }])
    }),
    { numRuns: 50 },
  )
})
