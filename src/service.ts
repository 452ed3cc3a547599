/** The composition root: from a configuration to a running gateway. */

import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type AtlasOptions, connectAtlas, startWithinMs } from './atlas/atlas-payments.ts'
import type { Config } from './config.ts'
import { startHttpServer } from './http/server.ts'
import { openLedger } from './ledger/open-ledger.ts'
import { createPaymentDesk } from './payment/pay-order.ts'
import type { AtlasPayments, Clock, PaymentLedger } from './payment/ports.ts'
import { createReadBack } from './payment/read-back.ts'
import { createRepairs } from './payment/repairs.ts'
import { createSettler } from './payment/settle-payments.ts'
import { createSchema } from './schema/index.ts'
import { createLog, type Log } from './telemetry/log.ts'
import { logPayment, logSettlement } from './telemetry/log-payment.ts'

/** What tests and `npm run dev` bring themselves. */
export interface ServiceOverrides {
  readonly log?: Log
  readonly clock?: Clock
  /** Certificate authorities in PEM that may vouch for Atlas. */
  readonly atlasCa?: AtlasOptions['ca']
  /** Stands between the use cases and the ledger. */
  readonly wrapLedger?: (ledger: PaymentLedger) => PaymentLedger
  /** Stands between the use cases and Atlas. */
  readonly wrapAtlas?: (atlas: AtlasPayments) => AtlasPayments
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

const DAY_MS = 24 * 60 * 60_000

/** Who asks while callers are not told apart. */
const ANONYMOUS = 'anonymous'

const systemClock: Clock = {
  now: () => new Date(),
  delay: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }).catch(() => {}),
}

/** Starts the gateway. Rejects when it cannot open its ledger or listen. */
export async function createService(config: Config, overrides: ServiceOverrides = {}): Promise<Service> {
  const log = overrides.log ?? createLog({ level: config.LOG_LEVEL })
  const clock = overrides.clock ?? systemClock
  const onFault = (error: unknown): void => log.error({ err: error }, 'fault')

  const store = await openLedger(config.LEDGER_URL, { instanceId: randomUUID() })
  const connection = connectAtlas({
    baseUrl: config.ATLAS_BASE_URL,
    clientId: config.ATLAS_CLIENT_ID,
    clientSecret: config.ATLAS_CLIENT_SECRET,
    timeoutMs: config.ATLAS_TIMEOUT_MS,
    ...(overrides.atlasCa !== undefined && { ca: overrides.atlasCa }),
  })
  const ledger = overrides.wrapLedger?.(store) ?? store
  const atlas = overrides.wrapAtlas?.(connection) ?? connection

  const repairs = createRepairs(ledger, onFault)
  const readBack = createReadBack({
    atlas,
    ledger,
    repairs,
    clock,
    releaseUnpaidAfterMs: config.RELEASE_UNPAID_AFTER_MS,
    intervalMs: config.SETTLE_INTERVAL_MS,
    onFault,
  })
  const payments = createPaymentDesk({
    atlas,
    ledger,
    readBack,
    repairs,
    clock,
    payWaitMs: config.PAY_WAIT_MS,
    exchangeMs: config.ATLAS_TIMEOUT_MS,
    startWithinMs: startWithinMs(config.ATLAS_TIMEOUT_MS),
    newPaymentId: randomUUID,
    onStory: (story) => logPayment(log, story),
    onFault,
  })
  const settler = createSettler({
    ledger,
    readBack,
    repairs,
    clock,
    intervalMs: config.SETTLE_INTERVAL_MS,
    retentionMs: config.LEDGER_RETENTION_DAYS * DAY_MS,
    onSettled: (attempt) => logSettlement(log, attempt),
    onFault,
  })

  /** Closes what is left, whatever fails: the next start recovers what could not be written. */
  const closeStores = async (): Promise<void> => {
    await connection.close()
    await store.close().catch(onFault)
  }
  try {
    // Alive before the first claim, so that no other instance takes this one's attempts for orphans.
    await ledger.heartbeat(clock.now())
    const server = await startHttpServer({
      host: config.HOST,
      port: config.PORT,
      schema: createSchema(),
      context: () => ({ payments, caller: ANONYMOUS }),
      graphiql: config.GRAPHIQL,
      introspection: config.INTROSPECTION,
      // A sign of life is a commit: what only reads could still be unable to claim.
      checkReady: () => ledger.heartbeat(clock.now()),
      onFault,
    })
    settler.start()
    log.info({ url: server.url, atlas: config.ATLAS_BASE_URL.origin }, 'listening')
    return {
      url: server.url,
      async close() {
        log.info('draining')
        server.drain()
        await payments.drain()
        await settler.stop()
        await repairs.run()
        await server.close()
        await closeStores()
        log.info('stopped')
      },
    }
  } catch (error) {
    await closeStores()
    throw error
  }
}
