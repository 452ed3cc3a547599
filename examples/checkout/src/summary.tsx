/** What is owed for an order, and until when. */

import { useEffect, useRef } from 'react'
import { useLanguage } from './language.ts'
import { type Amount, formatMoney } from './money.ts'
import type { Order } from './order.ts'
import { clockText } from './time.ts'

export interface SummaryProps {
  readonly order: Order
  /** What it costs by the method that is chosen. */
  readonly due: Amount | null
  /** What it cost when the person agreed to pay, where that has changed. */
  readonly dueBefore: Amount | null
  readonly secondsLeft: number | null
}

/** In the time zone of the device; deadlines are hours away, so the year goes without saying. */
const dayAndTime = { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' } as const

export function Summary({ order, due, dueBefore, secondsLeft }: SummaryProps) {
  const { language, texts } = useLanguage()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <section className="card summary" aria-labelledby="order">
      <h2 id="order" ref={heading} tabIndex={-1}>
        {texts.order} <span className="number">{order.orderNo}</span>
      </h2>
      <p className="label">{order.state === 'UNPAID' ? texts.total : texts.totalOnly}</p>
      <p className="total">{due === null ? texts.totalUnknown : formatMoney(due, language)}</p>
      {dueBefore !== null && <p className="changed">{texts.totalWas(formatMoney(dueBefore, language))}</p>}
      {order.state === 'UNPAID' && order.payBefore !== null && secondsLeft !== null && (
        <dl className="deadline">
          <div>
            <dt>{texts.payBefore}</dt>
            <dd>
              <time dateTime={order.payBefore}>
                {new Intl.DateTimeFormat(language, dayAndTime).format(new Date(order.payBefore))}
              </time>
            </dd>
          </div>
          <div>
            <dt>{texts.timeLeft}</dt>
            <dd>
              <span role="timer" className={secondsLeft < 300 ? 'soon' : undefined}>
                {clockText(secondsLeft)}
              </span>
            </dd>
          </div>
        </dl>
      )}
    </section>
  )
}
