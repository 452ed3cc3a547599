import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { english, languages } from '../../src/payment/languages.ts'
import { paymentErrorRules } from '../../src/payment/payment-outcome.ts'
import { sentencesOf } from '../../src/payment/remediation.ts'
import { followingClients, payClients } from './clients.ts'
import {
  errorOf,
  instant,
  missingOrder,
  paidOrder,
  successOf,
  ticketedOrder,
  unpaidOrder,
} from './expected.ts'
import type { Order, PayResult } from './pay-client.ts'
import { nextStep, outcomeOf } from './pay-page.ts'
import { openShop, type Shop, soon } from './shop.ts'

const chinese = languages.get('zh-Hans')!
const paymentMethod = 'BALANCE'

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
})

afterAll(() => shop.close())

describe.each(payClients)('%s', (_library, createClient) => {
  test('pays, and repeats the result for the same key', async () => {
    const client = createClient(shop.optionsIn('en'))
    const input = { orderNo: shop.newOrder(), paymentMethod, idempotencyKey: crypto.randomUUID() } as const
    const paid = await client.pay(input)
    expect(paid).toEqual(successOf(input.orderNo))
    expect(await client.pay(input)).toEqual({ ...paid, replayed: true })
    expect(nextStep(paid)).toBe('confirmation')
    expect(shop.simulator.order(input.orderNo)?.payRequests).toBe(1)
  })

  test('is told in Chinese what to do after an error', async () => {
    const orderNo = shop.newOrder('SIM-401')
    const refused = await createClient(shop.optionsIn('zh-CN')).pay({ orderNo, paymentMethod })
    expect(refused).toEqual(errorOf(orderNo, 'PAYMENT_DEADLINE_PASSED', chinese))
    expect(nextStep(refused)).toBe('new-order')
  })

  test('reads an order, or why it cannot be read', async () => {
    const client = createClient(shop.optionsIn('zh-CN'))
    const [orderNo, missing] = [shop.newOrder(), shop.newOrder('SIM-800')]
    expect(await client.order(orderNo)).toEqual(unpaidOrder(orderNo))
    expect(await client.order(missing)).toEqual(missingOrder(missing, chinese))
  })

  test('reads the catalogue in its language', async () => {
    expect(await createClient(shop.optionsIn('zh-CN')).catalogue()).toEqual(
      [...paymentErrorRules].map(([code, { action, paymentState, retryable }]) => ({
        __typename: 'PaymentErrorDescription',
        code,
        ...sentencesOf(chinese, code),
        action,
        paymentState,
        retryable,
      })),
    )
  })
})

// Together, since each of them waits for the charge that comes late.
test.concurrent.each(payClients)(
  '%s learns what became of a payment whose outcome was not known',
  async (_library, createClient) => {
    const client = createClient(shop.optionsIn('en'))
    const orderNo = shop.newOrder('SIM-LATE-CHARGE')
    const unknown = await client.pay({ orderNo, paymentMethod })
    expect(unknown).toEqual({ ...errorOf(orderNo, 'OUTCOME_UNKNOWN', english), retryAfterSeconds: 10 })
    expect(nextStep(unknown)).toBe('wait-for-outcome')
    expect(await outcomeOf(client, orderNo, { questionsMax: 500, pause: soon })).toEqual({
      __typename: 'Payment',
      orderNo,
      state: 'PAID',
      paymentMethod,
      startedAt: instant,
      settledAt: instant,
      attempts: [
        { __typename: 'PaymentAttempt', paymentId: unknown.paymentId, paymentState: 'PAID', code: null },
      ],
    })
    expect(await client.payment(shop.newOrder())).toBeNull()
  },
)

describe.each(followingClients)('%s', (_library, createClient) => {
  test('follows an order until it is ticketed', async () => {
    const client = createClient(shop.optionsIn('en'))
    const orderNo = shop.newOrder()
    const told: Order[] = []
    const paying: Promise<PayResult>[] = []
    await client.follow(orderNo, (order) => {
      told.push(order)
      if (order.state === 'UNPAID') paying.push(client.pay({ orderNo, paymentMethod }))
      if (order.state === 'TICKETING') shop.issueTickets()
    })
    expect(await Promise.all(paying)).toEqual([successOf(orderNo)])
    expect(told.filter(({ state }) => state !== 'PAYMENT_PENDING')).toEqual([
      unpaidOrder(orderNo),
      paidOrder(orderNo, 'TICKETING'),
      ticketedOrder(orderNo),
    ])
  })

  test('is told why an order cannot be followed', async () => {
    const following = createClient(shop.optionsIn('en')).follow(shop.newOrder('SIM-800'), () => {})
    await expect(following).rejects.toMatchObject({ name: 'RequestRefused', code: 'ORDER_NOT_FOUND' })
  })
})
