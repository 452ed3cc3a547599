/** The use case behind `payOrder`: claim, send once, settle, say what happened to the money. */

import { changeAfter } from './answer-change.ts'
import { type Withheld, withholdBy } from './check-order.ts'
import { failed, knownOfOrder, newAttempt, type PaymentAttempt } from './payment-attempt.ts'
import type { Money } from './money.ts'
import type { PaymentFailed, PaymentOutcome } from './payment-outcome.ts'
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
import { wasLostAndReleased } from './settlement.ts'
import { SlotMap } from './slot-map.ts'
import { createTelling } from './tell-payment.ts'

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
  readonly answer: PayAnswer | Withheld
  /** Until the claim was committed, in milliseconds. */
  readonly claimMs: number
  /** What the exchange with Atlas took, a reading of the order before it included. */
  readonly exchangeMs: number
  /** From the beginning of the claim to the outcome, readbacks for the client included. */
  readonly durationMs: number
  /** False when the answer could not be committed yet, or the ledger contradicts it. */
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
  /** Told when an attempt of an order is claimed, before anything is sent. Must not throw. */
  readonly onClaim?: (orderNo: string) => void
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

/** Longest reading of an order before its payment, in milliseconds. */
const CHECK_MAX_MS = 5_000

/** What holds back a payment whose client did not say what it may cost. */
const unconditional = { withheld: null, payBefore: Infinity }

export function createPaymentDesk(options: PaymentDeskOptions): PaymentDesk {
  const { atlas, ledger, readBack, repairs, clock, newPaymentId, onClaim, onStory, onFault } = options
  const { payWaitMs, exchangeMs, startWithinMs, inFlightMax } = options
  const closing = new AbortController()
  /** Claims that are not committed yet, by payment id. */
  const claims = new SlotMap<Promise<unknown>>()
  /** Attempts that this process is sending or reading back for its client, by payment id. */
  const sending = new SlotMap<Promise<PaymentAttempt>>()
  const { tellWithin, tellHolder, tellReplay } = createTelling({
    ledger,
    clock,
    payWaitMs,
    sending,
    closing: closing.signal,
    onFault,
  })

  async function pay(request: PaymentRequest, origin: PaymentOrigin): Promise<PaymentOutcome> {
    if (closing.signal.aborted) throw new PaymentsClosed()
    if (claims.size + sending.size >= inFlightMax) throw new PaymentsFull()
    const at = clock.now()
    const attempt = newAttempt(request, {
      paymentId: newPaymentId(),
      caller: origin.caller,
      at,
      deadlineAt: new Date(at.getTime() + claimFreshMs(request) + startWithinMs + exchangeMs),
    })
    const claim = await claimFor(attempt, request, origin)
    switch (claim.kind) {
      case 'claimed':
        return await tellWithin(claim.ending, attempt, false)
      case 'held':
        return (await tellHolder(claim.holder, request)) ?? pay(request, origin)
      case 'replay':
        return (await tellReplay(claim.attempt)) ?? pay(request, origin)
      case 'key-reused': {
        const known = knownOfOrder(await ledger.attemptsOf(request.orderNo))
        return failed('IDEMPOTENCY_KEY_REUSED', request.orderNo, known)
      }
    }
  }

  /** Claims, and begins to send what was claimed, without a pause in which draining could miss it. */
  async function claimFor(attempt: PaymentAttempt, request: PaymentRequest, origin: PaymentOrigin) {
    const claiming = ledger.claim(attempt, origin.idempotencyKey)
    claims.set(attempt.paymentId, claiming)
    try {
      const claim = await claiming
      if (claim.kind !== 'claimed') return claim
      // It waits before it can end, so that what it deletes in the end is set by then.
      const ending = send(attempt, request, origin.requestId, msSince(attempt.claimedAt))
      // Whoever waits for it sees a rejection; that nobody waits any more must not end the process.
      ending.catch(() => {})
      sending.set(attempt.paymentId, ending)
      onClaim?.(attempt.orderNo)
      return { ...claim, ending }
    } catch (error) {
      if (error instanceof LedgerUnavailable && error.commitUnknown) repairs.withdraw(attempt.paymentId)
      throw error
    } finally {
      claims.delete(attempt.paymentId)
    }
  }

  /** Sends a claimed attempt and resolves with what became of it, whatever fails after it may have left. */
  async function send(
    attempt: PaymentAttempt,
    request: PaymentRequest,
    requestId: string,
    claimMs: number,
  ): Promise<PaymentAttempt> {
    try {
      const { withheld, payBefore } =
        request.expectedTotal === null ? unconditional : await checkApproval(request, request.expectedTotal)
      const startBefore = attempt.deadlineAt.getTime() - exchangeMs
      // Also not when the time to pay runs out while the request waits for a connection.
      const mayStart = (): boolean => {
        const at = clock.now().getTime()
        return at <= startBefore && at < payBefore
      }
      const answer = withheld ?? (await atlas.pay(request, mayStart))
      const exchangedMs = msSince(attempt.claimedAt)
      const isOpen = answer.kind === 'refused' && (await mayBePaidBefore(attempt))
      const change = changeAfter(attempt, answer, isOpen, clock.now())
      const { attempts, recorded } = await readBack.record([attempt], [change])
      const ended = attempts[0]!
      const told = ended.state === 'UNKNOWN' ? await readSoon(ended) : ended
      const exchangeTookMs = Math.max(0, exchangedMs - claimMs)
      const durationMs = msSince(attempt.claimedAt)
      onStory({ attempt: told, answer, claimMs, exchangeMs: exchangeTookMs, durationMs, recorded, requestId })
      return told
    } finally {
      sending.delete(attempt.paymentId)
    }
  }

  function msSince(at: Date): number {
    return Math.max(0, clock.now().getTime() - at.getTime())
  }

  /** What holds the payment back, when its client said what it may cost; and until when it may start. */
  async function checkApproval({ orderNo, paymentMethod }: PaymentRequest, expectedTotal: Money) {
    const answer = await atlas.queryOrder(orderNo)
    const payBefore = answer.kind === 'order' ? answer.facts.payBefore : null
    return {
      withheld: withholdBy(answer, { paymentMethod, expectedTotal }, clock.now()),
      payBefore: payBefore?.getTime() ?? Infinity,
    }
  }

  /**
   * Whether an earlier attempt of the order was lost and released: Atlas may have applied it since, and the refusal
   * of another one says nothing about it.
   */
  async function mayBePaidBefore({ orderNo }: PaymentAttempt): Promise<boolean> {
    try {
      return (await ledger.attemptsOf(orderNo)).some(wasLostAndReleased)
    } catch (error) {
      // No error may hide that the payment was sent. The first readback that finds the ledger back looks again.
      if (!(error instanceof LedgerUnavailable)) onFault(error)
      return true
    }
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

  return {
    pay,
    attemptsOf: (orderNo) => ledger.attemptsOf(orderNo),
    inFlight: () => claims.size + sending.size,
    async refuseInput(orderNo, inputFault) {
      // The order number itself is the fault: no attempt can be about it.
      const isAboutOrder = inputFault.field.at(-1) === 'orderNo'
      const known = knownOfOrder(isAboutOrder ? [] : await ledger.attemptsOf(orderNo))
      return failed('INVALID_INPUT', orderNo, { inputFault, ...known })
    },
    async drain() {
      closing.abort()
      while (claims.size > 0 || sending.size > 0) {
        await Promise.allSettled([...claims.values(), ...sending.values()])
      }
    },
  }
}

function claimFreshMs({ expectedTotal }: PaymentRequest): number {
  return CLAIM_FRESH_MS + (expectedTotal === null ? 0 : CHECK_MAX_MS)
}
