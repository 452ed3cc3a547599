import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type Claimed, type Claimer, startClaimer } from '../support/ledger-claimer.ts'
import { openFileStore, openFor, postgresStores } from '../support/ledger-stores.ts'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'

let server: TestPostgres

beforeAll(async () => {
  server = await startPostgres()
})

afterAll(async () => {
  await server.stop()
})

/** Fresh stores that the processes open, one after the other. */
const OPENINGS = 3

describe.each([
  ['an SQLite file', openFileStore],
  ['a PostgreSQL database', postgresStores(() => server)],
] as const)('processes on %s', (_, openStore) => {
  function startClaimers(count: number): Claimer[] {
    const claimers = Array.from({ length: count }, (__, index) => startClaimer(`gateway-${index}`))
    onTestFinished(async () => void (await Promise.all(claimers.map((claimer) => claimer.stop()))))
    return claimers
  }

  test('that claim the same 200 orders claim each of them once', async () => {
    const { store, ledger } = await openFor(openStore)
    const claimers = startClaimers(2)
    await Promise.all(claimers.map((claimer) => claimer.open(store.url)))
    const orderNos = Array.from({ length: 200 }, (__, index) => `TESTA${index}`)
    const results: Claimed[][] = [[], []]
    // Ten races, from both ends and begun by each in turn: neither is through before the other has begun.
    for (let race = 0; race < 10; race += 1) {
      const raced = orderNos.slice(race * 20, race * 20 + 20)
      const claim = async (who: 0 | 1): Promise<void> => {
        const inTurn = who === 0 ? raced : raced.toReversed()
        results[who]!.push(...(await claimers[who]!.claim(inTurn, 4)))
      }
      await Promise.all(race % 2 === 0 ? [claim(0), claim(1)] : [claim(1), claim(0)])
    }
    const claimed = results.map((result) => result.filter(({ kind }) => kind === 'claimed'))
    const claimedOrderNos = claimed.flat().map(({ orderNo }) => orderNo)
    expect(claimedOrderNos.sort()).toEqual(orderNos.toSorted())
    expect(claimed.map(({ length }) => length > 0)).toEqual([true, true])
    // Who did not get an order was told of the attempt that has it, and that one is all there is.
    const holders = new Map(claimed.flat().map(({ orderNo, paymentId }) => [orderNo, paymentId]))
    for (const { orderNo, paymentId, kind } of results.flat()) {
      expect(['claimed', 'held']).toContain(kind)
      expect(paymentId).toBe(holders.get(orderNo))
    }
    for (const [orderNo, paymentId] of holders) {
      expect(await ledger.attemptsOf(orderNo)).toMatchObject([{ paymentId, state: 'CLAIMED' }])
    }
  })

  test('that open the same empty store at the same time all can', async () => {
    const claimers = startClaimers(6)
    for (let opening = 0; opening < OPENINGS; opening += 1) {
      const store = await openStore()
      onTestFinished(() => store.dispose())
      await Promise.all(claimers.map((claimer) => claimer.open(store.url)))
      const results = await Promise.all(claimers.map((claimer) => claimer.claim(['TESTA1'], 1)))
      expect(
        results
          .flat()
          .map(({ kind }) => kind)
          .sort(),
      ).toEqual(['claimed', 'held', 'held', 'held', 'held', 'held'])
    }
  })
})
