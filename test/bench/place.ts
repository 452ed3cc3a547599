/** What a benchmark runs in: a folder on disk, the fake Atlas, and PostgreSQL when it is asked for. */

import { mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { request } from 'undici'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'
import type { Place } from './contenders.ts'
import { childrenNamed, usageOf } from './process-usage.ts'
import { runProcess } from './run-process.ts'

export interface BenchPlace extends Place {
  /** Whether a commit in the folder reaches a disk; in memory it would cost nothing. */
  readonly isOnDisk: boolean
  /** How long the fake Atlas takes from now on, in milliseconds. */
  setLatency(ms: number): Promise<void>
  /** CPU time of the PostgreSQL server so far, in milliseconds; 0 when there is none. */
  databaseCpuMs(): number
  /** Ends everything and removes the folder. */
  close(): Promise<void>
}

/** The type of a file system in memory, from Linux's statfs(2). */
const TMPFS_MAGIC = 0x01021994

const upstreamMain = fileURLToPath(new URL('upstream-main.ts', import.meta.url))

export async function openPlace(): Promise<BenchPlace> {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-pay-bench-'))
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true })
  process.once('exit', removeFolder)
  const upstream = await runProcess({ name: 'upstream', args: [upstreamMain], folder })
  let postgres: Promise<TestPostgres> | undefined

  return {
    folder,
    upstreamUrl: upstream.url,
    isOnDisk: statfsSync(folder).type !== TMPFS_MAGIC,
    async createDatabase() {
      // A commit waits for the disk, as in production.
      postgres ??= startPostgres({ fsync: true })
      return (await postgres).createDatabase()
    },
    async setLatency(ms) {
      const { body } = await request(`${upstream.url}/latency/${ms}`, { method: 'PUT' })
      await body.dump()
    },
    databaseCpuMs: () =>
      childrenNamed(process.pid, 'postgres').reduce((sum, pid) => sum + usageOf(pid).cpuMs, 0),
    async close() {
      await (await postgres)?.stop()
      await upstream.stop()
      removeFolder()
      process.off('exit', removeFolder)
    },
  }
}
