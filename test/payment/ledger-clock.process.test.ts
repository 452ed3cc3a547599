import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { payOrderDocument, postGraphql } from '../support/gateway.ts'
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts'
import { query, startPostgres, type TestPostgres } from '../support/postgres.ts'
import {
  type Answer,
  answerOrder,
  answerStatus,
  startScriptedAtlas,
  type ScriptedAtlas,
} from '../support/scripted-atlas.ts'

/** How far the clocks of the machines are apart: longer than anything that instances wait for. */
const SHIFT_MS = 300_000

/** Shorter than any shift, and longer than any machine takes for a payment. */
const SOON_MS = 60_000

/** How long readbacks have to say unpaid. Longer than nothing is counted at first. */
const RELEASE_MS = 3_000

/** Time for what has to happen, on any machine. */
const long = { timeout: 20_000 }

const shiftedDate = `--import=${fileURLToPath(new URL('../support/shifted-date.js', import.meta.url))}`

let server: TestPostgres
let databaseUrl: string
let atlas: ScriptedAtlas

beforeAll(async () => {
  server = await startPostgres()
})

afterAll(() => server.stop())

beforeEach(async () => {
  databaseUrl = await server.createDatabase()
  atlas = await startScriptedAtlas()
  atlas.read = answerOrder()
})

afterEach(() => atlas.close())

/** An instance on a machine whose clock is so far ahead. */
async function startInstance(shiftMs: number): Promise<GatewayProcess & { stop(): Promise<unknown> }> {
  const environment = {
    LEDGER_URL: databaseUrl,
    SETTLE_INTERVAL_MS: '50',
    RELEASE_UNPAID_AFTER_MS: String(RELEASE_MS),
    DATE_SHIFT_MS: String(shiftMs),
  }
  const gateway = await startGatewayProcess(atlas.url, environment, [shiftedDate])
  const stop = (): Promise<unknown> => {
    gateway.process.signal('SIGTERM')
    return gateway.process.ended
  }
  onTestFinished(async () => void (await stop()))
  return { ...gateway, stop }
}

async function pay(gateway: GatewayProcess, orderNo: string): Promise<Record<string, unknown>> {
  const input = { orderNo, paymentMethod: 'BALANCE' }
  const { data } = await postGraphql(gateway.url, payOrderDocument, { input })
  return (data as { payOrder: Record<string, unknown> }).payOrder
}

/** Rounds that an instance has looked for orphans in. */
async function roundsOf({ url }: GatewayProcess): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  const [, count] =
    /^atlas_pay_ledger_operation_duration_seconds_count\{operation="adoptOrphans",result="ok"\} (\d+)$/m.exec(
      metrics,
    ) ?? []
  return Number(count ?? 0)
}

test.each([
  ['ahead', SHIFT_MS],
  ['behind', -SHIFT_MS],
])(
  'an instance whose machine is minutes %s takes no payment of another for lost',
  async (_where, shiftMs) => {
    const right = await startInstance(0)
    const held: (() => void)[] = []
    const hold: Answer = (response, seen) => void held.push(() => answerStatus(0)(response, seen))
    atlas.answer = hold
    const paying = pay(right, 'HELD-1')
    await vi.waitUntil(() => held.length === 1, long)
    const wrong = await startInstance(shiftMs)
    await vi.waitUntil(async () => (await roundsOf(wrong)) >= 3, long)
    const present = await query(
      databaseUrl,
      `SELECT state, reads FROM payment_attempt WHERE order_no = 'HELD-1'`,
    )
    expect(present).toEqual([{ state: 'CLAIMED', reads: 0 }])
    held[0]!()
    expect(await paying).toMatchObject({
      __typename: 'PaymentSuccess',
      evidence: 'PAY_RESPONSE',
      replayed: false,
    })
    expect(atlas.reads).toEqual([])
  },
)

test('an instance releases a lost payment by no time from before its start', async () => {
  const first = await startInstance(0)
  atlas.answer = (response) => response.destroy()
  expect(await pay(first, 'LOST-1')).toMatchObject({ code: 'OUTCOME_UNKNOWN', paymentState: 'UNKNOWN' })
  await first.stop()
  // As after two readbacks, a minute ago by whatever clock.
  const minuteAgo = Date.now() - 60_000
  await query(
    databaseUrl,
    `UPDATE payment_attempt SET claimed_at = ${minuteAgo}, deadline_at = ${minuteAgo}, unpaid_reads = 2,
       unpaid_since = ${minuteAgo}, reads = 0, next_read_at = ${minuteAgo}, leased_until = NULL`,
  )
  const startedAt = performance.now()
  await startInstance(0)
  const present = async () => (await query(databaseUrl, 'SELECT state, code FROM payment_attempt'))[0]
  await expect.poll(present, long).toEqual({ state: 'NOT_PAID', code: 'PAYMENT_NOT_APPLIED' })
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(RELEASE_MS)
  expect(atlas.seen).toHaveLength(1)
})

test('an instance whose machine is minutes ahead records its payments by the time of the ledger, and says so', async () => {
  const wrong = await startInstance(SHIFT_MS)
  const { acceptedAt } = await pay(wrong, 'SHIFTED-1')
  expect(Math.abs(Date.parse(String(acceptedAt)) - Date.now())).toBeLessThan(SOON_MS)
  const [, aheadMs] = await wrong.process.waitFor(
    /"level":"warn".*"aheadMs":(-\d+).*"msg":"payments go by the ledger's clock/,
  )
  expect(Math.abs(Number(aheadMs) + SHIFT_MS)).toBeLessThan(SOON_MS)
})
