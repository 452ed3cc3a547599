/** What clients are tried against: a simulated Atlas and a gateway in front of it, whose pauses are short. */

import { createSimulator, type Simulator } from '../../src/simulator/server.ts'
import { createFastClock } from '../support/fast-clock.ts'
import { startGateway, testCredentials } from '../support/gateway.ts'
import type { ClientOptions } from './pay-client.ts'

export interface Shop {
  readonly simulator: Simulator
  /** A new order of a kind: an order is paid once. */
  newOrder(kind?: string): string
  /** Options of a client for a traveller. */
  optionsIn(language: string): ClientOptions
  /** The tickets of every order that is paid by now are issued. */
  issueTickets(): void
  close(): Promise<void>
}

/** Settings of a gateway that does not wait long. */
const short = { ORDER_POLL_INTERVAL_MS: '100', SETTLE_INTERVAL_MS: '50' }

/** From the payment to the ticket, in milliseconds of the simulator's clock: longer than any test. */
const TICKET_AFTER_MS = 3_600_000

export async function openShop(environment: Record<string, string> = {}): Promise<Shop> {
  let aheadMs = 0
  let orders = 0
  const simulator = await createSimulator({
    host: '127.0.0.1',
    port: 0,
    ...testCredentials,
    latencyMs: 5,
    // Long enough that the first readbacks are over before a late charge.
    slowMs: 2_000,
    ticketAfterMs: TICKET_AFTER_MS,
    now: () => Date.now() + aheadMs,
  })
  const gateway = await startGateway(
    simulator.url,
    { ...short, ...environment },
    { clock: createFastClock() },
  )
  return {
    simulator,
    newOrder(kind = 'ORDER') {
      orders += 1
      return `${kind}-${orders}`
    },
    optionsIn: (language) => ({ url: `${gateway.url}/graphql`, language }),
    issueTickets() {
      aheadMs += TICKET_AFTER_MS
    },
    async close() {
      await gateway.close()
      await simulator.close()
    },
  }
}

/** A pause that a test can wait for. */
export function soon(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 10))
}
