/** Traces by OpenTelemetry. Loaded only where they are wanted: its packages take 100 ms to start and 25 MB. */

import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  type SpanExporter,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import type { Attributes, Tracing } from './tracing.ts'

export interface TracingOptions {
  readonly version: string
  readonly exporter: SpanExporter
}

const kinds = { server: SpanKind.SERVER, internal: SpanKind.INTERNAL, client: SpanKind.CLIENT }

/** Time for the last spans when the process ends, in milliseconds. */
const CLOSE_TIMEOUT_MS = 2_000

/**
 * Traces with a context of their own: nothing global is registered. Every request is recorded: a caller gives
 * its trace the ids, but its `sampled` flag decides nothing, or a browser could hide a payment from operators.
 * Who wants fewer traces lets the collector drop some.
 */
export function createTracing({ version, exporter }: TracingOptions): Tracing {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'atlas-pay-gateway', 'service.version': version }),
    sampler: new AlwaysOnSampler(),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  })
  const contexts = new AsyncLocalStorageContextManager().enable()
  const tracer = provider.getTracer('atlas-pay-gateway', version)
  const propagator = new W3CTraceContextPropagator()
  const getter = {
    keys: () => ['traceparent'],
    // Not `tracestate`: it is free text of the caller, and would be exported with every span.
    get: ({ traceparent }: Readonly<Record<string, unknown>>, name: string) =>
      name === 'traceparent' && typeof traceparent === 'string' ? traceparent : undefined,
  }

  return {
    span({ name, kind, attributes = {}, onlyInTrace = false }, work, conclude) {
      const parent = contexts.active()
      if (onlyInTrace && trace.getSpan(parent) === undefined) return work()
      const span = tracer.startSpan(name, { kind: kinds[kind], attributes }, parent)
      return contexts.with(trace.setSpan(parent, span), () => finish(span, work, conclude))
    },
    continueFrom: (headers, work) => contexts.with(propagator.extract(ROOT_CONTEXT, headers, getter), work),
    async close() {
      const tooLate = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_TIMEOUT_MS).unref())
      await Promise.race([provider.shutdown().catch(() => {}), tooLate])
      contexts.disable()
    },
  }
}

async function finish<Result>(
  span: Span,
  work: () => Promise<Result>,
  conclude: ((result: Result) => Attributes) | undefined,
): Promise<Result> {
  try {
    const result = await work()
    const concluded = conclude?.(result) ?? {}
    span.setAttributes(concluded)
    if ('error.type' in concluded) span.setStatus({ code: SpanStatusCode.ERROR })
    return result
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR })
    span.setAttribute('error.type', error instanceof Error ? error.name : 'unknown')
    throw error
  } finally {
    span.end()
  }
}
