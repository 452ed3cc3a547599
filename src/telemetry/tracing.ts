/** What is traced, whoever collects it. */

import type { Attributes } from '@opentelemetry/api'

export type { Attributes }

/** What a span is about. Attributes never hold a document, a variable, a header or a card. */
export interface SpanDescription {
  readonly name: string
  readonly kind: 'server' | 'internal' | 'client'
  readonly attributes?: Attributes
  /** No span where there is no trace: the gateway asks its ledger all the time, and nobody looks at that. */
  readonly onlyInTrace?: boolean
}

export interface Tracing {
  /**
   * Runs work inside a span that is a child of the one it is called in. A rejection marks the span as failed
   * by its class, without its message. `conclude` gives attributes that only the end knows; with an
   * `error.type` among them the span has failed, too.
   */
  span<Result>(
    description: SpanDescription,
    work: () => Promise<Result>,
    conclude?: (result: Result) => Attributes,
  ): Promise<Result>
  /** Runs work as part of the trace that a caller's `traceparent` names (W3C Trace Context). */
  continueFrom<Result>(
    headers: Readonly<Record<string, unknown>>,
    work: () => Promise<Result>,
  ): Promise<Result>
  /** Sends what is left. Resolves also when that fails. */
  close(): Promise<void>
}

/** Does nothing, for free. */
export const noTracing: Tracing = {
  span: (_description, work) => work(),
  continueFrom: (_headers, work) => work(),
  close: () => Promise.resolve(),
}
