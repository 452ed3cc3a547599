import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type CardDraft,
  type CardField,
  cardFields,
  cardOf,
  emptyCard,
  wrongFieldsOf,
} from '../../examples/checkout/src/card.ts'
import { readCard } from '../../src/payment/check-card.ts'

const today = new Date('2026-11-23T08:00:00Z')
const filled = {
  ...emptyCard,
  number: '4111 1111 1111 1111',
  expiryMonth: '11',
  expiryYear: '2026',
  cvv: '123',
  holderFirstName: ' Zoë ',
  holderLastName: 'Müller-Lüdenscheidt',
}

test('a card is sent as the schema wants it, without a billing address where none is given', () => {
  expect(wrongFieldsOf(filled, 'VCC_PASSTHROUGH', today)).toEqual([])
  expect(cardOf(filled)).toEqual({
    number: '4111111111111111',
    expiryMonth: 11,
    expiryYear: 2026,
    cvv: '123',
    holderFirstName: 'Zoë',
    holderLastName: 'Müller-Lüdenscheidt',
    billing: null,
  })
  expect(
    cardOf({ ...filled, country: 'sg', postCode: ' sw1a 1-aa', city: 'New\u00a0 York ' }).billing,
  ).toEqual({
    address: null,
    city: 'New York',
    postCode: 'sw1a1aa',
    province: null,
    country: 'SG',
  })
})

test('an empty form is wrong in every field that is needed', () => {
  const needed = ['number', 'expiryMonth', 'expiryYear', 'cvv', 'holderFirstName', 'holderLastName']
  expect(wrongFieldsOf(emptyCard, 'VCC_PASSTHROUGH', today)).toEqual(needed)
  expect(wrongFieldsOf(emptyCard, 'MOR', today)).toEqual(needed.filter((field) => field !== 'cvv'))
})

test.each([
  ['number', '4111 1111 1111 1112'],
  ['number', '411111111111'],
  ['expiryMonth', '10'],
  ['expiryYear', '2025'],
  ['cvv', '12'],
  ['cvv', '12a'],
  ['holderFirstName', '小明'],
  ['holderFirstName', '- -'],
  ['holderLastName', 'Smith2'],
  ['holderLastName', "O'Brien"],
  ['holderLastName', 'Dvořák'],
  ['address', 'Road 1'],
  ['city', '12 345'],
  ['postCode', '1234'],
  ['postCode', '1-2 34'],
  ['postCode', '12345678901234567'],
  ['province', 'CAL'],
  ['country', 'S1'],
] as const)('%s may not be %s', (field, text) => {
  expect(wrongFieldsOf({ ...filled, [field]: text }, 'VCC_PASSTHROUGH', today)).toEqual([field])
})

describe('the page and the gateway agree', () => {
  /** The field that the gateway refuses; null for none. What only the gateway can know counts for none. */
  const refusedBy = (draft: CardDraft, method: 'VCC_PASSTHROUGH' | 'MOR', now: Date): string | null => {
    const read = readCard(cardOf(draft), { paymentMethod: method, now })
    if (read === null || !('fault' in read)) return null
    return ['COUNTRY_CODE', 'CONTROL_CHARACTER'].includes(read.fault) ? null : read.field.at(-1)!
  }
  const methods = ['VCC_PASSTHROUGH', 'MOR'] as const
  const billing = { address: '1 Main St', city: 'Łódź 4', postCode: '90-950', province: 'ca', country: 'US' }

  test.each([
    ['number', fc.stringMatching(/^[ -]?\d(?:[ -]?\d){11,19}$/)],
    ['cvv', fc.stringMatching(/^[\da]{0,5}$/)],
    ['holderFirstName', fc.stringMatching(/^[A-Za-zÀ-ƀḀ '.-]{0,66}$/)],
    ['holderLastName', fc.string({ unit: 'grapheme', maxLength: 4 })],
    ['address', fc.string({ unit: 'grapheme', minLength: 5, maxLength: 132 })],
    ['city', fc.stringMatching(/^[\d ,a]{0,66}$/)],
    ['postCode', fc.stringMatching(/^[\dA-Za-zß -]{0,20}$/)],
    ['province', fc.stringMatching(/^[A-Za-zßé1 ]{0,3}$/)],
  ] as const)('on what may stand in %s', (field, texts) => {
    let right = 0
    fc.assert(
      fc.property(texts, fc.constantFrom(...methods), (text, method) => {
        const draft = { ...filled, ...billing, [field]: text }
        const wrong: readonly CardField[] = wrongFieldsOf(draft, method, today)
        if (wrong.length === 0) right += 1
        expect([field, text, wrong]).toEqual([field, text, wrong.length === 0 ? [] : [field]])
        expect(refusedBy(draft, method, today)).toBe(wrong[0] ?? null)
      }),
      { numRuns: 1_000 },
    )
    expect(right, 'some are right, some are wrong').toBeGreaterThan(0)
    expect(right).toBeLessThan(1_000)
  })

  test.each([
    ['postCode', '1234', true],
    ['postCode', '1-2 3-4', true],
    ['postCode', '12 345', false],
    ['postCode', 'SW1A\u00a01-AA ', false],
    ['postCode', '1234-5678 9012-3456', false],
    ['postCode', '1234-5678 9012-3456-7', true],
    ['postCode', '12–345', true],
    ['postCode', '１２３４５', true],
    ['holderLastName', 'Lovelace-Byron', false],
    ['holderLastName', 'Mu\u0308ller', false],
    ['holderLastName', 'a×b', true],
    ['holderLastName', 'Ada\u2011Byron', true],
    ['holderLastName', 'A.', true],
    ['holderLastName', 'a'.repeat(65), true],
  ] as const)('on whether %s may be %j', (field, text, isRefused) => {
    const draft = { ...filled, ...billing, [field]: text }
    const expected = isRefused ? field : null
    expect(wrongFieldsOf(draft, 'MOR', today)[0] ?? null).toBe(expected)
    expect(refusedBy(draft, 'MOR', today)).toBe(expected)
  })

  test.each([
    '2026-11-01T11:59:59Z',
    '2026-11-01T12:00:00Z',
    '2026-12-31T23:59:59Z',
    '2027-01-01T11:59:59Z',
    '2027-01-01T12:00:00Z',
  ])('on which cards are over at %s, in any time zone', (instant) => {
    const now = new Date(instant)
    for (const expiryYear of ['2025', '2026', '2027', '2028']) {
      for (let month = 1; month <= 12; month += 1) {
        const draft = { ...filled, expiryYear, expiryMonth: String(month) }
        const wrong = wrongFieldsOf(draft, 'MOR', now)
        expect([expiryYear, month, wrong[0] ?? null]).toEqual([
          expiryYear,
          month,
          refusedBy(draft, 'MOR', now),
        ])
      }
    }
  })

  test('on which fields may be empty', () => {
    for (const method of methods) {
      const needed = wrongFieldsOf({ ...filled, ...emptyCard }, method, today)
      for (const field of cardFields.filter((one) => !one.startsWith('expiry'))) {
        const refused = refusedBy({ ...filled, ...billing, [field]: ' ' }, method, today)
        expect([method, field, refused]).toEqual([method, field, needed.includes(field) ? field : null])
      }
    }
  })
})
