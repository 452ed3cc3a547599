/** The peers' own packages: installed by the benchmark when they are missing, never by the product. */

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('peers/', import.meta.url))

/** Installs what the lockfile in `test/bench/peers` names. Throws when that fails. */
export function installPeers(): void {
  // npm writes this file last.
  if (existsSync(`${folder}node_modules/.package-lock.json`)) return
  process.stderr.write('Installing the peers in test/bench/peers, once.\n')
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0) throw new Error('The peers could not be installed.')
}
