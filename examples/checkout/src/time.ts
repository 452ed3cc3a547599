/** Time as the gateway counts it, which a wrong clock of the device does not change. */

import { useEffect, useState } from 'react'
import type { Sight } from './order.ts'

/** Whole seconds until an order cannot be paid any more, counted down to 0; null when nobody says until when. */
export function useSecondsLeft(sight: Sight | null): number | null {
  const [nowMs, setNowMs] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [])
  if (sight?.kind !== 'order') return null
  const { order, seenAtMs } = sight
  if (order.payBefore == null) return null
  const aheadMs = Date.parse(order.readAt) - seenAtMs
  const leftMs = Date.parse(order.payBefore) - aheadMs - Math.max(nowMs, seenAtMs)
  return Math.max(0, Math.ceil(leftMs / 1_000))
}

/** Seconds that are still to be waited, counted down to 0 from when it is first drawn. */
export function useWait(seconds: number): number {
  const [left, setLeft] = useState(seconds)
  useEffect(() => {
    const timer = setInterval(() => setLeft((one) => Math.max(0, one - 1)), 1_000)
    return () => clearInterval(timer)
  }, [])
  return left
}

/** `1:02:03` or `2:03`. */
export function clockText(seconds: number): string {
  const hours = Math.floor(seconds / 3_600)
  const minutes = Math.floor(seconds / 60) % 60
  const twoDigits = (value: number): string => String(value).padStart(2, '0')
  const tail = twoDigits(seconds % 60)
  return hours > 0 ? `${hours}:${twoDigits(minutes)}:${tail}` : `${minutes}:${tail}`
}
