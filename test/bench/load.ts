/** Payments as fast as they are answered, or at a steady rate. A payment that does not succeed ends the run. */

import { Pool } from 'undici'
import type { PaymentRequests, TokenOwner } from './payment-requests.ts'

export interface LoadTarget {
  readonly name: string
  /** Where it listens. Several share the payments evenly. */
  readonly urls: readonly string[]
  readonly body: (orderNo: string) => string
  /** What an answer has that succeeded, and no other. */
  readonly paidMark: string
  readonly tokenOwner: TokenOwner
  readonly requests: PaymentRequests
}

export interface Load {
  /** How long each payment took, in milliseconds, ascending. */
  readonly timesMs: Float64Array
  /** From the first request to the last answer. */
  readonly seconds: number
}

/**
 * Connections of the open loop: more than are under way where a contender keeps up, and fewer than the 200 payments
 * that the gateway takes at a time. What waits for one is waiting for its contender, and is timed.
 */
const OPEN_CONNECTIONS = 192

/** Time for an answer, in milliseconds. */
const ANSWER_MAX_MS = 20_000

/** So many payments under way at any time until `isOver`, which is told how many were paid. */
export async function runClosed(
  target: LoadTarget,
  connections: number,
  isOver: (paid: number) => boolean,
): Promise<Load> {
  return withPools(target, connections, async (pay) => {
    let paid = 0
    const times: number[] = []
    await Promise.all(
      Array.from({ length: connections }, async () => {
        while (!isOver(paid)) {
          times.push(await pay())
          paid += 1
        }
      }),
    )
    return times
  })
}

/** A steady number of payments in a second, whether others are answered or not, for so many milliseconds. */
export async function runOpen(target: LoadTarget, perSecond: number, durationMs: number): Promise<Load> {
  return withPools(target, OPEN_CONNECTIONS, async (pay) => {
    const pending: Promise<number>[] = []
    const startedAt = performance.now()
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        const elapsedMs = performance.now() - startedAt
        const due = (Math.min(elapsedMs, durationMs) / 1_000) * perSecond
        while (pending.length < due) {
          const payment = pay()
          // Heard of below, when all were sent.
          payment.catch(() => {})
          pending.push(payment)
        }
        if (elapsedMs < durationMs) return
        clearInterval(timer)
        resolve()
      }, 1)
    })
    return Promise.all(pending)
  })
}

async function withPools(
  target: LoadTarget,
  connections: number,
  run: (pay: () => Promise<number>) => Promise<readonly number[]>,
): Promise<Load> {
  const { urls } = target
  const pools = urls.map(
    (url) =>
      new Pool(url, {
        connections: connections / urls.length,
        pipelining: 1,
        headersTimeout: ANSWER_MAX_MS,
        bodyTimeout: ANSWER_MAX_MS,
      }),
  )
  let turn = 0
  const startedAt = performance.now()
  try {
    const times = await run(() => payOnce(pools[(turn += 1) % pools.length]!, target))
    return {
      timesMs: Float64Array.from(times).sort(),
      seconds: (performance.now() - startedAt) / 1_000,
    }
  } finally {
    await Promise.all(pools.map((pool) => pool.destroy()))
  }
}

/** One payment; resolves with how long it took in milliseconds, rejects unless it was paid. */
function payOnce(pool: Pool, target: LoadTarget): Promise<number> {
  const { name, body, paidMark, tokenOwner, requests } = target
  const orderNo = requests.newOrderNo()
  const request = {
    path: '/graphql',
    method: 'POST',
    headers: requests.headers(orderNo, tokenOwner),
    body: body(orderNo),
  } as const
  const startedAt = performance.now()
  return new Promise((resolve, reject) => {
    let status = 0
    let text = ''
    pool.dispatch(request, {
      onRequestStart() {},
      onResponseStart(_controller, statusCode) {
        status = statusCode
      },
      onResponseData(_controller, chunk) {
        text += chunk.toString()
      },
      onResponseEnd() {
        if (status === 200 && text.includes(paidMark)) resolve(performance.now() - startedAt)
        else reject(new Error(`${name} did not pay: HTTP ${status} ${text.slice(0, 500)}`))
      },
      onResponseError(_controller, error) {
        reject(new Error(`${name} did not answer a payment.`, { cause: error }))
      },
    })
  })
}
