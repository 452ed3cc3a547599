import { expect, test } from 'vitest'
import { openLedger } from '../../src/ledger/open-ledger.ts'
import type { AtlasPayments } from '../../src/payment/ports.ts'
import { factsOf } from '../support/order-facts.ts'
import { createTestDesk } from '../support/payment-desk.ts'

const readAt = Date.parse('2026-11-23T08:00:00.000Z')

test.each([
  [0, true],
  [999, true],
  [1_000, false],
])(
  'a payment that finds a connection %i ms after its order was read, of 1,000 to pay, starts: %j',
  async (waitedMs, starts) => {
    const ledger = await openLedger('sqlite::memory:', { instanceId: 'gateway-1' })
    let present = readAt
    const started: boolean[] = []
    const atlas: AtlasPayments = {
      queryOrder: (orderNo) =>
        Promise.resolve({ kind: 'order', facts: factsOf({ orderNo, payBefore: new Date(readAt + 1_000) }) }),
      readOrder: () => Promise.resolve({ kind: 'unreadable' }),
      pay(_request, mayStart) {
        present += waitedMs
        started.push(mayStart!())
        return Promise.resolve(
          started[0] === true
            ? { kind: 'accepted', pnrCode: null }
            : { kind: 'not-sent', reason: 'CLAIM_STALE', cause: null },
        )
      },
    }
    const clock = {
      now: () => new Date(present),
      delay: () => new Promise<void>(() => {}),
      timer: () => () => {},
    }
    const desk = createTestDesk(ledger, atlas, { clock })
    const outcome = await desk.pay(
      {
        orderNo: 'A1',
        paymentMethod: 'BALANCE',
        clientOrderNo: null,
        requestSource: null,
        card: null,
        expectedTotal: { amount: '86.40', currency: 'USD' },
      },
      { caller: 'anonymous', idempotencyKey: null, requestId: 'request-1' },
    )
    expect(started).toEqual([starts])
    expect(outcome).toMatchObject(
      starts ? { kind: 'accepted' } : { kind: 'failed', code: 'ATLAS_UNREACHABLE', paymentState: 'NOT_PAID' },
    )
    await ledger.close()
  },
)
