import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSimulator, type Simulator } from '../../src/simulator/server.ts'
import { type EventStream, openStream } from '../support/event-stream.ts'
import { payOrderDocument, postGraphql, testCredentials } from '../support/gateway.ts'
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts'
import { heapBytesOf, heapOptions } from '../support/heap.ts'
import { progressDocument } from '../support/order-documents.ts'

const INTERVAL_MS = 1_000
const ORDERS = 100
const FOLLOWERS = 1_000

/**
 * What the heap may have grown by, in bytes, when all have left: half a kilobyte for each that was there. One that
 * was not let go of is several: its response, its iterator and its place among the followers.
 */
const HEAP_GROWTH_MAX = FOLLOWERS * 512

let simulator: Simulator

beforeAll(async () => {
  simulator = await createSimulator({
    host: '127.0.0.1',
    port: 0,
    latencyMs: 0,
    slowMs: 1_000,
    ticketAfterMs: 600_000,
    ...testCredentials,
  })
})

afterAll(() => simulator.close())

const statesOf = ({ results }: EventStream): unknown[] =>
  results.map(({ data }) => (data!['orderProgress'] as Record<string, unknown>)['state'])

const sleep = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms))

function startProgressGateway(nodeOptions: readonly string[] = []): Promise<GatewayProcess> {
  return startGatewayProcess(simulator.url, { ORDER_POLL_INTERVAL_MS: String(INTERVAL_MS) }, nodeOptions)
}

describe(`${FOLLOWERS} followers of ${ORDERS} orders`, () => {
  let gateway: GatewayProcess

  beforeAll(async () => {
    gateway = await startProgressGateway(heapOptions)
  })

  afterAll(async () => {
    gateway.process.signal('SIGTERM')
    await gateway.process.ended
  })

  async function followAll(round: string): Promise<EventStream[]> {
    const streams: EventStream[] = []
    for (let index = 0; index < FOLLOWERS; index += ORDERS) {
      const opening = Array.from({ length: ORDERS }, (_, order) =>
        openStream(gateway.url, progressDocument, { orderNo: `${round}-${order}` }),
      )
      streams.push(...(await Promise.all(opening)))
    }
    await expect
      .poll(() => streams.filter(({ results }) => results.length === 0).length, { timeout: 20_000 })
      .toBe(0)
    return streams
  }

  async function leaveAll(streams: readonly EventStream[]): Promise<void> {
    for (const stream of streams) stream.leave()
    await expect.poll(followers, { timeout: 10_000 }).toBe(0)
  }

  async function followers(): Promise<number> {
    const scrape = await (await fetch(`${gateway.url}/metrics`)).text()
    return Number(/^atlas_pay_order_subscriptions (\d+)$/m.exec(scrape)![1])
  }

  /** Bytes of the heap after a collection. */
  /** Pays at Atlas, not through the gateway: only a poll can tell. */
  async function payElsewhere(orderNo: string): Promise<void> {
    await fetch(`${simulator.url}/pay.do`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'accept-encoding': 'gzip',
        'x-atlas-client-id': testCredentials.clientId,
        'x-atlas-client-secret': testCredentials.clientSecret,
      },
      body: JSON.stringify({ orderNo, paymentMethod: 1 }),
    })
  }

  test('cost a poll an interval for each order, are all told the change, and leave nothing behind', async () => {
    // The first round fills the caches of documents, of code and of answers.
    await leaveAll(await followAll('WARM'))
    await sleep(INTERVAL_MS)
    const heapBefore = await heapBytesOf(gateway)

    const startedAt = performance.now()
    const streams = await followAll('MANY')
    expect(await followers()).toBe(FOLLOWERS)
    const watchedMs = 3 * INTERVAL_MS
    const { queries: queriesBefore } = simulator.totals()
    await sleep(watchedMs)
    const polls = simulator.totals().queries - queriesBefore
    // A window that is three intervals long can hold four polls of an order, and the window is never exact.
    expect(polls).toBeLessThanOrEqual(ORDERS * (watchedMs / INTERVAL_MS + 1))
    expect(polls).toBeGreaterThanOrEqual(ORDERS)
    const elapsedMs = performance.now() - startedAt
    expect(simulator.order('MANY-0')!.queries).toBeLessThanOrEqual(elapsedMs / INTERVAL_MS + 2)

    await Promise.all(Array.from({ length: ORDERS }, (_, order) => payElsewhere(`MANY-${order}`)))
    await expect
      .poll(() => streams.filter((stream) => statesOf(stream).join() === 'UNPAID,TICKETING').length, {
        timeout: 10_000,
      })
      .toBe(FOLLOWERS)

    await leaveAll(streams)
    // A poll may have been under way when the last one left.
    await sleep(200)
    const { queries } = simulator.totals()
    await sleep(3 * INTERVAL_MS)
    expect(simulator.totals().queries).toBe(queries)
    const heapAfter = await heapBytesOf(gateway)
    expect(heapAfter - heapBefore).toBeLessThan(HEAP_GROWTH_MAX)
    expect(gateway.process.output()).not.toContain('"msg":"fault"')
  })
})

describe('SIGTERM', () => {
  test('completes 20 subscriptions, lets payments under way finish, and ends soon', async () => {
    const { url, process } = await startProgressGateway()
    const orderNos = Array.from({ length: 20 }, (_, index) => `DRAIN-${index % 10}`)
    const streams = await Promise.all(
      orderNos.map((orderNo) => openStream(url, progressDocument, { orderNo })),
    )
    await expect.poll(() => streams.every((stream) => statesOf(stream).join() === 'UNPAID')).toBe(true)
    const input = { orderNo: 'SIM-SLOW-DRAIN', paymentMethod: 'BALANCE' }
    const paying = postGraphql(url, payOrderDocument, { input })
    await expect.poll(() => simulator.order('SIM-SLOW-DRAIN')?.payRequests).toBe(1)

    process.signal('SIGTERM')
    const signalledAt = performance.now()
    await Promise.all(streams.map(({ ended }) => ended))
    const streamsMs = performance.now() - signalledAt
    expect(streams.map((stream) => [statesOf(stream), stream.isComplete()])).toEqual(
      streams.map(() => [['UNPAID'], true]),
    )
    expect((await paying).data).toMatchObject({ payOrder: { __typename: 'PaymentSuccess' } })
    expect(await process.ended).toEqual({ code: 0, signal: null })
    // The payment takes a second; the streams do not wait for it.
    expect([streamsMs < 900, performance.now() - signalledAt < 4_000]).toEqual([true, true])
    expect(process.output()).not.toContain('"msg":"fault"')
    expect(process.output()).toContain('"msg":"stopped"')
  })

  test('while orders are being read ends as soon, without a fault', async () => {
    const { url, process } = await startProgressGateway()
    const hanging = ['SIM-READS-HANG-1', 'SIM-READS-HANG-2', 'SIM-READS-HTTP-500-1']
    const streams = await Promise.all(
      hanging.map((orderNo) => openStream(url, progressDocument, { orderNo })),
    )
    await expect
      .poll(() => hanging.every((orderNo) => (simulator.order(orderNo)?.queries ?? 0) > 0))
      .toBe(true)
    process.signal('SIGTERM')
    const signalledAt = performance.now()
    await Promise.all(streams.map(({ ended }) => ended))
    expect(streams.map((stream) => stream.isComplete())).toEqual([true, true, true])
    expect(await process.ended).toEqual({ code: 0, signal: null })
    expect(performance.now() - signalledAt).toBeLessThan(4_000)
    expect(process.output()).not.toContain('"msg":"fault"')
  })
})
