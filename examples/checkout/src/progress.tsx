/** What becomes of an order after its payment: the ticket, or what happens to the money. */

import type { OrderState, TicketingFailureMoney } from './generated/graphql.ts'
import { useLanguage } from './language.ts'
import { Notice, type NoticeProps } from './notice.tsx'
import type { Order } from './order.ts'
import { Action } from './refusal.tsx'

type Mark = 'done' | 'current' | 'failed' | 'unsure' | 'open'

const steps = ['paid', 'ticketing', 'ticketed'] as const

/** How far the steps are; the others have none. */
const marks: Partial<Record<OrderState, readonly [Mark, Mark, Mark]>> = {
  PAYMENT_PENDING: ['current', 'open', 'open'],
  UNKNOWN: ['current', 'open', 'open'],
  TICKETING: ['done', 'current', 'open'],
  TICKETED: ['done', 'done', 'done'],
  CANCELLED_AFTER_PAYMENT: ['done', 'failed', 'open'],
}

/** What a ticketing failure says where the payment cannot be taken for done. */
const doubtfulMoneys: ReadonlySet<TicketingFailureMoney> = new Set(['NOT_CAPTURED', 'RECONCILE', 'UNKNOWN'])

const tones: Partial<Record<OrderState, NoticeProps['tone']>> = {
  TICKETING: 'calm',
  TICKETED: 'good',
  CANCELLED_AFTER_PAYMENT: 'bad',
  CANCELLED: 'bad',
  LAPSED: 'bad',
}

/** States after which there is nothing more to do for the order. */
const overStates: ReadonlySet<OrderState> = new Set([
  'TICKETED',
  'CANCELLED',
  'CANCELLED_AFTER_PAYMENT',
  'LAPSED',
])

export interface ProgressProps {
  /** Null while the order was not seen since the payment. */
  readonly order: Order | null
  /** Whether the payment was accepted, which the order may not show yet. */
  readonly isPaid: boolean
  readonly takesFocus: boolean
  readonly onLeave: () => void
}

export function Progress({ order, isPaid, takesFocus, onLeave }: ProgressProps) {
  const { texts } = useLanguage()
  const seen = order?.state ?? 'UNKNOWN'
  const state = isPaid && !overStates.has(seen) ? 'TICKETING' : seen
  const failure = order?.ticketingFailure ?? null
  const isDoubtful = failure !== null && doubtfulMoneys.has(failure.money)
  const marksNow = marks[state]?.map((mark, index) => (isDoubtful && index === 0 ? 'unsure' : mark))
  // Where nobody knows about the money, or somebody has to help, another order is no way out.
  const maySwitch = overStates.has(state) && (failure?.action ?? 'CREATE_NEW_ORDER') === 'CREATE_NEW_ORDER'
  const locators = state === 'TICKETED' ? (order?.airlineRecordLocators ?? []) : []
  return (
    <Notice tone={tones[state] ?? 'wait'} title={texts.states[state]} takesFocus={takesFocus}>
      {marksNow !== undefined && (
        <ol className="progress" aria-label={texts.progress}>
          {marksNow.map((mark, index) => (
            <li key={steps[index]} className={mark} aria-current={mark === 'current' ? 'step' : undefined}>
              {texts.steps[steps[index]!]}
              <span className="hidden"> {texts.marks[mark]}</span>
            </li>
          ))}
        </ol>
      )}
      {failure !== null && (
        <>
          <p>{failure.message}</p>
          <p>{failure.remediation}</p>
        </>
      )}
      <dl className="facts">
        {locators.length > 0 && <Fact name={texts.locators} value={locators.join(', ')} />}
        {failure !== null && <Fact name={texts.moneyTitle} value={texts.money[failure.money]} />}
        {marksNow !== undefined && order?.pnrCode != null && (
          <Fact name={texts.reference} value={order.pnrCode} />
        )}
      </dl>
      {maySwitch && <Action label={texts.otherOrder} onPress={onLeave} />}
    </Notice>
  )
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}
