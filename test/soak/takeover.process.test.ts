import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SoakPostgres, startSoakPostgres } from '../support/soak-postgres.ts'
import { createSoakProcesses } from '../support/soak-processes.ts'
import { look, pay, type PayTold } from './gateway-client.ts'
import { readTruth } from './truth.ts'

/** The gateways as the product starts them, in real time. */
const processes = createSoakProcesses()
const EXCHANGE_MS = 3_000
let postgres: SoakPostgres
let oracleUrl: string

beforeAll(async () => {
  const oracle = processes.oracle({ seed: 'takeover', exchangeMs: EXCHANGE_MS, faulty: false })
  ;[oracleUrl, postgres] = await Promise.all([oracle.url, startSoakPostgres()])
})

afterAll(async () => {
  await processes.end()
  await postgres.end()
})

function startGateway(ledgerUrl: string) {
  return processes.product({
    ATLAS_BASE_URL: oracleUrl,
    LEDGER_URL: ledgerUrl,
    ATLAS_TIMEOUT_MS: String(EXCHANGE_MS),
    SETTLE_INTERVAL_MS: '500',
    LOG_LEVEL: 'info',
  })
}

/** Pays an order with a key of its own; the answer may never come. */
function payBy(url: string, orderNo: string, key = 0) {
  const input = { orderNo, paymentMethod: 'BALANCE', idempotencyKey: `${orderNo}/key-of-client-${key}` }
  return pay(url, input, 30_000)
}

async function stateOf(url: string, orderNo: string): Promise<string | undefined> {
  const reply = await look(url, orderNo, 5_000)
  return reply.kind === 'told' ? reply.value?.state : undefined
}

const control = (path: string) => fetch(`${oracleUrl}/oracle/${path}`)

test('a gateway settles within 10 s what another one on the same PostgreSQL left when it was killed', async () => {
  const left = startGateway(postgres.url)
  const [leftUrl, url] = await Promise.all([left.url, startGateway(postgres.url).url])
  const numbers = (count: number, ending: string) =>
    Array.from({ length: count }, (_, index) => `TAKE-U-${index}.${ending}`)

  // Their readbacks hang, so the gateway that is killed holds leases of them.
  await control('blind?on=true')
  const unknown = [...numbers(10, 'charge-reset'), ...numbers(10, 'http-after')]
  const answers = unknown.map((orderNo) => payBy(leftUrl, orderNo))
  for (const orderNo of unknown) {
    await expect.poll(() => stateOf(url, orderNo), { timeout: 10_000 }).toBe('UNKNOWN')
  }
  await expect
    .poll(async () => (await readTruth(oracleUrl)).orders.every(({ reads }) => reads > 1), {
      timeout: 10_000,
    })
    .toBe(true)
  const inFlight = [...numbers(10, 'charge-hang'), ...numbers(10, 'late-hang'), ...numbers(10, 'answer-late')]
  answers.push(...inFlight.map((orderNo) => payBy(leftUrl, orderNo)))
  await Promise.all(inFlight.map((orderNo) => control(`arrival?orderNo=${orderNo}`)))
  const states = await Promise.all(inFlight.map((orderNo) => stateOf(url, orderNo)))
  expect(new Set(states)).toEqual(new Set(['IN_PROGRESS']))

  left.signal('SIGKILL')
  const killedAt = performance.now()
  await control('blind?on=false')
  for (const orderNo of [...unknown, ...inFlight]) {
    await expect.poll(() => stateOf(url, orderNo), { timeout: 15_000, interval: 100 }).toBe('PAID')
  }
  expect(performance.now() - killedAt).toBeLessThan(10_000)

  await Promise.all(answers)
  const truth = await readTruth(oracleUrl)
  expect(truth.orders).toHaveLength(50)
  for (const { orderNo, requests, charges } of truth.orders) {
    expect([orderNo, requests.length, charges.length]).toEqual([orderNo, 1, 1])
  }
  for (const orderNo of inFlight) {
    const again = await payBy(url, orderNo)
    expect(again).toMatchObject({ kind: 'told', value: { state: 'PAID', code: null, replayed: true } })
  }
})

describe.each([
  { store: 'PostgreSQL', gateways: 2, ledgerUrl: () => postgres.url },
  { store: 'SQLite', gateways: 1, ledgerUrl: () => `sqlite:${join(processes.folder, 'rush.sqlite')}` },
])('200 requests at the same time to $gateways gateway(s) on $store', ({ store, gateways, ledgerUrl }) => {
  const ROUNDS = 20
  const REQUESTS = 200

  test('each with a key of its own, send one pay.do, and all are told that the order is paid', async () => {
    const urls = await Promise.all(Array.from({ length: gateways }, () => startGateway(ledgerUrl()).url))
    for (let round = 0; round < ROUNDS; round += 1) {
      const orderNo = `RUSH-U-${store}-${round}${round % 2 === 0 ? '' : '.slow'}`
      const replies = await Promise.all(
        Array.from({ length: REQUESTS }, (_, key) => payBy(urls[key % gateways]!, orderNo, key)),
      )
      const told = replies.flatMap((reply): PayTold[] => (reply.kind === 'told' ? [reply.value] : []))
      expect(told).toHaveLength(REQUESTS)
      expect(told.filter(({ state }) => state !== 'PAID')).toEqual([])
      // One request started the payment; the others share its outcome, or are told that the order is paid.
      expect(told.filter(({ code, replayed }) => code === null && !replayed)).toHaveLength(1)
      const others = told.filter(({ code, replayed }) => code !== null || replayed)
      expect(others.filter(({ code }) => code !== null && code !== 'ORDER_ALREADY_PAID')).toEqual([])
      expect(new Set(told.map(({ paymentId }) => paymentId)).size).toBe(1)

      const { orders } = await readTruth(oracleUrl)
      const order = orders.find((one) => one.orderNo === orderNo)!
      expect([order.requests.length, order.charges.length]).toEqual([1, 1])
    }
  })
})
