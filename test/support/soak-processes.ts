/** The processes of a crash run, each in a group of its own, all ended with the run. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { OracleOptions } from '../soak/oracle.ts'
import type { CrashSettings } from './crash-gateway-main.ts'
import { type RunningProcess, start } from './process.ts'
import { startArguments } from './start-arguments.ts'

export interface SoakProcess extends RunningProcess {
  /** Where it listens; rejects when it ends before it does. */
  readonly url: Promise<string>
}

export interface SoakProcesses {
  /** A folder of this run. */
  readonly folder: string
  oracle(options: OracleOptions): SoakProcess
  /** A gateway with the settings of crash runs. */
  gateway(environment: Record<string, string>, crash: CrashSettings): SoakProcess
  /** Makes later gateways start faster. */
  warmUp(): Promise<void>
  /** The gateway as the product starts it. */
  product(environment: Record<string, string>): SoakProcess
  /** The gateway that does everything wrong. */
  naive(environment: Record<string, string>): SoakProcess
  /** Kills what is still running, and removes the folder. */
  end(): Promise<void>
}

/** Time for a process to listen, in milliseconds: many start at once, on few cores. */
const LISTEN_MAX_MS = 30_000

const parentWatch = new URL('crash-parent-watch.js', import.meta.url)
const oracleMain = fileURLToPath(new URL('../soak/oracle-main.ts', import.meta.url))
const crashGatewayMain = fileURLToPath(new URL('crash-gateway-main.ts', import.meta.url))
const naiveGatewayMain = fileURLToPath(new URL('crash-naive-gateway-main.ts', import.meta.url))

const common = {
  PORT: '0',
  AUTH: 'none',
  RATE_LIMIT_PER_MINUTE: '1000000',
  ATLAS_CLIENT_ID: 'soak',
  ATLAS_CLIENT_SECRET: 'not-a-secret',
}

export function createSoakProcesses(): SoakProcesses {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-pay-soak-'))
  const running = new Set<RunningProcess>()

  const kill = (): void => {
    for (const one of running) one.signal('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  // When a run is given up, nobody waits for it to end in order.
  process.once('exit', kill)

  function run(args: readonly string[], environment: Record<string, string>): SoakProcess {
    const one = start(process.execPath, [`--import=${parentWatch.href}`, ...args], {
      NODE_COMPILE_CACHE: join(folder, 'compile-cache'),
      SOAK_FOLDER: folder,
      ...environment,
    })
    running.add(one)
    void one.ended.then(() => running.delete(one))
    const url = one
      .waitFor(/(?:at |"url":")(http:\/\/127\.0\.0\.1:\d+)/, LISTEN_MAX_MS)
      .then(([, found]) => found!)
    // Whoever waits for it hears of it; a process that is killed while it starts is no fault.
    url.catch(() => {})
    return { ...one, url }
  }

  const gateway: SoakProcesses['gateway'] = (environment, crash) => {
    const settings = { ...common, LOG_LEVEL: 'warn', ...environment, CRASH: JSON.stringify(crash) }
    return run([crashGatewayMain], settings)
  }

  return {
    folder,
    oracle: (options) => run([oracleMain, JSON.stringify(options)], {}),
    gateway,
    async warmUp() {
      // Talks to nobody: it is asked for nothing.
      const nowhere = {
        ATLAS_BASE_URL: 'http://127.0.0.1:9',
        LEDGER_URL: `sqlite:${join(folder, 'warm-up')}`,
      }
      const first = gateway(nowhere, { pace: { origin: Date.now(), speed: 1 }, isFirst: true })
      await first.url
      first.signal('SIGKILL')
      await first.ended
    },
    product: (environment) => run(startArguments, { ...common, ...environment }),
    naive: (environment) => run([naiveGatewayMain], environment),
    async end() {
      const ending = Promise.all([...running].map(({ ended }) => ended))
      for (const one of running) one.signal('SIGKILL')
      await ending
      kill()
      process.off('exit', kill)
    },
  }
}
