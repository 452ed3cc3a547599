import { readFile, writeFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createSqliteLedger } from '../../src/ledger/sqlite/sqlite-ledger.ts'
import type { PaymentLedger } from '../../src/payment/ports.ts'
import { attemptFor, newKey, paid, store } from '../support/ledger-attempts.ts'
import { everyOne, outcomeOf, outcomesOf, prepareCalls } from '../support/ledger-calls.ts'
import { openFileStore } from '../support/ledger-stores.ts'

/** A ledger whose connection the test can spoil, and another process's connection to the same file. */
async function openSpoilable(finished: typeof onTestFinished = onTestFinished) {
  const place = await openFileStore()
  finished(() => place.dispose())
  const dead = await place.open('gateway-dead')
  const database = new DatabaseSync(place.path)
  const ledger = createSqliteLedger(database, { instanceId: 'gateway-1' })
  finished(() => ledger.close())
  const other = new DatabaseSync(place.path, { timeout: 5_000 })
  finished(() => other.close())
  return { path: place.path, ledger, dead, database, other }
}

async function presentOf(ledger: PaymentLedger, before: readonly (readonly [string, unknown])[]) {
  return Promise.all(before.map(async ([paymentId]) => [paymentId, await ledger.find(paymentId)] as const))
}

describe('a disk that is full', () => {
  test('refuses claims, keeps none of them, and is used again when it has room', async () => {
    const { ledger, database, other } = await openSpoilable()
    const isStored = other.prepare('SELECT 1 FROM payment_attempt WHERE payment_id = ?')
    const { page_count: pages } = database.prepare('PRAGMA page_count').get() as { page_count: number }
    database.exec(`PRAGMA max_page_count = ${pages}`)
    const attempts = Array.from({ length: 300 }, () => attemptFor())
    const outcomes: string[] = []
    for (const attempt of attempts) outcomes.push(await outcomeOf(ledger.claim(attempt, newKey())))
    expect(new Set(outcomes)).toEqual(new Set(['done', 'unavailable']))
    expect(attempts.map(({ paymentId }) => isStored.get(paymentId) !== undefined)).toEqual(
      outcomes.map((outcome) => outcome === 'done'),
    )
    database.exec(`PRAGMA max_page_count = ${pages + 1_000}`)
    for (const attempt of attempts.filter((_, index) => outcomes[index] !== 'done')) {
      expect(await ledger.claim(attempt, newKey())).toEqual({ kind: 'claimed' })
    }
  })

  test('refuses the claims of one turn that do not fit, and keeps none of those', async () => {
    const { ledger, database, other } = await openSpoilable()
    const isStored = other.prepare('SELECT 1 FROM payment_attempt WHERE payment_id = ?')
    const { page_count: pages } = database.prepare('PRAGMA page_count').get() as { page_count: number }
    database.exec(`PRAGMA max_page_count = ${pages + 2}`)
    const attempts = Array.from({ length: 300 }, () => attemptFor())
    const outcomes = await Promise.all(attempts.map((attempt) => outcomeOf(ledger.claim(attempt, newKey()))))
    expect(outcomes).toContain('unavailable')
    expect(outcomes.filter((outcome) => outcome !== 'done' && outcome !== 'unavailable')).toEqual([])
    expect(attempts.map(({ paymentId }) => isStored.get(paymentId) !== undefined)).toEqual(
      outcomes.map((outcome) => outcome === 'done'),
    )
    database.exec(`PRAGMA max_page_count = ${pages + 1_000}`)
    const again = attempts.filter((_, index) => outcomes[index] !== 'done')
    expect(await Promise.all(again.map((attempt) => ledger.claim(attempt, newKey())))).toEqual(
      again.map(() => ({ kind: 'claimed' })),
    )
  })
})

test('A commit that fails makes every write of its turn unavailable, and keeps none of them', async () => {
  const { ledger, dead, database, other } = await openSpoilable()
  const { writes, before } = await prepareCalls(ledger, dead)
  // A reference that only the commit checks, and that leads nowhere.
  other.exec(`
    CREATE TABLE dangling (payment_id TEXT REFERENCES payment_attempt DEFERRABLE INITIALLY DEFERRED);
    CREATE TRIGGER dangle AFTER INSERT ON payment_attempt BEGIN INSERT INTO dangling VALUES ('nobody'); END`)
  expect(await outcomesOf(writes)).toEqual(everyOne(writes, 'unavailable'))
  expect(database.isTransaction).toBe(false)
  expect(await presentOf(ledger, before)).toEqual(before)
  other.exec('DROP TRIGGER dangle')
  expect(await outcomesOf(writes)).toEqual(everyOne(writes, 'done'))
})

test('A ledger that is read-only refuses every write, still reads, and recovers without being opened again', async () => {
  const { ledger, dead, database } = await openSpoilable()
  const { reads, writes, before } = await prepareCalls(ledger, dead)
  database.exec('PRAGMA query_only = ON')
  expect(await outcomesOf(writes)).toEqual(everyOne(writes, 'unavailable'))
  expect(await outcomesOf(reads)).toEqual(everyOne(reads, 'done'))
  expect(await presentOf(ledger, before)).toEqual(before)
  database.exec('PRAGMA query_only = OFF')
  expect(await outcomesOf(writes)).toEqual(everyOne(writes, 'done'))
})

test('A damaged file fails reads as well, and the ledger recovers with the file', async () => {
  const { path, ledger, dead, database, other } = await openSpoilable()
  const { reads, before } = await prepareCalls(ledger, dead)
  await dead.close()
  other.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  const sound = await readFile(path)
  // All but the first page, so that it is still a database; and no page is remembered.
  await writeFile(path, Buffer.concat([sound.subarray(0, 4_096), Buffer.alloc(sound.length - 4_096, 0xff)]), {
    flag: 'r+',
  })
  database.exec('PRAGMA shrink_memory')
  expect(await outcomesOf(reads)).toEqual(everyOne(reads, 'unavailable'))
  await writeFile(path, sound, { flag: 'r+' })
  database.exec('PRAGMA shrink_memory')
  expect(await presentOf(ledger, before)).toEqual(before)
})

describe('a lock that another process holds', () => {
  test('for a while is waited for, while the process goes on', async () => {
    const { ledger, other } = await openSpoilable()
    const attempt = attemptFor()
    const open = await store(ledger, attemptFor())
    other.exec('BEGIN IMMEDIATE')
    const order: string[] = []
    const writes = [
      ledger.claim(attempt, newKey()).then(({ kind }) => order.push(kind)),
      ledger.record([paid(open, 1_000)]).then(([one]) => order.push(one!.state)),
    ]
    for (let turns = 0; turns < 500; turns += 1) await turn()
    // Reading does not wait.
    expect(await ledger.find(open.paymentId)).toEqual(open)
    expect(await ledger.find(attempt.paymentId)).toBeNull()
    order.push('unlocked')
    other.exec('COMMIT')
    await Promise.all(writes)
    expect(order).toEqual(['unlocked', 'claimed', 'PAID'])
    expect(await ledger.find(attempt.paymentId)).toEqual(attempt)
  })

  test('while a group with a failing entry runs once more, is waited for, and fails nobody else', async () => {
    const { ledger, database, other } = await openSpoilable()
    const { exec } = DatabaseSync.prototype
    let rollbacks = 0
    database.exec = (sql) => {
      exec.call(database, sql)
      if (sql !== 'ROLLBACK') return
      rollbacks += 1
      if (rollbacks > 1) return
      other.exec('BEGIN IMMEDIATE')
      setTimeout(() => other.exec('COMMIT'), 20)
    }
    const attempt = attemptFor()
    const [good, bad] = await Promise.allSettled([
      ledger.claim(attempt, newKey()),
      ledger.claim({ ...attemptFor(), deadlineAt: new Date(Number.NaN) }, newKey()),
    ])
    expect(good).toEqual({ status: 'fulfilled', value: { kind: 'claimed' } })
    expect(bad.status).toBe('rejected')
    // Once before the lock was lost, and once after it was had again.
    expect(rollbacks).toBe(2)
    expect(await ledger.find(attempt.paymentId)).toEqual(attempt)
  })

  test('for longer than five seconds makes the ledger unavailable, until it is let go', async () => {
    const { ledger, dead, other } = await openSpoilable()
    const { reads, writes, before } = await prepareCalls(ledger, dead)
    other.exec('BEGIN IMMEDIATE')
    const closing = outcomeOf(dead.close())
    expect(await outcomesOf(writes)).toEqual(everyOne(writes, 'unavailable'))
    expect(await outcomesOf(reads)).toEqual(everyOne(reads, 'done'))
    expect(await presentOf(ledger, before)).toEqual(before)
    // It could not wait for its last writes, and has let go of the file all the same.
    expect(await closing).toBe('unavailable')
    await expect(dead.countUnknown()).rejects.toThrow(/not open|finalized/)
    other.exec('ROLLBACK')
    expect(await outcomesOf(writes)).toEqual(everyOne(writes, 'done'))
  })
})
