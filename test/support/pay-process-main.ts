/** The process that `payInProcess` starts. */

import { connectAtlas } from '../../src/atlas/atlas-payments.ts'
import type { PayAnswer } from '../../src/payment/ports.ts'
import type { PayProcessResult, PayProcessTask } from './pay-process.ts'

const task = JSON.parse(process.argv[2]!) as PayProcessTask

if (task.warmUpBaseUrl !== undefined) await pay(task.warmUpBaseUrl)
globalThis.gc!()
const bytesBefore = process.memoryUsage.rss()
const answer = await pay(task.baseUrl)
if (task.careless === true) await decodeWithoutBound(task.baseUrl)
// The most that this process ever used. It is no less than the most since `bytesBefore`.
const memoryBytes = process.resourceUsage().maxRSS * 1_024 - bytesBefore
const fetched = task.fetchUrl !== undefined && (await isFetched(task.fetchUrl))

console.log(
  JSON.stringify({
    answer: withoutCause(answer),
    causeCode: causeCodeOf(answer),
    memoryBytes,
    fetched,
  } satisfies PayProcessResult),
)

async function pay(baseUrl: string): Promise<PayAnswer> {
  const atlas = connectAtlas({
    baseUrl: new URL(baseUrl),
    clientId: 'client',
    clientSecret: 'secret',
    timeoutMs: 10_000,
    ...(task.ca !== undefined && { ca: task.ca }),
  })
  const result = await atlas.pay({
    orderNo: task.orderNo,
    paymentMethod: 'BALANCE',
    clientOrderNo: null,
    requestSource: null,
    card: null,
    expectedTotal: null,
  })
  await atlas.close()
  return result
}

async function decodeWithoutBound(baseUrl: string): Promise<void> {
  // Node's fetch undoes the content-encoding, however much comes of it.
  await (await fetch(baseUrl)).arrayBuffer()
}

async function isFetched(url: string): Promise<boolean> {
  try {
    await (await fetch(url)).text()
    return true
  } catch {
    return false
  }
}

function withoutCause(result: PayAnswer): unknown {
  return { ...result, cause: undefined }
}

function causeCodeOf(result: PayAnswer): string | null {
  const cause: unknown = 'cause' in result ? result.cause : null
  return cause instanceof Error && 'code' in cause ? String(cause.code) : null
}
