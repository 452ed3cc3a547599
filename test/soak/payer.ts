/** A client that pays one order, as real ones do: impatient, forgetful, and never sure. */

import { setTimeout as sleep } from 'node:timers/promises'
import { look, pay, type PayTold, type Reply } from './gateway-client.ts'
import type { Call, ToldState } from './journal.ts'
import type { Random } from './random.ts'

/** Where a client reaches the gateways, and what it leaves behind. */
export interface Counter {
  /** A gateway to ask; it may be down. */
  url(random: Random): string
  /** Resolves when a gateway is up. */
  ready(): Promise<void>
  readonly calls: Call[]
  /** How often each top-level error came. */
  readonly refusals: Map<string, number>
  /** Clients give up at this instant. */
  readonly endsAt: () => number
}

export interface Payer {
  readonly orderNo: string
  readonly counter: Counter
  readonly random: Random
}

/** What a client does when things go wrong, drawn once for each order. */
interface Habits {
  /** With what an unanswered request is sent again. */
  readonly afterLoss: 'same-key' | 'other-key' | 'other-method'
  /** Requests that are sent at the same time at first, and whether each has a key of its own. */
  readonly parallel: number
  readonly ownKeys: boolean
  /** The first request is abandoned after this, in milliseconds. */
  readonly impatientMs: number | null
  /** Waits for a gateway that is up, instead of knocking at one that is down. */
  readonly waits: boolean
  /** Pays again when the outcome is open, instead of looking. */
  readonly insists: boolean
  /** Takes the first final refusal for an answer. */
  readonly resigns: boolean
}

/** How long a client waits for an answer, in milliseconds: longer than the gateways under test make it wait. */
const PATIENCE_MS = 4_000

/** Top-level errors that promise that nothing was sent. */
export const nothingSent: ReadonlySet<string> = new Set(['LEDGER_UNAVAILABLE', 'SHUTTING_DOWN', 'OVERLOADED'])

const methods = ['BALANCE', 'VCC_PASSTHROUGH', 'BYOA', 'MOR'] as const

/** Pays until there is a final answer, and resolves with it; null when time ran out. */
export async function payOrder({ orderNo, counter, random }: Payer): Promise<'PAID' | 'NOT_PAID' | null> {
  const habits = drawHabits(random)
  let keys = 0
  const newKey = (): string => `${orderNo}/${(keys += 1)}/key-of-a-client`
  let method: string = random.chance(0.5) ? 'BALANCE' : random.pick(methods)
  let key = newKey()

  const otherMethod = (): void => {
    method = methods.filter((one) => one !== method)[random.between(0, 2)] ?? method
    key = newKey()
  }
  const send = (idempotencyKey: string, timeoutMs: number): Promise<Reply<PayTold>> =>
    payOnce(counter, random, { orderNo, paymentMethod: method, idempotencyKey }, timeoutMs)

  for (let tries = 0; Date.now() < counter.endsAt(); tries += 1) {
    if (habits.waits) await counter.ready()
    const isFirst = tries === 0
    const timeoutMs = isFirst ? (habits.impatientMs ?? PATIENCE_MS) : PATIENCE_MS
    const parallel = isFirst ? habits.parallel : 1
    const sendings = Array.from({ length: parallel }, (_, index) =>
      send(index > 0 && habits.ownKeys ? newKey() : key, timeoutMs),
    )
    const reply = mostTelling(await Promise.all(sendings))
    if (reply.kind !== 'told') {
      await sleep(random.between(30, 250))
      if (reply.kind === 'lost' && habits.afterLoss === 'other-key') key = newKey()
      if (reply.kind === 'lost' && habits.afterLoss === 'other-method') otherMethod()
      continue
    }
    let { state } = reply.value
    if (state === 'IN_PROGRESS' || state === 'UNKNOWN') {
      if (habits.insists) {
        await sleep(random.between(100, 600))
        continue
      }
      state = await waitForOutcome(counter, random, orderNo)
    }
    if (state === 'PAID') return state
    if (state === 'NOT_PAID') {
      if (reply.value.retryable) {
        await sleep(random.between(30, 250))
        continue
      }
      if (habits.resigns) return state
    }
    // Certainly not paid: the order may be paid again, which is another payment with a key of its own.
    if (reply.value.code === 'PAYMENT_METHOD_UNSUPPORTED') otherMethod()
    else key = newKey()
  }
  return null
}

function drawHabits(random: Random): Habits {
  return {
    afterLoss: random.pick(['same-key', 'same-key', 'same-key', 'other-key', 'other-method']),
    parallel: random.chance(0.2) ? random.between(2, 4) : 1,
    ownKeys: random.chance(0.5),
    impatientMs: random.chance(0.15) ? random.between(10, 400) : null,
    waits: random.chance(0.5),
    insists: random.chance(0.2),
    resigns: random.chance(0.15),
  }
}

async function payOnce(
  counter: Counter,
  random: Random,
  input: Parameters<typeof pay>[1],
  timeoutMs: number,
): Promise<Reply<PayTold>> {
  const call: Call = {
    orderNo: input.orderNo,
    via: 'payOrder',
    sentAt: Date.now(),
    endedAt: null,
    told: null,
  }
  counter.calls.push(call)
  const reply = await pay(counter.url(random), input, timeoutMs)
  end(counter, call, reply)
  if (reply.kind === 'told') {
    const { state, code, paymentId } = reply.value
    call.told = { state, code, paymentId }
  }
  if (reply.kind === 'refused' && nothingSent.has(reply.code)) {
    call.told = { state: 'NOT_SENT', code: reply.code, paymentId: null }
  }
  return reply
}

/** Looks the payment up until its outcome is known, or time runs out. */
async function waitForOutcome(counter: Counter, random: Random, orderNo: string): Promise<ToldState> {
  while (Date.now() < counter.endsAt()) {
    const call: Call = { orderNo, via: 'payment', sentAt: Date.now(), endedAt: null, told: null }
    counter.calls.push(call)
    const reply = await look(counter.url(random), orderNo, PATIENCE_MS)
    end(counter, call, reply)
    if (reply.kind === 'told') {
      const state = reply.value?.state ?? 'NOTHING'
      call.told = { state, code: null, paymentId: reply.value?.attempts.at(-1)?.paymentId ?? null }
      if (state !== 'IN_PROGRESS' && state !== 'UNKNOWN') return state
    }
    await sleep(random.between(150, 400))
  }
  return 'UNKNOWN'
}

function end(counter: Counter, call: Call, reply: Reply<unknown>): void {
  call.endedAt = Date.now()
  if (reply.kind !== 'refused') return
  counter.refusals.set(reply.code, (counter.refusals.get(reply.code) ?? 0) + 1)
}

/** Of answers to requests at the same time, the one that says most. */
function mostTelling(replies: readonly Reply<PayTold>[]): Reply<PayTold> {
  const ranked = (reply: Reply<PayTold>): number => {
    if (reply.kind !== 'told') return 0
    return { NOT_SENT: 0, NOTHING: 1, NOT_PAID: 1, UNKNOWN: 2, IN_PROGRESS: 3, PAID: 4 }[reply.value.state]
  }
  const [first, ...others] = replies
  return others.reduce((best, one) => (ranked(one) > ranked(best) ? one : best), first ?? { kind: 'lost' })
}
