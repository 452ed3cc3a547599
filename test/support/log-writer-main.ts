/** Writes lines to the log for tests: as many as each line of standard input says, then says so on standard error. */

import { createInterface } from 'node:readline'
import { createLog } from '../../src/telemetry/log.ts'

const log = createLog({ level: 'info' })
const filler = 'x'.repeat(1_000)

for await (const count of createInterface(process.stdin)) {
  for (let index = 0; index < Number(count); index += 1) {
    log.info({ filler }, `line of ${count}`)
    // Each in a turn of its own, as payments come.
    await new Promise((resolve) => void setImmediate(resolve))
  }
  process.stderr.write(`${count} written\n`)
}
