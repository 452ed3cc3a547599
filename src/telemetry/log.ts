/** The log: JSON lines. */

import { type DestinationStream, type Logger, pino } from 'pino'
import { writeByTurn } from './turn-lines.ts'

export type Log = Logger

export interface LogOptions {
  /** Least severe level that is written. */
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'
  /** Where lines go; default: standard output. */
  readonly destination?: DestinationStream
}

const STANDARD_OUTPUT = 1

/** A log. Instants are RFC 3339 in UTC, levels are words. */
export function createLog({ level, destination }: LogOptions): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
    },
    destination ?? writeByTurn(standardOutput()),
  )
}

/** Most bytes that are kept while standard output takes none, as on a full disk. */
const UNWRITTEN_MAX = 1024 * 1024

/**
 * Standard output. That it cannot be written must not end a gateway with payments under way: what is kept is written
 * with the next line that can be, and dropped when there is too much of it.
 */
function standardOutput(): DestinationStream {
  const open = () => {
    const opened = pino.destination({ dest: STANDARD_OUTPUT, sync: true, maxLength: UNWRITTEN_MAX })
    // Unheard, the event would be thrown at whoever logs.
    opened.on('error', () => {})
    opened.on('drop', () => {
      // Full, it would not even try any more.
      opened.destroy()
      output = open()
    })
    return opened
  }
  let output = open()
  return { write: (lines) => void output.write(lines) }
}

/** Most causes of an error that are followed: they may go round in circles. */
const CAUSES_MAX = 5

/**
 * Where a fault comes from: class, code, and the stacks (which begin with the messages) of it and its causes.
 * Not the other properties, in which libraries keep rows, requests and connection settings.
 */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error }
  const stacks: string[] = []
  for (let one: unknown = error; one instanceof Error && stacks.length <= CAUSES_MAX; one = one.cause) {
    stacks.push(one.stack ?? String(one))
  }
  return {
    type: error.name,
    ...('code' in error && typeof error.code === 'string' && { code: error.code }),
    message: error.message,
    stack: stacks.join('\ncaused by: '),
  }
}
