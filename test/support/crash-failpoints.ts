/** Failpoints: payments of chosen orders stop at one point of their way, and then the process is killed. */

import { writeSync } from 'node:fs'
import type { ServiceOverrides } from '../../src/service.ts'
import type { AttemptChange } from '../../src/payment/payment-attempt.ts'

export const failpoints = [
  /** Nothing has been done. */
  'before-claim',
  /** The claim is committed; nothing was sent. */
  'after-claim',
  /** The upstream has the request. */
  'after-send',
  /** The exchange is over; nothing of it was recorded. */
  'after-answer',
  /** What came of the exchange is about to be recorded. */
  'before-record',
  /** It is committed, and the client has not heard. */
  'after-record',
  /** A readback settled an unknown outcome, which is about to be recorded. */
  'before-readback-record',
  'after-readback-record',
] as const
export type Failpoint = (typeof failpoints)[number]

export interface CrashPlan {
  readonly point: Failpoint
  /** Orders whose numbers begin so stop there; others go on. */
  readonly orders: string
  /** The process is killed when so many orders have stopped, */
  readonly count: number
  /** and so many milliseconds have passed. */
  readonly delayMs: number
  readonly oracleUrl: string
}

/** Longest wait for the rest of the orders, in milliseconds from the first that stopped. */
const REST_MAX_MS = 15_000

/** What has to stand between a service and its ledger and Atlas. */
export function crashOverrides(
  plan: CrashPlan,
): Required<Pick<ServiceOverrides, 'wrapLedger' | 'wrapAtlas'>> {
  const { point, oracleUrl } = plan
  const stopped = new Set<string>()
  const orderOf = new Map<string, string>()

  const isVictim = (orderNo: string): boolean => orderNo.startsWith(plan.orders)

  /** Never resolves: the payment has come to its point. */
  function stop(orderNo: string): Promise<never> {
    if (stopped.size === 0) setTimeout(die, REST_MAX_MS)
    stopped.add(orderNo)
    if (stopped.size === plan.count) setTimeout(die, plan.delayMs)
    return new Promise(() => {})
  }

  function die(): void {
    // Written at once: an ordinary write could end with the process.
    writeSync(1, `killed at ${point} with ${stopped.size} orders\n`)
    process.kill(process.pid, 'SIGKILL')
  }

  /** The order of a change at which this failpoint stops, or null. */
  function victimOf([change]: readonly AttemptChange[]): string | null {
    const orderNo = change === undefined ? undefined : orderOf.get(change.paymentId)
    if (change === undefined || orderNo === undefined) return null
    const isReadback = change.reason === 'READBACK'
    return isReadback === point.includes('readback') ? orderNo : null
  }

  return {
    wrapLedger: (ledger) => ({
      ...ledger,
      async claim(attempt, key) {
        const { orderNo, paymentId } = attempt
        if (!isVictim(orderNo)) return ledger.claim(attempt, key)
        if (point === 'before-claim') return stop(orderNo)
        orderOf.set(paymentId, orderNo)
        const claim = await ledger.claim(attempt, key)
        return point === 'after-claim' && claim.kind === 'claimed' ? stop(orderNo) : claim
      },
      async record(changes) {
        const victim = victimOf(changes)
        if (victim !== null && point.startsWith('before-')) return stop(victim)
        const attempts = await ledger.record(changes)
        return victim !== null && point.startsWith('after-') && point.endsWith('record')
          ? stop(victim)
          : attempts
      },
    }),
    wrapAtlas: (atlas) => ({
      ...atlas,
      async pay(request, mayStart) {
        const { orderNo } = request
        const answering = atlas.pay(request, mayStart)
        if (!isVictim(orderNo)) return answering
        if (point === 'after-send') {
          const arrival = fetch(`${oracleUrl}/oracle/arrival?orderNo=${encodeURIComponent(orderNo)}`)
          const first = await Promise.race([answering, arrival])
          // On a slow machine a claim can be too old to be sent: its client tries again.
          return 'kind' in first && first.kind === 'not-sent' ? first : stop(orderNo)
        }
        const answer = await answering
        return point === 'after-answer' ? stop(orderNo) : answer
      },
    }),
  }
}
