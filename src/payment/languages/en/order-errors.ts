/** English: why an order could not be read. */

import type { Language } from '../../language.ts'

export const orderErrors: Language['orderErrors'] = {
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
