/** The order on the page: read once, and followed while something happens to it. */

import { useEffect, useRef, useState } from 'react'
import { type Client, type CombinedError, useClient } from 'urql'
import {
  FollowOrderDocument,
  type OrderFieldsFragment,
  type OrderState,
  type PaymentMethod,
  ReadOrderDocument,
  type ReadOrderQuery,
} from './generated/graphql.ts'
import { type Amount, isSameAmount } from './money.ts'

export type Order = OrderFieldsFragment
/** What decides what an order costs. */
type PricedOrder = Pick<Order, 'paymentOptions' | 'total'>
export type OrderError = Extract<ReadOrderQuery['order'], { __typename: 'OrderError' }>

/** What was seen of an order, in which turn, and when by the clock of the device. */
export type Sight = { readonly turn: number } & (
  | {
      readonly kind: 'order'
      readonly order: Order
      readonly seenAtMs: number
      /**
       * Whether the order was read after the turn began. The gateway may answer with what others had it read, so
       * the first answer of a turn is no proof, and only one that was read later than that is. Both times are the
       * gateway's: the clock of the device is not asked.
       */
      readonly isReadSince: boolean
    }
  | { readonly kind: 'error'; readonly error: OrderError }
  | { readonly kind: 'no-answer' }
)

/** States that change by themselves. */
const movingStates: ReadonlySet<OrderState> = new Set(['PAYMENT_PENDING', 'TICKETING', 'UNKNOWN'])

/** States that nothing follows. */
const finalStates: ReadonlySet<OrderState> = new Set(['TICKETED', 'CANCELLED', 'CANCELLED_AFTER_PAYMENT'])

/** Pauses before a lost subscription is made anew, in milliseconds: the first one, doubled up to the last. */
const RECONNECT_MS = { first: 1_000, last: 30_000 }

/** `hold` asks nothing and keeps what was seen, as long as a payment is under way. */
export type Watching = 'read' | 'follow' | 'hold'

/**
 * The latest sight of an order; null before the first. A new `turn` asks anew, and a sight of an earlier turn
 * says nothing about what happened since: whoever decides about money compares the turns.
 */
export function useOrder(orderNo: string, turn: number, watching: Watching): Sight | null {
  const client = useClient()
  const [sight, setSight] = useState<Sight | null>(null)
  const isMoving = sight?.kind === 'order' && movingStates.has(sight.order.state)
  const mode = watching === 'read' && isMoving ? 'follow' : watching
  /** When the first answer of the turn was read, by the clock of the gateway. */
  const first = useRef({ turn: -1, readAt: '' })
  useEffect(() => {
    const onOrder = (order: Order): boolean => {
      if (first.current.turn !== turn) first.current = { turn, readAt: order.readAt }
      const isReadSince = isLater(order.readAt, first.current.readAt)
      setSight({ turn, kind: 'order', order, seenAtMs: Date.now(), isReadSince })
      return isReadSince || order.state !== 'UNPAID'
    }
    if (mode === 'hold') return
    if (mode === 'follow') return follow(client, orderNo, onOrder)
    return client.query(ReadOrderDocument, { orderNo }).subscribe(({ data }) => {
      if (data === undefined) setSight({ turn, kind: 'no-answer' })
      else if (data.order.__typename === 'Order') onOrder(data.order)
      else setSight({ turn, kind: 'error', error: data.order })
    }).unsubscribe
  }, [client, orderNo, turn, mode])
  return sight
}

/**
 * Follows an order until it is final or an error says that it cannot be followed, over lost connections and ended
 * subscriptions; ends by what it gives. `onOrder` answers whether the order may be waited for to change; if not, it
 * is asked for anew.
 */
function follow(client: Client, orderNo: string, onOrder: (order: Order) => boolean): () => void {
  let pauseMs = RECONNECT_MS.first
  let timer: ReturnType<typeof setTimeout> | undefined
  let subscription: { unsubscribe: () => void } | undefined
  const begin = (): void => {
    let isFinal = false
    let isEnough = false
    // Not when its answer came: a stream that is aborted while it is read complains.
    subscription?.unsubscribe()
    subscription = client
      .subscription(FollowOrderDocument, { orderNo })
      .subscribe(({ data, error, hasNext }) => {
        clearTimeout(timer)
        if (data !== undefined && error === undefined) {
          isFinal = finalStates.has(data.orderProgress.state)
          isEnough = onOrder(data.orderProgress)
          if (isEnough) pauseMs = RECONNECT_MS.first
        }
        if (error === undefined && hasNext && isEnough) return
        if (isFinal || isLasting(error)) return
        timer = setTimeout(begin, pauseMs)
        pauseMs = Math.min(pauseMs * 2, RECONNECT_MS.last)
      })
  }
  begin()
  return () => {
    clearTimeout(timer)
    subscription?.unsubscribe()
  }
}

/** Whether a coded error of the gateway ended it for good. A fault of the gateway itself may pass. */
function isLasting(error: CombinedError | undefined): boolean {
  return (error?.graphQLErrors ?? []).some(({ extensions }) => {
    const code = extensions['code']
    return typeof code === 'string' && code !== 'INTERNAL_SERVER_ERROR' && extensions['retryable'] !== true
  })
}

function isLater(one: string, other: string): boolean {
  return Date.parse(one) > Date.parse(other)
}

/**
 * What paying by a method costs, by the rule of the gateway: the order's total where the method has no option. Null
 * when that is not known: an option without a total, or several that differ. Then nothing can be agreed to.
 */
export function amountDue({ paymentOptions, total }: PricedOrder, method: PaymentMethod): Amount | null {
  const options = paymentOptions.filter(({ paymentMethod }) => paymentMethod === method)
  const [first, ...more] = options.map((option) => option.total)
  if (first === undefined) return total
  return more.every((other) => isSameAmount(first, other)) ? first : null
}
