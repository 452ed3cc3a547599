/**
 * `npm run schema`: rewrites `schema.graphql` from the code. A change that would break a client is
 * listed and refused, unless `--breaking` says that it is a decision.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { buildSchema, findBreakingChanges } from 'graphql'
import { createSchema, printSdl } from '../../src/schema/index.ts'

const file = new URL('../../schema.graphql', import.meta.url)
const schema = createSchema()
const breaking = findBreakingChanges(readCommitted(), schema)

if (breaking.length > 0 && !process.argv.includes('--breaking')) {
  const list = breaking.map(({ type, description }) => `  ${type}: ${description}`).join('\n')
  process.stderr.write(`These changes break clients:\n${list}\nTo make them: npm run schema -- --breaking\n`)
  process.exitCode = 1
} else {
  writeFileSync(file, printSdl(schema))
}

function readCommitted() {
  try {
    return buildSchema(readFileSync(file, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return schema
    throw error
  }
}
