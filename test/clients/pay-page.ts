/** What a page does around a payment, with any of the clients. */

import type { PayOrderInput } from './generated/documents/graphql.ts'
import {
  type PayClient,
  type Payment,
  type PaymentError,
  type PayResult,
  RequestRefused,
} from './pay-client.ts'

/** What a page shows next. */
export type NextStep =
  | 'confirmation'
  | 'wait-for-outcome'
  | 'pay-again'
  | 'correct-input'
  | 'correct-order'
  | 'other-method'
  | 'other-card'
  | 'confirm-with-airline'
  | 'new-order'
  | 'support'

// #region readme
/** What to do after a payment. `message` and `remediation` say the same to the traveller. */
export function nextStep(result: PayResult): NextStep {
  switch (result.__typename) {
    case 'PaymentSuccess':
      return 'confirmation'
    case 'PaymentError':
      return stepAfter(result)
    default:
      return unforeseen(result)
  }
}

function stepAfter({ action }: PaymentError): NextStep {
  switch (action) {
    case 'NONE':
      return 'confirmation'
    case 'WAIT_FOR_OUTCOME':
    case 'CHECK_ORDER':
      return 'wait-for-outcome'
    case 'RETRY_LATER':
      return 'pay-again'
    case 'CORRECT_INPUT':
      return 'correct-input'
    case 'CORRECT_ORDER':
      return 'correct-order'
    case 'CHANGE_PAYMENT_METHOD':
      return 'other-method'
    case 'CHANGE_CARD':
      return 'other-card'
    case 'CONFIRM_ORDER':
      return 'confirm-with-airline'
    case 'CREATE_NEW_ORDER':
      return 'new-order'
    case 'CONTACT_SUPPORT':
      return 'support'
    default:
      return unforeseen(action)
  }
}

/** A case without a branch does not compile. A gateway that is newer than this page gets the careful answer. */
function unforeseen(_value: never): NextStep {
  return 'wait-for-outcome'
}
// #endregion

/** How often a payment is sent at most until there is an answer. */
const SENT_MAX = 3

export type Pause = (ms: number) => Promise<unknown>

// #region readme
/**
 * Pays once, for one press of the button: a request whose answer was lost is sent again with its key, which
 * repeats the recorded result. Rejects with what went wrong last when there was no answer to any of them: the
 * payment may then have been made, so ask {@link outcomeOf}.
 */
export async function payOnce(
  client: PayClient,
  payment: Omit<PayOrderInput, 'idempotencyKey'>,
  pause: Pause = wait,
): Promise<PayResult> {
  // Made for the press, never for a request: only the same key repeats the result of a lost answer.
  const input = { ...payment, idempotencyKey: crypto.randomUUID() }
  for (let sent = 1; ; sent += 1) {
    try {
      return await client.pay(input)
    } catch (error) {
      if (sent === SENT_MAX || (error instanceof RequestRefused && !passing.has(error.code))) throw error
      await pause(1_000 * 2 ** sent)
    }
  }
}
// #endregion

/** Top-level errors that pass: nothing was sent, and the same request may be sent again. */
const passing = new Set([
  'RATE_LIMITED',
  'OVERLOADED',
  'SHUTTING_DOWN',
  'LEDGER_UNAVAILABLE',
  'AUTHENTICATION_UNAVAILABLE',
])

/** Pause between two questions, in milliseconds. */
const ASK_EVERY_MS = 2_000

/**
 * What became of a payment whose outcome was not known. Null when it still is not after so many questions, and
 * when the gateway was never asked to pay: leave the traveller a way to look again.
 */
export async function outcomeOf(
  client: PayClient,
  orderNo: string,
  { questionsMax = 60, pause = wait }: { questionsMax?: number; pause?: Pause } = {},
): Promise<Payment | null> {
  for (let asked = 1; asked <= questionsMax; asked += 1) {
    const payment = await client.payment(orderNo)
    if (payment === null || payment.state === 'PAID' || payment.state === 'NOT_PAID') return payment
    await pause(ASK_EVERY_MS)
  }
  return null
}

function wait(ms: number): Promise<unknown> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
