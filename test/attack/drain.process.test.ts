import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { payOrderDocument, postGraphql } from '../support/gateway.ts'
import { startGatewayProcess } from '../support/gateway-process.ts'
import { type Answer, answerStatus, startScriptedAtlas } from '../support/scripted-atlas.ts'

const RUNS = 50
const LANES = 2
const PAYMENTS = 20

interface RunResult {
  readonly code: number | null
  readonly readiness: number
  readonly readinessMs: number
  readonly paid: number
  readonly refused: unknown
  readonly sent: number
}

test(`${RUNS} drains with ${PAYMENTS} payments in flight lose nothing and exit 0`, async () => {
  const results: RunResult[] = []
  let next = 0
  const lanes = Array.from({ length: LANES }, async () => {
    while (next < RUNS) {
      next += 1
      results.push(await drainOnce(next))
    }
  })
  await Promise.all(lanes)
  expect(results.map(({ readinessMs: _readinessMs, ...result }) => result)).toEqual(
    Array.from({ length: RUNS }, () => ({
      code: 0,
      readiness: 503,
      paid: PAYMENTS,
      refused: 'SHUTTING_DOWN',
      sent: PAYMENTS,
    })),
  )
  expect(Math.max(...results.map(({ readinessMs }) => readinessMs))).toBeLessThan(100)
}, 180_000)

/** One life of a gateway: payments in flight, idle connections, SIGTERM, and then Atlas answers. */
async function drainOnce(run: number): Promise<RunResult> {
  const held: (() => void)[] = []
  const answer: Answer = (response, seen) => held.push(() => answerStatus(0)(response, seen))
  const atlas = await startScriptedAtlas(answer)
  const { process, url } = await startGatewayProcess(atlas.url)
  const idle = await Promise.all(Array.from({ length: 5 }, () => openIdle(url)))
  const payments = Array.from({ length: PAYMENTS }, (_, index) => pay(url, `DRAIN-${run}-${index}`))
  await expect.poll(() => held.length, { interval: 5, timeout: 20_000 }).toBe(PAYMENTS)

  process.signal('SIGTERM')
  await process.waitFor(/"msg":"draining"/)
  const askedAt = performance.now()
  const ready = await fetch(`${url}/readyz`)
  const readinessMs = performance.now() - askedAt
  const refused = await pay(url, `DRAIN-${run}-late`)
  for (const letGo of held) letGo()
  const answers = await Promise.all(payments)
  const { code } = await process.ended
  for (const socket of idle) socket.destroy()
  await atlas.close()
  return {
    code,
    readiness: ready.status,
    readinessMs,
    paid: answers.filter(({ data }) => typenameOf(data) === 'PaymentSuccess').length,
    refused: refused.errors?.[0]?.extensions?.['code'],
    sent: atlas.seen.length,
  }
}

function pay(url: string, orderNo: string) {
  return postGraphql(url, payOrderDocument, { input: { orderNo, paymentMethod: 'BALANCE' } })
}

function typenameOf(data: Record<string, unknown> | null | undefined): unknown {
  return (data?.['payOrder'] as Record<string, unknown> | undefined)?.['__typename']
}

async function openIdle(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}
