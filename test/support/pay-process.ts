/** Pays once in a Node process of its own: what its environment changes there, and what the memory cost is. */

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** What `pay-process-main.ts` is told. */
export interface PayProcessTask {
  readonly orderNo: string
  readonly baseUrl: string
  /** See `AtlasOptions`. */
  readonly ca?: readonly string[]
  /** Base of a server to pay on first, so that what is only loaded once does not count as memory. */
  readonly warmUpBaseUrl?: string
  /** A URL to get with Node's own `fetch`, which does follow the environment. */
  readonly fetchUrl?: string
  /** Also decodes what the server answers without any bound, as a careless client would. */
  readonly careless?: boolean
}

/** What it printed. */
export interface PayProcessResult {
  /** The answer without its cause. */
  readonly answer: unknown
  /** Error code of the cause, or null. */
  readonly causeCode: string | null
  /** How far the most memory that was in use exceeded what was in use before, in bytes. */
  readonly memoryBytes: number
  /** Whether `fetch` got an answer; false when it was not asked to. */
  readonly fetched: boolean
}

const main = fileURLToPath(new URL('pay-process-main.ts', import.meta.url))

/** Runs the task with exactly this environment. */
export async function payInProcess(
  task: PayProcessTask,
  environment: Readonly<Record<string, string>> = {},
): Promise<PayProcessResult> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--expose-gc', main, JSON.stringify(task)],
    { env: environment },
  )
  return JSON.parse(stdout) as PayProcessResult
}
