/** One soak: an oracle, gateways that are killed at random, clients that insist, and a judgement at the end. */

import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startSoakPostgres } from '../support/soak-postgres.ts'
import { createSoakProcesses } from '../support/soak-processes.ts'
import { type Verdict, judge } from './judge.ts'
import { type KilledGateway, startKillLoop } from './kill-loop.ts'
import { viewLedger } from './ledger-view.ts'
import { payFaults, readFaults } from './oracle-faults.ts'
import { type Counter, nothingSent, payOrder } from './payer.ts'
import { randomOf } from './random.ts'
import { EXCHANGE_MS, gatewayEnvironment, startPace } from './settings.ts'
import { readTruth, type Truth } from './truth.ts'

export interface SoakPlan {
  readonly seed: string
  /** `naive` is the gateway without a ledger, which has to be convicted. */
  readonly store: 'sqlite' | 'postgres' | 'naive'
  /** The run goes on until there were so many, */
  readonly orders: number
  readonly kills: number
  /** or until this has passed, in milliseconds. */
  readonly runMaxMs: number
  /** Longest time for what is open then, in milliseconds. */
  readonly settleMaxMs: number
  /** Shortest and longest life of a gateway after it listens, in milliseconds. */
  readonly lifeMs: readonly [number, number]
  /** Share of calls of the ledger that fail as if its store were away. */
  readonly ledgerFaultShare: number
  /** Fewest injections of each kind of fault. */
  readonly faultsEachMin: number
}

export interface SoakReport {
  readonly plan: SoakPlan
  readonly verdict: Verdict
  readonly kills: number
  readonly earlyKills: number
  /** Requests that the oracle had, and had not answered, when the gateways were killed. */
  readonly cutOff: number
  readonly gateways: number
  /** Requests of clients for a payment, and those that were answered. */
  readonly payCalls: number
  readonly answeredPayCalls: number
  /** Clients that had no final answer when time ran out. */
  readonly clientsLeft: number
  readonly payRequests: number
  readonly injected: Truth['injected']
  /** Top-level errors, by code. */
  readonly refusals: Readonly<Record<string, number>>
  readonly gatewayFaults: readonly string[]
  readonly durationMs: number
  /** Why the run does not pass; empty when it does. */
  readonly failures: readonly string[]
}

/** Orders that are being paid at the same time, most of them waiting for an outcome. */
const CLIENTS = 48

/** Smallest share of orders that have to be paid in the end. */
const PAID_SHARE_MIN = 0.8

/** Fewest requests that were under way at Atlas when a gateway was killed, as a share of the kills. */
const CUT_OFF_SHARE_MIN = 0.2

export async function runSoak(plan: SoakPlan): Promise<SoakReport> {
  const startedAt = Date.now()
  const pace = startPace()
  const processes = createSoakProcesses()
  const postgres = plan.store === 'postgres' ? await startSoakPostgres() : null
  try {
    const oracleUrl = await processes.oracle({ seed: plan.seed, exchangeMs: EXCHANGE_MS, faulty: true }).url
    await processes.warmUp()
    const ledgerUrl = postgres?.url ?? `sqlite:${join(processes.folder, 'ledger.sqlite')}`
    const environment = gatewayEnvironment(oracleUrl, ledgerUrl)
    const ledgerFaults =
      plan.ledgerFaultShare > 0 ? { seed: plan.seed, share: plan.ledgerFaultShare } : undefined
    const start = () =>
      plan.store === 'naive'
        ? processes.naive(environment)
        : processes.gateway(environment, { pace, ledgerFaults })
    const gateways: KilledGateway[] = []
    for (let index = 0; index < (postgres === null ? 1 : 2); index += 1) {
      const random = randomOf(plan.seed, 'kills', index)
      gateways.push(await startKillLoop({ start, random, lifeMs: plan.lifeMs }))
    }

    const runUntil = Date.now() + plan.runMaxMs
    const kills = (): number => gateways.reduce((sum, gateway) => sum + gateway.killedAt.length, 0)
    const orders: string[] = []
    const isOver = (): boolean =>
      Date.now() > runUntil || (orders.length >= plan.orders && kills() >= plan.kills)
    let settleUntil = Infinity
    const counter: Counter = {
      url: (random) => gateways[random.between(0, gateways.length - 1)]!.url(),
      ready: () => Promise.race(gateways.map((gateway) => gateway.ready())),
      calls: [],
      refusals: new Map(),
      endsAt: () => settleUntil,
    }

    async function runClient(): Promise<number> {
      let left = 0
      while (!isOver()) {
        // Orders and kills come to their ends together, so that every order has its share of trouble.
        if (orders.length > (plan.orders * (kills() + 3)) / plan.kills) {
          await sleep(50)
          continue
        }
        const random = randomOf(plan.seed, 'order', orders.length)
        const orderNo = `SOAK-${random.pick(['G', 'U'])}-${orders.length}`
        orders.push(orderNo)
        if ((await payOrder({ orderNo, counter, random })) === null) left += 1
      }
      return left
    }

    const killing = Promise.all(gateways.map((gateway) => gateway.run(isOver)))
    const paying = Promise.all(Array.from({ length: CLIENTS }, runClient))
    await killing
    settleUntil = Date.now() + plan.settleMaxMs
    const clientsLeft = (await paying).reduce((sum, left) => sum + left, 0)

    const url = gateways[0]!.url()
    const ledger = plan.store === 'naive' ? null : await viewLedger({ url, orders, pace, until: settleUntil })
    const truth = await readTruth(oracleUrl)
    const payCalls = counter.calls.filter(({ via }) => via === 'payOrder')
    const figures = {
      plan,
      verdict: judge({ truth: truth.orders, calls: counter.calls, ledger }),
      kills: kills(),
      earlyKills: gateways.reduce((sum, gateway) => sum + gateway.earlyKills(), 0),
      cutOff: countCutOff(
        truth,
        gateways.flatMap(({ killedAt }) => killedAt),
      ),
      gateways: gateways.length,
      payCalls: payCalls.length,
      answeredPayCalls: payCalls.filter(({ told }) => told !== null && told.state !== 'NOT_SENT').length,
      clientsLeft,
      payRequests: truth.orders.reduce((sum, { requests }) => sum + requests.length, 0),
      injected: truth.injected,
      refusals: Object.fromEntries(counter.refusals),
      gatewayFaults: gateways.flatMap(({ faults }) => faults),
      durationMs: Date.now() - startedAt,
    }
    return { ...figures, failures: [...failuresOf(figures)] }
  } finally {
    await processes.end()
    await postgres?.end()
  }
}

function countCutOff({ orders }: Truth, killedAt: readonly number[]): number {
  return orders
    .flatMap(({ requests }) => requests)
    .filter(({ arrivedAt, answeredAt }) =>
      killedAt.some(
        (at) => arrivedAt <= at && at < arrivedAt + EXCHANGE_MS && (answeredAt === null || answeredAt > at),
      ),
    ).length
}

/** What a run has to have done to prove anything, and what must not have happened in it. */
function* failuresOf(figures: Omit<SoakReport, 'failures'>): Generator<string> {
  const { plan, verdict, injected } = figures
  if (verdict.orders < plan.orders) yield `only ${verdict.orders} of ${plan.orders} orders`
  if (figures.kills < plan.kills) yield `only ${figures.kills} of ${plan.kills} kills`
  if (figures.cutOff < CUT_OFF_SHARE_MIN * plan.kills) {
    yield `only ${figures.cutOff} requests were cut off by a kill`
  }
  if (figures.answeredPayCalls < plan.orders) yield `only ${figures.answeredPayCalls} requests were answered`
  for (const fault of [...payFaults, ...readFaults]) {
    const times = injected[fault] ?? 0
    if (fault !== 'none' && times < plan.faultsEachMin && !(plan.store === 'naive' && isOfReads(fault))) {
      yield `${fault} was injected ${times} times only`
    }
  }
  for (const kind of ['doubles', 'lies', 'lost', 'open'] as const) {
    const found = verdict[kind]
    if (found.length > 0) yield `${found.length} ${kind}, such as ${found.slice(0, 3).join('; ')}`
  }
  for (const [code, times] of Object.entries(figures.refusals)) {
    if (!nothingSent.has(code)) yield `${times} requests were answered ${code}`
  }
  if (figures.clientsLeft > 0) yield `${figures.clientsLeft} clients have no final answer`
  if (verdict.charged < PAID_SHARE_MIN * verdict.orders) yield `only ${verdict.charged} orders are paid`
  const gatewayFaults = figures.gatewayFaults.filter(
    (fault) => plan.ledgerFaultShare === 0 || !lateRepair.test(fault),
  )
  for (const fault of gatewayFaults.slice(0, 3)) yield `a gateway reports: ${fault}`
}

/** What `src/payment/repairs.ts` tells, and rightly so, when the ledger is made to fail again and again. */
const lateRepair = /^\{.*The ledger takes others, but not yet what became of payment/

function isOfReads(fault: string): boolean {
  return (readFaults as readonly string[]).includes(fault)
}
