/** Where spans go: a collector of OpenTelemetry, whose failures operators hear of. */

import { ExportResultCode } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import type { SpanExporter } from '@opentelemetry/sdk-trace'
import { createLineLimit } from './line-limit.ts'
import type { Log } from './log.ts'

/** Most lines about failed exports in a minute. Exports follow each other every few seconds. */
const LINES_PER_MINUTE_MAX = 1

/** Sends spans to the collector at `endpoint`, by OTLP over HTTP, as the exporter's own variables say. */
export function createOtlpExporter(endpoint: URL): SpanExporter {
  return new OTLPTraceExporter({ url: new URL('v1/traces', withSlash(endpoint)).href })
}

/** The same exporter, whose failures are logged now and then. `now` is in milliseconds. */
export function logFailedExports(exporter: SpanExporter, log: Log, now: () => number): SpanExporter {
  const limit = createLineLimit(LINES_PER_MINUTE_MAX, now)
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const suppressed = result.code === ExportResultCode.SUCCESS ? null : limit.take('export')
        if (suppressed !== null) {
          log.warn(
            { cause: causeOf(result.error), ...(suppressed > 0 && { suppressed }) },
            'traces could not be exported',
          )
        }
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
  }
}

/** The code of an error (of the system, or the HTTP status), or its class. Its message can hold anything. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const code = 'code' in error ? error.code : undefined
  return typeof code === 'string' || typeof code === 'number' ? String(code) : error.name
}

function withSlash(url: URL): string {
  return url.href.endsWith('/') ? url.href : `${url.href}/`
}
