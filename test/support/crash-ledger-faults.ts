/** A ledger whose store is away now and then: before a commit, or just after it, when only the word of it is lost. */

import { LedgerUnavailable, type PaymentLedger } from '../../src/payment/ports.ts'
import { type Random, randomOf } from '../soak/random.ts'

export interface LedgerFaults {
  readonly seed: string
  /** Share of calls that fail. */
  readonly share: number
}

/** Every method but those that begin and end a process fails as often as `share` says. */
export function createUnreliableLedger(ledger: PaymentLedger, { seed, share }: LedgerFaults): PaymentLedger {
  // Each process has its own row of chances: a gateway that starts again must not meet the same fault.
  const random = randomOf(seed, 'ledger', process.pid, Date.now())
  const unreliable = <Parameters extends unknown[], Result>(
    call: (...parameters: Parameters) => Promise<Result>,
  ) => {
    return async (...parameters: Parameters): Promise<Result> => {
      if (!random.chance(share)) return call(...parameters)
      return fail(random, () => call(...parameters))
    }
  }
  return {
    ...ledger,
    claim: unreliable(ledger.claim),
    withdraw: unreliable(ledger.withdraw),
    record: unreliable(ledger.record),
    find: unreliable(ledger.find),
    attemptsOf: unreliable(ledger.attemptsOf),
    adoptOrphans: unreliable(ledger.adoptOrphans),
    leaseUnknown: unreliable(ledger.leaseUnknown),
    defer: unreliable(ledger.defer),
    purge: unreliable(ledger.purge),
  }
}

async function fail(random: Random, call: () => Promise<unknown>): Promise<never> {
  const cause = new Error('injected')
  switch (random.between(0, 2)) {
    case 0:
      throw new LedgerUnavailable(cause, false)
    case 1:
      // Nobody knows whether it was committed: it was not.
      throw new LedgerUnavailable(cause, true)
    default:
      // And here it was.
      await call()
      throw new LedgerUnavailable(cause, true)
  }
}
