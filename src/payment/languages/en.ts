/** English. */

import type {
  InputFaultSentences,
  Language,
  PaymentErrorSentences,
  TicketingFailureSentences,
} from '../language.ts'

/** Why a payment did not succeed. */
const paymentErrors: PaymentErrorSentences = {
  byCode: {
    INVALID_REQUEST: {
      message:
        'Atlas found a value in the payment request that it does not allow. This request was not charged.',
      remediation:
        'Check the payment method and the card details for this order, correct them, and pay the same order again before its deadline.',
    },
    PAYMENT_DEADLINE_PASSED: {
      message: 'The time to pay for this order has run out. This request was not charged.',
      remediation: 'Search again and create a new order, then pay that one within its deadline.',
    },
    ORDER_NOT_PAYABLE: {
      message:
        'Atlas does not take a payment for this order in its present state: it may be paid already, or cancelled.',
      remediation:
        'Look at the state of the order before anything else. Do not pay or rebook until it shows that the order is unpaid or cancelled.',
    },
    PAYMENT_METHOD_UNSUPPORTED: {
      message: 'This order cannot be paid with the chosen payment method. This request was not charged.',
      remediation: 'Pay the same order with another payment method that it supports.',
    },
    ORDER_ALREADY_PAID: {
      message: 'This order is paid already.',
      remediation: 'Nothing needs to be done: treat the order as paid and follow its ticketing.',
    },
    PAYMENT_IN_PROGRESS: {
      message: 'A payment for this order is still being processed.',
      remediation:
        'Wait, and look at the order again in a few seconds. Do not start another payment meanwhile.',
    },
    PASSENGER_DETAILS_INCOMPLETE: {
      message: 'Required details of a passenger are missing or wrong. This request was not charged.',
      remediation:
        'Complete the passenger details, such as nationality, document and date of birth, in the order or in a new one; then pay it.',
    },
    PASSENGER_CANNOT_TRAVEL_ALONE: {
      message: 'The order has a child who may not travel alone. This request was not charged.',
      remediation: 'Create a new order that has an adult travelling with the child.',
    },
    BAGGAGE_MISMATCH: {
      message: 'The baggage in the order does not fit its flights. This request was not charged.',
      remediation: 'Create a new order and choose baggage that all of its flights offer.',
    },
    CONTACT_FORMAT_INVALID: {
      message:
        'The contact details of the order have a format that is not accepted. This request was not charged.',
      remediation:
        'Give the contact a valid e-mail address and a phone number as country code, hyphen, number, in the order or in a new one; then pay it.',
    },
    PAYMENT_GATEWAY_ERROR: {
      message: 'Atlas could not complete the payment: its payment gateway failed, or the balance is too low.',
      remediation:
        'Look at the state of the order first. Only when it is unpaid: check the account balance or choose another payment method, then pay the same order.',
    },
    NO_PAYMENT_METHOD_AVAILABLE: {
      message: 'Atlas has no payment method for this order. This request was not charged.',
      remediation:
        'Book another offer: create a new order and check which payment methods it supports before paying.',
    },
    CARD_NOT_SUPPORTED: {
      message: 'The card was not accepted for this order. This request was not charged.',
      remediation:
        'Use another card or brand. Do not try this card again: repeated failures block it for 30 minutes.',
    },
    CARD_MISMATCH: {
      message: 'The card is of another brand than the order was created for. This request was not charged.',
      remediation: 'Use a card of the brand that was chosen when the order was created.',
    },
    ORDER_NOT_CONFIRMED: {
      message: 'The airline wants the traveller to confirm this order first. This request was not charged.',
      remediation: 'Let the traveller confirm the order with the airline, then pay it before its deadline.',
    },
    ORDER_NOT_FOUND: {
      message: 'Atlas does not know an order with this number. This request was not charged.',
      remediation: 'Check the order number, and that the order was created with the same Atlas account.',
    },
    ATLAS_REJECTED_REQUEST: {
      message: 'Atlas could not read the request that the gateway sent. This request was not charged.',
      remediation:
        'Report this to the operator of the payment service: the gateway or its settings need a correction.',
    },
    ATLAS_ACCESS_DENIED: {
      message: 'Atlas refused the access of this payment service. This request was not charged.',
      remediation:
        'Report this to the operator of the payment service: the Atlas credentials, permissions or IP allow-list need attention.',
    },
    ATLAS_RATE_LIMITED: {
      message: 'Atlas is receiving too many requests at the moment. This request was not charged.',
      remediation: 'Wait for the stated number of seconds, then send the same payment again.',
    },
    ATLAS_UNREACHABLE: {
      message: 'The payment did not reach Atlas: nothing was sent. This request was not charged.',
      remediation: 'Send the same payment again in a few seconds.',
    },
    OUTCOME_UNKNOWN: {
      message:
        'The payment may have been sent, and it is not known what became of it. The order may have been charged.',
      remediation:
        'Do not pay or book again. Look at the state of the order until it shows whether the order is paid; if it stays unclear, ask support.',
    },
    PAYMENT_NOT_APPLIED: {
      message:
        'This payment was not applied: Atlas kept reporting the order as unpaid. This request was not charged.',
      remediation:
        'Look at the order once more. If it is still unpaid and within its deadline, pay it with a new payment (and a new idempotencyKey).',
    },
    ORDER_CANCELLED_AFTER_PAYMENT: {
      message:
        'The order was cancelled after a payment of it was accepted. Whether money was taken, or comes back, cannot be seen here.',
      remediation:
        'Do not pay or book again before support has confirmed what became of the money. The order itself tells why it was cancelled.',
    },
    INVALID_INPUT: {
      message: 'The input is not valid. Nothing was sent.',
      remediation: 'Correct the field that is named in `field` and send the payment again.',
    },
    IDEMPOTENCY_KEY_REUSED: {
      message: 'This idempotencyKey was used before with other input. Nothing was sent.',
      remediation:
        'Make a new idempotencyKey for each payment that is meant, and repeat a key only with the very same input.',
    },
    TOTAL_CHANGED: {
      message: 'The amount of the order is not the one that was agreed to. This request was not charged.',
      remediation: 'Look at the amount that the order has now, and pay it if you agree to it.',
    },
  },
  byCodeAndState: {
    ORDER_NOT_PAYABLE: {
      PAID: {
        message: 'Atlas takes no payment for this order because it is paid.',
        remediation: 'Do not pay or rebook. Treat the order as paid and follow its ticketing.',
      },
      NOT_PAID: {
        message: 'Atlas does not take a payment for this order in its present state. It is not paid.',
        remediation:
          'Look at the order: if it is cancelled or its deadline has passed, create a new order and pay that one.',
      },
    },
    PAYMENT_GATEWAY_ERROR: {
      NOT_PAID: {
        message:
          'Atlas could not complete the payment: its payment gateway failed, or the balance is too low. The order is not paid.',
        remediation: 'Check the account balance or choose another payment method, then pay the same order.',
      },
    },
    PAYMENT_IN_PROGRESS: {
      UNKNOWN: {
        message:
          'An earlier payment of this order has no known outcome yet. The order may have been charged.',
        remediation:
          'Wait until the earlier payment is settled, and look at the order again. Do not start another payment meanwhile.',
      },
    },
  },
  remediationByState: {
    PAID: 'The order itself is paid. Do not pay or rebook: treat it as paid and follow its ticketing.',
    IN_PROGRESS:
      'Another payment of the order is under way. Wait, and look at the order again in a few seconds.',
    UNKNOWN:
      'The outcome of another payment of the order is not known yet. Do not pay or rebook; look at the order until it shows whether it is paid.',
  },
}

/** Which rule an input broke. */
const inputFaults: InputFaultSentences = {
  EMPTY: (field) => `${field} is empty. Nothing was sent.`,
  TOO_LONG: (field, textLengthMax) =>
    `${field} is longer than ${textLengthMax} characters. Nothing was sent.`,
  SURROUNDING_BLANKS: (field) => `${field} begins or ends with a blank. Nothing was sent.`,
  CONTROL_CHARACTER: (field) => `${field} contains a control or invisible character. Nothing was sent.`,
  COMMA: (field) => `${field} contains a comma: give one value, for one order. Nothing was sent.`,
  KEY_FORMAT: (field) => `${field} has to be 16 to 128 visible ASCII characters. Nothing was sent.`,
  CARD_NOT_ALLOWED: (field) => `${field} is given, but this payment method takes no card. Nothing was sent.`,
  CARD_NUMBER: (field) =>
    `${field} has to be a card number: 13 to 19 digits, with a right check digit. Nothing was sent.`,
  CARD_EXPIRY_MONTH: (field) => `${field} has to be a month, 1 to 12. Nothing was sent.`,
  CARD_EXPIRY_YEAR: (field) =>
    `${field} has to be the year in which the card expires, in four digits. Nothing was sent.`,
  CARD_EXPIRED: (field) => `${field} is in the past: the card has expired. Nothing was sent.`,
  CARD_CVV: (field) => `${field} has to be 3 or 4 digits. Nothing was sent.`,
  CARD_CVV_REQUIRED: (field) => `${field} is missing: this payment needs it. Nothing was sent.`,
  HOLDER_NAME: (field) =>
    `${field} has to be letters of the Latin alphabet, blanks and hyphens. Nothing was sent.`,
  COUNTRY_CODE: (field) =>
    `${field} has to be a country code of two capital letters (ISO 3166-1). Nothing was sent.`,
  PROVINCE_CODE: (field) => `${field} has to be a province or state code of two letters. Nothing was sent.`,
  CITY: (field) => `${field} has to be the name of a city, not only digits. Nothing was sent.`,
  POST_CODE: (field) => `${field} has to be 5 to 16 letters and digits. Nothing was sent.`,
  ADDRESS: (field) => `${field} has to be an address of 7 to 128 characters. Nothing was sent.`,
  PAYMENT_LIMIT: (field) => `${field} has to be a whole number, 1 or more. Nothing was sent.`,
  IP_ADDRESS: (field) => `${field} has to be an IP address. Nothing was sent.`,
  THREE_DS_NOT_ALLOWED: (field) =>
    `${field} is given, but only the payment method MOR takes it. Nothing was sent.`,
  AMOUNT: (field) =>
    `${field} has to be a decimal number such as 86.40, not negative, with at most 12 digits before the point and 8 after it. Nothing was sent.`,
  CURRENCY_CODE: (field) =>
    `${field} has to be a currency code of three capital letters (ISO 4217). Nothing was sent.`,
}

/** Why an order could not be read. */
const orderErrors: Language['orderErrors'] = {
  ORDER_NOT_FOUND: {
    message:
      'Atlas shows no order with this number. This request paid nothing, and does not tell whether the order is paid.',
    remediation:
      'Check the order number, and that the order was created with the same Atlas account; then look it up again.',
  },
  ATLAS_UNAVAILABLE: {
    message:
      'Atlas could not be asked about the order, or gave no usable answer. This request paid nothing, and does not tell whether the order is paid.',
    remediation: 'Look the order up again in a few seconds. Until it is shown, do not take it for unpaid.',
  },
  ATLAS_RATE_LIMITED: {
    message:
      'Atlas is receiving too many requests at the moment. This request paid nothing, and does not tell whether the order is paid.',
    remediation:
      'Wait for the stated number of seconds, then look the order up again. Until it is shown, do not take it for unpaid.',
  },
  ATLAS_ACCESS_DENIED: {
    message:
      'Atlas refused to let this payment service read the order. This request paid nothing, and does not tell whether the order is paid.',
    remediation:
      'Report this to the operator of the payment service: the Atlas credentials, permissions or IP allow-list need attention. Until the order is shown, do not take it for unpaid.',
  },
  INVALID_INPUT: {
    message:
      'The input is not valid. Nothing was sent: this request paid nothing, and does not tell whether the order is paid.',
    remediation: 'Correct the order number, as the message says, and look the order up again.',
  },
}

/** Why an accepted order got no ticket. */
const ticketingFailures: TicketingFailureSentences = {
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

const english: Language = {
  tag: 'en',
  sentenceSeparator: ' ',
  paymentErrors,
  inputFaults,
  orderErrors,
  ticketingFailures,
}

export default english
