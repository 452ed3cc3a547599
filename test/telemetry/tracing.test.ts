import type { Socket } from 'node:net'
import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { afterEach, describe, expect, test } from 'vitest'
import { testCredentials } from '../support/gateway.ts'
import { answerOrder, answerStatus } from '../support/scripted-atlas.ts'
import { valueOf } from './exposition.ts'
import { ledgerAway, type ObservedGateway, startObservedGateway } from './observed-gateway.ts'
import { createSpanKeeper, type SpanCollector, startSpanCollector } from './span-collector.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const traceparent = `00-${traceId}-b7ad6b7169203331-01`
const paid = answerOrder({ orderStatus: '1', paymentMethod: 1, payTime: '2026-11-23 16:00:00' })

const closing: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

/** A gateway, and its spans as they are when it has closed. */
async function traced(): Promise<{
  gateway: ObservedGateway
  spansAfterClose: () => Promise<ReadableSpan[]>
}> {
  const keeper = createSpanKeeper()
  const gateway = await startObservedGateway({}, { spanExporter: keeper })
  return {
    gateway,
    async spansAfterClose() {
      await gateway.close()
      return keeper.spans
    },
  }
}

async function collector(answer?: Parameters<typeof startSpanCollector>[0]): Promise<SpanCollector> {
  const one = await startSpanCollector(answer)
  closing.push(() => one.close())
  return one
}

/** Spans by what they are about, each with the name of its parent. */
function shapeOf(spans: readonly ReadableSpan[]): object[] {
  const names = new Map(spans.map((span) => [span.spanContext().spanId, span.name]))
  return spans
    .toSorted((one, other) => timeOf(one.startTime) - timeOf(other.startTime))
    .map(({ name, kind, parentSpanContext, attributes, status }) => ({
      name,
      kind: SpanKind[kind],
      parent: names.get(parentSpanContext?.spanId ?? '') ?? parentSpanContext?.spanId ?? null,
      attributes,
      failed: status.code === SpanStatusCode.ERROR,
    }))
}

const timeOf = ([seconds, nanoseconds]: readonly [number, number]): number => seconds + nanoseconds / 1e9

describe('the trace of a payment', () => {
  test('goes from the request through the operation to the claim, pay.do and the record', async () => {
    const { gateway, spansAfterClose } = await traced()
    expect(await gateway.pay('T1', {}, { traceparent })).toBe('PaymentSuccess')
    const { port } = new URL(gateway.atlas.url)
    const spans = (await spansAfterClose()).filter((span) => span.spanContext().traceId === traceId)
    const ledger = { 'db.system.name': 'sqlite' }
    expect(shapeOf(spans)).toEqual([
      {
        name: 'POST /graphql',
        kind: 'SERVER',
        parent: 'b7ad6b7169203331',
        attributes: {
          'http.request.method': 'POST',
          'http.route': '/graphql',
          'url.path': '/graphql',
          'url.scheme': 'http',
          'http.response.status_code': 200,
        },
        failed: false,
      },
      {
        name: 'graphql mutation',
        kind: 'INTERNAL',
        parent: 'POST /graphql',
        attributes: { 'graphql.operation.type': 'mutation' },
        failed: false,
      },
      {
        name: 'ledger claim',
        kind: 'CLIENT',
        parent: 'graphql mutation',
        attributes: { ...ledger, 'db.operation.name': 'claim' },
        failed: false,
      },
      {
        name: 'POST pay.do',
        kind: 'CLIENT',
        parent: 'graphql mutation',
        attributes: {
          'http.request.method': 'POST',
          'server.address': '127.0.0.1',
          'server.port': Number(port),
          'url.full': `http://127.0.0.1:${port}/pay.do`,
          'atlas.operation': 'pay.do',
          'atlas.answer': 'accepted',
        },
        failed: false,
      },
      {
        name: 'ledger record',
        kind: 'CLIENT',
        parent: 'graphql mutation',
        attributes: { ...ledger, 'db.operation.name': 'record' },
        failed: false,
      },
    ])
    expect(spans.map(({ resource }) => resource.attributes)).toEqual(
      spans.map(() => ({ 'service.name': 'atlas-pay-gateway', 'service.version': '0.1.0' })),
    )
  })

  test('is of its own without a traceparent, and with one that is malformed', async () => {
    const { gateway, spansAfterClose } = await traced()
    await gateway.pay('T1')
    await gateway.pay('T2', {}, { traceparent: '00-00000000000000000000000000000000-0000000000000000-01' })
    await gateway.pay('T3', {}, { traceparent: 'canary' })
    const servers = (await spansAfterClose()).filter(({ kind }) => kind === SpanKind.SERVER)
    expect(servers.map(({ parentSpanContext }) => parentSpanContext)).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect(new Set(servers.map((span) => span.spanContext().traceId)).size).toBe(3)
  })

  test.each(['00', '01', '02', 'ff'])(
    'is recorded whatever the flags of its caller are, under the ids that it gave: %s',
    async (flags) => {
      const { gateway, spansAfterClose } = await traced()
      await gateway.pay('T1', {}, { traceparent: `00-${traceId}-b7ad6b7169203331-${flags}` })
      const spans = await spansAfterClose()
      expect(spans.map(({ name }) => name).sort()).toEqual([
        'POST /graphql',
        'POST pay.do',
        'graphql mutation',
        'ledger claim',
        'ledger record',
      ])
      expect(new Set(spans.map((span) => span.spanContext().traceId))).toEqual(new Set([traceId]))
      const server = spans.find(({ kind }) => kind === SpanKind.SERVER)
      expect(server?.parentSpanContext?.spanId).toBe('b7ad6b7169203331')
    },
  )

  test('is not mixed up with others at the same time', async () => {
    const { gateway, spansAfterClose } = await traced()
    await Promise.all(Array.from({ length: 20 }, (_, index) => gateway.pay(`T${index}`)))
    const spans = await spansAfterClose()
    const traces = Map.groupBy(spans, (span) => span.spanContext().traceId)
    expect([...traces.values()].map((trace) => trace.map(({ name }) => name).sort())).toEqual(
      Array.from({ length: 20 }, () => [
        'POST /graphql',
        'POST pay.do',
        'graphql mutation',
        'ledger claim',
        'ledger record',
      ]),
    )
  })

  test('tells what failed, from a closed set of reasons', async () => {
    const { gateway, spansAfterClose } = await traced()
    gateway.atlas.answer = (response) => void (response.socket as Socket).resetAndDestroy()
    gateway.atlas.read = paid
    await gateway.pay('T1', {}, { traceparent })
    gateway.broken.set('claim', ledgerAway)
    await gateway.pay('T2', {}, { traceparent })
    gateway.broken.clear()
    const failures = (await spansAfterClose())
      .filter(({ status }) => status.code === SpanStatusCode.ERROR)
      .map(({ name, attributes, status, events }) => [name, attributes['error.type'], status.message, events])
      .toSorted(([one], [other]) => String(one).localeCompare(String(other)))
    expect(failures).toEqual([
      ['ledger claim', 'LedgerUnavailable', undefined, []],
      ['POST /graphql', '503', undefined, []],
      ['POST pay.do', 'CONNECTION_LOST', undefined, []],
    ])
  })

  test('holds a readback for the client, and one in the background is a trace of its own', async () => {
    const { gateway, spansAfterClose } = await traced()
    gateway.atlas.answer = (response) => void (response.socket as Socket).resetAndDestroy()
    await gateway.pay('T1', {}, { traceparent })
    gateway.advance(3 * 60_000)
    await expect.poll(() => gateway.atlas.reads.length, { timeout: 10_000 }).toBeGreaterThan(3)
    const reads = (await spansAfterClose()).filter(({ name }) => name === 'POST queryOrderDetails.do')
    const [inside, alone] = [true, false].map((isInside) =>
      reads.filter((span) => (span.spanContext().traceId === traceId) === isInside),
    )
    expect(inside).toHaveLength(3)
    expect(alone!.length).toBeGreaterThan(0)
    expect(alone!.filter(({ parentSpanContext }) => parentSpanContext !== undefined)).toEqual([])
  })

  test('is all there is: the ledger that is asked in the background and by probes makes none', async () => {
    const { gateway, spansAfterClose } = await traced()
    for (let probe = 0; probe < 5; probe += 1) await fetch(`${gateway.url}/readyz`)
    await gateway.scrape()
    const series = 'atlas_pay_ledger_operation_duration_seconds_count{operation="countUnknown",result="ok"}'
    await expect
      .poll(async () => valueOf(await gateway.scrape(), series), { timeout: 10_000 })
      .toBeGreaterThan(2)
    expect(await spansAfterClose()).toEqual([])
  })
})

describe('what a trace does not hold', () => {
  test('is a document, a variable, an order, a caller, a header, a text of Atlas or a secret', async () => {
    const { gateway, spansAfterClose } = await traced()
    const headers = {
      traceparent,
      'x-canary': 'canary',
      cookie: 'canary=canary',
      'user-agent': 'canary',
      'x-request-id': 'canary-request',
      baggage: 'canary=canary',
      tracestate: 'canary=canary',
    }
    const query = `# canary
      mutation Canary($input: PayOrderInput!) { canary: payOrder(input: $input) { __typename } }`
    gateway.atlas.answer = answerStatus(0, { msg: 'canary', pnrCode: 'CANARY' })
    for (const orderNo of ['canary-1', 'canary-2', 'canary-3']) {
      const input = {
        orderNo,
        paymentMethod: 'BALANCE',
        clientOrderNo: 'canary',
        requestSource: 'canary',
        idempotencyKey: `canary-key-of-${orderNo}`,
      }
      await gateway.post(JSON.stringify({ query, variables: { input }, operationName: 'Canary' }), headers)
      gateway.atlas.answer = (response) => void (response.socket as Socket).resetAndDestroy()
      gateway.broken.set('record', new Error('canary'))
    }
    gateway.broken.clear()
    await gateway.post('{"query":"{ canary }"}', headers)
    await fetch(`${gateway.url}/graphql?query={payment(orderNo:"canary"){state}}&canary=canary`, { headers })
    const spans = await spansAfterClose()
    expect(spans.length).toBeGreaterThan(10)
    const text = JSON.stringify(
      spans.map((span) => [
        span.name,
        span.attributes,
        span.status,
        span.events,
        span.links,
        span.spanContext(),
        span.parentSpanContext,
        span.spanContext().traceState?.serialize(),
        span.resource.attributes,
      ]),
    )
    expect(text).not.toMatch(/canary/i)
    expect(text).not.toContain(testCredentials.clientSecret)
    expect(text).not.toContain(testCredentials.clientId)
  })

  test('is told to Atlas: no header of a trace goes out', async () => {
    const { gateway, spansAfterClose } = await traced()
    gateway.atlas.read = paid
    await gateway.pay('T1', {}, { traceparent, tracestate: 'vendor=1', baggage: 'a=b', b3: '1' })
    gateway.atlas.answer = (response) => void (response.socket as Socket).resetAndDestroy()
    await gateway.pay('T2', {}, { traceparent, tracestate: 'vendor=1', baggage: 'a=b', b3: '1' })
    const requests = [...gateway.atlas.seen, ...gateway.atlas.reads]
    expect(requests).toHaveLength(3)
    for (const { headers } of requests) {
      expect(Object.keys(headers).sort()).toEqual([
        'accept',
        'accept-encoding',
        'connection',
        'content-length',
        'content-type',
        'host',
        'x-atlas-client-id',
        'x-atlas-client-secret',
      ])
    }
    await spansAfterClose()
  })
})

describe('the collector that OTEL_EXPORTER_OTLP_ENDPOINT names', () => {
  const payments = 20

  /** Longest time to answer a payment, and the time to close, in milliseconds. */
  async function timed(endpoint: string): Promise<{ paymentMs: number; closeMs: number }> {
    const gateway = await startObservedGateway({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })
    const durations: number[] = []
    for (let payment = 0; payment < payments; payment += 1) {
      const startedAt = performance.now()
      expect(await gateway.pay(`T${payment}`)).toBe('PaymentSuccess')
      durations.push(performance.now() - startedAt)
    }
    const closedAt = performance.now()
    await gateway.close()
    expect(gateway.log.filter(({ level }) => level === 'error')).toEqual([])
    return { paymentMs: Math.max(...durations), closeMs: performance.now() - closedAt }
  }

  /** Generous for a busy machine, and far below any timeout of the exporter. */
  const PAYMENT_MAX_MS = 1_500
  /** The bound on the last export is 2 s. */
  const CLOSE_MAX_MS = 3_500

  test.each(['', '/', '/base'])(
    'gets all spans by OTLP over HTTP, also when it is a path: %j',
    async (path) => {
      const { url, requests } = await collector()
      await timed(`${url}${path}`)
      expect(new Set(requests.map((request) => request.path))).toEqual(
        new Set([`${path === '/base' ? '/base' : ''}/v1/traces`]),
      )
      const spans = requests.flatMap(({ text }) => namesIn(text))
      expect(spans.filter((name) => name === 'POST pay.do')).toHaveLength(payments)
      expect(spans).toHaveLength(5 * payments)
    },
  )

  test('may be down', async () => {
    const { url, close } = await startSpanCollector()
    await close()
    const { paymentMs, closeMs } = await timed(url)
    expect(paymentMs).toBeLessThan(PAYMENT_MAX_MS)
    expect(closeMs).toBeLessThan(CLOSE_MAX_MS)
  })

  test('may hang', async () => {
    const { url, requests } = await collector(() => {})
    const { paymentMs, closeMs } = await timed(url)
    expect(requests.length).toBeGreaterThan(0)
    expect(paymentMs).toBeLessThan(PAYMENT_MAX_MS)
    expect(closeMs).toBeLessThan(CLOSE_MAX_MS)
  })

  test('may refuse, and may ask to wait for long', async () => {
    const { url, requests } = await collector((_request, response) => {
      response.writeHead(503, { 'retry-after': '3600' }).end()
    })
    const { paymentMs, closeMs } = await timed(url)
    expect(requests.length).toBeGreaterThan(0)
    expect(paymentMs).toBeLessThan(PAYMENT_MAX_MS)
    expect(closeMs).toBeLessThan(CLOSE_MAX_MS)
  })

  test('is not needed: without it nothing is sent anywhere', async () => {
    const gateway = await startObservedGateway()
    await gateway.pay('T1', {}, { traceparent })
    expect(gateway.atlas.seen).toHaveLength(1)
    await gateway.close()
  })
})

/** Names of the spans in one export. */
function namesIn(text: string): string[] {
  const { resourceSpans } = JSON.parse(text) as {
    resourceSpans: { scopeSpans: { spans: { name: string }[] }[] }[]
  }
  return resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans.map(({ name }) => name)),
  )
}
