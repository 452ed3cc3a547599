import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createApollo, createApolloPayClient } from './apollo-client.ts'
import { missingOrder, paidOrder, successOf, ticketedOrder, unpaidOrder } from './expected.ts'
import { OrderDocument } from './generated/documents/graphql.ts'
import { english } from '../../src/payment/languages.ts'
import { openShop, type Shop } from './shop.ts'

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
})

afterAll(() => shop.close())

test('an order in the cache follows what is told of it, and a payment is never in it', async () => {
  const complaints = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn')]
  const apollo = createApollo(shop.optionsIn('en'))
  const client = createApolloPayClient(apollo)
  const orderNo = shop.newOrder()
  const cached = (): unknown => apollo.readQuery({ query: OrderDocument, variables: { orderNo } })?.order
  expect(cached()).toBeUndefined()
  await client.order(orderNo)
  expect(cached()).toEqual(unpaidOrder(orderNo))
  const paid = await client.pay({ orderNo, paymentMethod: 'BALANCE' })
  const seen: unknown[] = []
  await client.follow(orderNo, ({ state }) => {
    seen.push(cached())
    if (state === 'TICKETING') shop.issueTickets()
  })
  expect(seen.slice(-2)).toEqual([paidOrder(orderNo, 'TICKETING'), ticketedOrder(orderNo)])
  expect(paid).toEqual(successOf(orderNo))
  expect(JSON.stringify(apollo.cache.extract())).not.toContain('PaymentSuccess')
  expect(complaints.flatMap(({ mock }) => mock.calls)).toEqual([])
})

test('both members of a union are matched by a fragment in the cache', async () => {
  const apollo = createApollo(shop.optionsIn('en'))
  const orderNo = shop.newOrder('SIM-800')
  await createApolloPayClient(apollo).order(orderNo)
  const cached = apollo.readQuery({ query: OrderDocument, variables: { orderNo } })?.order
  expect(cached).toEqual(missingOrder(orderNo, english))
})
