/** Something that a person has to read now: it takes the focus when it appears. */

import { type ReactNode, useEffect, useRef } from 'react'

export interface NoticeProps {
  readonly tone: 'good' | 'bad' | 'wait' | 'calm'
  readonly title: string
  readonly children?: ReactNode
  /** False for what stands below something more important. */
  readonly takesFocus?: boolean
}

export function Notice({ tone, title, children, takesFocus = true }: NoticeProps) {
  const ref = useRef<HTMLElement>(null)
  useEffect(() => {
    if (takesFocus) ref.current?.focus()
  }, [takesFocus])
  return (
    <section ref={ref} className={`card notice ${tone}`} tabIndex={-1} aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  )
}
