/** What one subscriber is sent: always the latest value, never a queue of those it was too slow for. */

export interface Latest<Value> extends AsyncIterableIterator<Value, undefined> {
  /** Offers a value; it replaces one that was not taken yet. */
  offer(value: Value): void
  /** No more values: one that was not taken yet still is. */
  end(): void
}

/** An iterator with one reader. `onEnd` is called once, when it ends or its reader goes away. */
export function createLatest<Value>(onEnd: () => void): Latest<Value> {
  let waiting: PromiseWithResolvers<IteratorResult<Value, undefined>> | null = null
  let offered: { readonly value: Value } | null = null
  let isOver = false

  /** Gives the waiting reader what there is; to do after each change. */
  function serve(): void {
    if (waiting === null) return
    const reader = waiting
    if (offered !== null) {
      const { value } = offered
      offered = null
      waiting = null
      reader.resolve({ value, done: false })
    } else if (isOver) {
      waiting = null
      reader.resolve({ value: undefined, done: true })
    }
  }

  function finish(): void {
    if (!isOver) {
      isOver = true
      onEnd()
    }
    serve()
  }

  const latest: Latest<Value> = {
    [Symbol.asyncIterator]: () => latest,
    next() {
      waiting ??= Promise.withResolvers()
      const { promise } = waiting
      serve()
      return promise
    },
    return() {
      offered = null
      finish()
      return Promise.resolve({ value: undefined, done: true })
    },
    offer(value) {
      if (isOver) return
      offered = { value }
      serve()
    },
    end: finish,
  }
  return latest
}
