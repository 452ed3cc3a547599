import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tokenEnvironment } from '../support/token-gateway.ts'
import { claimsOf, signWithSecret, tokenSecret } from '../support/token-issuer.ts'
import { followingClients, payClients } from './clients.ts'
import { successOf } from './expected.ts'
import type { ClientOptions } from './pay-client.ts'
import { openShop, type Shop } from './shop.ts'

const paymentMethod = 'BALANCE'
const forbidden = { name: 'RequestRefused', code: 'FORBIDDEN' }

let shop: Shop

beforeAll(async () => {
  shop = await openShop({ ...tokenEnvironment, AUTH_JWT_SECRET: tokenSecret })
})

afterAll(() => shop.close())

/** Options of a page that got a token for one order, by the deposit, from its backend. */
async function forOrder(orderNo: string): Promise<ClientOptions> {
  const claims = claimsOf({ sub: 'checkout:7', order_no: orderNo, payment_methods: [paymentMethod] })
  const token = await signWithSecret(tokenSecret, claims)
  return { ...shop.optionsIn('en'), token: () => token }
}

describe.each(payClients)('%s', (_library, createClient) => {
  test('pays the order of its token, by the method of its token, and no other', async () => {
    const [orderNo, another] = [shop.newOrder(), shop.newOrder()]
    const client = createClient(await forOrder(orderNo))
    await expect(client.pay({ orderNo: another, paymentMethod })).rejects.toMatchObject(forbidden)
    await expect(client.order(another)).rejects.toMatchObject(forbidden)
    await expect(client.pay({ orderNo, paymentMethod: 'BYOA' })).rejects.toMatchObject(forbidden)
    expect(await client.pay({ orderNo, paymentMethod })).toEqual(successOf(orderNo))
    expect(await client.order(orderNo)).toMatchObject({ state: 'TICKETING', paymentMethods: [] })
    expect(shop.simulator.order(another)).toBeUndefined()
  })

  test('is told when its token is not good', async () => {
    const client = createClient({ ...shop.optionsIn('en'), token: () => 'no-token' })
    await expect(client.payment(shop.newOrder())).rejects.toMatchObject({
      name: 'RequestRefused',
      code: 'UNAUTHENTICATED',
    })
  })
})

describe.each(followingClients)('%s', (_library, createClient) => {
  test('follows the order of its token, and no other', async () => {
    const orderNo = shop.newOrder()
    const client = createClient(await forOrder(orderNo))
    await client.pay({ orderNo, paymentMethod })
    shop.issueTickets()
    const told: string[] = []
    await client.follow(orderNo, ({ state }) => told.push(state))
    expect(told).toEqual(['TICKETED'])
    await expect(client.follow(shop.newOrder(), () => {})).rejects.toMatchObject(forbidden)
  })

  test('is told when its token is not good to follow', async () => {
    const client = createClient({ ...shop.optionsIn('en'), token: () => 'no-token' })
    await expect(client.follow(shop.newOrder(), () => {})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })
})
