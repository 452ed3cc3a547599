import { expect, test, vi } from 'vitest'
import { PaymentsClosed } from '../../src/payment/pay-order.ts'
import type { AtlasPayments, PayAnswer, PaymentLedger } from '../../src/payment/ports.ts'
import { openFor, openMemoryStore } from '../support/ledger-stores.ts'
import { paymentOf } from '../support/pay-against.ts'
import { createTestDesk } from '../support/payment-desk.ts'

const origin = { caller: 'anonymous', idempotencyKey: null, requestId: 'request-1' }

/** A desk whose steps wait until they are let go; `happened` is what came about, in its order. */
async function openDesk() {
  const { ledger: store } = await openFor(openMemoryStore)
  const happened: string[] = []
  const claimed = Promise.withResolvers<void>()
  const answered = Promise.withResolvers<void>()
  const recorded = Promise.withResolvers<void>()
  const ledger: PaymentLedger = {
    ...store,
    async claim(attempt, key) {
      await claimed.promise
      return store.claim(attempt, key)
    },
    async record(changes) {
      happened.push('answered')
      await recorded.promise
      return store.record(changes)
    },
  }
  const atlas: AtlasPayments = {
    async pay({ orderNo }): Promise<PayAnswer> {
      happened.push(`sent ${orderNo}`)
      await answered.promise
      return { kind: 'accepted', pnrCode: null }
    },
    readOrder: () => Promise.resolve({ kind: 'unreadable' }),
    queryOrder: () => Promise.resolve({ kind: 'unavailable' }),
  }
  const desk = createTestDesk(ledger, atlas)
  const drain = (): Promise<void> => desk.drain().then(() => void happened.push('drained'))
  return { desk, store, happened, claimed, answered, recorded, drain }
}

test('A desk that drains lets a claim under way be sent, answered and recorded, and refuses what comes later', async () => {
  const { desk, store, happened, claimed, answered, recorded, drain } = await openDesk()
  const paying = desk.pay(paymentOf('A1'), origin)
  const draining = drain()
  await expect(desk.pay(paymentOf('A2'), origin)).rejects.toThrow(PaymentsClosed)
  expect([happened, desk.inFlight()]).toEqual([[], 1])
  claimed.resolve()
  await vi.waitUntil(() => happened.length > 0)
  expect([happened, desk.inFlight()]).toEqual([['sent A1'], 1])
  answered.resolve()
  await vi.waitUntil(() => happened.length > 1)
  expect([happened, desk.inFlight()]).toEqual([['sent A1', 'answered'], 1])
  recorded.resolve()
  await draining
  expect([happened, desk.inFlight()]).toEqual([['sent A1', 'answered', 'drained'], 0])
  expect(await paying).toMatchObject({ kind: 'accepted', orderNo: 'A1' })
  expect(await store.attemptsOf('A1')).toMatchObject([{ state: 'PAID' }])
  expect(await store.attemptsOf('A2')).toEqual([])
})

test('A desk with nothing under way is drained at once', async () => {
  const { happened, drain } = await openDesk()
  await drain()
  expect(happened).toEqual(['drained'])
})
