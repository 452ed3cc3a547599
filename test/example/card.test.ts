import { expect, test } from 'vitest'
import { cardOf, emptyCard, wrongFieldsOf } from '../../examples/checkout/src/card.ts'

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
  expect(cardOf({ ...filled, country: 'sg', postCode: '018956' }).billing).toEqual({
    address: null,
    city: null,
    postCode: '018956',
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
  ['holderLastName', 'Smith2'],
  ['address', 'Road 1'],
  ['city', '12345'],
  ['postCode', '1234'],
  ['postCode', '12345678901234567'],
  ['province', 'CAL'],
  ['country', 'S1'],
] as const)('%s may not be %s', (field, text) => {
  expect(wrongFieldsOf({ ...filled, [field]: text }, 'VCC_PASSTHROUGH', today)).toEqual([field])
})
