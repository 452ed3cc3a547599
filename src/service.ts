/** The composition root: from a configuration to a running gateway. */

import { randomUUID } from 'node:crypto'
import { type AtlasOptions, connectAtlas } from './atlas/atlas-payments.ts'
import type { Config } from './config.ts'
import { startHttpServer } from './http/server.ts'
import { createPayOrder, type PaymentStory } from './payment/pay-order.ts'
import type { Clock } from './payment/ports.ts'
import { createSchema } from './schema/index.ts'
import { createLog, type Log } from './telemetry/log.ts'

/** What tests and `npm run dev` bring themselves. */
export interface ServiceOverrides {
  readonly log?: Log
  readonly clock?: Clock
  /** Certificate authorities in PEM that may vouch for Atlas. */
  readonly atlasCa?: AtlasOptions['ca']
}

export interface Service {
  /** Where the gateway listens, without a trailing slash. */
  readonly url: string
  /** Stops taking requests, lets payments under way end, closes every connection. */
  close(): Promise<void>
}

const systemClock: Clock = { now: () => new Date() }

/** Starts the gateway. Rejects when it cannot listen. */
export async function createService(config: Config, overrides: ServiceOverrides = {}): Promise<Service> {
  const log = overrides.log ?? createLog({ level: config.LOG_LEVEL })
  const atlas = connectAtlas({
    baseUrl: config.ATLAS_BASE_URL,
    clientId: config.ATLAS_CLIENT_ID,
    clientSecret: config.ATLAS_CLIENT_SECRET,
    timeoutMs: config.ATLAS_TIMEOUT_MS,
    ...(overrides.atlasCa !== undefined && { ca: overrides.atlasCa }),
  })
  const payOrder = createPayOrder({
    atlas,
    clock: overrides.clock ?? systemClock,
    newPaymentId: randomUUID,
    onOutcome: (story) => logPayment(log, story),
  })
  const server = await startHttpServer({
    host: config.HOST,
    port: config.PORT,
    schema: createSchema(),
    context: { payOrder },
    graphiql: config.GRAPHIQL,
    introspection: config.INTROSPECTION,
    onFault: (error) => log.error({ err: error }, 'fault'),
  })
  log.info({ url: server.url, atlas: config.ATLAS_BASE_URL.origin }, 'listening')
  return {
    url: server.url,
    async close() {
      await server.close()
      await atlas.close()
      log.info('stopped')
    },
  }
}

/** One line a payment. Named fields only: no message of Atlas, no header, no body. */
function logPayment(log: Log, { request, outcome, answer, durationMs }: PaymentStory): void {
  log.info(
    {
      orderNo: request.orderNo,
      paymentMethod: request.paymentMethod,
      paymentId: outcome.paymentId,
      ...(outcome.kind === 'failed'
        ? { code: outcome.code, paymentState: outcome.paymentState, atlasStatus: outcome.atlasStatus }
        : { code: 'SUCCESS', paymentState: 'PAID', atlasStatus: 0 }),
      ...('reason' in answer && { reason: answer.reason, cause: causeCode(answer.cause) }),
      durationMs,
    },
    'payment',
  )
}

/** The code of an error, or its name: enough to find the cause, and never a text from outside. */
function causeCode(cause: unknown): string | null {
  if (!(cause instanceof Error)) return null
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name
}
