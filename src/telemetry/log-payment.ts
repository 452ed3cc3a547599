/** The lines of the log about payments. Named fields only: no message of Atlas, no header, no body, no card. */

import type { Log } from './log.ts'

/** The parts of an attempt that a line names. */
export interface LoggedAttempt {
  readonly paymentId: string
  readonly orderNo: string
  readonly paymentMethod: string
  readonly caller: string
  readonly state: string
  readonly code: string | null
  readonly evidence: string | null
  readonly atlasStatus: number | null
  readonly reason: string | null
}

export interface LoggedStory {
  readonly attempt: LoggedAttempt
  readonly answer: { readonly kind: string; readonly reason?: string; readonly cause?: unknown }
  readonly claimMs: number
  readonly exchangeMs: number
  readonly durationMs: number
  readonly recorded: boolean
  readonly requestId: string
}

/** One line for each attempt that this instance sent. */
export function logPayment(
  log: Log,
  { attempt, answer, claimMs, exchangeMs, durationMs, recorded, requestId }: LoggedStory,
): void {
  const cause = causeCode(answer.cause)
  log.info(
    {
      requestId,
      ...fieldsOf(attempt),
      answer: answer.kind,
      ...(cause !== null && { cause }),
      claimMs,
      exchangeMs,
      durationMs,
      recorded,
    },
    'payment',
  )
}

/** One line for each attempt that was settled in the background. */
export function logSettlement(log: Log, attempt: LoggedAttempt): void {
  log.info(fieldsOf(attempt), 'settlement')
}

function fieldsOf(attempt: LoggedAttempt): LoggedAttempt {
  const { paymentId, orderNo, paymentMethod, caller, state, code, evidence, atlasStatus, reason } = attempt
  return { paymentId, orderNo, paymentMethod, caller, state, code, evidence, atlasStatus, reason }
}

/** The code of an error, or its name: enough to find the cause, and never a text from outside. */
function causeCode(cause: unknown): string | null {
  if (!(cause instanceof Error)) return null
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name
}
