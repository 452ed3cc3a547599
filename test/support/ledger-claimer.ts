/** A gateway process as far as the ledger goes: it opens one and claims orders, each when it is told to. */

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { ClaimResult } from '../../src/payment/ports.ts'

/** What the process is told to do. */
export type ClaimerStep =
  | { readonly kind: 'open'; readonly url: string }
  | { readonly kind: 'claim'; readonly orderNos: readonly string[]; readonly atATime: number }

/** What came of one claim: `paymentId` is the attempt that has the order then. */
export interface Claimed {
  readonly orderNo: string
  readonly paymentId: string
  readonly kind: ClaimResult['kind']
}

export interface Claimer {
  /** Opens the ledger of this LEDGER_URL, in place of the one before. */
  open(url: string): Promise<void>
  /** Claims the orders in their turn, so many at a time. */
  claim(orderNos: readonly string[], atATime: number): Promise<readonly Claimed[]>
  /** Resolves when the process has ended. */
  stop(): Promise<void>
}

const main = fileURLToPath(new URL('ledger-claimer-main.ts', import.meta.url))

export function startClaimer(instanceId: string): Claimer {
  const child = spawn(process.execPath, [main, instanceId], { stdio: ['pipe', 'pipe', 'pipe'] })
  const ended = new Promise((resolve) => child.once('close', resolve))
  let errors = ''
  child.stderr.on('data', (bytes: Buffer) => (errors += bytes.toString()))
  // A process that has ended takes no more steps; the end of its answers says so.
  child.stdin.on('error', () => {})
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const step = async (told: ClaimerStep): Promise<unknown> => {
    child.stdin.write(`${JSON.stringify(told)}\n`)
    const line = await lines.next()
    if (line.done === true) throw new Error(`${instanceId} ended: ${errors}`)
    return JSON.parse(line.value)
  }
  return {
    open: async (url) => void (await step({ kind: 'open', url })),
    claim: async (orderNos, atATime) => (await step({ kind: 'claim', orderNos, atATime })) as Claimed[],
    async stop() {
      child.stdin.end()
      await ended
    },
  }
}
