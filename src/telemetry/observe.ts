/** Measures and traces what the parts of the gateway do: one place for metrics, spans and log lines. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { instrument } from './instrument.ts'
import { logPayment, logSettlement, type LoggedAttempt, type LoggedStory } from './log-payment.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { Attributes, SpanDescription, Tracing } from './tracing.ts'

export interface Telemetry {
  readonly log: Log
  readonly metrics: Metrics
  readonly tracing: Tracing
}

/** A payment's outcome as a label: its code, or SUCCESS. */
function outcomeOf({ code }: LoggedAttempt): string {
  return code ?? 'SUCCESS'
}

/** One attempt that was sent came to an end for its client. */
export function observePayment({ log, metrics }: Telemetry, story: LoggedStory): void {
  logPayment(log, story)
  metrics.countPayment(outcomeOf(story.attempt), story.attempt.paymentMethod)
  if (story.answer.reason === 'RESEND_REFUSED') metrics.countResend()
}

/** One attempt was settled in the background. */
export function observeSettlement({ log, metrics }: Telemetry, attempt: LoggedAttempt): void {
  logSettlement(log, attempt)
  metrics.countSettlement(outcomeOf(attempt))
}

/** The ledger, with the duration of each operation and a span for it. */
export function observeLedger<Ledger extends object>(
  { metrics, tracing }: Telemetry,
  ledger: Ledger,
  system: 'sqlite' | 'postgresql',
): Ledger {
  return instrument(ledger, (operation) => {
    const description: SpanDescription = {
      name: `ledger ${operation}`,
      kind: 'client',
      attributes: { 'db.system.name': system, 'db.operation.name': operation },
      onlyInTrace: true,
    }
    return (work) => {
      const startedAt = performance.now()
      const done = tracing.span(description, work)
      // Looked at from beside: nobody waits for it.
      const observe = (result: 'ok' | 'error') => (): void =>
        metrics.observeLedger(operation, result, secondsSince(startedAt))
      done.then(observe('ok'), observe('error'))
      return done
    }
  })
}

/** Atlas's operations by the names of their methods. */
const atlasOperations: Readonly<Record<string, string>> = {
  pay: 'pay.do',
  readOrder: 'queryOrderDetails.do',
  queryOrder: 'queryOrderDetails.do',
}

/** Atlas, with the duration of each exchange and a client span for it. Nothing is sent to Atlas for it. */
export function observeAtlas<Atlas extends object>(
  { metrics, tracing }: Telemetry,
  atlas: Atlas,
  server: URL,
): Atlas {
  const base = server.href.replace(/\/+$/, '')
  return instrument(atlas, (method) => {
    const operation = atlasOperations[method]
    if (operation === undefined) return (work) => work()
    const description: SpanDescription = {
      name: `POST ${operation}`,
      kind: 'client',
      attributes: {
        'http.request.method': 'POST',
        'server.address': server.hostname,
        'server.port': Number(server.port) || (server.protocol === 'https:' ? 443 : 80),
        'url.full': `${base}/${operation}`,
        'atlas.operation': operation,
      },
    }
    return (work) => {
      const startedAt = performance.now()
      const answered = tracing.span(description, work, concludeExchange)
      const observe = (answer: unknown): void =>
        metrics.observeAtlas(operation, kindOf(answer), secondsSince(startedAt))
      // A port that rejects after all is its caller's to hear of.
      answered.then(observe, () => {})
      return answered
    }
  })
}

function concludeExchange(answer: unknown): Attributes {
  return { 'atlas.answer': kindOf(answer), ...failureOf(answer) }
}

/** Runs a GraphQL request inside a server span that continues the caller's trace, and measures it. */
export function observeRequest(
  { metrics, tracing }: Telemetry,
  request: IncomingMessage,
  response: ServerResponse,
  work: () => Promise<void>,
): Promise<void> {
  const startedAt = performance.now()
  response.on('close', () => {
    // How long somebody follows an order says nothing about how long a request takes.
    const isFollowing = response.getHeader('content-type') === 'text/event-stream'
    if (isFollowing && response.statusCode === 200) return
    const status = response.headersSent ? String(response.statusCode) : 'aborted'
    metrics.observeRequest(status, secondsSince(startedAt))
  })
  const attributes = {
    'http.request.method': request.method ?? '',
    'http.route': '/graphql',
    'url.path': '/graphql',
    'url.scheme': 'http',
  }
  return tracing.continueFrom(request.headers, () =>
    tracing.span({ name: `${request.method} /graphql`, kind: 'server', attributes }, work, () => ({
      'http.response.status_code': response.statusCode,
      ...(response.statusCode >= 500 && { 'error.type': String(response.statusCode) }),
    })),
  )
}

function kindOf(answer: unknown): string {
  return typeof answer === 'object' && answer !== null && 'kind' in answer ? String(answer.kind) : 'unknown'
}

/** What failed in an exchange without a usable answer, from a closed set; a refusal is an answer. */
function failureOf(answer: unknown): { 'error.type'?: string } {
  const failed = ['unknown', 'not-sent', 'unreadable', 'unavailable'].includes(kindOf(answer))
  if (!failed) return {}
  const reason = (answer as { reason?: unknown }).reason
  return { 'error.type': typeof reason === 'string' ? reason : '_OTHER' }
}

function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1_000
}
