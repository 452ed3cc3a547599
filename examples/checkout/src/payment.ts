/** One payment at a time, and what became of it. */

import { useRef, useState } from 'react'
import { type CombinedError, useClient } from 'urql'
import { PayDocument, type PayMutation, type PayOrderInput } from './generated/graphql.ts'
import { type Language, useLanguage } from './language.ts'
import type { Amount } from './money.ts'
import { nextStepOf } from './next-step.ts'

type PaymentResult = PayMutation['payOrder']
export type PaymentError = Extract<PaymentResult, { __typename: 'PaymentError' }>

export type Payment =
  | { readonly kind: 'none' }
  | { readonly kind: 'paying'; readonly input: PayOrderInput; readonly isAgain: boolean }
  /** `amount` is what was agreed to; null when nobody told it. */
  | { readonly kind: 'accepted'; readonly amount: Amount | null }
  | {
      readonly kind: 'refused'
      readonly error: PaymentError
      /** The language of its sentences. */
      readonly toldIn: Language
      readonly input: PayOrderInput
    }
  /** Nobody told what became of it. `sent` is whether anything may have been sent to Atlas under its key. */
  | { readonly kind: 'unanswered'; readonly sent: 'nothing' | 'perhaps'; readonly input: PayOrderInput }

/** What the last payment was agreed to cost; null when there was none, or nobody told. */
export function amountOf(payment: Payment): Amount | null {
  switch (payment.kind) {
    case 'none':
      return null
    case 'accepted':
      return payment.amount
    case 'paying':
    case 'refused':
    case 'unanswered':
      return payment.input.expectedTotal ?? null
  }
}

export interface Payments {
  readonly payment: Payment
  /** A new intention, with a key of its own. */
  pay(choice: Omit<PayOrderInput, 'idempotencyKey'>): void
  /** The same intention: the same input under the same key, which cannot charge twice. */
  sendAgain(): void
  /** Leaves what became of the last one. */
  dismiss(): void
}

/** `onAnswered` is called when a payment ended, whichever way: the order has to be seen anew. */
export function usePayments(onAnswered: () => void): Payments {
  const client = useClient()
  const { language } = useLanguage()
  const [payment, setPayment] = useState<Payment>({ kind: 'none' })
  // Not the state: two presses of a key come before it is drawn.
  const isPaying = useRef(false)
  // The key of a payment that may have been sent: a later refusal says nothing about that time.
  const lostKey = useRef<PayOrderInput['idempotencyKey']>(null)

  const send = async (input: PayOrderInput, isAgain: boolean): Promise<void> => {
    if (isPaying.current) return
    isPaying.current = true
    setPayment({ kind: 'paying', input, isAgain })
    const { data, error } = await client.mutation(PayDocument, { input }).toPromise()
    isPaying.current = false
    const answer = answerOf(input, data?.payOrder, error, language)
    if (answer.kind === 'unanswered' && answer.sent === 'perhaps') lostKey.current = input.idempotencyKey
    const wasLost = answer.kind === 'unanswered' && lostKey.current === input.idempotencyKey
    setPayment(wasLost ? { ...answer, sent: 'perhaps' } : answer)
    onAnswered()
  }

  return {
    payment,
    pay: (choice) => void send({ ...choice, idempotencyKey: crypto.randomUUID() }, false),
    sendAgain: () => {
      if (payment.kind === 'refused' || payment.kind === 'unanswered') void send(payment.input, true)
    },
    dismiss: () => setPayment({ kind: 'none' }),
  }
}

function answerOf(
  input: PayOrderInput,
  result: PaymentResult | undefined,
  error: CombinedError | undefined,
  toldIn: Language,
): Payment {
  switch (result?.__typename) {
    case 'PaymentSuccess':
      return { kind: 'accepted', amount: input.expectedTotal ?? null }
    case 'PaymentError':
      // A card is kept no longer than the same payment may be sent again.
      return {
        kind: 'refused',
        error: result,
        toldIn,
        input: nextStepOf(result) === 'SEND_AGAIN' ? input : { ...input, card: null },
      }
    case undefined: {
      // A top-level error says that nothing was sent by this request, unless the gateway itself failed.
      const codes = (error?.graphQLErrors ?? []).map(({ extensions }) => extensions['code'])
      const isRefusal =
        codes.length > 0 &&
        codes.every((code) => typeof code === 'string' && code !== 'INTERNAL_SERVER_ERROR')
      return { kind: 'unanswered', sent: isRefusal ? 'nothing' : 'perhaps', input }
    }
  }
}
