/** A payment desk for tests: real use cases over a given ledger and a given Atlas, without waiting. */

import { createPaymentDesk, type PaymentDesk, type PaymentDeskOptions } from '../../src/payment/pay-order.ts'
import type { AtlasPayments, Clock, PaymentLedger } from '../../src/payment/ports.ts'
import { createReadBack } from '../../src/payment/read-back.ts'
import { createRepairs, type Repairs } from '../../src/payment/repairs.ts'

export function createTestDesk(
  ledger: PaymentLedger,
  atlas: AtlasPayments,
  options: Partial<PaymentDeskOptions> = {},
): PaymentDesk {
  return createTestPayments(ledger, atlas, options).desk
}

/** A desk, and what it could not write to its ledger. */
export function createTestPayments(
  ledger: PaymentLedger,
  atlas: AtlasPayments,
  options: Partial<PaymentDeskOptions> = {},
): { readonly desk: PaymentDesk; readonly repairs: Repairs } {
  const clock = options.clock ?? instantClock
  const repairs = createRepairs(ledger, fault)
  const readBack = createReadBack({
    atlas,
    ledger,
    repairs,
    clock,
    steadySince: () => new Date(0),
    releaseUnpaidAfterMs: 120_000,
    intervalMs: 2_000,
    onFault: options.onFault ?? fault,
  })
  let made = 0
  const desk = createPaymentDesk({
    atlas,
    ledger,
    readBack,
    repairs,
    clock,
    inFlightMax: 200,
    payWaitMs: 25_000,
    exchangeMs: 30_000,
    startWithinMs: 10_000,
    onFault: fault,
    newPaymentId: () => `payment-${(made += 1)}`,
    onStory: () => {},
    ...options,
  })
  return { desk, repairs }
}

/** Time that stands still, and in which only the client's wait never ends. */
const instantClock: Clock = {
  now: () => new Date('2026-11-23T08:00:00.000Z'),
  delay: (ms) => (ms >= 10_000 ? new Promise(() => {}) : Promise.resolve()),
  timer(ms, onTime) {
    if (ms < 10_000) onTime()
    return () => {}
  },
}

function fault(error: unknown): never {
  throw error
}
