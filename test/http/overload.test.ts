import { createServer, type Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { Clock } from '../../src/payment/ports.ts'
import { realTimer } from '../support/real-timer.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { type Answer, answerStatus, startScriptedAtlas } from '../support/scripted-atlas.ts'
import {
  noEffects,
  paymentOf,
  readingOf,
  type Reply,
  startTracedGateway,
  type TracedGateway,
} from '../support/token-gateway.ts'

describe('payments in flight up to the cap', () => {
  const CAP = 3

  let gateway: TracedGateway
  /** Lets the answers of Atlas go that are held, and all later ones. */
  let letGo: () => void

  beforeEach(async () => {
    gateway = await startTracedGateway({ AUTH: 'none' }, { inFlightMax: CAP })
    const held = Promise.withResolvers<void>()
    letGo = held.resolve
    gateway.atlas.answer = (response, seen) => void held.promise.then(() => answerStatus(0)(response, seen))
    gateway.forget()
    return async () => {
      letGo()
      await gateway.close()
    }
  })

  const pay = (orderNo: string): Promise<Reply> => gateway.post(paymentOf(orderNo))

  /** Payments that hang in Atlas. */
  async function fill(count: number): Promise<Promise<Reply>[]> {
    const hanging = Array.from({ length: count }, (_, index) => pay(`FULL-${index + 1}`))
    await expect.poll(() => gateway.atlas.seen.length).toBe(count)
    return hanging
  }

  const overloaded = {
    data: null,
    errors: [
      {
        message: 'This instance has as much under way as it takes. Nothing was sent: send the request again.',
        path: ['payOrder'],
        locations: [expect.any(Object) as object],
        extensions: { code: 'OVERLOADED', retryable: true, retryAfterSeconds: 2 },
      },
    ],
  }

  function expectOverloaded({ status, headers, body }: Reply): void {
    expect([status, headers['retry-after'], body]).toEqual([503, '2', overloaded])
  }

  test('go on, and the next one is OVERLOADED: nothing is sent or recorded', async () => {
    const hanging = await fill(CAP)
    gateway.forget()
    const refused = await Promise.all(['FULL-4', 'FULL-5'].map(pay))
    refused.forEach(expectOverloaded)
    expect(gateway.effects()).toEqual(noEffects)
    expect(await gateway.ledger.attemptsOf('FULL-4')).toEqual([])
    letGo()
    const paid = await Promise.all(hanging)
    expect(paid.map(({ body }) => body?.data?.['payOrder'])).toEqual(
      paid.map((_, index) => ({
        __typename: 'PaymentSuccess',
        orderNo: `FULL-${index + 1}`,
        paymentMethod: 'BALANCE',
        replayed: false,
      })),
    )
    expect(gateway.log.map(({ msg }) => msg)).toEqual(['refused', 'refused', ...Array(CAP).fill('payment')])
  })

  test('make place for others as soon as they end: what was refused then works', async () => {
    const hanging = await fill(CAP)
    expectOverloaded(await pay('FULL-4'))
    letGo()
    await Promise.all(hanging)
    expect((await pay('FULL-4')).body?.data?.['payOrder']).toMatchObject({ __typename: 'PaymentSuccess' })
    expect(gateway.atlas.seen.map(({ body }) => (body as { orderNo: string }).orderNo).sort()).toEqual([
      'FULL-1',
      'FULL-2',
      'FULL-3',
      'FULL-4',
    ])
  })

  test('are the first ones of many at the same time, also while none of them is recorded yet', async () => {
    const committed = Promise.withResolvers<void>()
    const slow = await startTracedGateway(
      { AUTH: 'none' },
      {
        inFlightMax: CAP,
        wrapLedger: (real) => ({
          ...real,
          claim: (attempt, key) => committed.promise.then(() => real.claim(attempt, key)),
        }),
      },
    )
    const statuses: number[] = []
    const many = Array.from({ length: 20 }, async (_, index) => {
      const { status } = await slow.post(paymentOf(`MANY-${index}`))
      statuses.push(status)
    })
    await expect.poll(() => statuses.length).toBe(20 - CAP)
    expect([new Set(statuses), slow.atlas.seen, slow.ledgerCalls]).toEqual([
      new Set([503]),
      [],
      Array(CAP).fill('claim'),
    ])
    committed.resolve()
    await Promise.all(many)
    expect(statuses.slice(-CAP)).toEqual([200, 200, 200])
    expect(slow.atlas.seen).toHaveLength(CAP)
    await slow.close()
  })

  test('are still in flight when their clients have gone', async () => {
    const controller = new AbortController()
    const gone = ['GONE-1', 'GONE-2', 'GONE-3'].map((orderNo) =>
      fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(paymentOf(orderNo)),
        signal: controller.signal,
      }),
    )
    await expect.poll(() => gateway.atlas.seen.length).toBe(CAP)
    controller.abort()
    await Promise.allSettled(gone)
    expectOverloaded(await pay('FULL-4'))
    letGo()
    await expect.poll(() => gateway.log.filter(({ msg }) => msg === 'payment').length).toBe(CAP)
    expect((await pay('FULL-4')).status).toBe(200)
  })

  test('keep nobody from reading, from the probes, or from asking what can go wrong', async () => {
    const hanging = await fill(CAP)
    expect((await gateway.post(readingOf('FULL-1'))).body).toEqual({
      data: { payment: { state: 'IN_PROGRESS' } },
    })
    expect((await gateway.post({ query: '{ paymentErrorCatalog { code } }' })).status).toBe(200)
    const probes = await Promise.all(['/livez', '/readyz'].map((path) => gateway.send('GET', path)))
    expect(probes.map(({ status }) => status)).toEqual([200, 200])
    expect((await gateway.send('GET', '/metrics')).text).toContain(`atlas_pay_payments_in_flight ${CAP}\n`)
    letGo()
    expect((await Promise.all(hanging)).map(({ status }) => status)).toEqual([200, 200, 200])
  })
})

describe('an Atlas that cannot be connected to', () => {
  /** Connection failures in a row that open the breaker, and how long it stays open. */
  const FAILURES = 5
  const OPEN_MS = 5_000

  let gateway: TestGateway
  let port: number
  let passed: number
  let connects: number

  beforeEach(async () => {
    // A port that was in use a moment ago and is not any more.
    const atlas = await startScriptedAtlas()
    await atlas.close()
    port = Number(new URL(atlas.url).port)
    passed = 0
    connects = 0
    const clock: Clock = {
      now: () => new Date(Date.now() + passed),
      delay: (ms, signal) => sleep(ms, undefined, { ref: false, ...(signal && { signal }) }).catch(() => {}),
      timer: realTimer,
    }
    gateway = await startGateway(
      atlas.url,
      {},
      {
        clock,
        wrapAtlas: (real) => ({
          pay(request) {
            connects += 1
            return real.pay(request)
          },
          readOrder: (orderNo) => real.readOrder(orderNo),
          queryOrder: (orderNo) => real.queryOrder(orderNo),
        }),
      },
    )
    gateway.log.length = 0
    return () => gateway.close()
  })

  const unreachable = (orderNo: string) => ({
    __typename: 'PaymentError',
    code: 'ATLAS_UNREACHABLE',
    paymentState: 'NOT_PAID',
    retryable: true,
    orderNo,
  })

  async function pay(orderNo: string): Promise<unknown> {
    const { query, variables } = paymentOf(orderNo) as { query: string; variables: object }
    const { httpStatus, data, errors } = await gateway.graphql(query, variables)
    expect([httpStatus, errors]).toEqual([200, undefined])
    return data?.['payOrder']
  }

  const reasons = (): unknown[] => gateway.log.map(({ reason }) => reason)

  async function failOften(): Promise<void> {
    for (let one = 1; one <= FAILURES; one += 1)
      expect(await pay(`DOWN-${one}`)).toEqual(unreachable(`DOWN-${one}`))
    expect([connects, reasons()]).toEqual([FAILURES, Array(FAILURES).fill('CONNECTION_FAILED')])
  }

  test('is not tried any more after five failures in a row, and each payment is ATLAS_UNREACHABLE', async () => {
    await failOften()
    gateway.log.length = 0
    expect(await pay('DOWN-6')).toEqual(unreachable('DOWN-6'))
    expect(connects).toBe(FAILURES)
    expect(gateway.log).toEqual([
      expect.objectContaining({
        msg: 'payment',
        orderNo: 'DOWN-6',
        state: 'NOT_PAID',
        code: 'ATLAS_UNREACHABLE',
        answer: 'not-sent',
        reason: 'BREAKER_OPEN',
        recorded: true,
      }),
    ])
  })

  test('is tried again when its time has passed, and the same input that was refused then pays', async () => {
    await failOften()
    expect(await pay('DOWN-6')).toEqual(unreachable('DOWN-6'))
    const seen = await comeBack()
    expect(await pay('DOWN-6')).toEqual(unreachable('DOWN-6'))
    expect([connects, seen]).toEqual([FAILURES, []])
    passed += OPEN_MS
    expect(await pay('DOWN-6')).toMatchObject({ __typename: 'PaymentSuccess', replayed: false })
    expect(await pay('DOWN-1')).toMatchObject({ __typename: 'PaymentSuccess', replayed: false })
    expect(seen).toEqual(['DOWN-6', 'DOWN-1'])
  })

  test('that still cannot be had then is tried once, and left alone again', async () => {
    await failOften()
    passed += OPEN_MS
    expect(await pay('DOWN-6')).toEqual(unreachable('DOWN-6'))
    expect(await pay('DOWN-7')).toEqual(unreachable('DOWN-7'))
    expect([connects, reasons().slice(FAILURES)]).toEqual([
      FAILURES + 1,
      ['CONNECTION_FAILED', 'BREAKER_OPEN'],
    ])
  })

  test('does not keep the record from being read, nor the gateway from being ready', async () => {
    await failOften()
    expect(await pay('DOWN-6')).toEqual(unreachable('DOWN-6'))
    const query = '{ payment(orderNo: "DOWN-6") { state attempts { code atlasStatus } } }'
    expect((await gateway.graphql(query)).data).toEqual({
      payment: { state: 'NOT_PAID', attempts: [{ code: 'ATLAS_UNREACHABLE', atlasStatus: null }] },
    })
    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200)
  })

  /** Listens where nobody listened, and accepts every payment. */
  async function comeBack(): Promise<string[]> {
    const seen: string[] = []
    const accept: Answer = answerStatus(0)
    const server: Server = createServer((request, response) => {
      let text = ''
      request.on('data', (chunk: Buffer) => (text += chunk.toString()))
      request.on('end', () => {
        const body = JSON.parse(text) as { orderNo: string }
        seen.push(body.orderNo)
        accept(response, { method: 'POST', path: request.url ?? '', headers: request.headers, body })
      })
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', resolve)
    })
    onTestFinished(async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    })
    return seen
  }
})
