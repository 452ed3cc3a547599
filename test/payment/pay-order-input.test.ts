import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readPayOrderInput as read } from '../../src/payment/pay-order-input.ts'
import { TEXT_LENGTH_MAX } from '../../src/payment/payment-request.ts'

/** No card here, so that the time does not matter. */
const readPayOrderInput = (input: Parameters<typeof read>[0]): ReturnType<typeof read> =>
  read(input, new Date('2026-11-23T08:00:00Z'))

const given = { orderNo: 'TESTA20261123101500123', paymentMethod: 'BALANCE' } as const

describe('an input', () => {
  test('with both optional texts becomes a request as it is', () => {
    const idempotencyKey = '0f1c2d3e-0000-4000-8000-000000000001'
    expect(
      readPayOrderInput({ ...given, clientOrderNo: 'mine 1', requestSource: 'web', idempotencyKey }),
    ).toEqual({
      request: {
        orderNo: 'TESTA20261123101500123',
        paymentMethod: 'BALANCE',
        clientOrderNo: 'mine 1',
        requestSource: 'web',
        card: null,
        expectedTotal: null,
      },
      idempotencyKey,
    })
  })

  test.each([
    {},
    { clientOrderNo: null, requestSource: null, idempotencyKey: null },
    { clientOrderNo: undefined },
  ])('with optional texts %j has them null', (optional) => {
    expect(readPayOrderInput({ ...given, ...optional })).toEqual({
      request: {
        orderNo: 'TESTA20261123101500123',
        paymentMethod: 'BALANCE',
        clientOrderNo: null,
        requestSource: null,
        card: null,
        expectedTotal: null,
      },
      idempotencyKey: null,
    })
  })

  test('with an approved total has it in the one way in which it is written', () => {
    for (const amount of ['86.4', '86.40', '086.400']) {
      const checked = readPayOrderInput({ ...given, expectedTotal: { amount, currency: 'USD' } })
      expect(checked).toMatchObject({ request: { expectedTotal: { amount: '86.40', currency: 'USD' } } })
    }
  })

  test.each([
    [{ amount: '1e2', currency: 'USD' }, 'amount', 'AMOUNT'],
    [{ amount: '86.40', currency: 'usd' }, 'currency', 'CURRENCY_CODE'],
    [{ amount: 'x', currency: 'x' }, 'amount', 'AMOUNT'],
  ])('with an approved total of %j is refused for its %s', (expectedTotal, part, fault) => {
    expect(readPayOrderInput({ ...given, expectedTotal })).toEqual({
      field: ['input', 'expectedTotal', part],
      fault,
    })
  })

  test('of a wrong type throws, since GraphQL has to refuse it', () => {
    expect(() => readPayOrderInput({ ...given, paymentMethod: 'CASH' as 'BALANCE' })).toThrow(/paymentMethod/)
    expect(() => readPayOrderInput({ ...given, orderNo: 7 as unknown as string })).toThrow(/orderNo/)
  })
})

const faulty = [
  ['', 'EMPTY'],
  [' A1', 'SURROUNDING_BLANKS'],
  ['A1 ', 'SURROUNDING_BLANKS'],
  ['A1\n', 'SURROUNDING_BLANKS'],
  ['\u00a0A1', 'SURROUNDING_BLANKS'],
  [' ', 'SURROUNDING_BLANKS'],
  ['A1,B2', 'COMMA'],
  ['A\u0000B', 'CONTROL_CHARACTER'],
  ['A\nB', 'CONTROL_CHARACTER'],
  ['A\u007fB', 'CONTROL_CHARACTER'],
  ['A\u200bB', 'CONTROL_CHARACTER'],
  ['A\u2028B', 'CONTROL_CHARACTER'],
  ['A\ud800B', 'CONTROL_CHARACTER'],
  ['A'.repeat(TEXT_LENGTH_MAX + 1), 'TOO_LONG'],
] as const

describe.each(['orderNo', 'clientOrderNo', 'requestSource'])('%s', (field) => {
  test.each(faulty)('%j is refused as %s', (value, fault) => {
    expect(readPayOrderInput({ ...given, [field]: value })).toEqual({ field: ['input', field], fault })
  })

  test.each(['A', 'A'.repeat(TEXT_LENGTH_MAX), 'TESTA-1/2_3', 'A B', '订单1'])(
    '%j is accepted unchanged',
    (value) => {
      expect(readPayOrderInput({ ...given, [field]: value })).toMatchObject({ request: { [field]: value } })
    },
  )
})

describe('idempotencyKey', () => {
  test.each([
    'x'.repeat(15),
    'x'.repeat(129),
    `${'x'.repeat(20)} `,
    `${'x'.repeat(20)}é`,
    '',
    'a b'.repeat(8),
  ])('%j is refused', (idempotencyKey) => {
    expect(readPayOrderInput({ ...given, idempotencyKey })).toEqual({
      field: ['input', 'idempotencyKey'],
      fault: 'KEY_FORMAT',
    })
  })

  test.each(['x'.repeat(16), '~'.repeat(128), '!"#$%&()*+,-./:;'])('%j is accepted', (idempotencyKey) => {
    expect(readPayOrderInput({ ...given, idempotencyKey })).toMatchObject({ idempotencyKey })
  })
})

test('the first wrong field in the order of the schema is named', () => {
  expect(readPayOrderInput({ ...given, orderNo: '', requestSource: '' })).toEqual({
    field: ['input', 'orderNo'],
    fault: 'EMPTY',
  })
})

test('any text either comes out as it went in or is refused', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (orderNo) => {
      const checked = readPayOrderInput({ ...given, orderNo })
      if ('fault' in checked) return
      const { request } = checked
      expect(request.orderNo).toBe(orderNo)
      expect(orderNo.isWellFormed()).toBe(true)
      expect(orderNo).toMatch(/^[^,\p{Cc}]{1,64}$/u)
      expect(orderNo.trim()).toBe(orderNo)
    }),
  )
})
