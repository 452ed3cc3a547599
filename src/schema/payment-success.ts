/** PaymentSuccess. */

import {
  type PaymentAccepted,
  type PaymentEvidence as Evidence,
  paymentEvidences,
} from '../payment/payment-outcome.ts'
import { builder } from './builder.ts'
import { DateTime } from './date-time.ts'
import { describedValues } from './described-values.ts'
import { PaymentMethod } from './payment-method.ts'

const evidenceDescriptions: Record<Evidence, string> = {
  PAY_RESPONSE: 'Atlas answered the payment itself with status 0 for this order.',
  ORDER_READBACK: 'The answer was lost or unclear; the order, read back from Atlas, says that it is paid.',
}

export const PaymentEvidence = builder.enumType('PaymentEvidence', {
  description: 'What proves that an order is paid.',
  values: describedValues(paymentEvidences, evidenceDescriptions),
})

export const PaymentSuccess = builder.objectRef<PaymentAccepted>('PaymentSuccess').implement({
  description:
    'Atlas accepted the payment. Ticketing follows and is not part of this answer: with VCC_PASSTHROUGH the airline charges the card then, and can still decline it, which cancels the order.',
  fields: (t) => ({
    orderNo: t.exposeID('orderNo', { description: 'The order that is paid.' }),
    paymentMethod: t.expose('paymentMethod', { type: PaymentMethod, description: 'How it is paid.' }),
    // Nullable although it never is: a document that selects a field of one name in both members of the
    // union is refused when their types differ, and PaymentError has none before an attempt begins.
    paymentId: t.exposeID('paymentId', {
      nullable: true,
      description:
        'The attempt at this gateway that succeeded, for support cases. Never null here; nullable so that one document can select it from PaymentError too.',
    }),
    pnrCode: t.exposeString('pnrCode', {
      nullable: true,
      description:
        "Atlas's reference of the booking. It is not the airline's record locator. Null when Atlas gave none.",
    }),
    acceptedAt: t.expose('acceptedAt', {
      type: DateTime,
      description: 'When this gateway learned that Atlas accepted.',
    }),
    evidence: t.expose('evidence', { type: PaymentEvidence, description: 'What proves it.' }),
    replayed: t.exposeBoolean('replayed', {
      description:
        'True when this request did not start the payment: it shares or repeats the outcome of one that did.',
    }),
  }),
})
