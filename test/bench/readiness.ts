/** How long the gateway takes from the start of its process until it is ready, with a new SQLite ledger. */

import { request } from 'undici'
import { type Bar, atMost } from './bars.ts'
import { contenderNamed } from './contenders.ts'
import type { BenchPlace } from './place.ts'
import { spreadOf } from './statistics.ts'

const STARTS = 10

const READY_MAX_SECONDS = 1

/** The median of several starts, in seconds, against the limit. */
export async function measureReadiness(place: BenchPlace): Promise<Bar> {
  const times: number[] = []
  for (let start = 0; start < STARTS; start += 1) {
    const startedAt = performance.now()
    const process = await contenderNamed('ours-sqlite').start(place)
    const { statusCode, body } = await request(`${process.url}/readyz`)
    times.push((performance.now() - startedAt) / 1_000)
    await body.dump()
    await process.stop()
    if (statusCode !== 200) throw new Error(`The gateway listens and is not ready: HTTP ${statusCode}.`)
  }
  const { median, min, max } = spreadOf(times)
  const range = `${min.toFixed(2)} to ${max.toFixed(2)}`
  return atMost(`seconds until ready, median of ${STARTS} starts (${range})`, median, READY_MAX_SECONDS)
}
