/** Real processes of the product, ended by their own id. */

import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface RunningProcess {
  readonly child: ChildProcess
  /** Everything written so far, standard output and error together. */
  output(): string
  /** Resolves with the first match in the output; rejects when the process ends or time runs out. */
  waitFor(pattern: RegExp, timeoutMs?: number): Promise<RegExpMatchArray>
  /** Resolves when the process has ended. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  /** Signals the process and all it started. */
  signal(signal: NodeJS.Signals): void
}

/** Starts a command in the project, as the leader of a process group of its own. */
export function start(
  command: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): RunningProcess {
  const child = spawn(command, args, {
    cwd: root,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const watchers = new Set<() => void>()
  const onData = (chunk: Buffer): void => {
    output += chunk.toString()
    for (const watcher of watchers) watcher()
  }
  child.stdout.on('data', onData)
  child.stderr.on('data', onData)
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }))
  })
  return {
    child,
    output: () => output,
    ended,
    signal: (signal) => {
      try {
        process.kill(-child.pid!, signal)
      } catch (error) {
        // The whole group has ended already.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
      }
    },
    waitFor: (pattern, timeoutMs = 20_000) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => finish(), timeoutMs)
        const look = (): void => {
          const match = pattern.exec(output)
          if (match !== null) finish(match)
        }
        const finish = (match?: RegExpMatchArray): void => {
          clearTimeout(timer)
          watchers.delete(look)
          if (match === undefined) reject(new Error(`No ${String(pattern)} in the output:\n${output}`))
          else resolve(match)
        }
        watchers.add(look)
        child.once('close', () => {
          look()
          finish()
        })
        look()
      }),
  }
}

/** True while any process of the group is alive. */
export function groupIsAlive(leader: ChildProcess): boolean {
  try {
    process.kill(-leader.pid!, 0)
    return true
  } catch {
    return false
  }
}
