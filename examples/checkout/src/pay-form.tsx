/** How to pay, the card where one is needed, and the button. */

import { type FormEvent, useEffect, useRef, useState } from 'react'
import { CardForm } from './card-form.tsx'
import {
  type CardField,
  cardFieldOf,
  cardOf,
  emptyCard,
  takesCard,
  withoutCard,
  wrongFieldsOf,
} from './card.ts'
import type { CardInput, PaymentMethod } from './generated/graphql.ts'
import { useLanguage } from './language.ts'
import { formatMoney } from './money.ts'
import { amountDue, type Order } from './order.ts'
import type { PaymentError } from './payment.ts'

export interface PayFormProps {
  readonly order: Order
  readonly method: PaymentMethod | null
  readonly onMethod: (method: PaymentMethod) => void
  /** Paying is not possible now: a payment is under way, the order is not read anew, or the time is over. */
  readonly isHeld: boolean
  readonly isPaying: boolean
  /** What the last payment was refused with, where its input was at fault. */
  readonly error: PaymentError | null
  readonly onPay: (card: CardInput | null) => void
}

export function PayForm({ order, method, onMethod, isHeld, isPaying, error, onPay }: PayFormProps) {
  const { language, texts } = useLanguage()
  const form = useRef<HTMLFormElement>(null)
  const [draft, setDraft] = useState(emptyCard)
  const [wrongFields, setWrongFields] = useState<readonly CardField[]>([])
  const [isMethodMissing, setMethodMissing] = useState(false)
  /** The error whose field was changed since. */
  const [mended, setMended] = useState<PaymentError | null>(null)
  /** The error whose card has left the form. */
  const [forgotten, setForgotten] = useState<PaymentError | null>(null)
  const refusedField = error === mended ? undefined : cardFieldOf(error?.field)
  useEffect(() => {
    // Later than the notice about it, which takes the focus too.
    if (refusedField !== undefined && !isHeld) focusOn(form.current, refusedField)
  }, [refusedField, isHeld])

  if (error?.action === 'CHANGE_CARD' && error !== forgotten) {
    // Each failure brings the card closer to being blocked, so it is not left there to be sent once more.
    setForgotten(error)
    setDraft(withoutCard(draft))
  }

  const due = method === null ? null : amountDue(order, method)
  const isUnpriced = (one: PaymentMethod): boolean => amountDue(order, one) === null
  const isPriceMissing = method === null ? order.paymentMethods.every(isUnpriced) : isUnpriced(method)
  const needsCard = method !== null && !isPriceMissing && takesCard(method)
  const marked = refusedField === undefined ? wrongFields : [...wrongFields, refusedField]
  const faults: Partial<Record<CardField, string>> = Object.fromEntries(
    marked.map((field) => [field, texts.cardFaults[field]]),
  )

  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (isHeld || isPriceMissing) return
    setMethodMissing(method === null)
    if (method === null) return focusOn(form.current, 'method')
    const wrong = needsCard ? wrongFieldsOf(draft, method, new Date()) : []
    setWrongFields(wrong)
    if (wrong[0] !== undefined) return focusOn(form.current, wrong[0])
    onPay(needsCard ? cardOf(draft) : null)
  }

  if (order.paymentMethods.length === 0) return <p className="card">{texts.noMethods}</p>
  return (
    <form ref={form} className="card pay" noValidate onSubmit={submit}>
      {/* While a payment is under way nothing of it can be changed. */}
      <fieldset disabled={isPaying} className="bare">
        <fieldset className="methods" aria-describedby={isMethodMissing ? 'method-fault' : undefined}>
          <legend>{texts.method}</legend>
          {order.paymentMethods.map((one) => (
            <label key={one} className="method">
              <input
                type="radio"
                name="method"
                value={one}
                checked={one === method}
                onChange={() => {
                  setMethodMissing(false)
                  setWrongFields([])
                  onMethod(one)
                }}
              />
              <span>
                {texts.methods[one]} <Costs order={order} method={one} />
              </span>
            </label>
          ))}
          {isMethodMissing && (
            <p id="method-fault" className="fault">
              {texts.chooseMethod}
            </p>
          )}
        </fieldset>
        {needsCard && (
          <CardForm
            draft={draft}
            faults={faults}
            isCvvOptional={method === 'MOR'}
            onChange={(field, text) => {
              setDraft({ ...draft, [field]: text })
              setWrongFields(wrongFields.filter((one) => one !== field))
              if (field === refusedField) setMended(error)
            }}
          />
        )}
        {isPriceMissing ? (
          <p className="fault">{texts.priceMissing}</p>
        ) : (
          <button type="submit" className="primary" disabled={isHeld}>
            {isPaying ? texts.payingTitle : texts.pay(due === null ? null : formatMoney(due, language))}
          </button>
        )}
      </fieldset>
      {isPaying && <p className="hint">{texts.paying}</p>}
    </form>
  )
}

/** What is wrong is shown and selected, so that typing replaces it. */
function focusOn(form: HTMLFormElement | null, field: string): void {
  const control = form?.querySelector<HTMLElement>(`[name=${field}]`)
  const section = control?.closest('details')
  if (section != null) section.open = true
  control?.focus()
  if (control instanceof HTMLInputElement) control.select()
}

/** What a method costs, and of what. */
function Costs({ order, method }: { order: Order; method: PaymentMethod }) {
  const { language, texts } = useLanguage()
  const option = order.paymentOptions.find(({ paymentMethod }) => paymentMethod === method)
  const due = amountDue(order, method)
  if (due === null) return null
  const details = [
    option?.paymentFee == null ? null : texts.fee(formatMoney(option.paymentFee, language)),
    option?.chargedToCard == null || !takesCard(method)
      ? null
      : texts.onCard(formatMoney(option.chargedToCard, language)),
  ].filter((one) => one !== null)
  return (
    <>
      <strong>{formatMoney(due, language)}</strong>
      {details.length > 0 && <small>{details.join(' · ')}</small>}
    </>
  )
}
