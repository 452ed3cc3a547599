/**
 * Why an order that was accepted for payment got no ticket: for each code the `errorCode` of Atlas behind
 * it, what it tells about the money, and what to do next. Which code means what is Atlas's documentation of
 * ticketing; the reading of the money is ours, and promises a refund to nobody.
 */

import type { RemediationAction } from './payment-outcome.ts'

/** What a ticketing failure tells about the money. The same strings are the GraphQL enum. */
export const ticketingMoneys = [
  /** The order is paid and stays so. */
  'PAID',
  /** The order was paid; the money has to come back, which cannot be seen here. */
  'REFUND_DUE',
  /** The money is expected not to have been taken; that has to be verified. */
  'NOT_CAPTURED',
  /** A deposit should return; whether a card was charged depends on whether the airline took the payment. */
  'RECONCILE',
  /** Nobody knows whether money was taken. */
  'UNKNOWN',
] as const
export type TicketingMoney = (typeof ticketingMoneys)[number]

/** One row of the table. */
export interface TicketingFailureRule {
  /** Values of `errorCode` in Atlas's order that mean this code. */
  readonly atlasErrorCodes: readonly string[]
  readonly money: TicketingMoney
  readonly action: RemediationAction
}

/**
 * The order is cancelled after each of these, except where it is PAID: it is never paid again, so what
 * would be another card or a correction for an open order is a new order here.
 */
const ticketingFailureTable = {
  FARE_CHANGED: rule(['601'], 'RECONCILE', 'CREATE_NEW_ORDER'),
  FLIGHT_NOT_FOUND: rule(['602'], 'RECONCILE', 'CREATE_NEW_ORDER'),
  FLIGHT_SOLD_OUT: rule(['603'], 'REFUND_DUE', 'CREATE_NEW_ORDER'),
  CARD_DECLINED_BY_AIRLINE: rule(['604'], 'NOT_CAPTURED', 'CREATE_NEW_ORDER'),
  PASSENGER_DATA_REJECTED: rule(['605'], 'RECONCILE', 'CREATE_NEW_ORDER'),
  PASSENGER_BLACKLISTED: rule(['6051'], 'RECONCILE', 'CONTACT_SUPPORT'),
  FLIGHT_INFO_UPDATED: rule(['606'], 'RECONCILE', 'CREATE_NEW_ORDER'),
  SEAT_SOLD_OUT: rule(['607'], 'RECONCILE', 'CREATE_NEW_ORDER'),
  DUPLICATE_BOOKING: rule(['608'], 'RECONCILE', 'CONTACT_SUPPORT'),
  CONTACT_EMAIL_BLOCKED: rule(['609'], 'RECONCILE', 'CREATE_NEW_ORDER'),
  AIRLINE_PAYMENT_ERROR_LEGACY: rule(['610'], 'UNKNOWN', 'CONTACT_SUPPORT'),
  PNR_CANCELLED_OR_EXPIRED: rule(['611'], 'RECONCILE', 'CREATE_NEW_ORDER'),
  AIRLINE_RISK_REJECTED: rule(['613'], 'RECONCILE', 'CREATE_NEW_ORDER'),
  WRONG_AGE: rule(['614'], 'RECONCILE', 'CREATE_NEW_ORDER'),
  PAID_PNR_PENDING: rule(['615'], 'PAID', 'WAIT_FOR_OUTCOME'),
  CARD_REQUIRES_3DS: rule(['616'], 'NOT_CAPTURED', 'CREATE_NEW_ORDER'),
  DEPOSIT_INSUFFICIENT: rule(['617'], 'NOT_CAPTURED', 'CREATE_NEW_ORDER'),
  BAGGAGE_WEIGHT_MISMATCH: rule(['618'], 'RECONCILE', 'CONTACT_SUPPORT'),
  PAYMENT_INFO_MISSING: rule(['619'], 'NOT_CAPTURED', 'CREATE_NEW_ORDER'),
  ABNORMAL_RETURN_FARE: rule(['620'], 'RECONCILE', 'CREATE_NEW_ORDER'),
  INFANT_UNSUPPORTED: rule(['621'], 'RECONCILE', 'CREATE_NEW_ORDER'),
  CARD_FUNDS_OR_LIMIT: rule(['623'], 'NOT_CAPTURED', 'CREATE_NEW_ORDER'),
  ROUND_TRIP_UNSUPPORTED: rule(['624'], 'RECONCILE', 'CREATE_NEW_ORDER'),
  FREQUENT_FLYER_MANUAL: rule(['625'], 'RECONCILE', 'CONTACT_SUPPORT'),
  UNPAID_SERVICES_ON_PNR: rule(['626'], 'RECONCILE', 'CONTACT_SUPPORT'),
  POST_TICKETING_ANCILLARY_UNSUPPORTED: rule(['627'], 'RECONCILE', 'CREATE_NEW_ORDER'),
  FLIGHT_INFO_MISMATCH: rule(['628'], 'RECONCILE', 'CREATE_NEW_ORDER'),
  // In Atlas's list of values, without a word on what they mean.
  TICKETING_ERROR_UNDOCUMENTED: rule(['629', '630'], 'RECONCILE', 'CONTACT_SUPPORT'),
  BAGGAGE_FARE_CHANGED: rule(['631'], 'RECONCILE', 'CREATE_NEW_ORDER'),
  BAGGAGE_RISK_FAILED: rule(['632'], 'RECONCILE', 'CREATE_NEW_ORDER'),
  PAYMENT_DECLINED_RISK_CONTROL: rule(['633'], 'NOT_CAPTURED', 'CREATE_NEW_ORDER'),
  AIRLINE_SYSTEM_ERROR: rule(['634'], 'RECONCILE', 'CREATE_NEW_ORDER'),
  AIRLINE_PAYMENT_STATUS_UNKNOWN: rule(['698'], 'UNKNOWN', 'CONTACT_SUPPORT'),
  TICKETING_SYSTEM_ERROR: rule(['699'], 'RECONCILE', 'CONTACT_SUPPORT'),
  UNRECOGNIZED: rule([], 'UNKNOWN', 'CONTACT_SUPPORT'),
} as const satisfies Record<string, TicketingFailureRule>

export type TicketingFailureCode = keyof typeof ticketingFailureTable

/** Every code, in the order of the table. */
export const ticketingFailureCodes = Object.keys(ticketingFailureTable) as readonly TicketingFailureCode[]

/** Every row with its code, in the order of the table. */
export const ticketingFailureRules: ReadonlyMap<TicketingFailureCode, TicketingFailureRule> = new Map(
  Object.entries(ticketingFailureTable) as [TicketingFailureCode, TicketingFailureRule][],
)

const codeByAtlasErrorCode: ReadonlyMap<string, TicketingFailureCode> = new Map(
  [...ticketingFailureRules].flatMap(([code, { atlasErrorCodes }]) =>
    atlasErrorCodes.map((errorCode) => [errorCode, code] as const),
  ),
)

/** The code that an `errorCode` of a cancelled order means. What Atlas does not document is UNRECOGNIZED. */
export function ticketingFailureOf(errorCode: string): TicketingFailureCode {
  return codeByAtlasErrorCode.get(errorCode) ?? 'UNRECOGNIZED'
}

function rule(
  atlasErrorCodes: readonly string[],
  money: TicketingMoney,
  action: RemediationAction,
): TicketingFailureRule {
  return { atlasErrorCodes, money, action }
}
