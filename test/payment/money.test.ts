import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isCurrency, isDecimal, isSameMoney, moneyOf, sumOf } from '../../src/payment/money.ts'

const SCALE = 8

const digit = fc.integer({ min: 0, max: 9 }).map(String)

/** Every decimal that can be written: up to 12 digits before the point, up to 8 after it, zeros anywhere. */
const decimals = fc
  .tuple(
    fc.string({ unit: digit, minLength: 1, maxLength: 12 }),
    fc.string({ unit: digit, maxLength: SCALE }),
  )
  .map(([whole, fraction]) => (fraction === '' ? whole : `${whole}.${fraction}`))
const currencies = fc.constantFrom('USD', 'JPY', 'KWD', 'CNY', 'CLF', 'ZZZ')
const moneys = fc.tuple(decimals, currencies).map(([amount, currency]) => moneyOf(amount, currency)!)

/** The oracle: units of 10^-8, counted by moving digits and nothing else. */
function unitsIn(text: string): bigint {
  const [whole, fraction = ''] = text.split('.')
  return BigInt(whole!) * 10n ** BigInt(SCALE) + BigInt(fraction.padEnd(SCALE, '0'))
}

describe('a decimal', () => {
  test('is worth the same after it became money, and is written the same when it is read again', () => {
    fc.assert(
      fc.property(decimals, currencies, (text, currency) => {
        const money = moneyOf(text, currency)!
        expect(unitsIn(money.amount)).toBe(unitsIn(text))
        expect(money.amount).toMatch(/^(0|[1-9]\d*)(\.\d+)?$/)
        expect(moneyOf(money.amount, currency)).toEqual(money)
      }),
    )
  })

  test.each([
    ['86.4', 'USD', '86.40'],
    ['86.40', 'USD', '86.40'],
    ['86', 'USD', '86.00'],
    ['86.123', 'USD', '86.123'],
    ['86.1230', 'USD', '86.123'],
    ['0', 'USD', '0.00'],
    ['000', 'JPY', '0'],
    ['007.50', 'USD', '7.50'],
    ['12650', 'JPY', '12650'],
    ['12650.0', 'JPY', '12650'],
    ['12650.5', 'JPY', '12650.5'],
    ['26.125', 'KWD', '26.125'],
    ['26.1', 'KWD', '26.100'],
    ['0.00000001', 'USD', '0.00000001'],
    ['999999999999.99999999', 'USD', '999999999999.99999999'],
    ['9007199254740.993', 'USD', null],
    ['1.5', 'ZZZ', '1.50'],
  ])('%s %s is shown as %s', (amount, currency, shown) => {
    expect(moneyOf(amount, currency)).toEqual(shown === null ? null : { amount: shown, currency })
  })

  test.each([
    '',
    ' ',
    '.',
    '.5',
    '5.',
    '+5',
    '-5',
    '-0',
    '1e2',
    '1E2',
    '1e-7',
    '1,5',
    '1,000.00',
    '1 000',
    ' 5',
    '5 ',
    '5\n',
    '\n5',
    '5.0.0',
    '0x10',
    '0b1',
    '1_000',
    '5n',
    'NaN',
    'Infinity',
    'null',
    '٥',
    '５',
    '1．5',
    '\u22125',
    '$5',
    '1234567890123',
    '1.123456789',
    '9'.repeat(1_000_000),
    '5\u0000',
    '5\u200b',
  ])('is not %j', (text) => {
    expect(isDecimal(text)).toBe(false)
    expect(moneyOf(text, 'USD')).toBeNull()
  })

  test('is no text of other characters than digits and one point', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 24 }), (text) => {
        expect(isDecimal(text)).toBe(/^[0-9]{1,12}(\.[0-9]{1,8})?$/.test(text) && !text.includes('\n'))
      }),
    )
  })
})

test.each(['', 'US', 'USDX', 'usd', 'Usd', 'US1', ' USD', 'USD ', 'USD\n', 'ÜSD', 'ＵＳＤ', '840', '$'])(
  'a currency is not %j',
  (currency) => {
    expect(isCurrency(currency)).toBe(false)
    expect(moneyOf('1', currency)).toBeNull()
  },
)

describe('a sum', () => {
  test('is exact', () => {
    fc.assert(
      fc.property(
        currencies,
        fc.array(
          decimals.filter((text) => text.split('.')[0]!.length <= 10),
          { minLength: 1, maxLength: 50 },
        ),
        (currency, texts) => {
          const sum = sumOf(texts.map((text) => moneyOf(text, currency)!))!
          expect(unitsIn(sum.amount)).toBe(texts.reduce((units, text) => units + unitsIn(text), 0n))
          expect(sum.currency).toBe(currency)
        },
      ),
    )
  })

  test.each([
    [['0.1', '0.2'], '0.30'],
    [['84', '2.40'], '86.40'],
    [['0.00000001', '0.00000009'], '0.0000001'],
    [['9007199254.740993', '0.000001'], '9007199254.740994'],
    [['999999999999', '0.99999999'], '999999999999.99999999'],
  ])('of %j USD is %s', (amounts, sum) => {
    expect(sumOf(amounts.map((amount) => moneyOf(amount, 'USD')!))).toEqual({ amount: sum, currency: 'USD' })
  })

  test('of nothing, or of several currencies, is none', () => {
    expect(sumOf([])).toBeNull()
    expect(sumOf([moneyOf('1', 'USD')!, moneyOf('1', 'EUR')!])).toBeNull()
    expect(sumOf([moneyOf('0', 'USD')!, moneyOf('0', 'EUR')!])).toBeNull()
  })

  test('beyond what an amount can be is none, and never worth 0', () => {
    const most = moneyOf('999999999999.99999999', 'USD')!
    const least = moneyOf('0.00000001', 'USD')!
    expect(sumOf([most, least])).toBeNull()
    expect(sumOf([most, most, most])).toBeNull()
    expect(() => isSameMoney({ amount: '1000000000000', currency: 'USD' }, moneyOf('0', 'USD')!)).toThrow(
      RangeError,
    )
  })
})

describe('the same money', () => {
  test('is the same amount of the same currency, however many zeros are written', () => {
    fc.assert(
      fc.property(moneys, moneys, (one, other) => {
        const isSame = one.currency === other.currency && unitsIn(one.amount) === unitsIn(other.amount)
        expect(isSameMoney(one, other)).toBe(isSame)
        expect(isSameMoney(other, one)).toBe(isSame)
        expect(isSameMoney(one, { ...one })).toBe(true)
      }),
    )
  })

  test('is written with zeros at the end of a fraction or without', () => {
    fc.assert(
      fc.property(decimals, fc.integer({ min: 0, max: SCALE }), (text, zeros) => {
        const longer = (text.includes('.') ? text : `${text}.`).padEnd(text.length + zeros, '0')
        fc.pre(isDecimal(longer))
        expect(isSameMoney(moneyOf(text, 'USD')!, { amount: longer, currency: 'USD' })).toBe(true)
      }),
    )
  })

  test.each([
    ['86.40', 'USD', '86.4', 'USD', true],
    ['86.40', 'USD', '086.4', 'USD', true],
    ['86.40', 'USD', '86.41', 'USD', false],
    ['86.40', 'USD', '864', 'USD', false],
    ['86.40', 'USD', '8.640', 'USD', false],
    ['86.40', 'USD', '86.40', 'EUR', false],
    ['0', 'USD', '0', 'EUR', false],
    ['0.30', 'USD', '0.30000001', 'USD', false],
  ])('%s %s and %s %s: %s', (amount, currency, other, otherCurrency, isSame) => {
    expect(isSameMoney({ amount, currency }, { amount: other, currency: otherCurrency })).toBe(isSame)
  })
})
