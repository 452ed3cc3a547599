/** Opening a store again, by many at once, and of another version. */

import { describe, expect, test } from 'vitest'
import { after, attemptFor, lost, newKey, notPaid, paid, store } from '../../support/ledger-attempts.ts'
import { openFor, type OpenStore } from '../../support/ledger-stores.ts'

export function describeReopening(openStore: OpenStore): void {
  describe('a store', () => {
    test('that is opened again has everything that was committed', async () => {
      const { store: place, ledger } = await openFor(openStore)
      const key = newKey()
      const claimed = await store(ledger, attemptFor({}, { caller: 'anna' }), [], key)
      const [first, second, third] = [attemptFor(), attemptFor(), attemptFor()]
      const unknown = await store(ledger, first, [lost(first, 1_000)])
      const told = { reads: 2, unpaidReads: 1, unpaidSince: after(5_000) }
      await ledger.defer(unknown.paymentId, { ...told, nextReadAt: after(9_000) })
      const settled = await store(ledger, second, [paid(second, 1_000)])
      const refused = await store(ledger, third, [notPaid(third, 1_000, 'CARD_MISMATCH')])
      await ledger.heartbeat(after(8_000))
      await ledger.close()

      const again = await place.open('gateway-2')
      for (const attempt of [claimed, { ...unknown, ...told }, settled, refused]) {
        expect(await again.find(attempt.paymentId)).toEqual(attempt)
        expect(await again.attemptsOf(attempt.orderNo)).toEqual([attempt])
      }
      const same = attemptFor({ orderNo: claimed.orderNo }, { caller: 'anna' })
      expect(await again.claim(same, key)).toEqual({ kind: 'replay', attempt: claimed })
      expect(await again.adoptOrphans(after(8_000), after(9_000))).toBe(0)
      expect(await again.leaseUnknown(after(9_000), after(15_000), 10)).toEqual([{ ...unknown, ...told }])
    })

    test('that is empty can be opened by 6 at once', async () => {
      const place = await openStore()
      try {
        const ledgers = await Promise.all(
          Array.from({ length: 6 }, (_, index) => place.open(`gateway-${index}`)),
        )
        const attempts = await Promise.all(ledgers.map((ledger) => store(ledger, attemptFor())))
        for (const { paymentId } of attempts) {
          const found = await Promise.all(ledgers.map((ledger) => ledger.find(paymentId)))
          expect(found).toEqual(ledgers.map(() => attempts.find((one) => one.paymentId === paymentId)))
        }
      } finally {
        await place.dispose()
      }
    })

    test('of a newer version is refused, and left as it is', async () => {
      const { store: place, ledger } = await openFor(openStore)
      const attempt = await store(ledger, attemptFor())
      await place.setVersion(99)
      await expect(place.open('gateway-2')).rejects.toThrow(
        /^The ledger has version 99; this gateway knows \d+\.$/,
      )
      // Whoever has it open goes on, as while a newer gateway is rolled out.
      expect(await ledger.find(attempt.paymentId)).toEqual(attempt)
      expect(await ledger.record([paid(attempt, 1_000)])).toMatchObject([{ state: 'PAID' }])
    })
  })
}
