/** A gateway as a real process, against a given Atlas. */

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testCredentials } from './gateway.ts'
import { type RunningProcess, start } from './process.ts'
import { startArguments } from './start-arguments.ts'

export interface GatewayProcess {
  readonly process: RunningProcess
  readonly url: string
  /** CPU time used so far, user and system, in milliseconds. Linux only: read from /proc. */
  cpuMs(): number
  /** Time that its main thread was ready to run and no CPU took it, in milliseconds. Linux only. */
  queuedMs(): number
  /** Resident memory, in bytes. Linux only. */
  residentBytes(): number
}

/** What one tick of /proc/…/stat is worth on every Linux that Node runs on. */
export const TICK_MS = 10

/** Files in memory, where the machine has such a place: what is measured of a gateway is not its disk. */
const MEMORY = '/dev/shm'

export async function startGatewayProcess(
  atlasUrl: string,
  environment: Record<string, string> = {},
  nodeOptions: readonly string[] = [],
): Promise<GatewayProcess> {
  const folder = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'gateway-process-'))
  const process = start('node', [...nodeOptions, ...startArguments], {
    PORT: '0',
    AUTH: 'none',
    RATE_LIMIT_PER_MINUTE: '1000000',
    LEDGER_URL: `sqlite:${join(folder, 'ledger.sqlite')}`,
    ATLAS_BASE_URL: atlasUrl,
    ATLAS_CLIENT_ID: testCredentials.clientId,
    ATLAS_CLIENT_SECRET: testCredentials.clientSecret,
    ...environment,
  })
  void process.ended.then(() => rmSync(folder, { recursive: true }))
  const [, url] = await process.waitFor(/"url":"(http:\/\/127\.0\.0\.1:\d+)"/)
  const proc = (file: string): string => readFileSync(`/proc/${process.child.pid}/${file}`, 'utf8')
  return {
    process,
    url: url!,
    cpuMs() {
      // The name in parentheses may hold blanks; user and system time are the 12th and 13th field after it.
      const fields = proc('stat').split(') ')[1]!.split(' ')
      return (Number(fields[11]) + Number(fields[12])) * TICK_MS
    },
    queuedMs: () => queuedMsOf(proc('schedstat')),
    residentBytes: () => Number(/VmRSS:\s+(\d+) kB/.exec(proc('status'))![1]) * 1024,
  }
}

/** Of Linux's schedstat: the time running and the time waiting for a CPU, in nanoseconds, and how often. */
export function queuedMsOf(schedstat: string): number {
  return Number(schedstat.split(' ')[1]) / 1e6
}
