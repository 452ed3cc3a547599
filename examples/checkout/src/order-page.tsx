/** One order: what is owed, the payment, and what becomes of it. It decides what is shown when. */

import { useEffect, useReducer, useState } from 'react'
import type { PaymentMethod } from './generated/graphql.ts'
import { useLanguage } from './language.ts'
import { isSameAmount } from './money.ts'
import { Notice } from './notice.tsx'
import { amountDue, type OrderError, useOrder } from './order.ts'
import { PayForm } from './pay-form.tsx'
import { amountOf, usePayments } from './payment.ts'
import { Progress } from './progress.tsx'
import { Action, Refusal, Unanswered } from './refusal.tsx'
import { Summary } from './summary.tsx'
import { useSecondsLeft } from './time.ts'
import { viewOf, watchingOf } from './view.ts'

export function OrderPage({ orderNo, onLeave }: { orderNo: string; onLeave: () => void }) {
  const { texts } = useLanguage()
  const [turn, nextTurn] = useReducer((before: number) => before + 1, 0)
  const { payment, pay, sendAgain, dismiss } = usePayments(nextTurn)
  const sight = useOrder(orderNo, turn, watchingOf(payment))
  const [chosen, setChosen] = useState<{ method: PaymentMethod; turn: number } | null>(null)
  const order = sight?.kind === 'order' ? sight.order : null
  const view = viewOf(payment, sight, turn)

  const secondsLeft = useSecondsLeft(order?.state === 'UNPAID' ? sight : null)
  const isOver = secondsLeft === 0
  useEffect(() => {
    if (isOver) nextTurn()
  }, [isOver])

  const methods = order?.paymentMethods ?? []
  // A method that was just refused has to be chosen anew, not by leaving it.
  const isMethodRefused = payment.kind === 'refused' && payment.error.action === 'CHANGE_PAYMENT_METHOD'
  const preferred = isMethodRefused && chosen?.turn !== turn ? undefined : chosen?.method
  const method = methods.find((one) => one === preferred) ?? (methods.length === 1 ? methods[0]! : null)
  const agreed = amountOf(payment)
  const owed = order === null ? null : method === null ? order.total : amountDue(order, method)
  // What was agreed to by a method stays, when there is nothing more to choose.
  const due = view.showsForm || agreed === null ? owed : agreed
  const isTotalChanged = payment.kind === 'refused' && payment.error.code === 'TOTAL_CHANGED'
  const approved = isTotalChanged && view.isFresh ? agreed : null
  const ways = {
    onSendAgain: sendAgain,
    onLeave,
    onReadAgain: () => {
      dismiss()
      nextTurn()
    },
  }

  return (
    <div className="order">
      <output className="hidden">{statusOf()}</output>
      {order !== null && (
        <Summary
          key={turn}
          order={order}
          due={due}
          dueBefore={isSameAmount(approved, due) ? null : approved}
          secondsLeft={secondsLeft}
        />
      )}
      <div className="column">
        {sight === null && <p className="card">{texts.reading}</p>}
        {sight !== null && sight.kind !== 'order' && (
          <Unread error={sight.kind === 'error' ? sight.error : null} onReadAgain={ways.onReadAgain} />
        )}
        {payment.kind === 'paying' && payment.isAgain && <Notice tone="wait" title={texts.paying} />}
        {view.showsRefusal && payment.kind === 'refused' && (
          <Refusal key={turn} payment={payment} {...ways} />
        )}
        {view.showsUnanswered && payment.kind === 'unanswered' && (
          <Unanswered key={turn} payment={payment} canAsk={view.canAsk} {...ways} />
        )}
        {view.isSettledUnpaid && <Notice tone="wait" title={texts.settledUnpaid} />}
        {view.showsProgress && (
          <Progress
            order={view.isFresh ? order : null}
            isPaid={view.isPaid}
            takesFocus={!view.showsRefusal && !view.showsUnanswered}
            onLeave={onLeave}
          />
        )}
        {view.showsForm && order !== null && (
          <>
            {isOver && <p className="card notice bad">{texts.timeOver}</p>}
            <PayForm
              order={order}
              method={method}
              onMethod={(one) => setChosen({ method: one, turn })}
              isHeld={payment.kind === 'paying' || !view.isFresh || isOver}
              isPaying={payment.kind === 'paying'}
              error={payment.kind === 'refused' ? payment.error : null}
              onPay={(card) => {
                const expectedTotal = method === null ? null : amountDue(order, method)
                // Nobody agrees to an amount that is not shown.
                if (method !== null && expectedTotal !== null)
                  pay({ orderNo, paymentMethod: method, card, expectedTotal })
              }}
            />
          </>
        )}
      </div>
    </div>
  )

  function statusOf(): string {
    if (payment.kind === 'paying') return texts.paying
    if (sight === null) return texts.reading
    return view.showsProgress && order !== null ? texts.states[order.state] : ''
  }
}

function Unread({ error, onReadAgain }: { error: OrderError | null; onReadAgain: () => void }) {
  const { texts } = useLanguage()
  return (
    <Notice tone="bad" title={texts.cannotRead}>
      <p>{error?.message ?? texts.noConnection}</p>
      {error !== null && <p>{error.remediation}</p>}
      {(error === null || error.retryable) && <Action label={texts.readAgain} onPress={onReadAgain} />}
    </Notice>
  )
}
