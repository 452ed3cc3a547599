/** What is told after a payment that did not succeed, or that nobody knows of, with the one next action. */

import { useQuery } from 'urql'
import { cardFieldOf } from './card.ts'
import { ErrorTextsDocument } from './generated/graphql.ts'
import { type Language, useLanguage } from './language.ts'
import { nextStepOf } from './next-step.ts'
import { Notice } from './notice.tsx'
import type { Payment, PaymentError } from './payment.ts'
import { useWait } from './time.ts'

type Ended<Kind extends Payment['kind']> = Extract<Payment, { kind: Kind }>

export interface Ways {
  readonly onSendAgain: () => void
  readonly onReadAgain: () => void
  readonly onLeave: () => void
}

export function Refusal({ payment, ...ways }: { payment: Ended<'refused'> } & Ways) {
  const { texts } = useLanguage()
  const { error } = payment
  const told = useSentences(error, payment.toldIn)
  const isOpen = error.paymentState === 'UNKNOWN' || error.paymentState === 'IN_PROGRESS'
  const titles = {
    NOT_PAID: texts.notPaid,
    PAID: texts.paid,
    UNKNOWN: texts.notKnown,
    IN_PROGRESS: texts.notKnown,
  }
  return (
    <Notice tone={isOpen ? 'wait' : 'bad'} title={titles[error.paymentState]}>
      {cardFieldOf(error.field) === undefined ? (
        <>
          <p lang={told.lang}>{told.message}</p>
          <p lang={told.lang}>{told.remediation}</p>
        </>
      ) : (
        // The gateway names a field as programs do; here it is marked, with the page's own words.
        <p>{texts.correctCard}</p>
      )}
      <NextAction error={error} {...ways} />
    </Notice>
  )
}

function NextAction({ error, ...ways }: { error: PaymentError } & Ways) {
  const { texts } = useLanguage()
  switch (nextStepOf(error)) {
    case 'SEND_AGAIN':
      return <SendAgain label={texts.tryAgain} waitSeconds={error.retryAfterSeconds ?? 0} {...ways} />
    case 'READ_AGAIN':
      return <Action label={texts.readAgain} onPress={ways.onReadAgain} />
    case 'OTHER_ORDER':
      return <Action label={texts.otherOrder} onPress={ways.onLeave} />
    case 'SUPPORT':
      return error.paymentId === null ? null : (
        <p>
          {texts.support} <code>{error.paymentId}</code>
        </p>
      )
    case 'CHANGE':
    case 'FOLLOW':
      return null
  }
}

/** `canAsk` is whether the order itself does not tell what became of the payment. */
export function Unanswered(props: { payment: Ended<'unanswered'>; canAsk: boolean } & Ways) {
  const { texts } = useLanguage()
  const isUnsent = props.payment.sent === 'nothing'
  return (
    <Notice tone="wait" title={isUnsent ? texts.notSent : texts.unanswered}>
      <p>{isUnsent ? texts.notSentHelp : texts.unansweredHelp}</p>
      {props.canAsk && (
        <Action label={isUnsent ? texts.tryAgain : texts.askAgain} onPress={props.onSendAgain} />
      )}
    </Notice>
  )
}

function SendAgain({ label, waitSeconds, onSendAgain }: { label: string; waitSeconds: number } & Ways) {
  const { texts } = useLanguage()
  const left = useWait(waitSeconds)
  return (
    <button type="button" disabled={left > 0} onClick={onSendAgain}>
      {left > 0 ? texts.tryAgainIn(left) : label}
    </button>
  )
}

export function Action({ label, onPress }: { label: string; onPress: () => void }) {
  return (
    <button type="button" className="secondary" onClick={onPress}>
      {label}
    </button>
  )
}

/**
 * The sentences of an error in the language of the page. They were told in the language of then; when it was
 * changed since, the catalogue has those of the code, which fit as long as the error knows no more than its code.
 */
function useSentences(error: PaymentError, toldIn: Language) {
  const { language } = useLanguage()
  const [{ data }] = useQuery({ query: ErrorTextsDocument, pause: language === toldIn })
  const isGeneral = error.code !== 'INVALID_INPUT' && language !== toldIn
  const translated = isGeneral
    ? data?.paymentErrorCatalog.find(
        ({ code, paymentState }) => code === error.code && paymentState === error.paymentState,
      )
    : undefined
  const { message, remediation } = translated ?? error
  return { message, remediation, lang: translated === undefined ? toldIn : language }
}
