/** The settings of the gateways under test. */

import type { ClockPace } from '../support/crash-clock.ts'

/** Deadline of an exchange, in real milliseconds. */
export const EXCHANGE_MS = 500

/**
 * Time runs eight times as fast for the gateways, but not for their exchanges. So an instance counts as dead after
 * half a second, a request starts within 0.7 s of its claim or not at all, and an order is released as unpaid no
 * sooner than 3.2 s after it: RELEASE_UNPAID_AFTER_MS / 8 after the claim's own deadline. The oracle charges 1.2 s
 * late at most, which is 2 s after the claim. Releasing is right here, and a double charge is the gateway's fault.
 */
export function startPace(): ClockPace {
  return { origin: Date.now(), speed: 8 }
}

/** Environment of a gateway under test; milliseconds of its own clock, but for the deadline of an exchange. */
export function gatewayEnvironment(oracleUrl: string, ledgerUrl: string): Record<string, string> {
  return {
    ATLAS_BASE_URL: oracleUrl,
    LEDGER_URL: ledgerUrl,
    ATLAS_TIMEOUT_MS: String(EXCHANGE_MS),
    PAY_WAIT_MS: '8000',
    SETTLE_INTERVAL_MS: '400',
    RELEASE_UNPAID_AFTER_MS: '20000',
  }
}
