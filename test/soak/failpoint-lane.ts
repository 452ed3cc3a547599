/** One failpoint: a gateway that is killed there, started again on the same ledger, killed there again. */

import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClockPace } from '../support/crash-clock.ts'
import type { Failpoint } from '../support/crash-failpoints.ts'
import type { SoakProcess, SoakProcesses } from '../support/soak-processes.ts'
import type { LedgerPayment } from './journal.ts'
import { viewLedger } from './ledger-view.ts'
import { loggedFaults } from './logged-faults.ts'
import { type Counter, payOrder } from './payer.ts'
import { type Random, randomOf } from './random.ts'
import { gatewayEnvironment } from './settings.ts'

export interface LaneOptions {
  readonly point: Failpoint
  readonly seed: string
  readonly processes: SoakProcesses
  readonly oracleUrl: string
  readonly pace: ClockPace
  /** Kills, and how many orders stop at the failpoint before each; half of those sent are guarded. */
  readonly kills: number
  readonly ordersEach: number
}

export interface LaneResult {
  /** How many orders had come to the failpoint, for each kill. */
  readonly stopped: readonly number[]
  readonly calls: Counter['calls']
  readonly ledger: ReadonlyMap<string, LedgerPayment | null>
  /** Final answers of the clients, null where there was none. */
  readonly answers: readonly ('PAID' | 'NOT_PAID' | null)[]
  /** Errors that the gateways logged. */
  readonly faults: readonly string[]
}

/** Longest time from the last kill until every order has its outcome, in milliseconds. */
const SETTLE_MAX_MS = 45_000

/** Faults after which only a readback tells that the order was charged. */
const readbackFaults = ['charge-reset', 'charge-garbled', 'http-after', 'charge-hang'] as const

/**
 * Some orders come to their failpoint late or never: on a slow machine a claim gets too old to be sent, and is tried
 * again; of readbacks the first that stop can be the settler's own, which then reads no others. So a few more orders
 * are sent than are waited for.
 */
const SPARE_ORDERS = 4

export async function runLane(options: LaneOptions): Promise<LaneResult> {
  const { point, seed, processes, oracleUrl, pace, kills, ordersEach } = options
  const ledgerUrl = `sqlite:${join(processes.folder, `${point}.sqlite`)}`
  const environment = gatewayEnvironment(oracleUrl, ledgerUrl)
  const isReadback = point.includes('readback')
  const stopped: number[] = []
  const orders: string[] = []
  const paying: Promise<'PAID' | 'NOT_PAID' | null>[] = []
  const faults: string[] = []
  let url = ''
  let up = Promise.withResolvers<void>()
  let endsAt = Infinity
  const counter: Counter = {
    url: () => url,
    ready: () => up.promise,
    calls: [],
    refusals: new Map(),
    endsAt: () => endsAt,
  }

  async function come(gateway: SoakProcess): Promise<void> {
    url = await gateway.url
    up.resolve()
  }

  async function startClient(orderNo: string, random: Random): Promise<'PAID' | 'NOT_PAID' | null> {
    await sleep(random.between(0, 150))
    return payOrder({ orderNo, counter, random })
  }

  for (let round = 0; round < kills; round += 1) {
    const prefix = `${point}-${round}-`
    const delayMs = randomOf(seed, point, round).between(0, 200)
    const plan = { point, orders: prefix, count: ordersEach, delayMs, oracleUrl }
    const gateway = processes.gateway(environment, { pace, plan })
    await come(gateway)
    for (let index = 0; index < ordersEach + SPARE_ORDERS; index += 1) {
      const random = randomOf(seed, point, round, index)
      const ending = isReadback ? `.${random.pick(readbackFaults)}` : ''
      const orderNo = `${prefix}${index % 2 === 0 ? 'G' : 'U'}-${index}${ending}`
      orders.push(orderNo)
      paying.push(startClient(orderNo, random))
    }
    await gateway.ended
    up = Promise.withResolvers()
    stopped.push(Number(/killed at \S+ with (\d+) orders/.exec(gateway.output())?.[1] ?? 0))
    faults.push(...loggedFaults(gateway.output()))
  }

  const last = processes.gateway(environment, { pace })
  await come(last)
  endsAt = Date.now() + SETTLE_MAX_MS
  const answers = await Promise.all(paying)
  const ledger = await viewLedger({ url, orders, pace, until: endsAt })
  faults.push(...loggedFaults(last.output()))
  return { stopped, calls: counter.calls, ledger, answers, faults }
}
