import { describe, expect, test } from 'vitest'
import { brandOf, isCardNumber } from '../../src/simulator/card-brands.ts'
import { createCardDesk } from '../../src/simulator/cards.ts'
import { goodCard, refusal, startAt, startSimulator } from './atlas-client.ts'

const orderNo = 'TESTA20261123101500123'
const minuteMs = 60_000
const uncharged = { state: 'unpaid', payRequests: 1, charges: 0, paidAt: null }

const masterCard = '5555555555554444'
const amex = '378282246310005'
/** Twelve digits, a bad check digit, a letter, twenty digits, and nothing. */
const badNumbers = ['453201511283', '4532015112830367', '453201511283036x', '45320151128303660000', '']

describe.each([3, 5])('A card for method %i', (method) => {
  test.each([
    ['cardNumber', { cardNumber: 4532015112830366 }],
    ['cardNumber', { cardNumber: undefined }],
    ['cardCVV', { cardCVV: '12' }],
    ['cardCVV', { cardCVV: '12345' }],
    ['cardCVV', { cardCVV: '12a' }],
    ['cardCVV', { cardCVV: '' }],
    ['cardCVV', { cardCVV: undefined }],
    ['cardExpireMonth', { cardExpireMonth: '00' }],
    ['cardExpireMonth', { cardExpireMonth: '13' }],
    ['cardExpireMonth', { cardExpireMonth: '1' }],
    ['cardExpireMonth', { cardExpireMonth: 12 }],
    ['cardExpireYear', { cardExpireYear: '026' }],
    ['cardExpireYear', { cardExpireYear: '2' }],
    ['cardExpireYear', { cardExpireYear: null }],
    ['cardHolderFirstName', { cardHolderFirstName: null }],
    ['cardHolderLastName', { cardHolderLastName: undefined }],
    ['cardHolderCountry', { cardHolderCountry: 'de' }],
    ['cardHolderCountry', { cardHolderCountry: 'DEU' }],
    ['cardHolderProvince', { cardHolderProvince: 'Bavaria' }],
    ['cardHolderProvince', { cardHolderProvince: 'B1' }],
    ['cardHolderPostCode', { cardHolderPostCode: '1234' }],
    ['cardHolderPostCode', { cardHolderPostCode: 'SW1A 1AA' }],
    ['cardHolderAddress', { cardHolderAddress: '1 Road' }],
    ['cardHolderCity', { cardHolderCity: '12345' }],
    ['cardHolderCity', { cardHolderCity: '' }],
    ['reusable', { reusable: 'true' }],
    ['paymentLimit', { paymentLimit: 100.5 }],
    ['paymentLimit', { paymentLimit: '100' }],
    ['threeDS', { threeDS: '192.0.2.1' }],
    ['threeDS.ip', { threeDS: {} }],
    ['threeDS.ip', { threeDS: { ip: null } }],
  ])('answers 400 to an illegal %s: %j', async (field, fields) => {
    const { pay, money } = await startSimulator()
    expect(await pay(orderNo, method, { ...goodCard, ...fields })).toEqual(
      refusal(400, `Illegal parameter: creditCard.${field}`, orderNo),
    )
    expect(money(orderNo)).toEqual(uncharged)
  })

  test.each([
    ...badNumbers.map((cardNumber) => ({ cardNumber })),
    { cardExpireMonth: '10' },
    { cardExpireMonth: '12', cardExpireYear: '25' },
    { cardExpireMonth: '12', cardExpireYear: '2025' },
    { cardHolderFirstName: '' },
    { cardHolderFirstName: 'Ada7' },
    { cardHolderFirstName: 'Ada×' },
    { cardHolderLastName: 'Łukasz' },
    { cardHolderLastName: "O'Neill" },
  ])('answers 413 to %j', async (fields) => {
    const { pay, money } = await startSimulator()
    const answer = refusal(413, 'The card is not supported', orderNo)
    expect(await pay(orderNo, method, { ...goodCard, ...fields })).toEqual(answer)
    expect(money(orderNo)).toEqual(uncharged)
  })

  test.each([
    { cardNumber: amex, cardCVV: '1234' },
    { cardNumber: '4916931584764308' },
    { cardNumber: '5223456789012346' },
    { cardNumber: '375987654321001' },
    { cardNumber: '6011987612345678' },
    { cardExpireYear: '2026' },
    { cardHolderFirstName: 'Zoë Anne-Marie', cardHolderLastName: 'Ångström' },
    {
      cardHolderCountry: 'DE',
      cardHolderProvince: 'BY',
      cardHolderCity: 'Ulm 7',
      cardHolderPostCode: '89073',
      cardHolderAddress: '12 Road',
    },
    {
      cardHolderCountry: null,
      cardHolderProvince: null,
      cardHolderCity: null,
      cardHolderPostCode: null,
      cardHolderAddress: null,
    },
    { reusable: true, paymentLimit: 100, threeDS: { ip: '192.0.2.1' } },
    { reusable: null, paymentLimit: null, threeDS: null, cardHolderEmail: 'ada@example.invalid' },
  ])('pays with %j', async (fields) => {
    const { pay, simulator } = await startSimulator()
    expect(await pay(orderNo, method, { ...goodCard, ...fields })).toMatchObject({ status: 0 })
    const cardNumber = fields.cardNumber ?? goodCard.cardNumber
    expect(simulator.order(orderNo)).toMatchObject({ charges: 1, cardTail: cardNumber.slice(-4) })
  })

  test('is valid to the end of its month in Singapore', async () => {
    const { clock, pay } = await startSimulator()
    clock.at = Date.UTC(2026, 10, 30, 16) - 1
    expect(await pay(`${orderNo}1`, method)).toMatchObject({ status: 0 })
    clock.at += 1
    expect(await pay(`${orderNo}2`, method)).toMatchObject({ status: 413 })
  })

  test.each([
    ['Reject', '604'],
    ['Three DS', '616'],
  ])('of %s is accepted, and the order cancelled with %s when tickets were due', async (name, errorCode) => {
    const { clock, pay, query, simulator } = await startSimulator({ ticketAfterMs: 5000 })
    const card = { ...goodCard, cardHolderFirstName: name }
    expect(await pay(orderNo, method, card)).toMatchObject({ status: 0 })
    clock.at += 4999
    expect(await query(orderNo)).toMatchObject({ orderStatus: '1', errorCode: null })
    clock.at += 1
    expect(await query(orderNo)).toMatchObject({ orderStatus: '-3', errorCode, paymentMethod: method })
    expect(simulator.order(orderNo)).toMatchObject({ state: 'cancelled', charges: 1, cardTail: '0366' })
  })

  test('is nowhere shown but by its last four digits', async () => {
    const { call, pay, query, simulator } = await startSimulator({ ticketAfterMs: 0 })
    const answer = await pay(orderNo, method)
    const refused = await pay(`${orderNo}2`, method, { ...goodCard, cardCVV: 'x' })
    const view = (await call(`/simulator/orders/${orderNo}`, { method: 'GET' })).bytes.toString()
    const shown = JSON.stringify([answer, refused, await query(orderNo), simulator.order(orderNo)]) + view
    expect(shown).not.toContain(goodCard.cardNumber.slice(0, -4))
    expect(JSON.parse(view)).toMatchObject({ cardTail: '0366' })
    expect(await query(orderNo)).toMatchObject({ airlineBookings: [{ tailDigitsOfPaymentCard: '0366' }] })
  })
})

test.each([1, 4])('A card is ignored with method %i, whatever it is', async (method) => {
  const { clock, pay, query, simulator } = await startSimulator({ ticketAfterMs: 5000 })
  const card = { cardNumber: 'none', cardHolderFirstName: 'Reject' }
  expect(await pay(orderNo, method, card)).toMatchObject({ status: 0 })
  clock.at += 5000
  expect(simulator.order(orderNo)).toMatchObject({ state: 'ticketed', cardTail: null })
  expect(await query(orderNo)).toMatchObject({ airlineBookings: [{ tailDigitsOfPaymentCard: null }] })
})

test('A CVV may be null only for method 5 and a card that has paid by it', async () => {
  const { pay, money } = await startSimulator()
  const reused = { ...goodCard, cardCVV: null }
  const illegal = { status: 400 }
  expect(await pay('TESTA1', 5, reused)).toMatchObject(illegal)
  expect(await pay('TESTA2', 3)).toMatchObject({ status: 0 })
  expect(await pay('TESTA1', 5, reused)).toMatchObject(illegal)
  expect(await pay('SIM-413', 5)).toMatchObject({ status: 413 })
  expect(await pay('TESTA1', 5, reused)).toMatchObject(illegal)
  expect(money('TESTA1')).toEqual({ ...uncharged, payRequests: 3 })
  expect(await pay('TESTA3', 5)).toMatchObject({ status: 0 })
  expect(await pay('TESTA1', 5, reused)).toMatchObject({ status: 0 })
  expect(await pay('TESTA4', 3, reused)).toMatchObject(illegal)
  expect(await pay('TESTA4', 5, { ...reused, cardNumber: masterCard })).toMatchObject(illegal)
  expect(money('TESTA4')).toEqual({ ...uncharged, payRequests: 2 })
})

test('SIM-BRAND-VISA answers 414 to method 5 with another brand', async () => {
  const { pay, query, money } = await startSimulator()
  const answer = refusal(414, 'The card type does not match the order', 'SIM-BRAND-VISA')
  expect(await pay('SIM-BRAND-VISA', 5, { ...goodCard, cardNumber: masterCard })).toEqual(answer)
  expect(money('SIM-BRAND-VISA')).toEqual(uncharged)
  expect(await query('SIM-BRAND-VISA')).toMatchObject({
    paymentOptions: [{ cardType: null }, { cardType: null }, { cardType: null }, { cardType: 'Visa' }],
  })
  expect(await pay('SIM-BRAND-VISA', 5)).toMatchObject({ status: 0 })
  expect(await pay('SIM-BRAND-VISA-2', 3, { ...goodCard, cardNumber: masterCard })).toMatchObject({
    status: 0,
  })
})

test('Method 5 answers 413 to a brand that Atlas does not take, and method 3 takes it', async () => {
  const { pay, money } = await startSimulator()
  const maestro = { ...goodCard, cardNumber: '6759649826438453' }
  expect(await pay(orderNo, 5, maestro)).toMatchObject({ status: 413 })
  expect(money(orderNo)).toEqual(uncharged)
  expect(await pay(orderNo, 3, maestro)).toMatchObject({ status: 0 })
})

test('An order that takes no card, or none any more, says so whatever the card is', async () => {
  const { pay } = await startSimulator()
  const badCard = { ...goodCard, cardNumber: '4532015112830367' }
  await pay('TESTA1')
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    expect(await pay('TESTA1', 3, badCard)).toMatchObject({ status: 404 })
    expect(await pay('SIM-404', 3, badCard)).toMatchObject({ status: 404 })
    expect(await pay('SIM-401', 3, badCard)).toMatchObject({ status: 401 })
    expect(await pay('SIM-BALANCE-ONLY', 3, badCard)).toMatchObject({ status: 403 })
  }
  expect(await pay('TESTA2', 3, badCard)).toMatchObject({ status: 413 })
})

describe('A card that was refused six times within 30 minutes', () => {
  const expired = { ...goodCard, cardExpireMonth: '10' }

  test('answers 413 for 30 minutes, and then pays', async () => {
    const { clock, pay, money } = await startSimulator()
    for (let refusals = 1; refusals <= 6; refusals += 1) {
      clock.at = startAt + (refusals - 1) * 5 * minuteMs
      expect(await pay(`TESTA${refusals}`, 3, expired)).toMatchObject({ status: 413 })
    }
    const blockedAt = clock.at
    for (const at of [blockedAt, blockedAt + 30 * minuteMs - 1]) {
      clock.at = at
      expect(await pay('TESTA9', 3)).toMatchObject({ status: 413 })
      expect(await pay('TESTA8', 3, { ...goodCard, cardNumber: amex })).toMatchObject({
        status: at === blockedAt ? 0 : 404,
      })
    }
    clock.at = blockedAt + 30 * minuteMs
    expect(money('TESTA9')).toEqual({ ...uncharged, payRequests: 2 })
    expect(await pay('TESTA10', 3)).toMatchObject({ status: 0 })
  })

  test('is not blocked when one of them is older, and five refusals block nothing', async () => {
    const { clock, pay } = await startSimulator()
    expect(await pay('TESTA1', 3, expired)).toMatchObject({ status: 413 })
    clock.at += 30 * minuteMs
    for (let refusals = 1; refusals <= 5; refusals += 1) {
      expect(await pay('TESTA2', 3, expired)).toMatchObject({ status: 413 })
    }
    expect(await pay('TESTA2', 3)).toMatchObject({ status: 0 })
  })

  test('is forgotten once 10,000 other cards were refused after it', () => {
    const desk = createCardDesk(() => startAt)
    const use = { paymentMethod: 3, cardType: null } as const
    const refuse = (times: number): void => {
      for (let time = 1; time <= times; time += 1) expect(desk.refusalOf(expired, use)).toBe(413)
    }
    const refuseOthers = (from: number, to: number): void => {
      for (let index = from; index <= to; index += 1) {
        expect(desk.refusalOf({ ...goodCard, cardNumber: `bad ${index}` }, use)).toBe(413)
      }
    }
    refuse(5)
    refuseOthers(1, 5000)
    refuse(1)
    refuseOthers(5001, 14_999)
    expect(desk.refusalOf(goodCard, use)).toBe(413)
    refuseOthers(15_000, 15_000)
    expect(desk.refusalOf(goodCard, use)).toBeNull()
  })
})

test('A card that paid is forgotten after 10,000 others that paid', () => {
  const desk = createCardDesk(() => startAt)
  const use = { paymentMethod: 5, cardType: null } as const
  const reused = { ...goodCard, cardCVV: null }
  desk.hasPaid(goodCard, 5)
  for (let index = 1; index <= 9999; index += 1) desk.hasPaid({ ...goodCard, cardNumber: String(index) }, 5)
  expect(desk.refusalOf(reused, use)).toBeNull()
  desk.hasPaid({ ...goodCard, cardNumber: '10000' }, 5)
  expect(desk.refusalOf(reused, use)).toBe(400)
})

test('A brand is told from the first digits of its published numbers', () => {
  const numbers = {
    Visa: ['4532015112830366', '4111111111111111', '4054695723100768'],
    MasterCard: [masterCard, '5105105105105100', '5200000000002235', '2221000000000009', '2720990000000007'],
    Amex: [amex, '340000000000009'],
    Discover: ['6011111111111117', '6440000000000005', '6500000000000002'],
    JCB: ['3566002020360505', '3528000000000007', '3589000000000003'],
    DinersClub: ['30569309025904', '36000000000008', '38520000023237'],
  }
  for (const [brand, those] of Object.entries(numbers)) {
    expect(those.map((number) => [number, brandOf(number)])).toEqual(those.map((number) => [number, brand]))
  }
  const others = [
    '6759649826438453',
    '2220990000000001',
    '2721000000000000',
    '3527000000000008',
    '3060',
    '5000',
  ]
  expect(others.map(brandOf)).toEqual(others.map(() => null))
})

test('A card number has 13 to 19 digits and a check digit', () => {
  const good = ['4222222222222', '6304000000000000', '6759000000000000005', masterCard, amex]
  expect(good.map((number) => [number, isCardNumber(number)])).toEqual(good.map((number) => [number, true]))
  expect(badNumbers.map(isCardNumber)).toEqual(badNumbers.map(() => false))
  // The published numbers with wrong check digits are exceptions of one number each.
  expect(['4916931584764309', '5223456789012347'].map(isCardNumber)).toEqual([false, false])
})
