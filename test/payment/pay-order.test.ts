import { describe, expect, test } from 'vitest'
import type { PaymentStory } from '../../src/payment/pay-order.ts'
import type { PayAnswer } from '../../src/payment/ports.ts'
import { changeTo } from '../../src/payment/settlement.ts'
import { openFor, openMemoryStore } from '../support/ledger-stores.ts'
import { paymentOf } from '../support/pay-against.ts'
import { createTestDesk } from '../support/payment-desk.ts'

const accepted: PayAnswer = { kind: 'accepted', pnrCode: 'ROWFRI' }
const origin = { caller: 'caller', idempotencyKey: null, requestId: 'request' }

/** Pays while something happens to the ledger; with what was told, the story and the faults. */
async function payWhile(happen: (place: Awaited<ReturnType<typeof openFor>>) => Promise<unknown>) {
  const place = await openFor(openMemoryStore)
  const stories: PaymentStory[] = []
  const faults: unknown[] = []
  const desk = createTestDesk(
    place.ledger,
    {
      async pay() {
        await happen(place)
        return accepted
      },
      readOrder: () => Promise.resolve({ kind: 'unreadable' }),
      queryOrder: () => Promise.resolve({ kind: 'unavailable' }),
    },
    { onStory: (story) => stories.push(story), onFault: (error) => faults.push(error) },
  )
  const told = await desk.pay(paymentOf('A1'), origin)
  return { told, stories, faults: faults.map(String) }
}

describe('an accepted payment', () => {
  test('whose row is gone is told as accepted, and is a fault', async () => {
    const { told, stories, faults } = await payWhile(({ store }) => store.sql('DELETE FROM payment_attempt'))
    expect(told).toMatchObject({ kind: 'accepted', paymentId: 'payment-1', evidence: 'PAY_RESPONSE' })
    expect(stories).toMatchObject([{ recorded: false, attempt: { state: 'PAID' } }])
    expect(faults).toEqual(['Error: The ledger does not take what became of payment payment-1 of order A1.'])
  })

  test('that another instance took over and saw cancelled is a fault', async () => {
    const { told, stories, faults } = await payWhile(async ({ store }) => {
      const at = new Date('2026-11-23T08:00:10.000Z')
      const other = await store.open('gateway-2')
      expect(await other.adoptOrphans(at, at)).toBe(1)
      await other.record([
        changeTo({ paymentId: 'payment-1' }, 'NOT_PAID', at, { code: 'ORDER_NOT_PAYABLE' }),
      ])
    })
    expect(told).toMatchObject({ kind: 'failed', code: 'ORDER_NOT_PAYABLE', paymentState: 'NOT_PAID' })
    expect(stories).toMatchObject([{ recorded: true, answer: { kind: 'accepted' } }])
    expect(faults).toEqual(['Error: The ledger does not take what became of payment payment-1 of order A1.'])
  })
})
