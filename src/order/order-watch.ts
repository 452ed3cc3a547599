/** Follows orders for subscribers: many of one order cost one question to Atlas. */

import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Clock, LedgerUnavailable } from '../payment/ports.ts'
import { createLatest, type Latest } from './latest.ts'
import { type Order, type OrderReader, type OrderUnread, showsSame } from './order-reader.ts'
import { isFinal } from './order-state.ts'

/** Who follows an order. */
export interface Subscriber {
  /** The subject of the caller's token, or null where callers are not told apart. */
  readonly subject: string | null
  /** When the right to read ends, or null when it does not. */
  readonly expiresAt: Date | null
}

export interface OrderWatch {
  /**
   * The order now, and again whenever it changed, until it is ticketed or cancelled, the subscriber leaves, its
   * time is over or this instance ends. Where Atlas says that there is nothing to follow, that is the last value.
   * Throws {@link WatchesFull}.
   */
  follow(orderNo: string, who: Subscriber): AsyncIterableIterator<Order | OrderUnread>
  /** Something happened to an order: it is read at once when somebody follows it. */
  touch(orderNo: string): void
  /** Subscribers at this moment. */
  followers(): number
  /** Ends every subscription, and takes no more. Resolves when all have been told. */
  close(): Promise<void>
}

/** As many subscribers are following as this instance takes. */
export class WatchesFull extends Error {
  constructor() {
    super('This instance has as many subscriptions as it takes.')
    this.name = 'WatchesFull'
  }
}

export interface OrderWatchOptions {
  readonly reader: OrderReader
  readonly clock: Clock
  /** The time by which rights to read end. */
  readonly tokenClock: Pick<Clock, 'now'>
  /** Pause between readings of an order at first, in milliseconds; later four and twenty times as long. */
  readonly intervalMs: number
  /** Most subscribers at the same time. */
  readonly followersMax?: number
  /** Told of faults. Must not throw. */
  readonly onFault: (error: unknown) => void
}

/** Each holds a connection and some kilobytes. */
const FOLLOWERS_MAX = 2_000

/** Most subscribers of one subject: nobody takes all places. */
const FOLLOWERS_OF_ONE_MAX = 200

/** Most orders that are followed at the same time. Each is a question to Atlas in every interval. */
const ORDERS_MAX = 500

/** Subscriptions that are ended in one turn of the loop: probes have to be answered meanwhile. */
const END_BATCH = 10

/** How long one subscription lasts at most, in milliseconds. Clients that want more subscribe again. */
const FOLLOW_MAX_MS = 60 * 60_000

/** One subscriber. */
interface Place {
  readonly until: number
  /** When the right to read ends, by the time of tokens. */
  readonly expiresAt: Date | null
  /** What this one was told last. */
  told: Order | null
}

/** Everything about one order that is followed. */
interface Watched {
  readonly orderNo: string
  readonly followers: Map<Latest<Order | OrderUnread>, Place>
  /** What was told last, as it was read last. */
  told: Order | null
  /** When it was last asked for. */
  askedAt: number
  /** When it was first followed, or changed last. */
  since: number
  /** Ends the pause between two readings. */
  wake: AbortController
}

export function createOrderWatch(options: OrderWatchOptions): OrderWatch {
  const { reader, clock, tokenClock, intervalMs, followersMax = FOLLOWERS_MAX, onFault } = options
  const watches = new Map<string, Watched>()
  const followersOf = new Map<string, number>()
  // Readings belong to no request, and so to no trace: many share them.
  const outside = AsyncLocalStorage.snapshot()
  let followers = 0
  let isClosed = false

  function follow(orderNo: string, { subject, expiresAt }: Subscriber) {
    const known = watches.get(orderNo)
    const isFull =
      followers >= followersMax ||
      (known === undefined && watches.size >= ORDERS_MAX) ||
      (subject !== null && (followersOf.get(subject) ?? 0) >= FOLLOWERS_OF_ONE_MAX)
    if (isClosed || isFull) throw new WatchesFull()
    const now = clock.now().getTime()
    const watched: Watched = known ?? {
      orderNo,
      followers: new Map(),
      told: null,
      askedAt: now,
      since: now,
      wake: new AbortController(),
    }
    const follower = createLatest<Order | OrderUnread>(() => {
      count(subject, -1)
      watched.followers.delete(follower)
      // Nobody waits any more: the loop has to see it, not to sleep on.
      if (watched.followers.size === 0) watched.wake.abort()
    })
    count(subject, 1)
    watched.followers.set(follower, { until: now + FOLLOW_MAX_MS, expiresAt, told: null })
    if (known === undefined) {
      watches.set(orderNo, watched)
      void outside(() => run(watched))
    } else {
      // What was read of Atlas may be some time ago; what the ledger knows is not.
      if (known.told !== null) void rejoin(known, known.told)
      // Who comes later is not to look at what may be many pauses old; one question an interval is enough.
      if (now - known.askedAt >= intervalMs) known.wake.abort()
    }
    return follower
  }

  function count(subject: string | null, change: 1 | -1): void {
    followers += change
    if (subject === null) return
    const left = (followersOf.get(subject) ?? 0) + change
    if (left === 0) followersOf.delete(subject)
    else followersOf.set(subject, left)
  }

  /** Reads an order again and again while somebody follows it. */
  async function run(watched: Watched): Promise<void> {
    while (watched.followers.size > 0) {
      // Before the reading: what happens while it is under way asks for another.
      watched.wake = new AbortController()
      const { signal } = watched.wake
      watched.askedAt = clock.now().getTime()
      await readOnce(watched)
      endExpired(watched)
      if (watched.followers.size === 0) break
      await clock.delay(pauseOf(watched), signal)
      endExpired(watched)
    }
    watches.delete(watched.orderNo)
  }

  /** The pace of this order, but no longer than the subscription that ends first. */
  function pauseOf({ since, followers: all, told }: Watched): number {
    const now = clock.now().getTime()
    const untilFirstEnds = Math.min(...[...all.values()].map(leftMs))
    // An order that can no longer be paid is told so in time.
    const payBefore = told?.facts?.payBefore?.getTime() ?? 0
    const untilLapsed = told?.state === 'UNPAID' && payBefore > now ? payBefore - now : Infinity
    return Math.min(pauseMs(now - since, intervalMs), untilFirstEnds, untilLapsed)
  }

  function endExpired({ followers: all }: Watched): void {
    for (const [follower, place] of all) if (leftMs(place) <= 0) follower.end()
  }

  /** How long a subscriber may go on, in milliseconds. */
  function leftMs({ until, expiresAt }: Place): number {
    const validMs = expiresAt === null ? Infinity : expiresAt.getTime() - tokenClock.now().getTime()
    return Math.min(until - clock.now().getTime(), validMs)
  }

  /** Tells the last reading of Atlas once more, as it stands with the ledger by now. */
  async function rejoin(watched: Watched, last: Order): Promise<void> {
    try {
      const order = await reader.rejoin(last)
      // Not when there was a reading meanwhile: it has told everybody.
      if (watched.told === last) tell(watched, order)
    } catch (error) {
      // The next reading tells.
      if (!(error instanceof LedgerUnavailable)) onFault(error)
    }
  }

  /** Tells an order to each follower to whom it is news. */
  function tell(watched: Watched, order: Order): void {
    if (watched.told === null || !showsSame(watched.told, order)) watched.since = clock.now().getTime()
    watched.told = order
    for (const [follower, place] of watched.followers) {
      if (place.told !== null && showsSame(place.told, order)) continue
      place.told = order
      follower.offer(order)
    }
    if (isFinal(order.state)) for (const follower of watched.followers.keys()) follower.end()
  }

  async function readOnce(watched: Watched): Promise<void> {
    const each = (act: (follower: Latest<Order | OrderUnread>) => void): void => {
      for (const follower of watched.followers.keys()) act(follower)
    }
    try {
      const order = await reader.read(watched.orderNo)
      if (order.kind === 'unread') {
        // What may pass is waited for; what does not is told.
        const isLasting = order.code === 'ORDER_NOT_FOUND' || order.code === 'ATLAS_ACCESS_DENIED'
        if (isLasting) each((follower) => tellLast(follower, order))
        return
      }
      // An answer that tells nothing does not undo what was told.
      if (order.facts !== null || watched.told === null) tell(watched, order)
      else await rejoin(watched, watched.told)
    } catch (error) {
      // A ledger that is away comes back; anything else is a fault, and nobody is left waiting for it.
      if (error instanceof LedgerUnavailable) return
      onFault(error)
      each((follower) => follower.end())
    }
  }

  return {
    follow,
    touch(orderNo) {
      reader.forget(orderNo)
      watches.get(orderNo)?.wake.abort()
    },
    followers: () => followers,
    async close() {
      isClosed = true
      const all = [...watches.values()].flatMap((watched) => [...watched.followers.keys()])
      for (const [index, follower] of all.entries()) {
        if (index % END_BATCH === END_BATCH - 1) await nextTurn()
        follower.end()
      }
    },
  }
}

function tellLast(follower: Latest<Order | OrderUnread>, last: OrderUnread): void {
  follower.offer(last)
  follower.end()
}

/**
 * Pause before the next reading, by the time since the order changed. With an interval of 30 seconds these are
 * the paces of Atlas's own tools: 30 seconds for 5 minutes, 2 minutes up to 30, then 10 minutes.
 */
function pauseMs(unchangedMs: number, intervalMs: number): number {
  if (unchangedMs < 10 * intervalMs) return intervalMs
  return unchangedMs < 60 * intervalMs ? 4 * intervalMs : 20 * intervalMs
}
