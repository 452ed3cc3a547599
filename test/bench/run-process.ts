/** Processes of a benchmark: their output in a file, as in production, and an end with the run. */

import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export interface BenchProcess {
  readonly pid: number
  /** Where it listens, without a trailing slash. */
  readonly url: string
  /** Ends it and waits for that. */
  stop(): Promise<void>
}

export interface ProcessOptions {
  /** Names the file of its output. */
  readonly name: string
  /** Arguments of Node; paths count from the root of the project. */
  readonly args: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** Where its output goes. */
  readonly folder: string
}

/** Time to listen, in milliseconds: Hive Gateway composes its schema first. */
const LISTEN_MAX_MS = 60_000

/** Time to stop in order, in milliseconds: then it is killed. */
const STOP_MAX_MS = 5_000

const POLL_MS = 5

/** Ends a process, and removes the folder, when the run is gone without a word. */
const parentWatch = `--import=${new URL('../support/crash-parent-watch.js', import.meta.url).href}`

/** The folder of the project. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

const running = new Set<number>()

// Groups of their own, so that what a contender starts ends with it.
process.once('exit', () => running.forEach((pid) => signal(pid, 'SIGKILL')))

/** Starts Node; resolves when a line of the output has the URL. Rejects when it ends before, or with time. */
export async function runProcess(options: ProcessOptions): Promise<BenchProcess> {
  const { name, args, environment = {}, folder } = options
  const path = join(folder, `${name}.log`)
  const file = openSync(path, 'w')
  const child = spawn(process.execPath, [parentWatch, ...args], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      NODE_ENV: 'production',
      SOAK_FOLDER: folder,
      ...environment,
    },
    detached: true,
    stdio: ['ignore', file, file],
  })
  closeSync(file)
  const pid = child.pid!
  running.add(pid)
  let hasEnded = false
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      hasEnded = true
      running.delete(pid)
      resolve()
    })
  })
  const url = await waitForUrl(path, () => hasEnded)
  if (url === null) {
    signal(pid, 'SIGKILL')
    throw new Error(`${name} does not listen:\n${readFileSync(path, 'utf8')}`)
  }
  return {
    pid,
    url,
    async stop() {
      signal(pid, 'SIGTERM')
      await Promise.race([ended, sleep(STOP_MAX_MS, undefined, { ref: false })])
      // One that has ended has given its number away.
      if (!hasEnded) signal(pid, 'SIGKILL')
      await ended
    },
  }
}

async function waitForUrl(path: string, isOver: () => boolean): Promise<string | null> {
  const until = performance.now() + LISTEN_MAX_MS
  while (!isOver() && performance.now() < until) {
    const [, url] =
      /(?:ready |"url":"|Listening on )(http:\/\/127\.0\.0\.1:\d+)/.exec(readFileSync(path, 'utf8')) ?? []
    if (url !== undefined) return url
    await sleep(POLL_MS)
  }
  return null
}

/** Signals a group; one that has ended is no fault. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
