import type { Browser, BrowserContextOptions } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createSimulator, type Simulator } from '../src/simulator/server.ts'
import { buildCheckoutPage, type CheckoutPage } from './support/checkout-page.ts'
import { startGateway, type TestGateway, testCredentials } from './support/gateway.ts'
import { launchBrowser, startWalk, type Walker } from './support/walker.ts'

const ticketAfterMs = 60_000
const thisYear = new Date().getFullYear()

/** A card without a fault, by the labels of its fields. */
const visa = {
  'Card number': '4532 0151 1283 0366',
  'Security code': '123',
  'First name': 'Ada',
  'Last name': 'Lovelace',
}
const mastercard = { ...visa, 'Card number': '5555 5555 5555 4444' }
/** Of no brand that Atlas takes as merchant, although its check digit is right. */
const brandless = { ...visa, 'Card number': '9999 9999 9999 9995' }

const billing = {
  'Street and number': '1 Main St, Apt 2',
  City: 'Los Angeles',
  Postcode: '90001-1234',
  'State or province': 'ca',
  'Country code': 'us',
}

let browser: Browser
let build: Awaited<ReturnType<typeof buildCheckoutPage>>
let simulator: Simulator
let gateway: TestGateway
let site: CheckoutPage
/** What the simulator takes for the time, in epoch milliseconds; it stands still unless a walk moves it. */
let simulatedAt: number
let walker: Walker

beforeAll(async () => {
  build = await buildCheckoutPage()
  browser = await launchBrowser()
})

afterAll(async () => {
  await browser?.close()
  build?.remove()
})

beforeEach(async () => {
  simulatedAt = Date.now()
  simulator = await createSimulator({
    host: '127.0.0.1',
    port: 0,
    ...testCredentials,
    latencyMs: 20,
    slowMs: 7_000,
    ticketAfterMs,
    now: () => simulatedAt,
  })
  gateway = await startGateway(simulator.url, { ORDER_POLL_INTERVAL_MS: '100' })
  site = await build.serve(gateway.url)
})

afterEach(async () => {
  await site?.close()
  await gateway?.close()
  await simulator?.close()
})

async function open(orderNo: string, options: BrowserContextOptions = {}): Promise<void> {
  walker = await startWalk(browser, options)
  await walker.page.goto(`${site.url}?orderNo=${orderNo}`)
}

/** Fills the fields with these labels, and the expiry. */
async function fill(fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [label, text] of Object.entries(fields)) await walker.page.getByLabel(label).fill(text)
  await walker.page.getByLabel('Expiry month').selectOption('12')
  await walker.page.getByLabel('Expiry year').selectOption(String(thisYear))
}

/** What the card form holds, field by field, those of the closed billing address included. */
async function typedIn(): Promise<string[]> {
  return walker.page
    .locator('form.pay :is(input:not([type=radio]), select)')
    .evaluateAll((fields) => fields.map((field) => (field as HTMLInputElement).value))
}

/** What the simulator knows of how an order was paid. */
function paid(orderNo: string) {
  const { payRequests, charges, paymentMethod, cardTail } = simulator.order(orderNo)!
  return { payRequests, charges, paymentMethod, cardTail }
}

test.each([
  ['virtual card', /^Virtual card/, 'VCC_PASSTHROUGH', 3],
  ['card', /^Card/, 'MOR', 5],
] as const)(
  'a %s pays once, is followed to its ticket, and is forgotten',
  async (_, label, method, atlas) => {
    await open('SIM-CARD-ONLY')
    const { page } = walker
    const number = '4532015112830366'
    await walker.radio(label).check()
    await page.getByText('Billing address').press('Enter')
    await fill({ ...visa, ...billing })
    // React writes what is typed into the document as well.
    expect(await walker.placesOf(number)).toEqual(['document', 'fields'])
    await page.getByLabel('Last name').press('Enter')

    await walker.isTakenTo('Paid. The airline is issuing the ticket.')
    expect(await walker.placesOf(number)).toEqual([])
    simulatedAt += ticketAfterMs
    await walker.reads('Paid, and the ticket is issued.')
    await walker.isAccessible('en')
    expect(walker.streams()).toBe(1)
    expect(paid('SIM-CARD-ONLY')).toEqual({
      payRequests: 1,
      charges: 1,
      paymentMethod: atlas,
      cardTail: '0366',
    })
    expect(walker.payments).toEqual([
      {
        input: {
          orderNo: 'SIM-CARD-ONLY',
          paymentMethod: method,
          card: {
            number,
            expiryMonth: 12,
            expiryYear: thisYear,
            cvv: '123',
            holderFirstName: 'Ada',
            holderLastName: 'Lovelace',
            billing: {
              address: '1 Main St, Apt 2',
              city: 'Los Angeles',
              postCode: '900011234',
              province: 'CA',
              country: 'US',
            },
          },
          expectedTotal: { amount: '86.40', currency: 'USD' },
          idempotencyKey: expect.stringMatching(/^[\da-f-]{36}$/) as string,
        },
      },
    ])

    await walker.button('Pay another order').press('Enter')
    await page.getByLabel('Order number').fill('SIM-CARD-ONLY-2')
    await page.keyboard.press('Enter')
    await walker.radio(label).check()
    expect(await typedIn()).toEqual(Array.from({ length: 11 }, () => ''))
    await page.goBack()
    await walker.radio(label).waitFor({ state: 'detached' })
    expect(await walker.placesOf(number)).toEqual([])
    expect(simulator.totals()).toMatchObject({ payRequests: 1, charges: 1 })
    await walker.end()
  },
)

test.each([
  {
    firstName: 'Reject',
    message: 'The airline declined the card. The order is cancelled.',
    advice: 'Create a new order and pay it with another card or from the deposit.',
    chineseMessage: '航空公司拒绝了这张卡。订单已取消。',
    chineseAdvice: '请创建新订单，并用另一张卡或预存款付款。',
  },
  {
    firstName: 'Three DS',
    message: 'The card asks for 3-D Secure, which cannot be done here. The order is cancelled.',
    advice: 'Create a new order and pay it with a card without 3-D Secure or from the deposit.',
    chineseMessage: '这张卡要求 3-D Secure 验证，此处无法完成。订单已取消。',
    chineseAdvice: '请创建新订单，并用不需要 3-D Secure 验证的卡或预存款付款。',
  },
])('says what becomes of the money of a card that the airline declines: $firstName', async (declined) => {
  await open('SIM-CARD-ONLY')
  const { page } = walker
  await walker.radio(/^Card/).check()
  await fill({ ...visa, 'First name': declined.firstName })
  await page.getByLabel('Last name').press('Enter')
  await walker.isTakenTo('Paid. The airline is issuing the ticket.')
  simulatedAt += ticketAfterMs

  await walker.reads('The order was cancelled after the payment. There is no ticket.')
  const money =
    'The payment is not expected to have been taken; verify that on the card or the balance. ' +
    declined.advice
  expect(await page.locator('.notice > p').allTextContents()).toEqual([declined.message, money])
  expect(await page.locator('.facts').textContent()).toContain(
    'The moneyProbably not charged, to be verified',
  )
  expect(await page.getByRole('button').allTextContents()).toEqual([
    'English',
    '简体中文',
    'Show order',
    'Pay another order',
  ])
  await walker.isAccessible('en')

  await walker.button('简体中文').press('Enter')
  await walker.reads('订单在付款后被取消，没有出票。')
  await expect
    .poll(() => page.locator('.notice > p').allTextContents())
    .toEqual([
      declined.chineseMessage,
      expect.stringMatching(new RegExp(`^\\p{Script=Han}.*${declined.chineseAdvice}$`, 'u')),
    ])
  expect(await page.locator('.facts').textContent()).toContain('款项可能未扣款，有待核实')
  await walker.isAccessible('zh-Hans')
  expect(paid('SIM-CARD-ONLY')).toEqual({ payRequests: 1, charges: 1, paymentMethod: 5, cardTail: '0366' })
  await walker.end()
})

test.each([
  {
    refused: 'not taken at all',
    orderNo: 'SIM-CARD-ONLY',
    card: brandless,
    advice:
      'Use another card or brand. Do not try this card again: repeated failures block it for 30 minutes.',
  },
  {
    refused: 'of the wrong brand',
    orderNo: 'SIM-BRAND-VISA',
    card: mastercard,
    advice: 'Use a card of the brand that was chosen when the order was created.',
  },
])('a card that is $refused gives way to another, which pays under a key of its own', async (one) => {
  await open(one.orderNo)
  const { page } = walker
  await walker.radio(/^Card/).check()
  await fill(one.card)
  await page.getByLabel('Last name').press('Enter')
  await walker.isTakenTo('Not paid')
  await page.getByText(one.advice, { exact: true }).waitFor()
  // The refused card cannot be sent again by another press of the button; its holder may have another one.
  expect(await typedIn()).toEqual(['', '', '', '', 'Ada', 'Lovelace', '', '', '', '', ''])
  expect(await walker.placesOf(one.card['Card number'].replaceAll(' ', ''))).toEqual([])
  await walker.isAccessible('en')
  expect(paid(one.orderNo)).toMatchObject({ payRequests: 1, charges: 0 })

  await fill(visa)
  await page.getByLabel('Last name').press('Enter')
  await walker.isTakenTo('Paid. The airline is issuing the ticket.')
  expect(paid(one.orderNo)).toEqual({ payRequests: 2, charges: 1, paymentMethod: 5, cardTail: '0366' })
  const keys = walker.payments.map(({ input }) => input['idempotencyKey'])
  expect([keys.length, new Set(keys).size]).toEqual([2, 2])
  await walker.end()
})

test('checks a card before it sends anything, and shows each fault at its field', async () => {
  await open('SIM-CARD-ONLY', { viewport: { width: 390, height: 844 } })
  const { page } = walker
  await walker.radio(/^Virtual card/).check()
  await walker.button(/^Pay USD\s86\.40$/).press('Enter')
  const number = page.getByLabel('Card number')
  expect(await number.evaluate((one) => one === document.activeElement)).toBe(true)
  expect(await page.locator('[aria-invalid=true]').count()).toBe(6)
  expect(await page.getByLabel('Security code').evaluate(describedBy)).toBe('Enter the 3 or 4 digits.')
  await walker.isAccessible('en')
  await fill(visa)
  await page.getByText('Billing address').press('Enter')
  await page.getByLabel('City').fill('12345')
  // A fault is shown even where nobody looks any more.
  await page.getByText('Billing address').press('Enter')
  await walker.button(/^Pay USD\s86\.40$/).press('Enter')
  expect(await page.locator('[aria-invalid=true]').count()).toBe(1)
  expect(await page.getByLabel('City').evaluate((one) => one === document.activeElement)).toBe(true)
  expect(walker.payments).toEqual([])
  await walker.isAccessible('en')
  await walker.end()
})

test('shows a fault that only the gateway can find at the field that it names', async () => {
  await open('SIM-CARD-ONLY')
  const { page } = walker
  await walker.radio(/^Card/).check()
  await fill(visa)
  await page.getByText('Billing address').press('Enter')
  // Two letters, and no country: the page does not know them all.
  await page.getByLabel('Country code').fill('zz')
  await page.getByLabel('Country code').press('Enter')
  await walker.reads('Not paid')
  const country = page.getByLabel('Country code')
  await expect.poll(() => country.evaluate((one) => one === document.activeElement)).toBe(true)
  // The gateway's own sentence names the field as programs do, and only in the language of then.
  expect(await country.evaluate(describedBy)).toBe(
    'Enter the two letters of a country, for example SG, or nothing.',
  )
  expect(await page.locator('.notice p').allTextContents()).toEqual([
    'Nothing was sent or charged. Correct the field of the card that is marked, and pay again.',
  ])
  expect(await page.locator('[aria-invalid=true]').count()).toBe(1)
  expect(simulator.totals()).toMatchObject({ payRequests: 0 })
  await walker.isAccessible('en')
  await walker.button('简体中文').press('Enter')
  await walker.reads('未付款')
  const note = await page.getByLabel('国家代码').evaluate(describedBy)
  expect(note).toBe('请输入国家或地区的两位字母代码，例如 SG，或留空。')
  expect(await page.locator('.notice p').allTextContents()).toEqual([
    '没有发送付款，也没有扣款。请更正已标出的卡信息，然后重新付款。',
  ])
  await walker.button('English').press('Enter')
  await country.focus()
  await country.selectText()
  await page.keyboard.type('SG')
  expect(await page.locator('[aria-invalid=true]').count()).toBe(0)
  await page.keyboard.press('Enter')
  await walker.isTakenTo('Paid. The airline is issuing the ticket.')
  expect(paid('SIM-CARD-ONLY')).toEqual({ payRequests: 1, charges: 1, paymentMethod: 5, cardTail: '0366' })
  const keys = walker.payments.map(({ input }) => input['idempotencyKey'])
  expect([keys.length, new Set(keys).size]).toEqual([2, 2])
  await walker.end()
})

/** The text that describes a field. Runs in the page. */
function describedBy(field: Element): string | null | undefined {
  return document.getElementById(field.getAttribute('aria-describedby') ?? '')?.textContent
}
