/** The page's own texts in English. What happened to a payment is said by the gateway. */

import type { CardField } from '../card.ts'
import type { OrderState, PaymentMethod, TicketingFailureMoney } from '../generated/graphql.ts'

const methods: Record<PaymentMethod, string> = {
  BALANCE: 'Agency balance',
  VCC_PASSTHROUGH: 'Virtual card, charged by the airline',
  BYOA: 'Own account at the airline',
  MOR: 'Card',
}

const states: Record<OrderState, string> = {
  UNPAID: 'Ready to be paid',
  PAYMENT_PENDING: 'A payment is under way. Please do not pay again.',
  TICKETING: 'Paid. The airline is issuing the ticket.',
  TICKETED: 'Paid, and the ticket is issued.',
  CANCELLED: 'This order is cancelled. It was not paid.',
  CANCELLED_AFTER_PAYMENT: 'The order was cancelled after the payment. There is no ticket.',
  LAPSED: 'The time to pay is over. The order was not paid.',
  UNKNOWN: 'It is not known yet whether this order is paid. Please do not pay again.',
}

const money: Record<TicketingFailureMoney, string> = {
  PAID: 'The order stays paid',
  REFUND_DUE: 'The money has to come back',
  NOT_CAPTURED: 'Probably not charged, to be verified',
  RECONCILE: 'To be reconciled',
  UNKNOWN: 'Not known',
}

const card: Record<CardField, string> = {
  number: 'Card number',
  expiryMonth: 'Expiry month',
  expiryYear: 'Expiry year',
  cvv: 'Security code',
  holderFirstName: 'First name',
  holderLastName: 'Last name',
  address: 'Street and number',
  city: 'City',
  postCode: 'Postcode',
  province: 'State or province',
  country: 'Country code',
}

const cardFaults: Record<CardField, string> = {
  number: 'Enter the 13 to 19 digits on the card, and check for a typing mistake.',
  expiryMonth: 'Choose a month that is not in the past.',
  expiryYear: 'Choose the year on the card.',
  cvv: 'Enter the 3 or 4 digits.',
  holderFirstName: 'Enter it as on the card. Only Latin letters, blanks and hyphens are possible.',
  holderLastName: 'Enter it as on the card. Only Latin letters, blanks and hyphens are possible.',
  address: 'Enter 7 to 128 ordinary characters, or nothing.',
  city: 'Enter the name of a city, not only digits, or nothing.',
  postCode: 'Enter 5 to 16 letters or digits, or nothing.',
  province: 'Enter two letters, for example CA, or nothing.',
  country: 'Enter the two letters of a country, for example SG, or nothing.',
}

export const english = {
  title: 'Pay an order',
  languageName: 'English',
  chooseLanguage: 'Language',
  orderNo: 'Order number',
  open: 'Show order',
  reading: 'Reading the order…',
  order: 'Order',
  total: 'To pay',
  totalOnly: 'Total',
  totalUnknown: 'The amount is not told',
  totalWas: (before: string) => `The amount has changed. It was ${before}.`,
  payBefore: 'Pay before',
  timeLeft: 'Time left',
  timeOver: 'The time to pay is over.',
  method: 'How would you like to pay?',
  methods,
  fee: (amount: string) => `includes a fee of ${amount}`,
  onCard: (amount: string) => `${amount} on the card`,
  chooseMethod: 'Choose how to pay.',
  noMethods: 'No payment method is available for this order.',
  priceMissing: 'The price cannot be shown now, so this cannot be paid here. Look at the order again later.',
  cardTitle: 'Card',
  card,
  cardFaults,
  correctCard: 'Nothing was sent or charged. Correct the field of the card that is marked, and pay again.',
  cvvOptional: 'May stay empty for a card that was used before.',
  billing: 'Billing address (if the bank asks for it)',
  pay: (amount: string | null) => (amount === null ? 'Pay' : `Pay ${amount}`),
  paying: 'Paying… Please wait, this can take half a minute.',
  states,
  notPaid: 'Not paid',
  paid: 'Paid',
  notKnown: 'Not known yet',
  settledUnpaid: 'The order is unpaid: the earlier payment was not applied. You can pay again.',
  payingTitle: 'Paying',
  unanswered: 'No answer came.',
  unansweredHelp: 'The payment may have been made. Asking again is safe: it is never charged twice.',
  notSent: 'The payment could not be sent. Nothing was charged.',
  notSentHelp: 'Send it again in a moment.',
  askAgain: 'Ask again',
  tryAgain: 'Try again',
  tryAgainIn: (seconds: number) => `Try again in ${seconds} s`,
  readAgain: 'Look at the order again',
  otherOrder: 'Pay another order',
  support: 'Tell support this payment:',
  cannotRead: 'The order cannot be read',
  noConnection: 'There is no answer. Please look at your connection.',
  progress: 'Progress',
  steps: { paid: 'Payment', ticketing: 'Ticketing', ticketed: 'Ticket issued' },
  marks: {
    done: '(done)',
    current: '(under way)',
    failed: '(failed)',
    unsure: '(not known)',
    open: '(not yet)',
  },
  locators: 'Airline booking reference',
  reference: 'Booking reference at Atlas',
  moneyTitle: 'The money',
  money,
}

export type Texts = typeof english
