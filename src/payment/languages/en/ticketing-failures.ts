/** English: why an accepted order got no ticket. */

import type { TicketingFailureSentences } from '../../language.ts'

export const ticketingFailures: TicketingFailureSentences = {
  byCode: {
    FARE_CHANGED: {
      message: 'The fare changed before the ticket was issued. The order is cancelled.',
      remediation: 'Search again and create a new order at the present fare.',
    },
    FLIGHT_NOT_FOUND: {
      message: 'The airline no longer offers the flight. The order is cancelled.',
      remediation: 'Search again and create a new order for another flight.',
    },
    FLIGHT_SOLD_OUT: {
      message:
        'The flight was sold out after the payment and before the ticket was issued. The order is cancelled.',
      remediation: 'Search again and create a new order for a flight that has seats.',
    },
    CARD_DECLINED_BY_AIRLINE: {
      message: 'The airline declined the card. The order is cancelled.',
      remediation: 'Create a new order and pay it with another card or from the deposit.',
    },
    PASSENGER_DATA_REJECTED: {
      message: 'The airline rejected the details of a passenger. The order is cancelled.',
      remediation: 'Create a new order with corrected passenger details.',
    },
    PASSENGER_BLACKLISTED: {
      message: 'A passenger may not be booked: the airline reports a no-travel list. The order is cancelled.',
      remediation: 'Do not book this passenger again; tell the traveller, and ask support.',
    },
    FLIGHT_INFO_UPDATED: {
      message: 'The schedule of the flight changed before the ticket was issued. The order is cancelled.',
      remediation: 'Search again and create a new order with the present schedule.',
    },
    SEAT_SOLD_OUT: {
      message: 'The seat was no longer available when the ticket was to be issued. The order is cancelled.',
      remediation: 'Search again and create a new order for what is available.',
    },
    DUPLICATE_BOOKING: {
      message: 'The airline has another booking of the same passenger and flight. The order is cancelled.',
      remediation: 'Do not book again. Find the other booking; support can help.',
    },
    CONTACT_EMAIL_BLOCKED: {
      message: 'The airline does not accept the contact e-mail address. The order is cancelled.',
      remediation: 'Create a new order with another contact e-mail address.',
    },
    AIRLINE_PAYMENT_ERROR_LEGACY: {
      message:
        'Something went wrong in the payment to the airline, and its outcome is not known. No ticket was issued.',
      remediation: 'Do not pay or book again. Ask support to find out from Atlas and the airline.',
    },
    PNR_CANCELLED_OR_EXPIRED: {
      message: 'The airline cancelled the reservation, or its time ran out. The order is cancelled.',
      remediation: 'Search again and create a new order.',
    },
    AIRLINE_RISK_REJECTED: {
      message: "The airline's risk rules declined the booking. The order is cancelled.",
      remediation:
        'Create a new order and pay it with another card or, if that is declined too, from the deposit.',
    },
    WRONG_AGE: {
      message: 'The age of a passenger does not fit the passenger type. The order is cancelled.',
      remediation: 'Create a new order with the right dates of birth and passenger types.',
    },
    PAID_PNR_PENDING: {
      message:
        'The order is paid, and the airline has not returned its booking reference yet. Atlas is obtaining it.',
      remediation: 'Wait and look at the order again; ask support if it stays without a ticket.',
    },
    CARD_REQUIRES_3DS: {
      message: 'The card asks for 3-D Secure, which cannot be done here. The order is cancelled.',
      remediation: 'Create a new order and pay it with a card without 3-D Secure or from the deposit.',
    },
    DEPOSIT_INSUFFICIENT: {
      message: 'The deposit was too low when the ticket was to be issued. The order is cancelled.',
      remediation: 'Have the deposit topped up, then create a new order and pay it.',
    },
    BAGGAGE_WEIGHT_MISMATCH: {
      message: 'The airline does not offer baggage of the ordered weight. The order is cancelled.',
      remediation: 'Do not book the same baggage again; ask support which baggage the flight has.',
    },
    PAYMENT_INFO_MISSING: {
      message: 'Payment details that the airline needs are missing or wrong. The order is cancelled.',
      remediation: 'Create a new order and pay it with complete payment details.',
    },
    ABNORMAL_RETURN_FARE: {
      message:
        'The fare of the return trip has a restriction that does not allow it. The order is cancelled.',
      remediation: 'Create a new order for each direction.',
    },
    INFANT_UNSUPPORTED: {
      message: 'The airline takes no infants on this booking. The order is cancelled.',
      remediation: 'Create a new order without the infant, or search for another flight.',
    },
    CARD_FUNDS_OR_LIMIT: {
      message: 'The card has too little money or too low a limit. The order is cancelled.',
      remediation: 'Create a new order and pay it with another card.',
    },
    ROUND_TRIP_UNSUPPORTED: {
      message: 'The airline does not take this round trip as one booking. The order is cancelled.',
      remediation: 'Create two new orders, one for each direction.',
    },
    FREQUENT_FLYER_MANUAL: {
      message: 'The frequent-flyer number can only be added by hand. No ticket was issued.',
      remediation: 'Do not book again; ask support to handle it with Atlas.',
    },
    UNPAID_SERVICES_ON_PNR: {
      message: 'The booking has other services that are not paid. The order is cancelled.',
      remediation:
        'Pay the open orders of this booking first, or ask support which they are; then ask how to go on.',
    },
    POST_TICKETING_ANCILLARY_UNSUPPORTED: {
      message: 'Services cannot be added to this booking after ticketing. The order is cancelled.',
      remediation: 'If the trip has yet to be booked, create a new order without these services.',
    },
    FLIGHT_INFO_MISMATCH: {
      message: 'The ordered services do not fit the flights of the booking. The order is cancelled.',
      remediation: 'Create a new order with services for the right flights.',
    },
    TICKETING_ERROR_UNDOCUMENTED: {
      message:
        'The ticket could not be issued, for a reason that Atlas does not document. The order is cancelled.',
      remediation: 'Do not book again yet; ask support for the reason.',
    },
    BAGGAGE_FARE_CHANGED: {
      message: 'The price of the baggage changed before the ticket was issued. The order is cancelled.',
      remediation: 'Search again and create a new order at the present price of the baggage.',
    },
    BAGGAGE_RISK_FAILED: {
      message:
        'The airline declined the baggage, for its price or by its risk rules. The order is cancelled.',
      remediation: 'Search again and create a new order; if it is declined again, ask support.',
    },
    PAYMENT_DECLINED_RISK_CONTROL: {
      message: "The airline's risk rules declined the payment. The order is cancelled.",
      remediation: 'Create a new order and pay it from the deposit.',
    },
    AIRLINE_SYSTEM_ERROR: {
      message: "The airline's system failed. The order is cancelled.",
      remediation: 'Create a new order; if it fails again, ask support.',
    },
    AIRLINE_PAYMENT_STATUS_UNKNOWN: {
      message:
        'A technical error at the airline left it unknown whether the payment was taken. No ticket was issued.',
      remediation: 'Do not pay or book again before support has settled with the airline what was charged.',
    },
    TICKETING_SYSTEM_ERROR: {
      message: 'The ticket could not be issued because of a system error. The order is cancelled.',
      remediation: 'Do not book again at once; ask support when it can be booked.',
    },
    UNRECOGNIZED: {
      message: 'The ticket was not issued, for a reason that this gateway does not know.',
      remediation: 'Do not pay or book again. Ask support what became of the order.',
    },
  },
  byMoney: {
    PAID: 'The order is paid: do not pay it again, and do not book anew.',
    REFUND_DUE: 'The order was paid, and the money has to come back, which cannot be seen here.',
    NOT_CAPTURED: 'The payment is not expected to have been taken; verify that on the card or the balance.',
    RECONCILE:
      'A deposit should return to the balance; whether a card or another account was charged depends on whether the airline took the payment, so check it.',
    UNKNOWN: 'It is not known whether the money was taken.',
  },
}
