import { describe, expect, test } from 'vitest'
import type { AttemptChange } from '../../src/payment/payment-attempt.ts'
import type { PaymentStory } from '../../src/payment/pay-order.ts'
import type { PayAnswer } from '../../src/payment/ports.ts'
import { changeTo } from '../../src/payment/settlement.ts'
import { openFor, openMemoryStore } from '../support/ledger-stores.ts'
import { paymentOf } from '../support/pay-against.ts'
import { createTestDesk } from '../support/payment-desk.ts'

const accepted: PayAnswer = { kind: 'accepted', pnrCode: 'ROWFRI' }
const origin = { caller: 'caller', idempotencyKey: null, requestId: 'request' }

/** Pays while something happens to the ledger; with what was told, the story and the faults. */
async function payWhile(
  happen: (place: Awaited<ReturnType<typeof openFor>>) => Promise<unknown>,
  answer: PayAnswer = accepted,
) {
  const place = await openFor(openMemoryStore)
  const stories: PaymentStory[] = []
  const faults: unknown[] = []
  const desk = createTestDesk(
    place.ledger,
    {
      async pay() {
        await happen(place)
        return answer
      },
      readOrder: () => Promise.resolve({ kind: 'unreadable' }),
      queryOrder: () => Promise.resolve({ kind: 'unavailable' }),
    },
    { onStory: (story) => stories.push(story), onFault: (error) => faults.push(error) },
  )
  const told = await desk.pay(paymentOf('A1'), origin)
  const rows = await place.ledger.attemptsOf('A1')
  return { told, stories, faults: faults.map(String), rows }
}

/** Another instance takes the payment for lost and settles it. */
async function settleElsewhere(
  { store }: Awaited<ReturnType<typeof openFor>>,
  known: Partial<AttemptChange>,
) {
  const at = new Date('2026-11-23T08:00:10.000Z')
  const other = await store.open('gateway-2')
  expect(await other.adoptOrphans(at, at)).toBe(1)
  await other.record([changeTo({ paymentId: 'payment-1' }, 'NOT_PAID', at, known)])
}

const fault = 'Error: The ledger does not take what became of payment payment-1 of order A1.'

describe('an accepted payment', () => {
  test('whose row is gone is told as accepted, and is a fault', async () => {
    const { told, stories, faults } = await payWhile(({ store }) => store.sql('DELETE FROM payment_attempt'))
    expect(told).toMatchObject({ kind: 'accepted', paymentId: 'payment-1', evidence: 'PAY_RESPONSE' })
    expect(stories).toMatchObject([{ recorded: false, attempt: { state: 'PAID' } }])
    expect(faults).toEqual([fault])
  })

  test('that another instance took over and saw cancelled is told as cancelled after payment, and is a fault', async () => {
    const { told, stories, faults, rows } = await payWhile((place) =>
      settleElsewhere(place, { code: 'ORDER_NOT_PAYABLE' }),
    )
    expect(told).toEqual({
      kind: 'failed',
      code: 'ORDER_CANCELLED_AFTER_PAYMENT',
      orderNo: 'A1',
      paymentId: 'payment-1',
      paymentState: 'PAID',
      atlasStatus: 0,
      retryAfterSeconds: null,
      inputFault: null,
      isCancelled: false,
      replayed: false,
    })
    expect(stories).toMatchObject([
      {
        recorded: false,
        answer: { kind: 'accepted' },
        attempt: { state: 'PAID', code: 'ORDER_CANCELLED_AFTER_PAYMENT', evidence: null, pnrCode: 'ROWFRI' },
      },
    ])
    expect(faults).toEqual([fault])
    expect(rows).toMatchObject([{ state: 'NOT_PAID', code: 'ORDER_NOT_PAYABLE' }])
  })

  test('that another instance took over and released is a success, also in the ledger', async () => {
    const { told, stories, faults, rows } = await payWhile((place) =>
      settleElsewhere(place, { code: 'PAYMENT_NOT_APPLIED', reason: 'RELEASED' }),
    )
    expect(told).toMatchObject({ kind: 'accepted', paymentId: 'payment-1', evidence: 'PAY_RESPONSE' })
    expect(stories).toMatchObject([{ recorded: true, attempt: { state: 'PAID', code: null } }])
    expect(faults).toEqual([])
    expect(rows).toMatchObject([{ state: 'PAID', evidence: 'PAY_RESPONSE' }])
  })
})

describe("Atlas's answer that an order is paid", () => {
  const alreadyPaid: PayAnswer = {
    kind: 'refused',
    code: 'ORDER_ALREADY_PAID',
    atlasStatus: 404,
    retryAfterSeconds: null,
  }

  test('is told as cancelled after payment, and is a fault, when another instance saw cancelled', async () => {
    const { told, stories, faults, rows } = await payWhile(
      (place) => settleElsewhere(place, { code: 'ORDER_NOT_PAYABLE' }),
      alreadyPaid,
    )
    expect(told).toMatchObject({
      code: 'ORDER_CANCELLED_AFTER_PAYMENT',
      paymentState: 'PAID',
      atlasStatus: 404,
    })
    expect(stories).toMatchObject([{ recorded: false, attempt: { state: 'PAID' } }])
    expect(faults).toEqual([fault])
    expect(rows).toMatchObject([{ state: 'NOT_PAID', code: 'ORDER_NOT_PAYABLE' }])
  })

  test('is read back, and stands while nothing contradicts it, when another instance had released it', async () => {
    const { told, stories, faults, rows } = await payWhile(
      (place) => settleElsewhere(place, { code: 'PAYMENT_NOT_APPLIED', reason: 'RELEASED' }),
      alreadyPaid,
    )
    expect(told).toMatchObject({ code: 'ORDER_ALREADY_PAID', paymentState: 'PAID', atlasStatus: null })
    expect(stories).toMatchObject([{ recorded: false, attempt: { state: 'PAID' } }])
    expect(faults).toEqual([fault])
    expect(rows).toMatchObject([{ state: 'PAID', code: 'ORDER_ALREADY_PAID', evidence: null }])
  })
})
