import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readCard } from '../../src/payment/check-card.ts'
import { countryCodes } from '../../src/payment/country-codes.ts'
import { bareCard, fullCard, withCheckDigit } from '../support/test-cards.ts'

const now = new Date('2026-11-23T08:00:00Z')

const read = (card: object, paymentMethod: 'VCC_PASSTHROUGH' | 'MOR' = 'MOR', at = now) =>
  readCard({ ...fullCard, ...card }, { paymentMethod, now: at })

const noBilling = { country: null, province: null, city: null, postCode: null, address: null }

describe('a card', () => {
  test('with everything comes out as it went in', () => {
    expect(read({})).toEqual(fullCard)
  })

  test.each([
    {},
    { billing: null, reusable: null, paymentLimit: null, threeDSecureIp: null },
    { billing: {} },
  ])('has null for what was not given: %j', (more) => {
    expect(readCard({ ...bareCard, ...more }, { paymentMethod: 'VCC_PASSTHROUGH', now })).toEqual({
      ...bareCard,
      billing: noBilling,
      reusable: null,
      paymentLimit: null,
      threeDSecureIp: null,
    })
  })

  test.each(['BALANCE', 'BYOA'] as const)('is not allowed with %s, whatever is in it', (paymentMethod) => {
    expect(readCard({ ...bareCard, number: '' }, { paymentMethod, now })).toEqual({
      field: [],
      fault: 'CARD_NOT_ALLOWED',
    })
  })

  test.each(['BALANCE', 'BYOA', 'MOR', 'VCC_PASSTHROUGH'] as const)(
    'may be missing with %s',
    (paymentMethod) => {
      expect([null, undefined].map((card) => readCard(card, { paymentMethod, now }))).toEqual([null, null])
    },
  )

  test('of a wrong type throws, without its values', () => {
    const wrong = { ...bareCard, number: 4_054_695_723_100_768 as unknown as string, expiryMonth: 1.5 }
    const reading = (): unknown => readCard(wrong, { paymentMethod: 'MOR', now })
    expect(reading).toThrow(/number/)
    expect(reading).not.toThrow(/4054695723100768|1\.5/)
  })

  test('that breaks every rule is told of the first one in the order of the schema, each in its turn', () => {
    const bad: Record<string, unknown> = {
      number: '1',
      expiryMonth: 0,
      expiryYear: 26,
      cvv: '',
      holderFirstName: '?',
      holderLastName: '?',
      billing: { country: 'XX', province: 'C', city: '1', postCode: '1', address: '1' },
      paymentLimit: 0,
      threeDSecureIp: '?',
    }
    const told: string[] = []
    const broken = structuredClone(bad)
    for (;;) {
      const result = read(broken)
      if (result === null || !('fault' in result)) break
      told.push(`${result.field.join('.')} ${result.fault}`)
      const [outer, inner] = result.field as [keyof typeof fullCard, string?]
      if (inner === undefined) broken[outer] = fullCard[outer]
      else Object.assign(broken['billing'] as object, { [inner]: fullCard.billing[inner as 'city'] })
    }
    expect(told).toEqual([
      'number CARD_NUMBER',
      'expiryMonth CARD_EXPIRY_MONTH',
      'expiryYear CARD_EXPIRY_YEAR',
      'cvv CARD_CVV',
      'holderFirstName HOLDER_NAME',
      'holderLastName HOLDER_NAME',
      'billing.country COUNTRY_CODE',
      'billing.province PROVINCE_CODE',
      'billing.city CITY',
      'billing.postCode POST_CODE',
      'billing.address ADDRESS',
      'paymentLimit PAYMENT_LIMIT',
      'threeDSecureIp IP_ADDRESS',
    ])
  })
})

describe('a number', () => {
  test.each([
    '4054695723100768',
    '5162774114974622',
    '4532015112830366',
    '4532644189324563',
    '5555555555554444',
    '378282246310005',
    '340000000000009',
    '6011111111111117',
    '3566002020360505',
    '5200000000002235',
    '4000000000002701',
    '5476850000000002',
    '5100000014101198',
    '4111111111111111',
    '13540000000000',
    // Thirteen and nineteen digits, and a card of a brand that only airlines know (UATP).
    '4222222222222',
    '6799990100000000019',
    withCheckDigit('13540000000000'),
  ])('%s is sent', (number) => {
    expect(read({ number })).toEqual({ ...fullCard, number })
  })

  test.each([
    '',
    '4054695723100767',
    '4916931584764308',
    ' 4054695723100768',
    '4054695723100768\n',
    '4054 6957 2310 0768',
    '4054-6957-2310-0768',
    '٤٠٥٤٦٩٥٧٢٣١٠٠٧٦٨',
    withCheckDigit('12345678901'),
    withCheckDigit('1234567890123456789'),
  ])('%j is refused', (number) => {
    expect(read({ number })).toEqual({ field: ['number'], fault: 'CARD_NUMBER' })
  })

  test('with one digit changed, or two neighbours that differ swapped, is refused', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^\d{12,18}$/),
        fc.nat(),
        fc.integer({ min: 1, max: 9 }),
        (digits, place, step) => {
          const number = withCheckDigit(digits)
          expect(read({ number })).toMatchObject({ number })
          const at = place % number.length
          const changed = `${number.slice(0, at)}${(Number(number[at]) + step) % 10}${number.slice(at + 1)}`
          expect(read({ number: changed })).toEqual({ field: ['number'], fault: 'CARD_NUMBER' })
        },
      ),
    )
  })
})

describe('an expiry', () => {
  // The last zone of the earth, UTC-12, has a month until 12:00 UTC of the first day of the next one.
  test.each([
    ['in its month', 2026, 11, '2026-11-23T08:00:00.000Z', null],
    ['on the last instant of its month on earth', 2026, 11, '2026-12-01T11:59:59.999Z', null],
    ['when no zone has its month any more', 2026, 11, '2026-12-01T12:00:00.000Z', 'expiryMonth'],
    ['in December, on the last instant of its year', 2026, 12, '2027-01-01T11:59:59.999Z', null],
    ['in December, in the next year', 2026, 12, '2027-01-01T12:00:00.000Z', 'expiryYear'],
    ['before its month', 2027, 1, '2026-11-23T08:00:00.000Z', null],
    ['long after it', 2000, 12, '2026-11-23T08:00:00.000Z', 'expiryYear'],
    ['a month late', 2026, 10, '2026-11-23T08:00:00.000Z', 'expiryMonth'],
    ['far ahead of it', 2099, 1, '2026-11-23T08:00:00.000Z', null],
  ])('%s: %i-%i at %s', (_when, expiryYear, expiryMonth, at, faulty) => {
    const fault = { field: [faulty], fault: 'CARD_EXPIRED' }
    expect(read({ expiryYear, expiryMonth }, 'MOR', new Date(at))).toEqual(
      faulty === null ? { ...fullCard, expiryYear, expiryMonth } : fault,
    )
  })

  test.each([26, 1999, 2100, 20_29_0, -1, 0])(
    'in the year %i is refused: Atlas is told two digits',
    (expiryYear) => {
      expect(read({ expiryYear })).toEqual({ field: ['expiryYear'], fault: 'CARD_EXPIRY_YEAR' })
    },
  )

  test.each([0, 13, -1])('in the month %i is refused', (expiryMonth) => {
    expect(read({ expiryMonth })).toEqual({ field: ['expiryMonth'], fault: 'CARD_EXPIRY_MONTH' })
  })
})

test.each([
  ['MOR', null, null],
  ['MOR', '123', null],
  ['MOR', '1234', null],
  ['MOR', '', 'CARD_CVV'],
  ['VCC_PASSTHROUGH', '123', null],
  ['VCC_PASSTHROUGH', null, 'CARD_CVV_REQUIRED'],
  ['VCC_PASSTHROUGH', undefined, 'CARD_CVV_REQUIRED'],
  ['VCC_PASSTHROUGH', '', 'CARD_CVV'],
  ['VCC_PASSTHROUGH', '12', 'CARD_CVV'],
  ['VCC_PASSTHROUGH', '12345', 'CARD_CVV'],
  ['VCC_PASSTHROUGH', '12a', 'CARD_CVV'],
  ['VCC_PASSTHROUGH', '123\n', 'CARD_CVV'],
] as const)('for %s a CVV of %j is told as %s', (paymentMethod, cvv, fault) => {
  const result = readCard({ ...bareCard, cvv }, { paymentMethod, now })
  expect(result).toEqual(fault === null ? expect.objectContaining({ cvv }) : { field: ['cvv'], fault })
})

test.each([
  ['MOR', '203.0.113.7', null],
  ['MOR', '2001:db8::1', null],
  ['MOR', '::ffff:203.0.113.7', null],
  ['MOR', 'fe80::1%eth0', 'IP_ADDRESS'],
  ['MOR', '203.0.113', 'IP_ADDRESS'],
  ['MOR', '203.0.113.7:80', 'IP_ADDRESS'],
  ['MOR', 'host.example', 'IP_ADDRESS'],
  ['MOR', '', 'IP_ADDRESS'],
  ['VCC_PASSTHROUGH', '203.0.113.7', 'THREE_DS_NOT_ALLOWED'],
  ['VCC_PASSTHROUGH', '?', 'THREE_DS_NOT_ALLOWED'],
] as const)('for %s the address %j of the device is told as %s', (paymentMethod, threeDSecureIp, fault) => {
  const result = readCard({ ...bareCard, threeDSecureIp }, { paymentMethod, now })
  expect(result).toEqual(
    fault === null ? expect.objectContaining({ threeDSecureIp }) : { field: ['threeDSecureIp'], fault },
  )
})

describe.each(['holderFirstName', 'holderLastName'])('%s', (field) => {
  test.each(['A', 'Three DS', 'Anne-Marie', 'Ælfgifu Þóra', 'ÿ', 'x'.repeat(64)])('%j is sent', (name) => {
    expect(read({ [field]: name })).toEqual({ ...fullCard, [field]: name })
  })

  test.each([
    ['', 'EMPTY'],
    ['x'.repeat(65), 'TOO_LONG'],
    [' Ada', 'SURROUNDING_BLANKS'],
    ['Ada ', 'SURROUNDING_BLANKS'],
    ['-', 'HOLDER_NAME'],
    ["O'Neill", 'HOLDER_NAME'],
    ['Ada1', 'HOLDER_NAME'],
    ['A×B', 'HOLDER_NAME'],
    ['A÷B', 'HOLDER_NAME'],
    ['Łukasz', 'HOLDER_NAME'],
    ['李', 'HOLDER_NAME'],
    ['Jose\u0301', 'HOLDER_NAME'],
    ['Ada\u00a0L', 'HOLDER_NAME'],
    ['Ada\nL', 'HOLDER_NAME'],
  ])('%j is refused as %s', (name, fault) => {
    expect(read({ [field]: name })).toEqual({ field: [field], fault })
  })
})

describe.each<[keyof typeof fullCard.billing, readonly string[], readonly (readonly [string, string])[]]>([
  [
    'country',
    ['SG', 'AF', 'ZW'],
    ['sg', 'XK', 'UK', 'ZZ', 'S', 'SGP', ''].map((one) => [one, 'COUNTRY_CODE']),
  ],
  ['province', ['CA', 'ca'], ['C', 'CAL', 'C1', '', 'ÀÀ'].map((one) => [one, 'PROVINCE_CODE'])],
  [
    'city',
    ['Los Angeles', '東京', '6th of October', 'Washington, DC', 'x'.repeat(64)],
    [
      ['', 'EMPTY'],
      ['x'.repeat(65), 'TOO_LONG'],
      [' Paris', 'SURROUNDING_BLANKS'],
      ['Par\u0000is', 'CONTROL_CHARACTER'],
      ['12345', 'CITY'],
      ['12 345', 'CITY'],
    ],
  ],
  [
    'postCode',
    ['90001', 'SW1A1AA', 'x'.repeat(16)],
    ['1234', 'SW1A 1AA', '90001-0001', '', 'x'.repeat(17), 'é2345'].map((one) => [one, 'POST_CODE']),
  ],
  [
    'address',
    ['1 Main St', '1234567', 'Main St 1, Apt 2', 'x'.repeat(128)],
    [
      ['', 'ADDRESS'],
      ['123456', 'ADDRESS'],
      ['x'.repeat(129), 'ADDRESS'],
      [' 1 Main St', 'SURROUNDING_BLANKS'],
      [`${'x'.repeat(100)}\u0000`, 'CONTROL_CHARACTER'],
    ],
  ],
])('billing.%s', (field, good, bad) => {
  test.each(good)('%j is sent', (value) => {
    const billing = { ...fullCard.billing, [field]: value }
    expect(read({ billing })).toEqual({ ...fullCard, billing })
  })

  test.each(bad)('%j is refused as %s', (value, fault) => {
    expect(read({ billing: { [field]: value } })).toEqual({ field: ['billing', field], fault })
  })
})

test.each([
  [1, null],
  [2_147_483_647, null],
  [0, 'PAYMENT_LIMIT'],
  [-1, 'PAYMENT_LIMIT'],
])('a limit of %i is told as %s', (paymentLimit, fault) => {
  expect(read({ paymentLimit })).toEqual(
    fault === null ? { ...fullCard, paymentLimit } : { field: ['paymentLimit'], fault },
  )
})

test('the countries are the 249 of ISO 3166-1, each of them known to Unicode', () => {
  const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })
  expect(countryCodes.size).toBe(249)
  expect([...countryCodes].filter((code) => names.of(code) === undefined)).toEqual([])
})
