import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'
import { createSqliteLedger, openSqliteLedger } from '../../src/ledger/sqlite/sqlite-ledger.ts'
import type { PaymentLedger } from '../../src/payment/ports.ts'
import { after, attemptFor, lost, newKey, paid, store } from '../support/ledger-attempts.ts'
import { openFileStore, openFor } from '../support/ledger-stores.ts'
import { commitsInWal } from '../support/ledger-wal.ts'

/** A ledger file, and a connection beside the ledger that sees only what is committed. */
async function openObserved(): Promise<{
  path: string
  ledger: PaymentLedger
  isVisible: (paymentId: string) => boolean
}> {
  const place = await openFileStore()
  onTestFinished(() => place.dispose())
  const ledger = await place.open()
  const observer = new DatabaseSync(place.path, { readOnly: true })
  onTestFinished(() => observer.close())
  const row = observer.prepare('SELECT 1 FROM payment_attempt WHERE payment_id = ?')
  return { path: place.path, ledger, isVisible: (paymentId) => row.get(paymentId) !== undefined }
}

/** The path of a file that is not there yet, in a folder that is. */
async function emptyFile(): Promise<{ path: string }> {
  const place = await openFileStore()
  onTestFinished(() => place.dispose())
  await mkdir(dirname(place.path), { recursive: true })
  return { path: place.path }
}

/** Commits that some work costs. */
async function commitsOf(path: string, work: () => Promise<unknown>): Promise<number> {
  const before = await commitsInWal(path)
  await work()
  return (await commitsInWal(path)) - before
}

test('A commit of the ledger survives a power loss: its connection has WAL and synchronous FULL', async () => {
  const place = await openFileStore()
  onTestFinished(() => place.dispose())
  await (await place.open()).close()
  const database = new DatabaseSync(place.path)
  database.exec('PRAGMA synchronous = OFF; PRAGMA journal_mode = DELETE')
  const ledger = createSqliteLedger(database, { instanceId: 'gateway-1' })
  onTestFinished(() => ledger.close())
  const settings = ['synchronous', 'journal_mode', 'foreign_keys'].map((name) =>
    database.prepare(`PRAGMA ${name}`).get(),
  )
  expect(settings).toEqual([{ synchronous: 2 }, { journal_mode: 'wal' }, { foreign_keys: 1 }])
})

test('A missing folder is made, and a path that cannot be opened is refused', async () => {
  const { store: place } = await openFor(openFileStore)
  const path = place.url.slice('sqlite:'.length)
  expect(() => openSqliteLedger(`${path}/below-a-file.sqlite`, { instanceId: 'gateway-1' })).toThrow(
    /ENOTDIR|EEXIST/,
  )
})

test('A file that somebody else is making at the same time is waited for', async () => {
  const { path } = await emptyFile()
  // It is not switched to WAL yet, and SQLite refuses to wait for a writer while it switches.
  const maker = new Worker(
    `const { parentPort, workerData } = require('node:worker_threads')
     const database = new (require('node:sqlite').DatabaseSync)(workerData)
     database.exec('CREATE TABLE another (name TEXT); BEGIN IMMEDIATE')
     parentPort.postMessage('locked')
     Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
     database.exec('COMMIT')
     database.close()`,
    { eval: true, workerData: path },
  )
  const ended = once(maker, 'exit')
  await once(maker, 'message')
  const ledger = openSqliteLedger(path, { instanceId: 'gateway-1' })
  expect(await ledger.claim(attemptFor(), newKey())).toEqual({ kind: 'claimed' })
  await ledger.close()
  await ended
})

test('Claims of one turn share one commit', async () => {
  const { path, ledger } = await openObserved()
  const attempts = Array.from({ length: 100 }, () => attemptFor())
  const claims = () => Promise.all(attempts.map((attempt) => ledger.claim(attempt, newKey())))
  expect(await commitsOf(path, claims)).toBe(1)
})

/** Claims in so many turns of the event loop, one in each. */
async function claimByTurns(ledger: PaymentLedger, turns: number): Promise<void> {
  const claims: Promise<unknown>[] = []
  for (let turn = 0; turn < turns; turn += 1) {
    claims.push(ledger.claim(attemptFor(), null))
    await nextTurn()
  }
  await Promise.all(claims)
}

test('Claims of turns that follow each other share one commit, for so many turns and not for longer', async () => {
  const { path, ledger } = await openObserved()
  expect(await commitsOf(path, () => claimByTurns(ledger, 11))).toBe(1)
  expect(await commitsOf(path, () => claimByTurns(ledger, 24))).toBe(3)
})

test('A turn that brings nothing ends the gathering', async () => {
  const { path, ledger } = await openObserved()
  const apart = async (): Promise<void> => {
    const first = ledger.claim(attemptFor(), null)
    await nextTurn()
    await nextTurn()
    await nextTurn()
    await Promise.all([first, ledger.claim(attemptFor(), null)])
  }
  expect(await commitsOf(path, apart)).toBe(2)
})

test('Claims one after the other cost a commit each', async () => {
  const { path, ledger } = await openObserved()
  const claims = async () => {
    for (let turn = 0; turn < 10; turn += 1) await ledger.claim(attemptFor(), null)
  }
  expect(await commitsOf(path, claims)).toBe(10)
})

test('Writes of every kind in one turn share one commit, the refused ones too', async () => {
  const { path, ledger } = await openObserved()
  const [first, second] = [attemptFor(), attemptFor()]
  const unknown = await store(ledger, first, [lost(first, 0)])
  const open = await store(ledger, second)
  const writes = () =>
    Promise.allSettled([
      ledger.claim(attemptFor(), newKey()),
      ledger.claim(attemptFor({ orderNo: open.orderNo }), newKey()),
      ledger.claim({ ...attemptFor(), deadlineAt: new Date(Number.NaN) }, newKey()),
      ledger.record([paid(open, 1_000)]),
      ledger.heartbeat(after(1_000)),
      ledger.leaseUnknown(after(10_000), after(16_000), 10),
      ledger.defer(unknown.paymentId, {
        reads: 1,
        unpaidReads: 0,
        unpaidSince: null,
        nextReadAt: after(9_000),
      }),
      ledger.withdraw('payment-of-nobody'),
    ])
  expect(await commitsOf(path, writes)).toBe(1)
})

test('More claims than one transaction may hold are spread over as few as they need', async () => {
  const { path, ledger } = await openObserved()
  const attempts = Array.from({ length: 1_100 }, () => attemptFor())
  const claims = () => Promise.all(attempts.map((attempt) => ledger.claim(attempt, null)))
  expect(await commitsOf(path, claims)).toBe(3)
})

test('Nothing is answered before its commit is visible to another connection', async () => {
  const { ledger, isVisible } = await openObserved()
  const attempts = Array.from({ length: 50 }, () => attemptFor())
  const seen = attempts.map(async (attempt) => {
    const claim = await ledger.claim(attempt, null)
    return { kind: claim.kind, isVisible: isVisible(attempt.paymentId) }
  })
  const others = attempts.map(async ({ paymentId, orderNo }) => {
    const claim = await ledger.claim(attemptFor({ orderNo }), null)
    return { kind: claim.kind, isVisible: isVisible(paymentId) }
  })
  // They are under way, and nothing is committed.
  expect(attempts.filter(({ paymentId }) => isVisible(paymentId))).toEqual([])
  expect(await Promise.all(seen)).toEqual(attempts.map(() => ({ kind: 'claimed', isVisible: true })))
  expect(await Promise.all(others)).toEqual(attempts.map(() => ({ kind: 'held', isVisible: true })))
})
