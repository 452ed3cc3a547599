import { expect, test } from 'vitest'
import { type AtlasPayments, LedgerUnavailable, type PaymentLedger } from '../../src/payment/ports.ts'
import { openFor, openMemoryStore } from '../support/ledger-stores.ts'
import { paymentOf } from '../support/pay-against.ts'
import { createTestPayments } from '../support/payment-desk.ts'

const origin = { caller: 'anonymous', idempotencyKey: null, requestId: 'request-1' }

/** Pays order A1 where the claim is committed, or not, and fails all the same. */
async function payFailing(fault: Error, isCommitted: boolean) {
  const { ledger: store } = await openFor(openMemoryStore)
  let fails = true
  const withdrawn: string[] = []
  const ledger: PaymentLedger = {
    ...store,
    async claim(attempt, key) {
      if (fails && !isCommitted) throw fault
      const result = await store.claim(attempt, key)
      if (fails) throw fault
      return result
    },
    withdraw(paymentId) {
      withdrawn.push(paymentId)
      return store.withdraw(paymentId)
    },
  }
  const sent: string[] = []
  const atlas: AtlasPayments = {
    async pay({ orderNo }) {
      sent.push(orderNo)
      return { kind: 'accepted', pnrCode: null }
    },
    readOrder: () => Promise.resolve({ kind: 'unreadable' }),
    queryOrder: () => Promise.resolve({ kind: 'unavailable' }),
  }
  const { desk, repairs } = createTestPayments(ledger, atlas)
  await expect(desk.pay(paymentOf('A1'), origin)).rejects.toBe(fault)
  expect({ sent, withdrawn, inFlight: desk.inFlight() }).toEqual({ sent: [], withdrawn: [], inFlight: 0 })
  fails = false
  return { desk, repairs, store, sent, withdrawn }
}

test.each([true, false])(
  'a claim that may have been committed is withdrawn, since nothing was sent; it was: %j',
  async (isCommitted) => {
    const fault = new LedgerUnavailable(new Error('the answer was lost'), true)
    const { desk, repairs, store, sent, withdrawn } = await payFailing(fault, isCommitted)
    expect(await store.attemptsOf('A1')).toHaveLength(isCommitted ? 1 : 0)
    await repairs.run()
    expect(withdrawn).toEqual(['payment-1'])
    expect(await store.attemptsOf('A1')).toEqual([])
    expect(await desk.pay(paymentOf('A1'), origin)).toMatchObject({ kind: 'accepted', replayed: false })
    expect(sent).toEqual(['A1'])
  },
)

test.each([
  ['surely was not committed', new LedgerUnavailable(new Error('away'), false)],
  ['failed for another reason', new Error('a fault')],
])('a claim that %s is not withdrawn', async (_what, fault) => {
  const { repairs, withdrawn } = await payFailing(fault, false)
  await repairs.run()
  expect(withdrawn).toEqual([])
})
