import type { Browser, BrowserContextOptions } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createSimulator, type Simulator } from '../src/simulator/server.ts'
import { buildCheckoutPage, type CheckoutPage } from './support/checkout-page.ts'
import { createFastClock } from './support/fast-clock.ts'
import { startGateway, type TestGateway, testCredentials } from './support/gateway.ts'
import { start } from './support/process.ts'
import { launchBrowser, startWalk, type Walker } from './support/walker.ts'

const ticketAfterMs = 60_000

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
    slowMs: 10_000,
    ticketAfterMs,
    now: () => simulatedAt,
  })
  gateway = await startGateway(simulator.url, { SETTLE_INTERVAL_MS: '50', ORDER_POLL_INTERVAL_MS: '100' })
  site = await build.serve(gateway.url)
})

afterEach(async () => {
  await site?.close()
  await gateway?.close()
  await simulator?.close()
})

async function open(
  orderNo: string,
  options: BrowserContextOptions = {},
  expectedFaults?: RegExp,
): Promise<void> {
  walker = await startWalk(browser, options, expectedFaults)
  await walker.page.goto(`${site.url}?orderNo=${orderNo}`)
}

/** Chooses a method and presses the pay button, by keyboard. */
async function pay(method: string | RegExp, button: string | RegExp): Promise<void> {
  await walker.radio(method).focus()
  await walker.page.keyboard.press('Space')
  await walker.tabTo(walker.button(button))
  await walker.page.keyboard.press('Enter')
}

/** What the simulator counted for an order. */
function counted(orderNo: string) {
  const { payRequests, charges } = simulator.order(orderNo)!
  return { payRequests, charges }
}

/** No subscription tells of the order. */
async function hideOrder(): Promise<void> {
  await walker.page.route('**/graphql', (route) =>
    route.request().postData()?.startsWith('{"operationName":"FollowOrder"') === true
      ? new Promise(() => {})
      : route.fallback(),
  )
}

/** The steps of the progress, each with how far it is. */
async function steps(): Promise<string[]> {
  return walker.page.locator('.progress li').allTextContents()
}

/** Nothing on the page pays. */
async function offersNoPayment(): Promise<void> {
  expect(await walker.page.getByRole('button').allTextContents()).not.toContainEqual(
    expect.stringMatching(/^(Pay(?! another)|Try again|Ask again|支付(?!其他)|付款|再)/),
  )
}

describe('the pay page', () => {
  test('works by keyboard, pays once however fast one is, and shows the ticket as it is issued', async () => {
    walker = await startWalk(browser)
    const { page } = walker
    await page.goto(site.url)
    expect(await page.getByLabel('Order number').evaluate((one) => one === document.activeElement)).toBe(true)
    await walker.isAccessible('en')
    await page.keyboard.type('SIM-METHOD-FEE')
    await page.keyboard.press('Enter')

    await walker.isTakenTo(/SIM-METHOD-FEE/)
    expect(new URL(page.url()).searchParams.get('orderNo')).toBe('SIM-METHOD-FEE')
    await walker.tabTo(walker.radio(/Agency balance/))
    await page.keyboard.press('Space')
    expect(await page.locator('.total').textContent()).toMatch(/^USD\s86\.40$/)
    expect(await page.getByRole('timer').textContent()).toMatch(/^(30:00|29:\d\d)$/)
    await page.keyboard.press('ArrowUp')
    expect(await page.locator('.total').textContent()).toMatch(/^USD\s87\.90$/)
    await page.keyboard.press('ArrowDown')
    await walker.isAccessible('en')
    await walker.tabTo(walker.button(/^Pay USD\s86\.40$/))
    // As fast as nobody presses: the second comes before the page has drawn the first.
    await page.locator('form.pay').evaluate((form: HTMLFormElement) => {
      form.requestSubmit()
      form.requestSubmit()
    })

    await walker.isTakenTo('Paid. The airline is issuing the ticket.')
    await offersNoPayment()
    await walker.isAccessible('en')
    simulatedAt += ticketAfterMs
    await walker.reads('Paid, and the ticket is issued.')
    expect(await page.locator('.total').textContent()).toMatch(/^USD\s86\.40$/)
    expect(await page.locator('.facts').textContent()).toMatch(/^Airline booking referenceS\d{5}/)
    expect(await page.locator('output').textContent()).toBe('Paid, and the ticket is issued.')
    await offersNoPayment()
    await walker.isAccessible('en')

    expect(walker.streams()).toBe(1)
    expect(walker.payments).toEqual([
      {
        input: {
          orderNo: 'SIM-METHOD-FEE',
          paymentMethod: 'BALANCE',
          card: null,
          expectedTotal: { amount: '86.40', currency: 'USD' },
          idempotencyKey: expect.stringMatching(/^[\da-f-]{36}$/) as string,
        },
      },
    ])
    expect(counted('SIM-METHOD-FEE')).toEqual({ payRequests: 1, charges: 1 })
    await walker.end()
  })

  test('tells a refusal in Chinese and is paid by another method', async () => {
    await open('SIM-BALANCE', { locale: 'zh-CN', colorScheme: 'dark' })
    const answered = walker.page.waitForResponse(
      (response) => response.request().postData()?.includes('payOrder') === true,
    )
    await pay(/代理商预存款/, /^支付 USD\s86\.40$/)
    const { data } = (await (await answered).json()) as { data: { payOrder: Record<string, string> } }
    const { message, remediation, action } = data.payOrder
    expect(action).toBe('CHANGE_PAYMENT_METHOD')
    expect(remediation).toMatch(/^[^a-z]*\p{Script=Han}/u)

    await walker.isTakenTo('未付款')
    expect(await walker.page.locator('.notice').textContent()).toBe(`未付款${message}${remediation}`)
    expect(await walker.radio(/代理商预存款/).isChecked()).toBe(false)
    await walker.isAccessible('zh-Hans')
    await pay(/代理商在航空公司的账户/, /^支付 USD\s86\.40$/)
    await walker.isTakenTo('已付款，航空公司正在出票。')
    expect(counted('SIM-BALANCE')).toEqual({ payRequests: 2, charges: 1 })
    const keys = walker.payments.map(({ input }) => input['idempotencyKey'])
    expect(new Set(keys).size).toBe(2)
    await walker.end()
  })

  test('tells a refusal in the language that is chosen after it', async () => {
    await open('SIM-407')
    await pay(/Agency balance/, /^Pay USD\s86\.40$/)
    await walker.isTakenTo('Not paid')
    await walker.tabTo(walker.button('Look at the order again'))
    await walker.button('简体中文').press('Enter')
    await walker.reads('未付款')
    await expect
      .poll(() => walker.page.locator('.notice p[lang="zh-Hans"]').allTextContents())
      .toHaveLength(2)
    await walker.isAccessible('zh-Hans')
    await walker.button('重新查看订单').press('Enter')
    await walker.isTakenTo(/SIM-407/)
    await walker.button(/^支付 USD\s86\.40$/).waitFor()
    expect(counted('SIM-407')).toEqual({ payRequests: 1, charges: 0 })
    await walker.end()
  })

  test('never pays again while an outcome is unknown, and follows it until it is known', async () => {
    await open('SIM-LATE-CHARGE')
    await pay(/Agency balance/, /^Pay USD\s86\.40$/)
    await walker.isTakenTo('Not known yet')
    await offersNoPayment()
    await walker.isAccessible('en')
    // Who opens the order anew is not offered it either.
    await walker.page.reload()
    await walker.reads('It is not known yet whether this order is paid. Please do not pay again.')
    await offersNoPayment()
    await walker.reads('Paid. The airline is issuing the ticket.')
    await offersNoPayment()
    expect(walker.payments).toHaveLength(1)
    expect(counted('SIM-LATE-CHARGE')).toEqual({ payRequests: 1, charges: 1 })
    await walker.end()
  })

  test('offers to pay anew when the order is unpaid and the earlier payment was not applied', async () => {
    let aheadMs = 0
    const clock = { ...createFastClock(), now: () => new Date(Date.now() + aheadMs) }
    await gateway.close()
    gateway = await startGateway(simulator.url, { RELEASE_UNPAID_AFTER_MS: '100' }, { clock })
    await site.close()
    site = await build.serve(gateway.url)
    await open('SIM-HTTP-503')
    await pay(/Agency balance/, /^Pay USD\s86\.40$/)
    await walker.isTakenTo('Not known yet')
    await offersNoPayment()
    // The gateway's time passes until the request cannot arrive at Atlas any more, and unpaid readbacks count.
    const unpaid = 'The order is unpaid: the earlier payment was not applied. You can pay again.'
    await expect
      .poll(
        () => {
          aheadMs += 5_000
          return walker.page.getByRole('heading', { name: unpaid }).count()
        },
        { interval: 100, timeout: 15_000 },
      )
      .toBe(1)
    await walker.isTakenTo(unpaid)
    await pay(/Agency balance/, /^Pay USD\s86\.40$/)
    // What was seen of the earlier payment says nothing about this one.
    await walker.isTakenTo('Not known yet')
    await offersNoPayment()
    expect(counted('SIM-HTTP-503')).toEqual({ payRequests: 2, charges: 0 })
    await walker.end()
  })

  test('takes an order for unpaid only when it was read after the payment ended in doubt', async () => {
    await open('TESTA1')
    const error = {
      __typename: 'PaymentError',
      code: 'OUTCOME_UNKNOWN',
      message: 'Nobody knows.',
      remediation: 'Look at the order.',
      action: 'CHECK_ORDER',
      paymentState: 'UNKNOWN',
      retryable: false,
      retryAfterSeconds: 10,
      field: null,
      paymentId: null,
    }
    const looked = Promise.withResolvers<void>()
    let follows = 0
    await walker.page.route('**/graphql', async (route) => {
      const body = route.request().postData()
      if (body?.startsWith('{"operationName":"Pay"') === true)
        return route.fulfill({ json: { data: { payOrder: error } } })
      if (body?.startsWith('{"operationName":"FollowOrder"') === true && ++follows === 2) await looked.promise
      return route.fallback()
    })
    await pay(/Agency balance/, /^Pay USD\s86\.40$/)
    await walker.isTakenTo('Not known yet')
    // The first answer of the gateway may have been read before; it does not change, so it is asked for anew.
    await expect.poll(() => walker.streams()).toBe(2)
    await offersNoPayment()
    looked.resolve()
    await walker.isTakenTo('The order is unpaid: the earlier payment was not applied. You can pay again.')
    await walker.button(/^Pay USD\s86\.40$/).waitFor()
    expect(counted('TESTA1')).toEqual({ payRequests: 0, charges: 0 })
    await walker.end()
  })

  test('offers nothing when the time to pay is over, before or while the page is open', async () => {
    await open('SIM-401')
    await walker.isTakenTo('The time to pay is over. The order was not paid.')
    await offersNoPayment()
    await walker.isAccessible('en')
    await walker.button('Pay another order').press('Enter')
    expect(
      await walker.page.getByLabel('Order number').evaluate((one) => one === document.activeElement),
    ).toBe(true)

    simulatedAt = Date.now() - 53_000
    await walker.page.keyboard.type('SIM-DEADLINE-SOON')
    await walker.page.keyboard.press('Enter')
    await expect.poll(() => walker.page.getByRole('timer').textContent()).toMatch(/^0:0[1-7]$/)
    await walker.isTakenTo('The time to pay is over. The order was not paid.')
    await offersNoPayment()
    expect(simulator.totals()).toMatchObject({ payRequests: 0 })
    await walker.end()
  })

  test('leads on to a new order when Atlas says that the time to pay is over', async () => {
    await open('SIM-DEADLINE-SOON')
    await walker.radio(/Agency balance/).waitFor()
    simulatedAt += 61_000
    await pay(/Agency balance/, /^Pay USD\s86\.40$/)
    await walker.isTakenTo('Not paid')
    await offersNoPayment()
    expect(await walker.button('Pay another order').count()).toBe(1)
    expect(counted('SIM-DEADLINE-SOON')).toEqual({ payRequests: 1, charges: 0 })
    await walker.end()
  })

  test('asks anew when the amount has changed, and pays no other amount than it showed', async () => {
    await open('SIM-TOTAL-CHANGING')
    await walker.radio(/Agency balance/).waitFor()
    simulatedAt += 1_000
    await pay(/Agency balance/, /^Pay USD\s86\.40$/)
    await walker.isTakenTo('Not paid')
    await walker.page.getByText(/^The amount has changed\. It was USD\s86\.40\.$/).waitFor()
    expect(counted('SIM-TOTAL-CHANGING')).toEqual({ payRequests: 0, charges: 0 })
    await walker.isAccessible('en')
    await walker.tabTo(walker.button(/^Pay USD\s91\.40$/))
    await walker.page.keyboard.press('Enter')
    await walker.isTakenTo('Paid. The airline is issuing the ticket.')
    expect(walker.payments.map(({ input }) => input['expectedTotal'])).toEqual([
      { amount: '86.40', currency: 'USD' },
      { amount: '91.40', currency: 'USD' },
    ])
    expect(counted('SIM-TOTAL-CHANGING')).toEqual({ payRequests: 1, charges: 1 })
    await walker.end()
  })

  test.each([
    ['en', 'en-GB', 'The price cannot be shown now', 'Agency balance'],
    ['zh-Hans', 'zh-CN', '目前无法显示价格', '代理商预存款'],
  ])(
    'offers no payment while the price is not known, and says so in %s',
    async (language, locale, text, method) => {
      walker = await startWalk(browser, { locale })
      await walker.page.route('**/graphql', async (route) => {
        if (route.request().postData()?.startsWith('{"operationName":"ReadOrder"') !== true)
          return route.fallback()
        const response = await route.fetch()
        const { data } = (await response.json()) as { data: { order: { paymentOptions: object[] } } }
        // An option whose sum Atlas does not tell: the order's total is not what it costs.
        const paymentOptions = data.order.paymentOptions.map((one) => ({ ...one, total: null }))
        return route.fulfill({ response, json: { data: { order: { ...data.order, paymentOptions } } } })
      })
      await walker.page.goto(`${site.url}?orderNo=TESTA1`)
      await walker.page.getByText(text).waitFor()
      await walker.radio(new RegExp(method)).check()
      await walker.page.getByText(text).waitFor()
      await offersNoPayment()
      await walker.isAccessible(language)
      // As it is submitted without a button.
      await walker.page.locator('form.pay').evaluate((form: HTMLFormElement) => form.requestSubmit())
      await walker.page.getByText(text).waitFor()
      expect(walker.payments).toEqual([])
      expect(counted('TESTA1')).toEqual({ payRequests: 0, charges: 0 })
      await walker.end()
    },
  )

  test('asks again under the same key when no answer came', async () => {
    await open('TESTA1', {}, /net::ERR_FAILED/)
    let payments = 0
    await walker.page.route('**/graphql', async (route) => {
      const isPayment = route.request().postData()?.startsWith('{"operationName":"Pay"') === true
      if (!isPayment || ++payments === 3) return route.fallback()
      // The first never arrives, the second is paid and its answer is lost.
      if (payments === 2) await route.fetch()
      return route.abort()
    })
    await pay(/Agency balance/, /^Pay USD\s86\.40$/)
    await walker.isTakenTo('No answer came.')
    await walker.isAccessible('en')
    expect(await walker.button(/^Pay/).count()).toBe(0)
    await walker.button('Ask again').press('Enter')
    await walker.isTakenTo('Paid. The airline is issuing the ticket.')
    await offersNoPayment()
    const [first, second] = walker.payments
    expect(walker.payments).toHaveLength(2)
    expect(second).toEqual(first)
    expect(counted('TESTA1')).toEqual({ payRequests: 1, charges: 1 })
    await walker.end()
  })

  test('a refused repetition does not undo that the payment may have been made', async () => {
    const refusals = ['LEDGER_UNAVAILABLE', 'OVERLOADED', 'RATE_LIMITED', 'UNAUTHENTICATED']
    await open('TESTA1', {}, /net::ERR_FAILED|status of 503/)
    await walker.page.route('**/graphql', async (route) => {
      if (route.request().postData()?.startsWith('{"operationName":"Pay"') !== true) return route.fallback()
      // The first arrives, and its answer is lost.
      if (walker.payments.length === 1) {
        await route.fetch()
        return route.abort()
      }
      const code = refusals[walker.payments.length - 2]
      if (code === undefined) return route.fallback()
      return route.fulfill({ status: 503, json: { errors: [{ message: 'Refused.', extensions: { code } }] } })
    })
    // That the order is paid is not seen, so that asking is all that is left.
    await hideOrder()
    await pay(/Agency balance/, /^Pay USD\s86\.40$/)
    for (let asked = 1; asked <= refusals.length; asked += 1) {
      await walker.isTakenTo('No answer came.')
      await walker.button('Ask again').press('Enter')
      await expect.poll(() => walker.payments.length).toBe(asked + 1)
      await walker.page.getByText(/^The payment may have been made\./).waitFor()
      expect(await walker.page.getByText('Nothing was charged').count()).toBe(0)
    }
    await walker.button('Ask again').press('Enter')
    await walker.isTakenTo('Paid. The airline is issuing the ticket.')
    expect(new Set(walker.payments.map(({ input }) => input['idempotencyKey'])).size).toBe(1)
    expect(walker.payments).toHaveLength(refusals.length + 2)
    expect(counted('TESTA1')).toEqual({ payRequests: 1, charges: 1 })
    await walker.end()
  })

  test('says that nothing was sent where the first sending was refused', async () => {
    await open('TESTA1', {}, /status of 503/)
    await walker.page.route('**/graphql', (route) =>
      route.request().postData()?.startsWith('{"operationName":"Pay"') === true
        ? route.fulfill({
            status: 503,
            json: { errors: [{ message: 'Refused.', extensions: { code: 'OVERLOADED' } }] },
          })
        : route.fallback(),
    )
    await pay(/Agency balance/, /^Pay USD\s86\.40$/)
    await walker.isTakenTo('The payment could not be sent. Nothing was charged.')
    expect(counted('TESTA1')).toEqual({ payRequests: 0, charges: 0 })
    await walker.end()
  })

  test('waits before it sends the same payment again where the gateway says so', async () => {
    await open('SIM-HTTP-429')
    await pay(/Agency balance/, /^Pay USD\s86\.40$/)
    await walker.isTakenTo('Not paid')
    expect(await walker.button(/^Try again in \d+ s$/).isDisabled()).toBe(true)
    expect(await walker.button(/^Pay/).count()).toBe(0)
    await walker.isAccessible('en')
    await walker.end()
  })

  test('says what happens to the money when there is no ticket', async () => {
    await open('SIM-TICKET-604', { colorScheme: 'dark' })
    await pay(/Agency balance/, /^Pay USD\s86\.40$/)
    await walker.isTakenTo('Paid. The airline is issuing the ticket.')
    simulatedAt += ticketAfterMs
    await walker.reads('The order was cancelled after the payment. There is no ticket.')
    await walker.page.getByText('Probably not charged, to be verified').waitFor()
    expect(await steps()).toEqual(['Payment (not known)', 'Ticketing (failed)', 'Ticket issued (not yet)'])
    await walker.page
      .getByText(/Create a new order and pay it with another card or from the deposit\.$/)
      .waitFor()
    await offersNoPayment()
    expect(await walker.button('Pay another order').count()).toBe(1)
    await walker.isAccessible('en')
    await walker.end()
  })

  test('sends nobody on to another order while it is not known what became of the money', async () => {
    await open('SIM-TICKET-610')
    await pay(/Agency balance/, /^Pay USD\s86\.40$/)
    await walker.isTakenTo('Paid. The airline is issuing the ticket.')
    simulatedAt += ticketAfterMs
    await walker.reads('The order was cancelled after the payment. There is no ticket.')
    await walker.page.getByText('Not known', { exact: true }).waitFor()
    expect(await walker.button('Pay another order').count()).toBe(0)
    await walker.end()
  })

  test('shows the payment as done where the money has to come back', async () => {
    await open('SIM-TICKET-603')
    await pay(/Agency balance/, /^Pay USD\s86\.40$/)
    await walker.isTakenTo('Paid. The airline is issuing the ticket.')
    simulatedAt += ticketAfterMs
    await walker.page.getByText('The money has to come back', { exact: true }).waitFor()
    expect(await steps()).toEqual(['Payment (done)', 'Ticketing (failed)', 'Ticket issued (not yet)'])
    await walker.end()
  })

  test.each([
    ['FORBIDDEN', 403, {}, 1],
    ['ORDER_NOT_FOUND', 200, { retryable: false }, 1],
    ['OVERLOADED', 503, { retryable: true }, 4],
    ['INTERNAL_SERVER_ERROR', 500, {}, 4],
  ])(
    'after %s a followed order is asked for again only if that helps',
    async (code, status, more, streams) => {
      walker = await startWalk(browser, {}, /status of \d+/)
      await walker.page.clock.install()
      await walker.page.goto(`${site.url}?orderNo=TESTA1`)
      let answered = 0
      const isEnough = (): boolean => answered >= 4
      await walker.page.route('**/graphql', async (route) => {
        if (route.request().postData()?.startsWith('{"operationName":"FollowOrder"') !== true)
          return route.fallback()
        const errors = [{ message: 'It cannot be followed.', extensions: { code, ...more } }]
        await route.fulfill({ status, json: { errors } })
        answered += 1
      })
      await pay(/Agency balance/, /^Pay USD\s86\.40$/)
      await walker.isTakenTo('Paid. The airline is issuing the ticket.')
      for (let second = 0; second < 60 && !isEnough(); second += 1) await walker.page.clock.runFor(1_000)
      expect(answered).toBe(streams)
      await offersNoPayment()
      await walker.end()
    },
  )

  test('tells why an order cannot be read', async () => {
    await open('SIM-800')
    await walker.isTakenTo('The order cannot be read')
    await offersNoPayment()
    await walker.isAccessible('en')
    await walker.end()
  })
})

test('npm run example passes questions and events on to the gateway that GATEWAY_URL names', async () => {
  const example = start('npm', ['run', 'example', '--', '--port', '0'], { GATEWAY_URL: gateway.url })
  try {
    const [, url] = await example.waitFor(/(http:\/\/127\.0\.0\.1:\d+)/)
    walker = await startWalk(browser)
    await walker.page.goto(`${url}/?orderNo=TESTA2`)
    await pay(/Agency balance/, /^Pay USD\s86\.40$/)
    await walker.isTakenTo('Paid. The airline is issuing the ticket.')
    simulatedAt += ticketAfterMs
    await walker.reads('Paid, and the ticket is issued.')
    await walker.end()
    await expect
      .poll(async () => (await fetch(`${gateway.url}/metrics`)).text())
      .toContain('atlas_pay_order_subscriptions 0')
  } finally {
    example.signal('SIGTERM')
    await example.ended
  }
})
