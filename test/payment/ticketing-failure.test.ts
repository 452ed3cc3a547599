import { expect, test } from 'vitest'
import { ticketingFailureOf, ticketingFailureRules } from '../../src/payment/ticketing-failure.ts'

/** The table as designed, written a second time on purpose: a slip in either shows. */
const designed = `
FARE_CHANGED                         | 601     | RECONCILE    | CREATE_NEW_ORDER
FLIGHT_NOT_FOUND                     | 602     | RECONCILE    | CREATE_NEW_ORDER
FLIGHT_SOLD_OUT                      | 603     | REFUND_DUE   | CREATE_NEW_ORDER
CARD_DECLINED_BY_AIRLINE             | 604     | NOT_CAPTURED | CREATE_NEW_ORDER
PASSENGER_DATA_REJECTED              | 605     | RECONCILE    | CREATE_NEW_ORDER
PASSENGER_BLACKLISTED                | 6051    | RECONCILE    | CONTACT_SUPPORT
FLIGHT_INFO_UPDATED                  | 606     | RECONCILE    | CREATE_NEW_ORDER
SEAT_SOLD_OUT                        | 607     | RECONCILE    | CREATE_NEW_ORDER
DUPLICATE_BOOKING                    | 608     | RECONCILE    | CONTACT_SUPPORT
CONTACT_EMAIL_BLOCKED                | 609     | RECONCILE    | CREATE_NEW_ORDER
AIRLINE_PAYMENT_ERROR_LEGACY         | 610     | UNKNOWN      | CONTACT_SUPPORT
PNR_CANCELLED_OR_EXPIRED             | 611     | RECONCILE    | CREATE_NEW_ORDER
AIRLINE_RISK_REJECTED                | 613     | RECONCILE    | CREATE_NEW_ORDER
WRONG_AGE                            | 614     | RECONCILE    | CREATE_NEW_ORDER
PAID_PNR_PENDING                     | 615     | PAID         | WAIT_FOR_OUTCOME
CARD_REQUIRES_3DS                    | 616     | NOT_CAPTURED | CREATE_NEW_ORDER
DEPOSIT_INSUFFICIENT                 | 617     | NOT_CAPTURED | CREATE_NEW_ORDER
BAGGAGE_WEIGHT_MISMATCH              | 618     | RECONCILE    | CONTACT_SUPPORT
PAYMENT_INFO_MISSING                 | 619     | NOT_CAPTURED | CREATE_NEW_ORDER
ABNORMAL_RETURN_FARE                 | 620     | RECONCILE    | CREATE_NEW_ORDER
INFANT_UNSUPPORTED                   | 621     | RECONCILE    | CREATE_NEW_ORDER
CARD_FUNDS_OR_LIMIT                  | 623     | NOT_CAPTURED | CREATE_NEW_ORDER
ROUND_TRIP_UNSUPPORTED               | 624     | RECONCILE    | CREATE_NEW_ORDER
FREQUENT_FLYER_MANUAL                | 625     | RECONCILE    | CONTACT_SUPPORT
UNPAID_SERVICES_ON_PNR               | 626     | RECONCILE    | CONTACT_SUPPORT
POST_TICKETING_ANCILLARY_UNSUPPORTED | 627     | RECONCILE    | CREATE_NEW_ORDER
FLIGHT_INFO_MISMATCH                 | 628     | RECONCILE    | CREATE_NEW_ORDER
TICKETING_ERROR_UNDOCUMENTED         | 629,630 | RECONCILE    | CONTACT_SUPPORT
BAGGAGE_FARE_CHANGED                 | 631     | RECONCILE    | CREATE_NEW_ORDER
BAGGAGE_RISK_FAILED                  | 632     | RECONCILE    | CREATE_NEW_ORDER
PAYMENT_DECLINED_RISK_CONTROL        | 633     | NOT_CAPTURED | CREATE_NEW_ORDER
AIRLINE_SYSTEM_ERROR                 | 634     | RECONCILE    | CREATE_NEW_ORDER
AIRLINE_PAYMENT_STATUS_UNKNOWN       | 698     | UNKNOWN      | CONTACT_SUPPORT
TICKETING_SYSTEM_ERROR               | 699     | RECONCILE    | CONTACT_SUPPORT
UNRECOGNIZED                         |         | UNKNOWN      | CONTACT_SUPPORT
`

test('the table of ticketing failures is the designed one', () => {
  expect(
    [...ticketingFailureRules].map(([code, { atlasErrorCodes, money, action }]) => [
      code,
      atlasErrorCodes.join(','),
      money,
      action,
    ]),
  ).toEqual(
    designed
      .trim()
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim())),
  )
})

test('each errorCode of Atlas has its one code', () => {
  const errorCodes = [...ticketingFailureRules.values()].flatMap(({ atlasErrorCodes }) => atlasErrorCodes)
  expect(new Set(errorCodes).size).toBe(errorCodes.length)
  for (const [code, { atlasErrorCodes }] of ticketingFailureRules) {
    expect(atlasErrorCodes.map(ticketingFailureOf)).toEqual(atlasErrorCodes.map(() => code))
  }
})

test.each([
  '',
  '0',
  '612',
  '622',
  '60',
  '6052',
  ' 601',
  '601 ',
  '0601',
  '601.0',
  'UNRECOGNIZED',
  '__proto__',
])('the text %j is UNRECOGNIZED, never another failure', (errorCode) =>
  expect(ticketingFailureOf(errorCode)).toBe('UNRECOGNIZED'),
)

test('a new order is not advised where the money is there or nobody knows where it is', () => {
  for (const [code, { money, action }] of ticketingFailureRules) {
    if (money === 'PAID' || money === 'UNKNOWN') expect([code, action]).not.toContain('CREATE_NEW_ORDER')
  }
})
