import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { payOrderDocument, postGraphql } from '../support/gateway.ts'
import { startGatewayProcess } from '../support/gateway-process.ts'
import { type Answer, answerStatus, startScriptedAtlas } from '../support/scripted-atlas.ts'

const RUNS = 50
const PAYMENTS = 20
const STREAMS = 60

interface RunResult {
  readonly code: number | null
  readonly readiness: number
  readonly readinessMs: number
  readonly paid: number
  readonly refused: unknown
  readonly sent: number
  /** Subscriptions that were ended in order. */
  readonly completed: number
}

test(`${RUNS} drains with ${PAYMENTS} payments in flight and ${STREAMS} subscriptions lose nothing and exit 0`, async () => {
  const results: RunResult[] = []
  // One after another: what is measured is a gateway on its machine, not two that share one.
  for (let run = 1; run <= RUNS; run += 1) results.push(await drainOnce(run))
  expect(results.map(({ readinessMs: _readinessMs, ...result }) => result)).toEqual(
    Array.from({ length: RUNS }, () => ({
      code: 0,
      readiness: 503,
      paid: PAYMENTS,
      refused: 'SHUTTING_DOWN',
      sent: PAYMENTS,
      completed: STREAMS,
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
  const streams = await Promise.all(Array.from({ length: STREAMS }, (_, index) => follow(url, index)))
  const payments = Array.from({ length: PAYMENTS }, (_, index) => pay(url, `DRAIN-${run}-${index}`))
  await expect.poll(() => held.length, { interval: 5, timeout: 20_000 }).toBe(PAYMENTS)

  process.signal('SIGTERM')
  const signalledAt = performance.now()
  let ready = await fetch(`${url}/readyz`)
  while (ready.status === 200 && performance.now() - signalledAt < 5_000) ready = await fetch(`${url}/readyz`)
  const readinessMs = performance.now() - signalledAt
  const refused = await pay(url, `DRAIN-${run}-late`)
  for (const letGo of held) letGo()
  const answers = await Promise.all(payments)
  const ends = await Promise.all(streams.map(({ told }) => told))
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
    completed: ends.filter((text) => text.endsWith('event: complete\ndata:\n\n')).length,
  }
}

function pay(url: string, orderNo: string) {
  return postGraphql(url, payOrderDocument, { input: { orderNo, paymentMethod: 'BALANCE' } })
}

/** Follows an order; resolves once that began. `told` is everything, to its end. */
async function follow(url: string, index: number): Promise<{ readonly told: Promise<string> }> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: `subscription { orderProgress(orderNo: "FOLLOWED-${index}") { state } }` }),
  })
  return { told: response.text() }
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
