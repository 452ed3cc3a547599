/** English: why a payment did not succeed. */

import type { PaymentErrorSentences } from '../../language.ts'

export const paymentErrors: PaymentErrorSentences = {
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
