/** Simplified Chinese. */

import type { Language } from '../../language.ts'
import { inputFaults } from './input-faults.ts'
import { orderErrors } from './order-errors.ts'
import { paymentErrors } from './payment-errors.ts'
import { ticketingFailures } from './ticketing-failures.ts'

const simplifiedChinese: Language = {
  tag: 'zh-Hans',
  sentenceSeparator: '',
  paymentErrors,
  inputFaults,
  orderErrors,
  ticketingFailures,
}

export default simplifiedChinese
