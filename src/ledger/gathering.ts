/** How writes that come together are told from those that come later. */

/**
 * Most turns of the event loop for which writes are gathered, while each brings some. A turn takes less than a commit,
 * so who came first is answered sooner all the same: under load a commit is shared by twice as many, and a payment
 * takes a fifth less. A write by itself waits for one turn, which is over at once where nothing else is to do.
 */
const GATHERING_TURNS_MAX = 10

/** Calls back after the first turn in which no more are waiting than before it. */
export function gather(waiting: () => number, onGathered: () => void): void {
  const goOn = (known: number, turnsLeft: number): void => {
    setImmediate(() => {
      const now = waiting()
      if (now > known && turnsLeft > 0) goOn(now, turnsLeft - 1)
      else onGathered()
    })
  }
  goOn(0, GATHERING_TURNS_MAX)
}
