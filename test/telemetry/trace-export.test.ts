import { ExportResultCode } from '@opentelemetry/core'
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace'
import { afterEach, describe, expect, test } from 'vitest'
import { createLog } from '../../src/telemetry/log.ts'
import { logFailedExports } from '../../src/telemetry/trace-export.ts'
import { type ObservedGateway, startObservedGateway } from './observed-gateway.ts'
import { type SpanCollector, startSpanCollector } from './span-collector.ts'

const MINUTE = 60_000
const text = 'traces could not be exported'

const closing: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

async function collector(answer?: Parameters<typeof startSpanCollector>[0]): Promise<SpanCollector> {
  const one = await startSpanCollector(answer)
  closing.push(() => one.close())
  return one
}

/** Lines of the log about exports, after one payment of a gateway that has this collector. */
async function toldOf(endpoint: string): Promise<ObservedGateway['log']> {
  const gateway = await startObservedGateway({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })
  expect(await gateway.pay('T1')).toBe('PaymentSuccess')
  await gateway.close()
  return gateway.log.filter(({ msg }) => msg === text)
}

const line = (cause: string): object => ({
  level: 'warn',
  time: expect.any(String) as string,
  cause,
  msg: text,
})

describe('an export that fails is told by its code alone', () => {
  test('when the collector is refused', async () => {
    const refusing = await collector((_request, response) => {
      response.writeHead(401, 'canary').end('canary')
    })
    expect(await toldOf(refusing.url)).toEqual([line('401')])
  })

  test('but not one that works', async () => {
    const working = await collector()
    expect(await toldOf(working.url)).toEqual([])
    expect(working.requests).toHaveLength(1)
  })

  test('or its class, and never by its message', async () => {
    const errors = [
      Object.assign(new Error('canary'), { code: 'ECONNREFUSED', data: 'canary' }),
      new TypeError('canary'),
      undefined,
      'canary' as unknown as Error,
    ]
    let now = 0
    const { log, lines } = keptLog()
    const exporter = logFailedExports(
      failing(() => errors.shift()),
      log,
      () => now,
    )
    for (; now < 4 * MINUTE; now += MINUTE) await exportBy(exporter)
    expect(lines).toEqual([line('ECONNREFUSED'), line('TypeError'), line('unknown'), line('unknown')])
  })
})

test('exports that go on failing have one line a minute, which tells how many were left out', async () => {
  let now = 0
  const { log, lines } = keptLog()
  const exporter = logFailedExports(
    failing(() => new Error('away')),
    log,
    () => now,
  )
  for (; now <= 2 * MINUTE; now += 5_000) await exportBy(exporter)
  expect(lines.map(({ suppressed }) => suppressed)).toEqual([undefined, 11, 11])
})

/** An exporter whose every export fails. */
function failing(nextError: () => Error | undefined): SpanExporter {
  return {
    export(_spans, done) {
      const error = nextError()
      done({ code: ExportResultCode.FAILED, ...(error !== undefined && { error }) })
    },
    async shutdown() {},
  }
}

/** Exports no span and waits for the result. */
function exportBy(exporter: SpanExporter): Promise<void> {
  const none: ReadableSpan[] = []
  return new Promise((resolve) => exporter.export(none, () => resolve()))
}

function keptLog() {
  const lines: Record<string, unknown>[] = []
  const write = (written: string): void => void lines.push(JSON.parse(written) as Record<string, unknown>)
  return { log: createLog({ level: 'trace', destination: { write } }), lines }
}
