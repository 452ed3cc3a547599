/** PaymentResult: what `payOrder` answers. */

import { builder } from './builder.ts'
import { PaymentError } from './payment-error.ts'
import { PaymentSuccess } from './payment-success.ts'

export const PaymentResult = builder.unionType('PaymentResult', {
  description: 'Success, or an error that says what happened to the money and what to do next.',
  types: [PaymentSuccess, PaymentError],
  resolveType: ({ kind }) => {
    switch (kind) {
      case 'accepted':
        return 'PaymentSuccess'
      case 'failed':
        return 'PaymentError'
    }
  },
})
