/** Hive Gateway over the OpenAPI of pay.do: `node hive-main.js <upstream> <port> <folder to write to>`. */

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const [node, , upstream, port, folder] = process.argv
const path = (name) => fileURLToPath(new URL(name, import.meta.url))
const supergraph = `${folder}/supergraph.graphql`

const composing = spawnSync(node, [path('node_modules/.bin/mesh-compose'), '-c', 'hive-compose.js'], {
  cwd: path('.'),
  env: { ...process.env, UPSTREAM: upstream, SUPERGRAPH: supergraph },
  stdio: 'inherit',
})
if (composing.status !== 0) process.exit(1)

// The gateway is its command: it reads the arguments of this process.
process.argv = [node, 'hive-gateway', 'supergraph', supergraph, '--host', '127.0.0.1', '--port', port]
await import('./node_modules/@graphql-hive/gateway/dist/bin.js')
