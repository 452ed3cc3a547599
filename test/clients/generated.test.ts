import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { generate } from '@graphql-codegen/cli'
import { expect, test } from 'vitest'
import { codegen } from './codegen.ts'

interface GeneratedFile {
  readonly filename: string
  readonly content: string
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = 'test/clients/generated'

test('what is generated is what the schema and the operations say (npm run codegen rewrites it)', async () => {
  const written = (await generate({ ...codegen, cwd: root, silent: true }, false)) as GeneratedFile[]
  const files = Object.fromEntries(written.map(({ filename, content }) => [filename, content]))
  expect(Object.keys(files)).toHaveLength(9)
  const committed = readdirSync(`${root}${folder}`, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `${parentPath}/${name}`)
  expect(files).toEqual(
    Object.fromEntries(committed.map((path) => [path.slice(root.length), readFileSync(path, 'utf8')])),
  )
})
