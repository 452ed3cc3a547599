/** The ledger at the end of a run, read through a gateway's own query. */

import { setTimeout as sleep } from 'node:timers/promises'
import { type ClockPace, realInstant } from '../support/crash-clock.ts'
import { look } from './gateway-client.ts'
import type { LedgerPayment } from './journal.ts'

export interface LedgerViewOptions {
  readonly url: string
  readonly orders: readonly string[]
  readonly pace: ClockPace
  /** Payments that are still open then are taken as they are; epoch milliseconds. */
  readonly until: number
}

/** Requests at the same time: the run is over, but the machine is shared. */
const READERS = 8

/** Reads every order, again and again while its outcome is open. */
export async function viewLedger(options: LedgerViewOptions): Promise<Map<string, LedgerPayment | null>> {
  const { url, orders, pace, until } = options
  const view = new Map<string, LedgerPayment | null>()
  const waiting = [...orders]

  async function readNext(orderNo: string): Promise<void> {
    for (;;) {
      const reply = await look(url, orderNo, 10_000)
      const isOver = Date.now() >= until
      if (reply.kind === 'told' && (isOver || !isOpen(reply.value))) {
        view.set(orderNo, reply.value === null ? null : inRealTime(reply.value, pace))
        return
      }
      if (isOver) throw new Error(`The payment of ${orderNo} cannot be looked up.`)
      await sleep(250)
    }
  }

  await Promise.all(
    Array.from({ length: READERS }, async () => {
      for (let orderNo = waiting.pop(); orderNo !== undefined; orderNo = waiting.pop())
        await readNext(orderNo)
    }),
  )
  return view
}

function isOpen(payment: LedgerPayment | null): boolean {
  return payment?.state === 'IN_PROGRESS' || payment?.state === 'UNKNOWN'
}

function inRealTime({ state, attempts }: LedgerPayment, pace: ClockPace): LedgerPayment {
  return {
    state,
    attempts: attempts.map((attempt) => ({ ...attempt, startedAt: realInstant(pace, attempt.startedAt) })),
  }
}
