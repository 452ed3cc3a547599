/** A real PostgreSQL for one crash run. */

import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { start } from './process.ts'

export interface SoakPostgres {
  readonly url: string
  /** Stops it and removes its folder. */
  end(): Promise<void>
}

/** Time to make a cluster and start it, in milliseconds. */
const START_MAX_MS = 40_000

/** Time for an orderly end, in milliseconds. */
const END_MAX_MS = 5_000

const main = fileURLToPath(new URL('soak-postgres-main.ts', import.meta.url))

export async function startSoakPostgres(): Promise<SoakPostgres> {
  // Not inside a folder of ours: the server runs as another user.
  const folder = join(tmpdir(), `atlas-pay-soak-postgres-${process.pid}-${Date.now()}`)
  const one = start(process.execPath, [main, folder])
  const end = async (): Promise<void> => {
    // The leader alone: it stops the server.
    one.child.kill('SIGTERM')
    const timer = setTimeout(() => one.signal('SIGKILL'), END_MAX_MS)
    await one.ended
    clearTimeout(timer)
    one.signal('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const [, url] = await one.waitFor(/postgres at (\S+)/, START_MAX_MS)
    return { url: url!, end }
  } catch (error) {
    await end()
    throw error
  }
}
