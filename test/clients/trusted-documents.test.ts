import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { followingClients, payClients } from './clients.ts'
import { successOf, ticketedOrder, unpaidOrder } from './expected.ts'
import type { ClientOptions } from './pay-client.ts'
import { openShop, type Shop } from './shop.ts'

const manifest = fileURLToPath(new URL('./generated/documents/persisted-documents.json', import.meta.url))

let shop: Shop

beforeAll(async () => {
  shop = await openShop({ TRUSTED_DOCUMENTS: manifest })
})

afterAll(() => shop.close())

const byHash = (): ClientOptions => ({ ...shop.optionsIn('en'), trustedDocuments: true })

describe.each(followingClients)('%s', (_library, createClient) => {
  test('does everything by the hashes of the manifest', async () => {
    const client = createClient(byHash())
    const orderNo = shop.newOrder()
    expect(await client.payment(orderNo)).toBeNull()
    expect(await client.order(orderNo)).toEqual(unpaidOrder(orderNo))
    expect((await client.catalogue()).length).toBeGreaterThan(20)
    expect(await client.pay({ orderNo, paymentMethod: 'BALANCE' })).toEqual(successOf(orderNo))
    shop.issueTickets()
    const told: unknown[] = []
    await client.follow(orderNo, (order) => told.push(order))
    expect(told).toEqual([ticketedOrder(orderNo)])
  })
})

test.each(payClients)('%s is refused when it sends a text', async (_library, createClient) => {
  const orderNo = shop.newOrder()
  const paying = createClient(shop.optionsIn('en')).pay({ orderNo, paymentMethod: 'BALANCE' })
  await expect(paying).rejects.toMatchObject({ name: 'RequestRefused', code: 'UNTRUSTED_DOCUMENT' })
  expect(shop.simulator.order(orderNo)).toBeUndefined()
})

test('the manifest is the same for parsed documents and for texts', () => {
  const strings = new URL('./generated/strings/persisted-documents.json', import.meta.url)
  expect(readFileSync(strings, 'utf8')).toBe(readFileSync(manifest, 'utf8'))
})
