/** Lines of one turn of the event loop go out together: a payment's share of a system call instead of one of its own. */

import type { DestinationStream } from 'pino'

/** pino tells the level of each line to a stream that has this. */
const METADATA = Symbol.for('pino.metadata')

/** From this level on lines go out at once: warnings and worse may be the last words of a process. */
const AT_ONCE_LEVEL = 40

/** Most characters that are kept back. */
const KEPT_MAX = 64 * 1024

/**
 * A stream that writes to `out` at the end of the turn. Lines keep their order. A process that is killed loses the
 * lines of the turn that it was in.
 */
export function writeByTurn(out: DestinationStream): DestinationStream {
  let kept = ''
  const flush = (): void => {
    if (kept === '') return
    const lines = kept
    kept = ''
    out.write(lines)
  }
  return {
    [METADATA]: true,
    lastLevel: 0,
    write(line: string) {
      if (kept === '') setImmediate(flush)
      kept += line
      if (this.lastLevel >= AT_ONCE_LEVEL || kept.length > KEPT_MAX) flush()
    },
  } as DestinationStream & { lastLevel: number }
}
