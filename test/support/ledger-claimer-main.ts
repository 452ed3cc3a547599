/** The process that `startClaimer` starts. Each line of its input is a step, and is answered with a line. */

import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import { openLedger } from '../../src/ledger/open-ledger.ts'
import { newAttempt } from '../../src/payment/payment-attempt.ts'
import type { PaymentLedger } from '../../src/payment/ports.ts'
import type { Claimed, ClaimerStep } from './ledger-claimer.ts'

const instanceId = process.argv[2]!
let ledger: PaymentLedger | undefined

for await (const line of createInterface({ input: process.stdin })) {
  const step = JSON.parse(line) as ClaimerStep
  switch (step.kind) {
    case 'open':
      await ledger?.close()
      ledger = await openLedger(step.url, { instanceId })
      console.log('null')
      break
    case 'claim':
      console.log(JSON.stringify(await claimAll(step)))
  }
}
await ledger?.close()

async function claimAll({ orderNos, atATime }: Extract<ClaimerStep, { kind: 'claim' }>): Promise<Claimed[]> {
  const claimed: Claimed[] = []
  for (let index = 0; index < orderNos.length; index += atATime) {
    claimed.push(...(await Promise.all(orderNos.slice(index, index + atATime).map(claim))))
  }
  return claimed
}

async function claim(orderNo: string): Promise<Claimed> {
  const at = new Date()
  const deadlineAt = new Date(at.getTime() + 60_000)
  const attempt = newAttempt(
    {
      orderNo,
      paymentMethod: 'BALANCE',
      clientOrderNo: null,
      requestSource: null,
      card: null,
      expectedTotal: null,
    },
    { paymentId: randomUUID(), caller: 'anonymous', at, deadlineAt },
  )
  const result = await ledger!.claim(attempt, randomUUID())
  const { paymentId } = result.kind === 'held' ? result.holder : attempt
  return { orderNo, paymentId, kind: result.kind }
}
