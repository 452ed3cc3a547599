/**
 * What a payment can come to, and the code table: for each code the Atlas statuses behind it, what
 * happened to the money, and what to do next. The GraphQL enum, the catalogue, the mapping of Atlas's
 * answers and the tests all read this table.
 */

import type { InputFault, PaymentMethod } from './payment-request.ts'

/** Whether money moved. The same strings are the GraphQL enum. */
export const paymentStates = ['NOT_PAID', 'IN_PROGRESS', 'PAID', 'UNKNOWN'] as const
export type PaymentState = (typeof paymentStates)[number]

/** What to do after an error. The same strings are the GraphQL enum. */
export const remediationActions = [
  'NONE',
  'CORRECT_INPUT',
  'CORRECT_ORDER',
  'CREATE_NEW_ORDER',
  'CHANGE_PAYMENT_METHOD',
  'CHANGE_CARD',
  'CONFIRM_ORDER',
  'CHECK_ORDER',
  'WAIT_FOR_OUTCOME',
  'RETRY_LATER',
  'CONTACT_SUPPORT',
] as const
export type RemediationAction = (typeof remediationActions)[number]

/** One row of the code table. */
export interface PaymentErrorRule {
  /** Values of `status` in Atlas's answer that mean this code. Empty when no answer does. */
  readonly atlasStatuses: readonly number[]
  readonly paymentState: PaymentState
  readonly action: RemediationAction
  /** True only when the very same input may be sent again and cannot charge twice. */
  readonly retryable: boolean
  /** Seconds to wait before acting, or null when waiting does not help. */
  readonly retryAfterSeconds: number | null
}

/**
 * The code table. Which status means what is Atlas's documentation of pay.do; the reading of the
 * money is ours and errs towards UNKNOWN: 402, 405 and 411 do not tell whether an order is paid.
 */
const paymentErrorTable = {
  INVALID_REQUEST: rule([400], 'NOT_PAID', 'CORRECT_INPUT'),
  PAYMENT_DEADLINE_PASSED: rule([401], 'NOT_PAID', 'CREATE_NEW_ORDER'),
  ORDER_NOT_PAYABLE: rule([402, 405], 'UNKNOWN', 'CHECK_ORDER', { retryAfterSeconds: 10 }),
  PAYMENT_METHOD_UNSUPPORTED: rule([403], 'NOT_PAID', 'CHANGE_PAYMENT_METHOD'),
  ORDER_ALREADY_PAID: rule([404], 'PAID', 'NONE'),
  PAYMENT_IN_PROGRESS: rule([406], 'IN_PROGRESS', 'WAIT_FOR_OUTCOME', { retryAfterSeconds: 10 }),
  PASSENGER_DETAILS_INCOMPLETE: rule([407], 'NOT_PAID', 'CORRECT_ORDER'),
  PASSENGER_CANNOT_TRAVEL_ALONE: rule([408], 'NOT_PAID', 'CREATE_NEW_ORDER'),
  BAGGAGE_MISMATCH: rule([409], 'NOT_PAID', 'CREATE_NEW_ORDER'),
  CONTACT_FORMAT_INVALID: rule([410], 'NOT_PAID', 'CORRECT_ORDER'),
  PAYMENT_GATEWAY_ERROR: rule([411], 'UNKNOWN', 'CHECK_ORDER', { retryAfterSeconds: 10 }),
  NO_PAYMENT_METHOD_AVAILABLE: rule([412], 'NOT_PAID', 'CREATE_NEW_ORDER'),
  CARD_NOT_SUPPORTED: rule([413], 'NOT_PAID', 'CHANGE_CARD'),
  CARD_MISMATCH: rule([414], 'NOT_PAID', 'CHANGE_CARD'),
  ORDER_NOT_CONFIRMED: rule([415], 'NOT_PAID', 'CONFIRM_ORDER'),
  ORDER_NOT_FOUND: rule([800], 'NOT_PAID', 'CORRECT_INPUT'),
  ATLAS_REJECTED_REQUEST: rule([100, 901], 'NOT_PAID', 'CONTACT_SUPPORT'),
  ATLAS_ACCESS_DENIED: rule([3, 900, 902], 'NOT_PAID', 'CONTACT_SUPPORT'),
  ATLAS_RATE_LIMITED: rule([110], 'NOT_PAID', 'RETRY_LATER', { retryable: true, retryAfterSeconds: 30 }),
  ATLAS_UNREACHABLE: rule([], 'NOT_PAID', 'RETRY_LATER', { retryable: true, retryAfterSeconds: 5 }),
  OUTCOME_UNKNOWN: rule([], 'UNKNOWN', 'CHECK_ORDER', { retryAfterSeconds: 10 }),
  PAYMENT_NOT_APPLIED: rule([], 'NOT_PAID', 'CHECK_ORDER'),
  ORDER_CANCELLED_AFTER_PAYMENT: rule([], 'PAID', 'CONTACT_SUPPORT'),
  INVALID_INPUT: rule([], 'NOT_PAID', 'CORRECT_INPUT'),
  IDEMPOTENCY_KEY_REUSED: rule([], 'NOT_PAID', 'CORRECT_INPUT'),
  TOTAL_CHANGED: rule([], 'NOT_PAID', 'CORRECT_INPUT'),
} as const satisfies Record<string, PaymentErrorRule>

export type PaymentErrorCode = keyof typeof paymentErrorTable

/** Every code, in the order of the table. */
export const paymentErrorCodes = Object.keys(paymentErrorTable) as readonly PaymentErrorCode[]

/** Every row with its code, in the order of the table. */
export const paymentErrorRules: ReadonlyMap<PaymentErrorCode, PaymentErrorRule> = new Map(
  Object.entries(paymentErrorTable) as [PaymentErrorCode, PaymentErrorRule][],
)

/** What to do after an error: the part of a rule that depends on the state of the money too. */
export type PaymentAdvice = Pick<PaymentErrorRule, 'action' | 'retryable' | 'retryAfterSeconds'>

/**
 * What to do after a code when the money is in a state. Where more is known than the code tells (a readback,
 * another attempt of the order), that prevails: an order that is paid needs nothing, one with an open payment
 * has to wait, and one that was cancelled after a payment needs a person, whatever this request was refused for.
 */
export function adviceOf(code: PaymentErrorCode, state: PaymentState, isCancelled = false): PaymentAdvice {
  if (isCancelled) return paymentErrorRules.get('ORDER_CANCELLED_AFTER_PAYMENT')!
  const alone = paymentErrorRules.get(code)!
  if (alone.paymentState === state || (code === 'PAYMENT_IN_PROGRESS' && state === 'UNKNOWN')) return alone
  switch (state) {
    case 'PAID':
      return { action: 'NONE', retryable: false, retryAfterSeconds: null }
    case 'IN_PROGRESS':
      return { action: 'WAIT_FOR_OUTCOME', retryable: false, retryAfterSeconds: 10 }
    case 'UNKNOWN':
      return { action: 'CHECK_ORDER', retryable: false, retryAfterSeconds: 10 }
    case 'NOT_PAID': {
      const action = code === 'PAYMENT_GATEWAY_ERROR' ? 'CHANGE_PAYMENT_METHOD' : alone.action
      return { action, retryable: false, retryAfterSeconds: null }
    }
  }
}

/** The codes that an answer of Atlas can lead to; the others are concluded by the gateway. */
export type AtlasErrorCode = Exclude<
  PaymentErrorCode,
  | 'ATLAS_UNREACHABLE'
  | 'OUTCOME_UNKNOWN'
  | 'PAYMENT_NOT_APPLIED'
  | 'ORDER_CANCELLED_AFTER_PAYMENT'
  | 'INVALID_INPUT'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'TOTAL_CHANGED'
>

const codeByAtlasStatus: ReadonlyMap<number, AtlasErrorCode> = new Map(
  [...paymentErrorRules].flatMap(([code, { atlasStatuses }]) =>
    atlasStatuses.map((status) => [status, code as AtlasErrorCode] as const),
  ),
)

/** The code that a `status` of pay.do means, or null when it is not documented: that is never "failed". */
export function codeOfAtlasStatus(status: number): AtlasErrorCode | null {
  return codeByAtlasStatus.get(status) ?? null
}

/** What proves that an order is paid. */
export const paymentEvidences = ['PAY_RESPONSE', 'ORDER_READBACK'] as const
export type PaymentEvidence = (typeof paymentEvidences)[number]

/** Atlas accepted the payment. Ticketing follows; a pass-through card can still be declined later. */
export interface PaymentAccepted {
  readonly kind: 'accepted'
  readonly orderNo: string
  readonly paymentMethod: PaymentMethod
  readonly paymentId: string
  readonly pnrCode: string | null
  readonly acceptedAt: Date
  readonly evidence: PaymentEvidence
  /** True when another request started the attempt that succeeded. */
  readonly replayed: boolean
}

/** The payment did not succeed, or is not known to have. */
export interface PaymentFailed {
  readonly kind: 'failed'
  readonly code: PaymentErrorCode
  readonly orderNo: string
  /** Null when the request was refused before an attempt began. */
  readonly paymentId: string | null
  readonly paymentState: PaymentState
  /** The `status` that Atlas answered, or null when no usable answer came. */
  readonly atlasStatus: number | null
  readonly retryAfterSeconds: number | null
  /** What was wrong with the input, or null when it was not the input. */
  readonly inputFault: InputFault | null
  /** True when the order was cancelled after a payment: nothing about it is to be treated as paid. */
  readonly isCancelled: boolean
  /** True when another request started the attempt that this tells of. */
  readonly replayed: boolean
}

export type PaymentOutcome = PaymentAccepted | PaymentFailed

function rule(
  atlasStatuses: readonly number[],
  paymentState: PaymentState,
  action: RemediationAction,
  retry: { retryable?: boolean; retryAfterSeconds?: number } = {},
): PaymentErrorRule {
  return {
    atlasStatuses,
    paymentState,
    action,
    retryable: retry.retryable ?? false,
    retryAfterSeconds: retry.retryAfterSeconds ?? null,
  }
}
