/** Checks a `PayOrderInput` as GraphQL delivered it. */

import { z } from 'zod'
import { type CardInput, readCard } from './check-card.ts'
import { isCurrency, isDecimal, moneyOf } from './money.ts'
import {
  type InputFault,
  type InputFaultCode,
  paymentMethods,
  type PaymentRequest,
  textFaultOf,
} from './payment-request.ts'

// Texts are refused, never trimmed: what was approved and what is paid must be the same characters.
// A comma joins two order numbers in Atlas's order reply; each of them has to be paid by itself.
const text = z.string().superRefine((value, context) => {
  const fault = textFaultOf(value)
  if (fault !== null) context.addIssue({ code: 'custom', params: { fault } })
})

/** A text that keeps a rule, or breaks it with a fault. */
function textThat(keeps: (value: string) => boolean, fault: InputFaultCode) {
  return z.string().superRefine((value, context) => {
    if (!keeps(value)) context.addIssue({ code: 'custom', params: { fault } })
  })
}

/** Enough to be unguessable, little enough to be indexed. */
const idempotencyKey = textThat((value) => /^[\x21-\x7e]{16,128}$/.test(value), 'KEY_FORMAT')

// Equal amounts are to be equal texts: 86.4 and 86.40 ask for the same.
const money = z
  .object({ amount: textThat(isDecimal, 'AMOUNT'), currency: textThat(isCurrency, 'CURRENCY_CODE') })
  .transform(({ amount, currency }) => moneyOf(amount, currency))

/** The fields before the card. */
const fieldsBefore = z.object({
  orderNo: text,
  paymentMethod: z.enum(paymentMethods),
  clientOrderNo: text.nullish().transform((value) => value ?? null),
  requestSource: text.nullish().transform((value) => value ?? null),
})

/** The fields after the card. */
const fieldsAfter = z.object({
  expectedTotal: money.nullish().transform((value) => value ?? null),
  idempotencyKey: idempotencyKey.nullish().transform((value) => value ?? null),
})

type PayOrderInput = z.input<typeof fieldsBefore> &
  z.input<typeof fieldsAfter> & { readonly card?: CardInput | null | undefined }

/** A checked `PayOrderInput`: what is asked for, and the key under which it is. */
export interface CheckedInput {
  readonly request: PaymentRequest
  readonly idempotencyKey: string | null
}

/**
 * The checked input, or the first rule that it broke in the order of its fields. `now` tells which cards have
 * expired. Types and enum values are GraphQL's to refuse, so a value of a wrong type throws.
 */
export function readPayOrderInput(input: PayOrderInput, now: Date): CheckedInput | InputFault {
  const before = fieldsBefore.safeParse(input)
  if (!before.success) return inputFaultOf(before.error)
  const card = readCard(input.card, { paymentMethod: before.data.paymentMethod, now })
  if (card !== null && 'fault' in card) return { ...card, field: ['input', 'card', ...card.field] }
  const after = fieldsAfter.safeParse(input)
  if (!after.success) return inputFaultOf(after.error)
  const { idempotencyKey: key, expectedTotal } = after.data
  return { request: { ...before.data, card, expectedTotal }, idempotencyKey: key }
}

function inputFaultOf(error: z.ZodError): InputFault {
  const [issue] = error.issues
  if (issue?.code !== 'custom') throw error
  return { field: ['input', ...issue.path.map(String)], fault: issue.params?.['fault'] as InputFaultCode }
}
