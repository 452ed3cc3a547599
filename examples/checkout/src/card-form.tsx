/** The fields of a card. A fault stands at its field, whoever found it. */

import { useState } from 'react'
import { billingFields, type CardDraft, type CardField, lastMonthOf } from './card.ts'
import { useLanguage } from './language.ts'

export interface CardFormProps {
  readonly draft: CardDraft
  /** What is wrong with a field, in a sentence. */
  readonly faults: Partial<Record<CardField, string>>
  readonly isCvvOptional: boolean
  readonly onChange: (field: CardField, text: string) => void
}

/** What browsers fill in, and how long it can be. */
const fieldTraits: Record<CardField, { autoComplete: string; maxLength?: number; isNumeric?: boolean }> = {
  number: { autoComplete: 'cc-number', maxLength: 24, isNumeric: true },
  expiryMonth: { autoComplete: 'cc-exp-month' },
  expiryYear: { autoComplete: 'cc-exp-year' },
  cvv: { autoComplete: 'cc-csc', maxLength: 4, isNumeric: true },
  holderFirstName: { autoComplete: 'cc-given-name', maxLength: 64 },
  holderLastName: { autoComplete: 'cc-family-name', maxLength: 64 },
  address: { autoComplete: 'billing street-address', maxLength: 128 },
  city: { autoComplete: 'billing address-level2', maxLength: 64 },
  postCode: { autoComplete: 'billing postal-code', maxLength: 20 },
  province: { autoComplete: 'billing address-level1', maxLength: 2 },
  country: { autoComplete: 'billing country', maxLength: 2 },
}

const months = Array.from({ length: 12 }, (_, index) => String(index + 1))

/** Cards are issued for less than twenty years. */
const years = Array.from({ length: 20 }, (_, index) => String(lastMonthOf(new Date()).year + index))

export function CardForm(props: CardFormProps) {
  const { texts } = useLanguage()
  const [isBillingOpen, setBillingOpen] = useState(false)
  const hasBillingFault = billingFields.some((field) => props.faults[field] !== undefined)
  return (
    <fieldset className="fields">
      <legend>{texts.cardTitle}</legend>
      <Field name="number" {...props} />
      <Field name="expiryMonth" choices={months} {...props} />
      <Field name="expiryYear" choices={years} {...props} />
      <Field name="cvv" hint={props.isCvvOptional ? texts.cvvOptional : undefined} {...props} />
      <Field name="holderFirstName" {...props} />
      <Field name="holderLastName" {...props} />
      {/* A fault opens it, and mending the fault must not close it over the field that is typed in. */}
      <details
        open={isBillingOpen || hasBillingFault}
        onToggle={({ currentTarget }) => setBillingOpen(currentTarget.open)}
      >
        <summary>{texts.billing}</summary>
        <div className="fields">
          {billingFields.map((field) => (
            <Field key={field} name={field} {...props} />
          ))}
        </div>
      </details>
    </fieldset>
  )
}

interface FieldProps extends CardFormProps {
  readonly name: CardField
  readonly choices?: readonly string[]
  readonly hint?: string | undefined
}

function Field({ name, choices, hint, draft, faults, onChange }: FieldProps) {
  const { texts } = useLanguage()
  const { isNumeric, ...traits } = fieldTraits[name]
  const fault = faults[name]
  const note = fault ?? hint
  const shared = {
    id: name,
    name,
    value: draft[name],
    'aria-invalid': fault !== undefined,
    'aria-describedby': note === undefined ? undefined : `${name}-note`,
    onChange: (event: { target: { value: string } }) => onChange(name, event.target.value),
    ...traits,
  }
  return (
    <div className={`field ${name}`}>
      <label htmlFor={name}>{texts.card[name]}</label>
      {choices === undefined ? (
        <input {...shared} inputMode={isNumeric ? 'numeric' : 'text'} spellCheck={false} />
      ) : (
        <select {...shared}>
          <option value="">–</option>
          {choices.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      )}
      {note !== undefined && (
        <p id={`${name}-note`} className={fault === undefined ? 'hint' : 'fault'}>
          {note}
        </p>
      )}
    </div>
  )
}
