/** A map for what comes and goes with each payment. */

/**
 * Values by a text, like a Map, and kind to the collector. A Map makes a new table after so many changes; once its
 * tables are in the old heap, each one that it left keeps all that it refers to until the next major collection.
 * Here that was whole payments, with request, promises and answer: 1 KB of each was copied into the old heap for
 * nothing, for 5 µs. So values have places that are used again, and the only table is one of numbers.
 */
export class SlotMap<Value> {
  readonly #slots = new Map<string, number>()
  readonly #values: (Value | null)[] = []
  readonly #free: number[] = []

  get size(): number {
    return this.#slots.size
  }

  get(key: string): Value | undefined {
    const slot = this.#slots.get(key)
    return slot === undefined ? undefined : this.#values[slot]!
  }

  set(key: string, value: Value): void {
    const slot = this.#slots.get(key) ?? this.#free.pop() ?? this.#values.length
    this.#slots.set(key, slot)
    this.#values[slot] = value
  }

  delete(key: string): void {
    const slot = this.#slots.get(key)
    if (slot === undefined) return
    this.#slots.delete(key)
    this.#values[slot] = null
    this.#free.push(slot)
  }

  /** The values, in the order in which their keys were first set. */
  values(): readonly Value[] {
    return Array.from(this.#slots.values(), (slot) => this.#values[slot]!)
  }
}
