import { setImmediate } from 'node:timers/promises'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { SlotMap } from '../../src/payment/slot-map.ts'

function contentOf<Value>(map: SlotMap<Value>, keys: readonly string[]) {
  return { size: map.size, values: map.values(), got: keys.map((key) => map.get(key)) }
}

/** Collects all garbage. */
function collect(): void {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
}

describe('A slot map', () => {
  test('keeps nothing of a value that was deleted, and all of the others', async () => {
    const map = new SlotMap<object>()
    const refs = ['deleted', 'kept'].map((key) => {
      const value = { key }
      map.set(key, value)
      return new WeakRef(value)
    })
    map.delete('deleted')
    await setImmediate()
    collect()
    expect(refs.map((ref) => ref.deref())).toEqual([undefined, { key: 'kept' }])
    expect(map.values()).toEqual([{ key: 'kept' }])
  })

  test('takes no more room after three hundred thousand values, one after the other', () => {
    const map = new SlotMap<number>()
    const cycle = (count: number): void => {
      for (let index = 0; index < count; index += 1) {
        map.set(`key-${index}`, index)
        map.delete(`key-${index}`)
      }
    }
    cycle(1_000)
    collect()
    const before = getHeapStatistics().used_heap_size
    cycle(300_000)
    collect()
    // A place for each of them would take 2.4 MB.
    expect(getHeapStatistics().used_heap_size - before).toBeLessThan(1_000_000)
    expect(map.size).toBe(0)
  })

  test('has what was set, in the order of the first setting, until it is deleted', () => {
    const map = new SlotMap<number>()
    map.set('one', 1)
    map.set('two', 2)
    map.set('three', 3)
    map.set('one', 10)
    map.delete('two')
    map.delete('nothing')
    const keys = ['one', 'two', 'three', 'nothing']
    expect(contentOf(map, keys)).toEqual({ size: 2, values: [10, 3], got: [10, undefined, 3, undefined] })

    map.set('four', 4)
    map.set('two', 20)
    expect(contentOf(map, [...keys, 'four'])).toEqual({
      size: 4,
      values: [10, 3, 4, 20],
      got: [10, 20, 3, undefined, 4],
    })
  })

  test('answers as a Map does after ten thousand changes of a few keys', () => {
    const map = new SlotMap<number>()
    const expected = new Map<string, number>()
    // A linear congruential generator: the same changes in every run.
    let random = 1
    const next = (below: number): number => {
      random = (random * 48_271) % 2_147_483_647
      return random % below
    }
    for (let change = 0; change < 10_000; change += 1) {
      const key = `key-${next(40)}`
      if (next(2) === 0) {
        map.set(key, change)
        expected.set(key, change)
      } else {
        map.delete(key)
        expected.delete(key)
      }
    }
    const keys = Array.from({ length: 40 }, (_, index) => `key-${index}`)
    expect(contentOf(map, keys)).toEqual({
      size: expected.size,
      values: [...expected.values()],
      got: keys.map((key) => expected.get(key)),
    })
  })
})
