import { describe, expect, test } from 'vitest'
import { createBatch } from '../../src/ledger/postgres/batch.ts'

interface Sent {
  readonly entries: readonly string[]
  answer(): void
  fail(error: Error): void
}

/** A batch of words, which are answered in capitals when the test says so. */
function openBatch() {
  const sent: Sent[] = []
  const add = createBatch<string, string>({
    send: (entries) =>
      new Promise((resolve, reject) => {
        sent.push({
          entries,
          answer: () => resolve(entries.map((entry) => entry.toUpperCase())),
          fail: reject,
        })
      }),
    nameOf: (entry) => entry[0]!,
    isRefusal: ({ message }: Error) => message === 'refused',
  })
  return { add, sent, entries: () => sent.map((one) => one.entries) }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

async function turns(): Promise<void> {
  for (let count = 0; count < 5; count += 1) await turn()
}

const outcomes = (results: readonly Promise<string>[]): Promise<string[]> =>
  Promise.all(results.map((result) => result.catch((error: Error) => error.message)))

describe('a batch', () => {
  test('holds what came in turns that follow each other, and answers each entry with its own result', async () => {
    const { add, sent, entries } = openBatch()
    const results = ['a', 'b'].map(add)
    await turn()
    results.push(add('c'))
    expect(entries()).toEqual([])
    await turns()
    expect(entries()).toEqual([['a', 'b', 'c']])
    sent[0]!.answer()
    expect(await outcomes(results)).toEqual(['A', 'B', 'C'])
  })

  test('waits while two are on their way, and gathers', async () => {
    const { add, sent, entries } = openBatch()
    for (const entry of ['a', 'b', 'c', 'd']) {
      void add(entry)
      await turns()
    }
    expect(entries()).toEqual([['a'], ['b']])
    sent[1]!.answer()
    await turns()
    expect(entries()).toEqual([['a'], ['b'], ['c', 'd']])
  })

  test('holds at most 500 entries; the rest go in the next', async () => {
    const { add, entries } = openBatch()
    for (let code = 0; code < 501; code += 1) void add(String.fromCharCode(0x4e00 + code))
    await turns()
    expect(entries().map(({ length }) => length)).toEqual([500, 1])
  })

  test('holds equal entries when they need not be apart', async () => {
    const sent: (readonly string[])[] = []
    const add = createBatch<string, string>({
      send: async (entries) => {
        sent.push(entries)
        return entries
      },
      isRefusal: () => false,
    })
    expect(await Promise.all(['a', 'a'].map(add))).toEqual(['a', 'a'])
    expect(sent).toEqual([['a', 'a']])
  })

  test('never holds two entries of a name', async () => {
    const { add, sent, entries } = openBatch()
    const results = ['a1', 'b1', 'a2', 'a3'].map(add)
    await turns()
    expect(entries()).toEqual([['a1', 'b1'], ['a2']])
    sent[1]!.answer()
    await turns()
    expect(entries().slice(2)).toEqual([['a3']])
    for (const one of sent) one.answer()
    expect(await outcomes(results)).toEqual(['A1', 'B1', 'A2', 'A3'])
  })
})

describe('a batch that is refused', () => {
  test('is sent again entry by entry, and only those that are refused fail', async () => {
    const { add, sent, entries } = openBatch()
    const results = ['a', 'b', 'c'].map(add)
    await turns()
    sent[0]!.fail(new Error('refused'))
    await turns()
    expect(entries().slice(1)).toEqual([['a'], ['b'], ['c']])
    sent[1]!.answer()
    sent[2]!.fail(new Error('refused'))
    sent[3]!.answer()
    expect(await outcomes(results)).toEqual(['A', 'refused', 'C'])
    await turns()
    expect(sent).toHaveLength(4)
  })

  test('of one entry is not sent again', async () => {
    const { add, sent } = openBatch()
    const results = ['a'].map(add)
    await turns()
    sent[0]!.fail(new Error('refused'))
    expect(await outcomes(results)).toEqual(['refused'])
    await turns()
    expect(sent).toHaveLength(1)
  })
})

test('A batch that fails in another way is not sent again: every entry fails, and the next ones go on', async () => {
  const { add, sent, entries } = openBatch()
  const results = ['a', 'b'].map(add)
  await turns()
  sent[0]!.fail(new Error('lost'))
  expect(await outcomes(results)).toEqual(['lost', 'lost'])
  const next = add('c')
  await turns()
  expect(entries().slice(1)).toEqual([['c']])
  sent[1]!.answer()
  expect(await next).toBe('C')
})
