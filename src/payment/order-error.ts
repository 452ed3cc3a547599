/**
 * Why an order could not be read, and what to do next. Reading moves no money, so none of these says
 * anything about whether the order is paid. The GraphQL enum, the sentences and the tests read this table.
 */

import type { RemediationAction } from './payment-outcome.ts'

/** One row of the table. */
export interface OrderErrorRule {
  readonly action: RemediationAction
  /** True when the same question may be asked again as it is. */
  readonly retryable: boolean
  /** Seconds to wait before asking again, or null when waiting does not help. */
  readonly retryAfterSeconds: number | null
}

const orderErrorTable = {
  ORDER_NOT_FOUND: { action: 'CORRECT_INPUT', retryable: false, retryAfterSeconds: null },
  ATLAS_UNAVAILABLE: { action: 'RETRY_LATER', retryable: true, retryAfterSeconds: 5 },
  ATLAS_RATE_LIMITED: { action: 'RETRY_LATER', retryable: true, retryAfterSeconds: 10 },
  ATLAS_ACCESS_DENIED: { action: 'CONTACT_SUPPORT', retryable: false, retryAfterSeconds: null },
  INVALID_INPUT: { action: 'CORRECT_INPUT', retryable: false, retryAfterSeconds: null },
} as const satisfies Record<string, OrderErrorRule>

export type OrderErrorCode = keyof typeof orderErrorTable

/** Every code, in the order of the table. */
export const orderErrorCodes = Object.keys(orderErrorTable) as readonly OrderErrorCode[]

/** Every row with its code, in the order of the table. */
export const orderErrorRules: ReadonlyMap<OrderErrorCode, OrderErrorRule> = new Map(
  Object.entries(orderErrorTable) as [OrderErrorCode, OrderErrorRule][],
)
