/** The composition root: from a configuration to a running gateway. */

import { randomUUID, randomUUIDv7 } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { GraphQLSchema } from 'graphql'
import packageJson from '../package.json' with { type: 'json' }
import { type AtlasOptions, connectAtlas, startWithinMs } from './atlas/atlas-payments.ts'
import { withBreaker } from './atlas/breaker.ts'
import { type Config, ConfigError } from './config.ts'
import { type AuthenticationOptions, createAuthenticate } from './http/authentication.ts'
import { createForeignCheck } from './http/local-requests.ts'
import { createRateLimit } from './http/rate-limit.ts'
import { startHttpServer } from './http/server.ts'
import { shareCheck } from './http/shared-check.ts'
import { faultsOfTrustedDocuments } from './http/trusted-documents.ts'
import { openLedger } from './ledger/open-ledger.ts'
import { createOrderReader } from './order/order-reader.ts'
import { createOrderWatch } from './order/order-watch.ts'
import { createLedgerClock } from './payment/ledger-clock.ts'
import { createPaymentDesk } from './payment/pay-order.ts'
import type { AtlasPayments, Clock, PaymentLedger } from './payment/ports.ts'
import { createReadBack } from './payment/read-back.ts'
import { createRepairs } from './payment/repairs.ts'
import { createSettler } from './payment/settle-payments.ts'
import { createSchema } from './schema/index.ts'
import { using } from './setting-unusable.ts'
import { createLog, type Log } from './telemetry/log.ts'
import { createMetrics } from './telemetry/metrics.ts'
import {
  observeAtlas,
  observeLedger,
  observePayment,
  observeRequest,
  observeSettlement,
  type Telemetry,
} from './telemetry/observe.ts'
import { observeRefusals } from './telemetry/refusals.ts'
import type { TracingOptions } from './telemetry/open-telemetry.ts'
import { noTracing, type Tracing } from './telemetry/tracing.ts'

/** What tests and `npm run dev` bring themselves. */
export interface ServiceOverrides {
  readonly log?: Log
  /** Time for everything, instead of the machine's and the ledger's. */
  readonly clock?: Clock
  /** Certificate authorities in PEM that may vouch for Atlas. */
  readonly atlasCa?: AtlasOptions['ca']
  /** Stands between the use cases and the ledger. */
  readonly wrapLedger?: (ledger: PaymentLedger) => PaymentLedger
  /** Stands between the use cases and Atlas. */
  readonly wrapAtlas?: (atlas: AtlasPayments) => AtlasPayments
  /** Where spans go, instead of the configured collector. */
  readonly spanExporter?: TracingOptions['exporter']
  /** Most payments under way. */
  readonly inFlightMax?: number
}

export interface Service {
  /** Where the gateway listens, without a trailing slash. */
  readonly url: string
  /**
   * Refuses new payments at once, finishes and records those under way, then closes everything. Takes no
   * longer than the deadline of an exchange and a little.
   */
  close(): Promise<void>
}

const { version } = packageJson

const DAY_MS = 24 * 60 * 60_000

/** Payments under way at the same time. Below the connections to Atlas, so that none waits for one. */
const IN_FLIGHT_MAX = 200

const systemClock: Clock = {
  now: () => new Date(),
  delay: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }).catch(() => {}),
  timer(ms, onTime) {
    const timer = setTimeout(onTime, ms)
    return () => clearTimeout(timer)
  },
}

/**
 * Starts the gateway. Rejects when it cannot open its ledger or listen, and with {@link ConfigError} before it
 * opens anything when a trusted document could never execute.
 */
export async function createService(config: Config, overrides: ServiceOverrides = {}): Promise<Service> {
  const schema = createSchema()
  checkTrustedDocuments(config, schema)
  const log = overrides.log ?? createLog({ level: config.LOG_LEVEL })
  const now = (): Date => clock.now()
  const nowMs = (): number => now().getTime()
  const tracing = await createConfiguredTracing(config, overrides, { log, nowMs })
  const metrics = createMetrics({
    version,
    inFlight: () => payments.inFlight(),
    followers: () => orderWatch.followers(),
  })
  const telemetry: Telemetry = { log, metrics, tracing }
  const onFault = (error: unknown): void => log.error({ err: error }, 'fault')

  const isShared = config.LEDGER_URL.startsWith('postgres')
  const store = await using('LEDGER_URL', openLedger(config.LEDGER_URL, { instanceId: randomUUID() }))
  const connection = connectAtlas({
    baseUrl: config.ATLAS_BASE_URL,
    clientId: config.ATLAS_CLIENT_ID,
    clientSecret: config.ATLAS_CLIENT_SECRET,
    timeoutMs: config.ATLAS_TIMEOUT_MS,
    ...(overrides.atlasCa !== undefined && { ca: overrides.atlasCa }),
  })
  const ledger = observeLedger(
    telemetry,
    overrides.wrapLedger?.(store) ?? store,
    isShared ? 'postgresql' : 'sqlite',
  )
  const ledgerClock = createLedgerClock({
    own: systemClock,
    elapsedMs: () => performance.now(),
    onOff: (aheadMs) => log.warn({ aheadMs }, "payments go by the ledger's clock, not by the machine's"),
  })
  const clock = overrides.clock ?? ledgerClock
  // Tokens end by the time of who issues them, of which the ledger knows nothing.
  const tokenClock = overrides.clock ?? systemClock
  const heartbeat = (): Promise<Date | null> => ledger.heartbeat(now())
  const signOfLife = async (): Promise<void> => {
    const wasOff = await ledgerClock.follow(heartbeat)
    if (wasOff) await ledgerClock.follow(heartbeat)
  }
  const reached = overrides.wrapAtlas?.(connection) ?? connection
  const atlas = withBreaker(observeAtlas(telemetry, reached, config.ATLAS_BASE_URL), nowMs)

  const repairs = createRepairs(ledger, onFault)
  const readBack = createReadBack({
    atlas,
    ledger,
    repairs,
    clock,
    // A clock of somebody else's is as steady as it says.
    steadySince: overrides.clock === undefined ? ledgerClock.steadySince : () => new Date(0),
    releaseUnpaidAfterMs: config.RELEASE_UNPAID_AFTER_MS,
    intervalMs: config.SETTLE_INTERVAL_MS,
    onFault,
  })
  const orders = createOrderReader({ atlas, ledger, clock })
  const orderWatch = createOrderWatch({
    reader: orders,
    clock,
    tokenClock,
    intervalMs: config.ORDER_POLL_INTERVAL_MS,
    onFault,
  })
  const payments = createPaymentDesk({
    atlas,
    ledger,
    readBack,
    repairs,
    clock,
    inFlightMax: overrides.inFlightMax ?? IN_FLIGHT_MAX,
    payWaitMs: config.PAY_WAIT_MS,
    exchangeMs: config.ATLAS_TIMEOUT_MS,
    startWithinMs: startWithinMs(config.ATLAS_TIMEOUT_MS),
    // By time, so that new attempts are neighbours in the ledger's indexes: a sixth of its cost.
    newPaymentId: randomUUIDv7,
    onClaim: (orderNo) => orderWatch.touch(orderNo),
    onStory(story) {
      observePayment(telemetry, story)
      orderWatch.touch(story.attempt.orderNo)
    },
    onFault,
  })
  const settler = createSettler({
    ledger,
    readBack,
    repairs,
    clock,
    signOfLife,
    intervalMs: config.SETTLE_INTERVAL_MS,
    retentionMs: config.LEDGER_RETENTION_DAYS * DAY_MS,
    onSettled(attempt) {
      observeSettlement(telemetry, attempt)
      orderWatch.touch(attempt.orderNo)
    },
    onUnknown: (count, oldestAgeMs) => metrics.setUnknown(count, oldestAgeMs / 1_000),
    onFault,
  })

  const closing: (() => Promise<void>)[] = [
    () => store.close(),
    () => connection.close(),
    () => tracing.close(),
  ]
  /** Closes what is open, whatever fails: the next start recovers what could not be written. */
  const closeAll = async (): Promise<void> => {
    for (const close of closing.splice(0).toReversed()) await close().catch(onFault)
  }
  try {
    const counting = createRateLimit({
      paymentsPerMinute: config.RATE_LIMIT_PER_MINUTE,
      databaseUrl: isShared ? config.LEDGER_URL : null,
    })
    const rateLimit = await using('LEDGER_URL', counting)
    closing.push(() => rateLimit.close())
    // Before the first claim, so that no other instance takes this one's attempts for orphans.
    await signOfLife()
    const { address } = await using('HOST', lookup(config.HOST))
    const starting = startHttpServer({
      address,
      port: config.PORT,
      schema,
      context: (request) => ({ ...request, payments, orders, orderWatch, now }),
      refuseForeign:
        config.AUTH === 'none'
          ? createForeignCheck({ address, host: config.HOST, corsOrigins: config.CORS_ORIGINS })
          : () => null,
      authenticate: createAuthenticate(authenticationOf(config, tokenClock, onFault)),
      rateLimit,
      onRateLimited: (kind) => metrics.countRateLimited(kind),
      onRefused: observeRefusals(telemetry, nowMs),
      trustedDocuments: config.TRUSTED_DOCUMENTS ?? null,
      corsOrigins: config.CORS_ORIGINS,
      graphiql: config.GRAPHIQL,
      introspection: config.INTROSPECTION,
      aroundRequest: (request, response, work) => observeRequest(telemetry, request, response, work),
      aroundOperation: (type, work) =>
        tracing.span(
          { name: `graphql ${type}`, kind: 'internal', attributes: { 'graphql.operation.type': type } },
          work,
        ),
      // A sign of life is a commit: what only reads could still be unable to claim.
      checkReady: shareCheck(signOfLife, nowMs),
      renderMetrics: () => metrics.render(),
      onFault,
    })
    const server = await using('HOST or PORT', starting)
    settler.start()
    if (config.AUTH === 'none')
      log.warn('AUTH=none: whoever reaches this gateway can pay with the Atlas account')
    log.info({ url: server.url, atlas: config.ATLAS_BASE_URL.origin, version }, 'listening')
    return {
      url: server.url,
      async close() {
        log.info({ inFlight: payments.inFlight() }, 'draining')
        server.drain()
        // At once: no payment may begin while subscriptions are told.
        const drained = payments.drain()
        await orderWatch.close()
        await drained
        await settler.stop()
        await repairs.run()
        await server.close()
        await closeAll()
        log.info('stopped')
      },
    }
  } catch (error) {
    await closeAll()
    throw error
  }
}

function checkTrustedDocuments(
  { TRUSTED_DOCUMENTS: documents, INTROSPECTION: introspection }: Config,
  schema: GraphQLSchema,
): void {
  if (documents === undefined) return
  const faults = faultsOfTrustedDocuments(documents, schema, { introspection })
  if (faults.length > 0) throw new ConfigError(faults.map((fault) => `TRUSTED_DOCUMENTS: ${fault}`))
}

async function createConfiguredTracing(
  { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }: Config,
  { spanExporter }: ServiceOverrides,
  { log, nowMs }: { readonly log: Log; readonly nowMs: () => number },
): Promise<Tracing> {
  if (spanExporter === undefined && endpoint === undefined) return noTracing
  const { createTracing } = await import('./telemetry/open-telemetry.ts')
  const { createOtlpExporter, logFailedExports } = await import('./telemetry/trace-export.ts')
  const exporter = spanExporter ?? createOtlpExporter(endpoint!)
  return createTracing({ version, exporter: logFailedExports(exporter, log, nowMs) })
}

/** `loadConfig` has seen to it that AUTH=jwt has what it needs. */
function authenticationOf(
  config: Config,
  { now }: Clock,
  onKeysUnavailable: (fault: Error) => void,
): AuthenticationOptions {
  const {
    AUTH_JWKS_URL: jwksUrl,
    AUTH_JWT_SECRET: secret = '',
    AUTH_ISSUER: issuer = '',
    AUTH_AUDIENCE: audience = '',
  } = config
  if (config.AUTH === 'none') return { mode: 'none' }
  const keys = jwksUrl === undefined ? { secret } : { jwksUrl }
  return { mode: 'jwt', keys, issuer, audience, now, onKeysUnavailable }
}
