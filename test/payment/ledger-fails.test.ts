import { expect, test } from 'vitest'
import {
  type AtlasPayments,
  LedgerUnavailable,
  type OrderReading,
  type PayAnswer,
  type PaymentLedger,
} from '../../src/payment/ports.ts'
import { openFor, openMemoryStore } from '../support/ledger-stores.ts'
import { paymentOf } from '../support/pay-against.ts'
import { createTestDesk } from '../support/payment-desk.ts'

const origin = { caller: 'anonymous', idempotencyKey: null, requestId: 'request-1' }
const away = new LedgerUnavailable(new Error('away'), false)
const broken = new Error('broken')

const lost: PayAnswer = { kind: 'unknown', reason: 'CONNECTION_LOST', atlasStatus: null, cause: null }
const refused: PayAnswer = {
  kind: 'refused',
  code: 'CARD_MISMATCH',
  atlasStatus: 414,
  retryAfterSeconds: null,
}

/** Pays an order where one call of the ledger fails once the request has left; with what was told, row and faults. */
async function payFailing(
  call: 'attemptsOf' | 'find',
  error: Error,
  answer: PayAnswer | Promise<PayAnswer>,
  reading: OrderReading = { kind: 'unreadable' },
) {
  const { ledger: store } = await openFor(openMemoryStore)
  const faults: unknown[] = []
  const ledger: PaymentLedger = { ...store, [call]: () => Promise.reject(error) }
  const atlas: AtlasPayments = {
    pay: () => Promise.resolve(answer),
    readOrder: () => Promise.resolve(reading),
    queryOrder: () => Promise.resolve({ kind: 'unavailable' }),
  }
  const desk = createTestDesk(ledger, atlas, {
    onFault: (fault) => void faults.push(fault),
    // A client that waits for an answer in vain waits no longer.
    ...(answer instanceof Promise && { payWaitMs: 0 }),
  })
  const told = await desk.pay(paymentOf('A1'), origin)
  return { told, row: (await store.attemptsOf('A1'))[0], faults }
}

test.each([
  ['is away', away, []],
  ['is broken, which is a fault', broken, [broken]],
])(
  'a refusal is held open when the ledger cannot tell whether an earlier payment was lost: it %s',
  async (_what, error, faults) => {
    const told = await payFailing('attemptsOf', error, refused)
    expect(told).toMatchObject({
      told: { kind: 'failed', code: 'CARD_MISMATCH', paymentState: 'UNKNOWN', atlasStatus: 414 },
      row: { state: 'UNKNOWN', code: 'CARD_MISMATCH' },
    })
    expect(told.faults.slice(0, 1)).toEqual(faults)
  },
)

test('a payment that was lost is told as unknown when reading it back fails', async () => {
  const byCard: OrderReading = { kind: 'paid', paymentMethod: 'VCC_PASSTHROUGH', pnrCode: null }
  expect(await payFailing('attemptsOf', broken, lost, byCard)).toMatchObject({
    told: { kind: 'failed', code: 'OUTCOME_UNKNOWN', paymentState: 'UNKNOWN' },
    row: { state: 'UNKNOWN', code: 'OUTCOME_UNKNOWN' },
    faults: [broken],
  })
})

test('a payment that goes on is told as under way when the ledger cannot tell more', async () => {
  expect(await payFailing('find', away, new Promise(() => {}))).toMatchObject({
    told: { kind: 'failed', code: 'PAYMENT_IN_PROGRESS', paymentState: 'IN_PROGRESS' },
    row: { state: 'CLAIMED' },
    faults: [away],
  })
})

test('an input that is refused for its order number asks the ledger for nothing', async () => {
  const { ledger: store } = await openFor(openMemoryStore)
  const ledger: PaymentLedger = { ...store, attemptsOf: () => Promise.reject(broken) }
  const atlas: AtlasPayments = {
    pay: () => Promise.reject(broken),
    readOrder: () => Promise.reject(broken),
    queryOrder: () => Promise.reject(broken),
  }
  const desk = createTestDesk(ledger, atlas)
  const fault = { field: ['input', 'orderNo'], fault: 'EMPTY' } as const
  expect(await desk.refuseInput('?', fault)).toMatchObject({
    code: 'INVALID_INPUT',
    paymentState: 'NOT_PAID',
  })
  const elsewhere = { ...fault, field: ['input', 'requestSource'] }
  await expect(desk.refuseInput('A1', elsewhere)).rejects.toBe(broken)
})
