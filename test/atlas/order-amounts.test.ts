import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { amountDue } from '../../src/payment/order-facts.ts'
import { factsOf, factsWritten, judgeText, money, order, usd } from './order-reply.ts'

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
    // As Java writes what is ten million or more.
    ['1.2345678E7', '12345680.40'],
    ['1e2', '102.40'],
    ['1E+2', '102.40'],
    ['8.4e1', '86.40'],
    ['8.4125e2', '843.65'],
    ['5e-1', '2.90'],
    ['12.5e-2', '2.525'],
    ['0e0', '2.40'],
    // More than an amount can be, and what is no plain decimal, is not told: never a number that is nearly it.
    ['9007199254740993', null],
    ['12345678901234567890', null],
    ['0.123456789', null],
    ['-8e1', null],
    ['1e31', null],
    ['1e-9', null],
    ['-84', null],
    ['-0', null],
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
        const [option] = facts!.paymentOptions!
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
    factsOf({ paymentOptions: [{ ...option, ...change }] }).paymentOptions![0]!

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

  test('of a method that nobody knows is left out', () => {
    const paymentOptions = [{ ...option, paymentMethod: 2 }, option, { ...option, paymentMethod: 99 }]
    expect(factsOf({ paymentOptions }).paymentOptions).toEqual([
      expect.objectContaining({ paymentMethod: 'BALANCE' }),
    ])
  })

  test.each([null, 7, 'x', [[]], {}, { ...option, paymentMethod: '1' }, { ...option, paymentMethod: null }])(
    'that does not tell of which method it is (%j) can be of any',
    (other) => {
      const { paymentOptions } = factsOf({ paymentOptions: [option, other] })
      expect(paymentOptions).toBeNull()
    },
  )
})

describe('what is due', () => {
  const option = order.paymentOptions[0]!
  const dueOf = (paymentOptions: unknown): unknown => amountDue(factsOf({ paymentOptions }), 'BALANCE')

  test('is what the option says, and the total where there is none', () => {
    expect(dueOf([{ ...option, paymentFee: usd(1) }])).toEqual(money('87.40'))
    expect(dueOf([{ ...option, paymentMethod: 3, paymentFee: usd(1) }])).toEqual(money('86.40'))
    expect(dueOf(null)).toEqual(money('86.40'))
    expect(dueOf([])).toEqual(money('86.40'))
  })

  test('is not the total when the option cannot be read', () => {
    expect(dueOf([{ ...option, paymentFee: 'x' }])).toBeNull()
    expect(dueOf([{ ...option, ticketFare: null }])).toBeNull()
    expect(dueOf([{ ...option, paymentMethod: '1', paymentFee: usd(1) }])).toBeNull()
    expect(dueOf({ 0: option })).toBeNull()
    expect(dueOf('x')).toBeNull()
  })

  test('is not known when options of the method differ', () => {
    expect(dueOf([option, { ...option, paymentFee: usd(1), cardType: 'Visa' }])).toBeNull()
    expect(dueOf([option, { ...option, paymentFee: 'x' }])).toBeNull()
    expect(dueOf([option, { ...option, cardType: 'Visa' }])).toEqual(money('86.40'))
  })
})
