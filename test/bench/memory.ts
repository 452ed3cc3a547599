/** Whether memory grows with payments: the gateway after ten thousand and after many more. */

import { type Bar, atMost } from './bars.ts'
import { contenderNamed } from './contenders.ts'
import { runClosed } from './load.ts'
import { CONNECTIONS, targetOf } from './measure.ts'
import { createPaymentRequests } from './payment-requests.ts'
import type { BenchPlace } from './place.ts'
import { usageOf } from './process-usage.ts'
import { spreadOf } from './statistics.ts'

/** Payments after which memory has settled. */
const EARLY_PAYMENTS = 10_000

/** Payments during which memory is looked at, and how often: it goes up and down with garbage. */
const LOOK_PAYMENTS = 10_000
const LOOKS = 20

/** Memory near the last of so many payments, 30,000 at least, beside near the first; with the SQLite ledger. */
export async function measureMemory(
  place: BenchPlace,
  payments: number,
  onStep: (step: string) => void,
): Promise<Bar> {
  const total = Math.max(payments, EARLY_PAYMENTS + 2 * LOOK_PAYMENTS)
  const contender = contenderNamed('ours-sqlite')
  const process = await contender.start(place)
  try {
    const target = targetOf({ contender, process }, createPaymentRequests())
    const pay = (count: number) => runClosed(target, CONNECTIONS, (paid) => paid >= count)
    const lookMiB = async (): Promise<number> => {
      const looks: number[] = []
      for (let look = 0; look < LOOKS; look += 1) {
        await pay(LOOK_PAYMENTS / LOOKS)
        looks.push(usageOf(process.pid).residentBytes / 1024 ** 2)
      }
      return spreadOf(looks).median
    }
    await pay(EARLY_PAYMENTS)
    const early = await lookMiB()
    onStep(`after ${EARLY_PAYMENTS} payments: ${early.toFixed(0)} MiB`)
    await pay(total - EARLY_PAYMENTS - 2 * LOOK_PAYMENTS)
    const late = await lookMiB()
    onStep(`after ${total} payments: ${late.toFixed(0)} MiB`)
    return atMost(`memory after ${total} payments, of after ${EARLY_PAYMENTS}`, late / early, 1.1)
  } finally {
    await process.stop()
  }
}
