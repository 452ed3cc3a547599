/** Refusals that sent nothing: top-level errors with a code, which may be tried again. */

import { GraphQLError } from 'graphql'
import { PaymentsClosed, PaymentsFull } from '../payment/pay-order.ts'
import { LedgerUnavailable } from '../payment/ports.ts'

/** Seconds after which a refusal for want of a ledger or an instance may be tried again. */
const RETRY_AFTER_SECONDS = 2

const sentences = {
  SHUTTING_DOWN: 'This instance takes no new payments.',
  OVERLOADED: 'This instance has as much under way as it takes.',
  LEDGER_UNAVAILABLE: 'The payment ledger is not available.',
}

type RefusalCode = keyof typeof sentences

/** The error to answer a refusal with. */
export function refusal(code: RefusalCode): GraphQLError {
  return new GraphQLError(`${sentences[code]} Nothing was sent: send the request again.`, {
    extensions: {
      code,
      retryable: true,
      retryAfterSeconds: RETRY_AFTER_SECONDS,
      http: { status: 503, headers: { 'retry-after': String(RETRY_AFTER_SECONDS) } },
    },
  })
}

/** Refusals become errors with a code; anything else is a fault, and is masked later. */
export function asGraphqlError(error: unknown): unknown {
  if (error instanceof PaymentsClosed) return refusal('SHUTTING_DOWN')
  if (error instanceof PaymentsFull) return refusal('OVERLOADED')
  return error instanceof LedgerUnavailable ? refusal('LEDGER_UNAVAILABLE') : error
}
