/** The metrics, in the Prometheus text format. Every label has a small, closed set of values. */

import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { OTHER_CODE, refusalCodes } from './refusal-codes.ts'

export interface Metrics {
  /** One attempt ended for its client. `outcome` is `SUCCESS` or the code of the error. */
  countPayment(outcome: string, paymentMethod: string): void
  /** One unknown attempt was settled in the background. */
  countSettlement(outcome: string): void
  /** A second start of a request was refused. It must never happen. */
  countResend(): void
  countRateLimited(kind: string): void
  /** One request was refused as a whole. A code outside the closed set counts as `OTHER`. */
  countRefusal(code: string): void
  observeAtlas(operation: string, result: string, seconds: number): void
  observeLedger(operation: string, result: string, seconds: number): void
  /** `status` is the HTTP status, or `aborted` when the client left before there was one. */
  observeRequest(status: string, seconds: number): void
  /** Attempts whose outcome is unknown in the whole ledger, and the age of the oldest. */
  setUnknown(count: number, oldestAgeSeconds: number): void
  /** The text to answer a scrape with. */
  render(): Promise<{ readonly contentType: string; readonly body: string }>
}

export interface MetricsOptions {
  readonly version: string
  /** Payments under way at this moment. */
  readonly inFlight: () => number
  /** Subscribers at this moment. */
  readonly followers: () => number
}

/** A payment takes some 150 ms and has a deadline of 30 s. */
const EXCHANGE_SECONDS = [0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 3, 6, 12, 25, 35]

/** A commit takes less than a millisecond; seconds mean trouble. */
const LEDGER_SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.1, 0.5, 1, 5]

/** A registry of its own: importing this file registers nothing. */
export function createMetrics({ version, inFlight, followers }: MetricsOptions): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const payments = new Counter({
    name: 'atlas_pay_payments_total',
    help: 'Payment attempts by what their client was told: SUCCESS or the code of the error.',
    labelNames: ['outcome', 'payment_method'],
    registers,
  })
  const settlements = new Counter({
    name: 'atlas_pay_settlements_total',
    help: 'Unknown attempts that a background readback settled, by outcome.',
    labelNames: ['outcome'],
    registers,
  })
  const resends = new Counter({
    name: 'atlas_pay_resends_total',
    help: 'Second starts of a pay.do request, all refused. Anything but 0 is a defect.',
    registers,
  })
  const rateLimited = new Counter({
    name: 'atlas_pay_rate_limited_total',
    help: 'Requests that the rate limit refused, by kind: payment, read, or request for any at all.',
    labelNames: ['kind'],
    registers,
  })
  const refusals = new Counter({
    name: 'atlas_pay_refusals_total',
    help: 'Requests that were answered with a top-level error, by its code, or OTHER.',
    labelNames: ['code'],
    registers,
  })
  // From 0 on, so that the first refusal is a rise and not a new series.
  for (const code of [...refusalCodes, OTHER_CODE]) refusals.inc({ code }, 0)
  const atlas = new Histogram({
    name: 'atlas_pay_atlas_request_duration_seconds',
    help: 'Duration of exchanges with Atlas, by operation and result.',
    labelNames: ['operation', 'result'],
    buckets: EXCHANGE_SECONDS,
    registers,
  })
  const ledger = new Histogram({
    name: 'atlas_pay_ledger_operation_duration_seconds',
    help: 'Duration of ledger operations, commit included, by operation and result (ok or error).',
    labelNames: ['operation', 'result'],
    buckets: LEDGER_SECONDS,
    registers,
  })
  const requests = new Histogram({
    name: 'atlas_pay_http_request_duration_seconds',
    help: 'Duration of GraphQL requests, by HTTP status, or aborted when the client left before it.',
    labelNames: ['status'],
    buckets: EXCHANGE_SECONDS,
    registers,
  })
  const unknownAttempts = new Gauge({
    name: 'atlas_pay_unknown_attempts',
    help: 'Attempts in the ledger whose outcome is unknown. Every instance reports the whole ledger.',
    registers,
  })
  const unknownOldest = new Gauge({
    name: 'atlas_pay_unknown_oldest_age_seconds',
    help: 'Age of the oldest attempt whose outcome is unknown; 0 when there is none.',
    registers,
  })
  const underWay: Gauge = new Gauge({
    name: 'atlas_pay_payments_in_flight',
    help: 'Payments that this instance is sending or reading back for a client.',
    registers,
    collect(): void {
      underWay.set(inFlight())
    },
  })
  const following: Gauge = new Gauge({
    name: 'atlas_pay_order_subscriptions',
    help: 'Subscriptions to the progress of an order that this instance serves.',
    registers,
    collect(): void {
      following.set(followers())
    },
  })
  const build = new Gauge({
    name: 'atlas_pay_build_info',
    help: 'Always 1; the label tells the version that runs.',
    labelNames: ['version'],
    registers,
  })
  build.set({ version }, 1)

  return {
    countPayment: (outcome, paymentMethod) => payments.inc({ outcome, payment_method: paymentMethod }),
    countSettlement: (outcome) => settlements.inc({ outcome }),
    countResend: () => resends.inc(),
    countRateLimited: (kind) => rateLimited.inc({ kind }),
    countRefusal: (code) => refusals.inc({ code: refusalCodes.includes(code) ? code : OTHER_CODE }),
    observeAtlas: (operation, result, seconds) => atlas.observe({ operation, result }, seconds),
    observeLedger: (operation, result, seconds) => ledger.observe({ operation, result }, seconds),
    observeRequest: (status, seconds) => requests.observe({ status }, seconds),
    setUnknown(count, oldestAgeSeconds) {
      unknownAttempts.set(count)
      unknownOldest.set(oldestAgeSeconds)
    },
    async render() {
      return { contentType: registry.contentType, body: await registry.metrics() }
    },
  }
}
