/** What the heap of a running process holds: a snapshot that Node writes on a signal, after a collection. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunningProcess } from './process.ts'

export interface HeapWatch {
  /** What to start Node with. */
  readonly nodeOptions: readonly string[]
  /**
   * Every text that something retains now, as a JSON list; of each the first 1,024 characters only, and not the
   * bytes of buffers.
   */
  texts(running: RunningProcess): Promise<Buffer>
  dispose(): void
}

/** Where Node's snapshots say what their numbers mean, as far as it is needed here. */
interface Snapshot {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[]
      readonly node_types: readonly [readonly string[]]
    }
  }
  readonly nodes: readonly number[]
  readonly strings: readonly string[]
}

const POLL_INTERVAL_MS = 200

export function createHeapWatch(): HeapWatch {
  const folder = mkdtempSync(join(tmpdir(), 'heap-'))
  return {
    nodeOptions: ['--heapsnapshot-signal=SIGUSR2', `--diagnostic-dir=${folder}`],
    async texts(running) {
      running.signal('SIGUSR2')
      for (;;) {
        await sleep(POLL_INTERVAL_MS)
        const [file] = readdirSync(folder)
        const snapshot = file === undefined ? null : readSnapshot(join(folder, file))
        if (snapshot === null) continue
        rmSync(join(folder, file!))
        return Buffer.from(JSON.stringify(textsOf(snapshot)))
      }
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** The snapshot in a file; null while it is being written. */
function readSnapshot(path: string): Snapshot | null {
  const bytes = readFileSync(path)
  // The strings come last.
  return /\]\}\s*$/.test(bytes.subarray(-8).toString()) ? (JSON.parse(bytes.toString()) as Snapshot) : null
}

/** All names in a snapshot, but for the numbers of elements, which are names of places and no strings. */
function textsOf({ snapshot: { meta }, nodes, strings }: Snapshot): readonly string[] {
  const width = meta.node_fields.length
  const nameAt = meta.node_fields.indexOf('name')
  const typeAt = meta.node_fields.indexOf('type')
  const ofStrings = new Set<number>()
  for (let node = 0; node < nodes.length; node += width) {
    const type = meta.node_types[0][nodes[node + typeAt]!]
    if (type?.endsWith('string') === true) ofStrings.add(nodes[node + nameAt]!)
  }
  return strings.filter((text, index) => ofStrings.has(index) || !/^\d{1,8}$/.test(text))
}
