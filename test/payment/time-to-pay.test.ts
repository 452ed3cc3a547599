import { expect, onTestFinished, test } from 'vitest'
import { openLedger } from '../../src/ledger/open-ledger.ts'
import type { PaymentStory } from '../../src/payment/pay-order.ts'
import type { Money } from '../../src/payment/money.ts'
import type { AtlasPayments, PaymentLedger } from '../../src/payment/ports.ts'
import { factsOf } from '../support/order-facts.ts'
import { createTestDesk } from '../support/payment-desk.ts'

const startMs = Date.parse('2026-11-23T08:00:00.000Z')

/**
 * Pays an order that takes so long to be claimed, to be read where its total is expected, and to find a connection;
 * with what came of it, and what the ledger has of the order.
 */
async function payAfter(
  waits: { readonly claimMs?: number; readonly readMs?: number; readonly connectMs?: number },
  { expectedTotal = null, payBefore = null }: { expectedTotal?: Money | null; payBefore?: Date | null } = {},
) {
  const store = await openLedger('sqlite::memory:', { instanceId: 'gateway-1' })
  onTestFinished(() => store.close())
  let present = startMs
  const pass = (ms = 0): void => void (present += ms)
  const started: boolean[] = []
  const atlas: AtlasPayments = {
    async queryOrder(orderNo) {
      pass(waits.readMs)
      return { kind: 'order', facts: factsOf({ orderNo, payBefore }) }
    },
    readOrder: () => Promise.resolve({ kind: 'unreadable' }),
    async pay(_request, mayStart) {
      pass(waits.connectMs)
      started.push(mayStart!())
      return started[0] === true
        ? { kind: 'accepted', pnrCode: null }
        : { kind: 'not-sent', reason: 'CLAIM_STALE', cause: null }
    },
  }
  const clock = {
    now: () => new Date(present),
    delay: () => new Promise<void>(() => {}),
    timer: () => () => {},
  }
  const ledger: PaymentLedger = {
    ...store,
    claim: (attempt, key) => store.claim(attempt, key).finally(() => pass(waits.claimMs)),
  }
  const stories: PaymentStory[] = []
  const onStory = (story: PaymentStory): void => void stories.push(story)
  const desk = createTestDesk(ledger, atlas, { clock, startWithinMs: 10_000, exchangeMs: 30_000, onStory })
  const outcome = await desk.pay(
    {
      orderNo: 'A1',
      paymentMethod: 'BALANCE',
      clientOrderNo: null,
      requestSource: null,
      card: null,
      expectedTotal,
    },
    { caller: 'anonymous', idempotencyKey: null, requestId: 'request-1' },
  )
  return { started, outcome, stories, attempts: await store.attemptsOf('A1') }
}

const total: Money = { amount: '86.40', currency: 'USD' }

function expectStarts({ started, outcome, attempts }: Awaited<ReturnType<typeof payAfter>>, starts: boolean) {
  expect(started).toEqual([starts])
  expect(outcome).toMatchObject(
    starts ? { kind: 'accepted' } : { kind: 'failed', code: 'ATLAS_UNREACHABLE', paymentState: 'NOT_PAID' },
  )
  expect(attempts).toMatchObject([
    starts
      ? { state: 'PAID', requestStarted: true }
      : { state: 'NOT_PAID', reason: 'CLAIM_STALE', requestStarted: false },
  ])
}

test.each([
  [0, true],
  [999, true],
  [1_000, false],
])(
  'a payment that finds a connection %i ms after its order was read, of 1,000 to pay, starts: %j',
  async (connectMs, starts) => {
    const payBefore = new Date(startMs + 1_000)
    expectStarts(await payAfter({ connectMs }, { expectedTotal: total, payBefore }), starts)
  },
)

/**
 * An instance that stood still may find its attempt taken over, read as unpaid and released: five seconds beside the
 * ten that it may wait for a connection, and five more for the reading of the order.
 */
test.each([
  ['its claim took', { claimMs: 5_000, connectMs: 10_000 }, null, true],
  ['its claim took', { claimMs: 5_001, connectMs: 10_000 }, null, false],
  ['it waited for a connection', { connectMs: 15_001 }, null, false],
  ['it stood still', { claimMs: 3_600_000 }, null, false],
  ['its claim and the reading took', { claimMs: 5_000, readMs: 5_000, connectMs: 10_000 }, total, true],
  ['its claim and the reading took', { claimMs: 5_000, readMs: 5_001, connectMs: 10_000 }, total, false],
] as const)(
  'a payment whose attempt may be taken over by others is not sent any more: %s %j, total %j, starts: %j',
  async (_what, waits, expectedTotal, starts) => {
    const told = await payAfter(waits, { expectedTotal })
    expectStarts(told, starts)
    const waitedMs = Object.values(waits).reduce((sum, ms) => sum + ms, 0)
    // Whoever takes it over does so after it could have ended.
    expect(told.attempts[0]!.deadlineAt.getTime() >= startMs + waitedMs + 30_000).toBe(starts)
  },
)

test('how long a payment took is told by its parts', async () => {
  const told = await payAfter({ claimMs: 200, readMs: 300, connectMs: 500 }, { expectedTotal: total })
  expect(told.stories).toMatchObject([{ claimMs: 200, exchangeMs: 800, durationMs: 1_000, recorded: true }])
})
