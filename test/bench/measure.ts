/** One measure of one contender: at full load, and at a steady rate. */

import type { Contender } from './contenders.ts'
import { type Load, type LoadTarget, runClosed, runOpen } from './load.ts'
import type { PaymentRequests } from './payment-requests.ts'
import type { BenchPlace } from './place.ts'
import { usageOf } from './process-usage.ts'
import type { BenchProcess } from './run-process.ts'
import { quantileOf } from './statistics.ts'

/** The figures of a contender in one round. Times of payments in milliseconds, CPU per payment in microseconds. */
export interface Sample {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly cpuUs: number
  /** CPU of the PostgreSQL server per payment; 0 where the contender has none. */
  readonly databaseCpuUs: number
  readonly residentMiB: number
  readonly steadyP50Ms: number
  readonly steadyP99Ms: number
  readonly steadyCpuUs: number
}

/** Where Atlas answers at once, as many requests as this are under way: every contender is busy. */
export const CONNECTIONS = 64

/** The steady rate, which every contender can keep up with, and the time that Atlas takes meanwhile. */
export const STEADY_PER_SECOND = 500
export const STEADY_LATENCY_MS = 20

/** A contender that runs. */
export interface Entry {
  readonly contender: Contender
  readonly process: BenchProcess
}

/** What the load is sent to. */
export function targetOf({ contender, process }: Entry, requests: PaymentRequests): LoadTarget {
  const { name, body, paidMark, tokenOwner } = contender
  return { name, urls: [process.url], body, paidMark, tokenOwner, requests }
}

/** Full load for so many seconds, of which nothing is kept: code is compiled, connections are made. */
export async function warmUp(target: LoadTarget, seconds: number): Promise<void> {
  await runClosed(target, CONNECTIONS, isAfter(seconds))
}

/** Measures a contender, each load for so many seconds. Rejects when one payment does not succeed. */
export async function measure(
  place: BenchPlace,
  entry: Entry,
  target: LoadTarget,
  seconds: number,
): Promise<Sample> {
  const full = await account(place, entry, () => runClosed(target, CONNECTIONS, isAfter(seconds)))
  await place.setLatency(STEADY_LATENCY_MS)
  const steady = await account(place, entry, () => runOpen(target, STEADY_PER_SECOND, seconds * 1_000))
  await place.setLatency(0)
  return {
    perSecond: full.load.timesMs.length / full.load.seconds,
    p50Ms: quantileOf(full.load.timesMs, 0.5),
    p99Ms: quantileOf(full.load.timesMs, 0.99),
    cpuUs: full.cpuUs,
    databaseCpuUs: full.databaseCpuUs,
    residentMiB: full.residentMiB,
    steadyP50Ms: quantileOf(steady.load.timesMs, 0.5),
    steadyP99Ms: quantileOf(steady.load.timesMs, 0.99),
    steadyCpuUs: steady.cpuUs,
  }
}

interface Accounted {
  readonly load: Load
  readonly cpuUs: number
  readonly databaseCpuUs: number
  readonly residentMiB: number
}

async function account(
  place: BenchPlace,
  { contender, process }: Entry,
  run: () => Promise<Load>,
): Promise<Accounted> {
  const before = usageOf(process.pid)
  const databaseCpuMs = (): number => (contender.usesDatabase ? place.databaseCpuMs() : 0)
  const databaseBefore = databaseCpuMs()
  const load = await run()
  const after = usageOf(process.pid)
  const payments = load.timesMs.length
  return {
    load,
    cpuUs: ((after.cpuMs - before.cpuMs) * 1_000) / payments,
    databaseCpuUs: ((databaseCpuMs() - databaseBefore) * 1_000) / payments,
    residentMiB: after.residentBytes / 1024 ** 2,
  }
}

function isAfter(seconds: number): () => boolean {
  const until = performance.now() + seconds * 1_000
  return () => performance.now() >= until
}
