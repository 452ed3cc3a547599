/** The use case behind `payOrder`: claim, send once, settle, say what happened to the money. */

import {
  type AttemptChange,
  failed,
  fingerprintOf,
  holdsOrder,
  newAttempt,
  orderStateOf,
  outcomeOf,
  type PaymentAttempt,
  paymentStateOf,
} from './payment-attempt.ts'
import { type PaymentFailed, type PaymentOutcome, paymentErrorRules } from './payment-outcome.ts'
import type { InputFault, PaymentRequest } from './payment-request.ts'
import {
  type AtlasPayments,
  type Clock,
  LedgerUnavailable,
  type PayAnswer,
  type PaymentLedger,
} from './ports.ts'
import type { ReadBack } from './read-back.ts'
import type { Repairs } from './repairs.ts'
import { changeTo } from './settlement.ts'

/** Who asks, and under which key. */
export interface PaymentOrigin {
  /** The subject of the caller's token, or `anonymous`. Keys are per caller. */
  readonly caller: string
  readonly idempotencyKey: string | null
  /** Names the request in the log. */
  readonly requestId: string
}

export interface PaymentDesk {
  /**
   * Pays an order. Resolves with what is known within the client's wait, while the exchange goes on.
   * Rejects with LedgerUnavailable, PaymentsClosed or PaymentsFull; then this request has sent nothing.
   */
  pay(request: PaymentRequest, origin: PaymentOrigin): Promise<PaymentOutcome>
  /** What to tell of an input that is refused. */
  refuseInput(orderNo: string, fault: InputFault): Promise<PaymentFailed>
  /** The attempts of an order, oldest first. Rejects with LedgerUnavailable. */
  attemptsOf(orderNo: string): Promise<readonly PaymentAttempt[]>
  /** Payments that are being sent or read back for a client at this moment. */
  inFlight(): number
  /** From now on refuses new payments; resolves when those under way are finished and recorded. */
  drain(): Promise<void>
}

/** New payments are refused: this instance is about to end. Nothing was sent. */
export class PaymentsClosed extends Error {
  constructor() {
    super('This instance takes no new payments: it is about to end.')
    this.name = 'PaymentsClosed'
  }
}

/** As many payments are under way as this instance takes. Nothing was sent. */
export class PaymentsFull extends Error {
  constructor() {
    super('This instance has as many payments under way as it takes.')
    this.name = 'PaymentsFull'
  }
}

/** What one attempt came to, for logs and metrics. Holds no card data and no text of Atlas. */
export interface PaymentStory {
  /** The attempt as the client is told of it. */
  readonly attempt: PaymentAttempt
  readonly answer: PayAnswer
  readonly durationMs: number
  /** False when the answer could not be committed yet. */
  readonly recorded: boolean
  readonly requestId: string
}

export interface PaymentDeskOptions {
  readonly atlas: AtlasPayments
  readonly ledger: PaymentLedger
  readonly readBack: ReadBack
  readonly repairs: Repairs
  readonly clock: Clock
  /** Most payments under way at the same time. A slow Atlas must not exhaust the process. */
  readonly inFlightMax: number
  /** How long a client waits before it is told PAYMENT_IN_PROGRESS, in milliseconds. */
  readonly payWaitMs: number
  /** Longest that an exchange takes once its request has started, in milliseconds. */
  readonly exchangeMs: number
  /** Longest that a request waits for a connection, in milliseconds. */
  readonly startWithinMs: number
  /** Makes the identifier of an attempt: unique, never reused. */
  readonly newPaymentId: () => string
  /** Told once for each attempt, before its client is. Must not throw. */
  readonly onStory: (story: PaymentStory) => void
  /** Told of faults that must not hide an outcome. Must not throw. */
  readonly onFault: (error: unknown) => void
}

/**
 * How long a claim may take beside the exchange. A process that was stopped for longer, as on a suspended
 * machine, may find its attempt taken over and released: it must not send it any more.
 */
const CLAIM_FRESH_MS = 5_000

/** Pause between looks at an attempt that another instance is sending. */
const LOOK_INTERVAL_MS = 200

export function createPaymentDesk(options: PaymentDeskOptions): PaymentDesk {
  const { atlas, ledger, readBack, repairs, clock, newPaymentId, onStory, onFault } = options
  const { payWaitMs, exchangeMs, startWithinMs, inFlightMax } = options
  const closing = new AbortController()
  const claims = new Set<Promise<unknown>>()
  /** Attempts that this process is sending or reading back for its client, by payment id. */
  const sending = new Map<string, Promise<PaymentAttempt>>()

  async function pay(request: PaymentRequest, origin: PaymentOrigin): Promise<PaymentOutcome> {
    if (closing.signal.aborted) throw new PaymentsClosed()
    if (claims.size + sending.size >= inFlightMax) throw new PaymentsFull()
    const at = clock.now()
    const attempt = newAttempt(request, {
      paymentId: newPaymentId(),
      caller: origin.caller,
      at,
      deadlineAt: new Date(at.getTime() + CLAIM_FRESH_MS + startWithinMs + exchangeMs),
    })
    const claim = await claimFor(attempt, request, origin)
    switch (claim.kind) {
      case 'claimed':
        return tellWithin(claim.ending, attempt, false)
      case 'held':
        return (await tellHolder(claim.holder, request)) ?? pay(request, origin)
      case 'replay':
        return (await tellReplay(claim.attempt)) ?? pay(request, origin)
      case 'key-reused': {
        const paymentState = orderStateOf(await ledger.attemptsOf(request.orderNo))
        return failed('IDEMPOTENCY_KEY_REUSED', request.orderNo, { paymentState })
      }
    }
  }

  /** Claims, and begins to send what was claimed, without a pause in which draining could miss it. */
  async function claimFor(attempt: PaymentAttempt, request: PaymentRequest, origin: PaymentOrigin) {
    const claiming = ledger.claim(attempt, origin.idempotencyKey)
    claims.add(claiming)
    try {
      const claim = await claiming
      if (claim.kind !== 'claimed') return claim
      const ending = send(attempt, request, origin.requestId).finally(() => sending.delete(attempt.paymentId))
      // Whoever waits for it sees a rejection; that nobody waits any more must not end the process.
      ending.catch(() => {})
      sending.set(attempt.paymentId, ending)
      return { ...claim, ending }
    } catch (error) {
      if (error instanceof LedgerUnavailable && error.commitUnknown) repairs.withdraw(attempt.paymentId)
      throw error
    } finally {
      claims.delete(claiming)
    }
  }

  /** Sends a claimed attempt and resolves with what became of it, whatever fails after it may have left. */
  async function send(
    attempt: PaymentAttempt,
    request: PaymentRequest,
    requestId: string,
  ): Promise<PaymentAttempt> {
    const startBefore = attempt.deadlineAt.getTime() - exchangeMs
    const answer = await atlas.pay(request, () => clock.now().getTime() <= startBefore)
    const change = changeAfter(attempt, answer, clock.now())
    const { attempts, recorded } = await readBack.record([attempt], [change])
    const ended = attempts[0]!
    const told = ended.state === 'UNKNOWN' ? await readSoon(ended) : ended
    const durationMs = Math.max(0, clock.now().getTime() - attempt.claimedAt.getTime())
    onStory({ attempt: told, answer, durationMs, recorded, requestId })
    return told
  }

  async function readSoon(unknown: PaymentAttempt): Promise<PaymentAttempt> {
    try {
      return await readBack.soon(unknown, closing.signal)
    } catch (error) {
      // No error may hide that the payment was sent.
      onFault(error)
      return unknown
    }
  }

  /** What to tell when another attempt holds the order; null when it does so no longer. */
  async function tellHolder(holder: PaymentAttempt, request: PaymentRequest): Promise<PaymentOutcome | null> {
    const { paymentId, orderNo } = holder
    switch (holder.state) {
      case 'NOT_PAID':
        return null
      case 'PAID': {
        const isCancelled = holder.code === 'ORDER_CANCELLED_AFTER_PAYMENT'
        return isCancelled ? outcomeOf(holder, true) : failed('ORDER_ALREADY_PAID', orderNo, { paymentId })
      }
      case 'CLAIMED':
      case 'UNKNOWN':
        if (holder.fingerprint === fingerprintOf(request)) return tellOpen(holder)
        return failed('PAYMENT_IN_PROGRESS', orderNo, { paymentId, paymentState: paymentStateOf(holder) })
    }
  }

  /** Repeats what became of an attempt, with what is known of its order by now; null when it is gone. */
  async function tellReplay(attempt: PaymentAttempt): Promise<PaymentOutcome | null> {
    if (!isSettled(attempt)) return tellOpen(attempt)
    if (attempt.state === 'PAID') return outcomeOf(attempt, true)
    const holder = (await ledger.attemptsOf(attempt.orderNo)).find(holdsOrder)
    if (holder === undefined) return outcomeOf(attempt, true)
    // The payment that explains the refusal is the one to tell of.
    if (attempt.code === 'ORDER_ALREADY_PAID' && isSettled(holder)) return outcomeOf(holder, true)
    const { code, paymentId, atlasStatus } = attempt
    const paymentState = paymentStateOf(holder)
    return failed(code ?? 'PAYMENT_IN_PROGRESS', attempt.orderNo, {
      paymentId,
      atlasStatus,
      paymentState,
      replayed: true,
    })
  }

  /** Shares the outcome of an open attempt that asks for the same; null when it is gone. */
  async function tellOpen(attempt: PaymentAttempt): Promise<PaymentOutcome | null> {
    const here = sending.get(attempt.paymentId)
    if (here !== undefined) return tellWithin(here, attempt, true)
    // Nobody is about to know more: the settler reads it back at its own pace.
    if (attempt.state === 'UNKNOWN') return outcomeOf(attempt, true)
    return watch(attempt)
  }

  /** Waits for an attempt of another instance, by looking at the ledger; null when it was withdrawn. */
  async function watch(first: PaymentAttempt): Promise<PaymentOutcome | null> {
    const until = clock.now().getTime() + payWaitMs
    let attempt: PaymentAttempt | null = first
    while (
      attempt !== null &&
      !isSettled(attempt) &&
      clock.now().getTime() < until &&
      !closing.signal.aborted
    ) {
      await clock.delay(LOOK_INTERVAL_MS, closing.signal)
      attempt = await ledger.find(attempt.paymentId)
    }
    return attempt === null ? null : outcomeOf(attempt, true)
  }

  /** Tells the outcome when it comes within the client's wait, else what the ledger knows by then. */
  async function tellWithin(
    ending: Promise<PaymentAttempt>,
    attempt: PaymentAttempt,
    replayed: boolean,
  ): Promise<PaymentOutcome> {
    const waiting = new AbortController()
    try {
      const ended = await Promise.race([ending, clock.delay(payWaitMs, waiting.signal)])
      const told = ended ?? (await lastKnown(attempt))
      // A refusal can turn out to tell of an earlier attempt, which this request did not start.
      return outcomeOf(told, replayed || told.paymentId !== attempt.paymentId)
    } finally {
      waiting.abort()
    }
  }

  async function lastKnown(attempt: PaymentAttempt): Promise<PaymentAttempt> {
    try {
      return (await ledger.find(attempt.paymentId)) ?? attempt
    } catch (error) {
      // It may have been sent: an absent ledger must not read as "nothing was sent".
      onFault(error)
      return attempt
    }
  }

  return {
    pay,
    attemptsOf: (orderNo) => ledger.attemptsOf(orderNo),
    inFlight: () => claims.size + sending.size,
    async refuseInput(orderNo, inputFault) {
      // The order number itself is the fault: no attempt can be about it.
      const isAboutOrder = inputFault.field.at(-1) === 'orderNo'
      const paymentState = isAboutOrder ? 'NOT_PAID' : orderStateOf(await ledger.attemptsOf(orderNo))
      return failed('INVALID_INPUT', orderNo, { inputFault, paymentState })
    },
    async drain() {
      closing.abort()
      while (claims.size > 0 || sending.size > 0) {
        await Promise.allSettled([...claims, ...sending.values()])
      }
    },
  }
}

function isSettled({ state }: PaymentAttempt): boolean {
  return state === 'PAID' || state === 'NOT_PAID'
}

/** What an exchange makes of its attempt. */
function changeAfter(attempt: PaymentAttempt, answer: PayAnswer, at: Date): AttemptChange {
  switch (answer.kind) {
    case 'accepted': {
      const { pnrCode } = answer
      const known = { evidence: 'PAY_RESPONSE', atlasStatus: 0, pnrCode, requestStarted: true } as const
      return changeTo(attempt, 'PAID', at, { ...known, reason: null })
    }
    case 'refused': {
      const { code, atlasStatus, retryAfterSeconds } = answer
      // Codes that say more than NOT_PAID have to be read back: another attempt may have paid.
      const isFinal = paymentErrorRules.get(code)!.paymentState === 'NOT_PAID'
      const known = { code, atlasStatus, retryAfterSeconds, requestStarted: true }
      return changeTo(attempt, isFinal ? 'NOT_PAID' : 'UNKNOWN', at, { ...known, reason: null })
    }
    case 'not-sent': {
      const { reason } = answer
      return changeTo(attempt, 'NOT_PAID', at, { code: 'ATLAS_UNREACHABLE', reason, requestStarted: false })
    }
    case 'unknown': {
      const { reason, atlasStatus } = answer
      const known = { code: 'OUTCOME_UNKNOWN', reason, atlasStatus, requestStarted: true } as const
      return changeTo(attempt, 'UNKNOWN', at, known)
    }
  }
}
