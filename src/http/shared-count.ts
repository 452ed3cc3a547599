/** Counts of one subject that come while one is on its way to the shared counters share the next statement. */

import { hash } from 'node:crypto'
import { RateLimiterRes } from 'rate-limiter-flexible'

/** The part of a limiter of `rate-limiter-flexible` that is needed. Refuses by rejecting with a RateLimiterRes. */
export interface Limiter {
  /** How many are allowed in a window. */
  readonly points: number
  consume(key: string, count: number): Promise<RateLimiterRes>
}

/** Counts so many of a subject. Resolves with null when they are allowed, else with the milliseconds to wait. */
export type Count = (subject: string, count: number) => Promise<number | null>

/** Counts of one subject that go together. */
interface Round {
  total: number
  readonly counted: Promise<RateLimiterRes>
}

/**
 * As many are allowed as one by one: each caller knows how many were counted before it. At a thousand payments a
 * second of one caller it makes a twentieth of the statements, and they do not wait for each other's row.
 */
export function createSharedCount(limiter: Limiter): Count {
  const gathering = new Map<string, Round>()
  const onWire = new Map<string, Promise<RateLimiterRes>>()

  async function start(subject: string): Promise<RateLimiterRes> {
    await Promise.allSettled([onWire.get(subject) ?? endOfTurn()])
    const { total } = gathering.get(subject)!
    gathering.delete(subject)
    const counting = limiter.consume(keyOf(subject), total).catch(refusalOf)
    onWire.set(subject, counting)
    try {
      return await counting
    } finally {
      onWire.delete(subject)
    }
  }

  return async (subject, count) => {
    const round = gathering.get(subject) ?? { total: 0, counted: start(subject) }
    gathering.set(subject, round)
    round.total += count
    const upToHere = round.total
    const { consumedPoints, msBeforeNext } = await round.counted
    return consumedPoints - round.total + upToHere <= limiter.points ? null : msBeforeNext
  }
}

/** Counts in the limiter itself, which is in memory. */
export function createCount(limiter: Limiter): Count {
  return (subject, count) =>
    limiter.consume(subject, count).then(
      () => null,
      (refusal: unknown) => refusalOf(refusal).msBeforeNext,
    )
}

/** What a limiter rejects with tells as much as what it resolves with, unless it failed. */
function refusalOf(reason: unknown): RateLimiterRes {
  if (reason instanceof RateLimiterRes) return reason
  throw reason
}

/** The table of counters holds no more than 255 characters. */
function keyOf(subject: string): string {
  return hash('sha256', subject, 'base64url')
}

function endOfTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
