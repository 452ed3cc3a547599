/** The PaymentMethod enum. */

import { type PaymentMethod as Method, paymentMethods } from '../payment/payment-request.ts'
import { builder } from './builder.ts'
import { describedValues } from './described-values.ts'

const descriptions: Record<Method, string> = {
  BALANCE: "The agency's deposit with Atlas (Atlas method 1). Charged at once, when Atlas accepts.",
  VCC_PASSTHROUGH:
    'A virtual credit card that Atlas passes to the airline, which charges it during ticketing (Atlas method 3). It can still be declined after Atlas accepted. The card is `card` of the input; Atlas refuses the method without one.',
  BYOA: "The agency's own account at the airline (Bring Your Own Account, Atlas method 4).",
  MOR: 'A card charged by Atlas as the Merchant of Record (Atlas method 5). The card is `card` of the input; Atlas refuses the method without one.',
}

export const PaymentMethod = builder.enumType('PaymentMethod', {
  description: 'How an order is paid. Which methods an order supports is decided when it is created.',
  values: describedValues(paymentMethods, descriptions),
})
