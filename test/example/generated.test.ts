import { readFileSync } from 'node:fs'
import { generate } from '@graphql-codegen/cli'
import { expect, test } from 'vitest'
import config from '../../examples/checkout/codegen.ts'

test('the types of the page are those of schema.graphql (npm run codegen:example rewrites them)', async () => {
  const files = (await generate({ ...config, silent: true }, false)) as {
    filename: string
    content: string
  }[]
  expect(files.map(({ filename }) => filename.replace(/^.*\//, '')).sort()).toEqual([
    'gql.ts',
    'graphql.ts',
    'index.ts',
  ])
  for (const { filename, content } of files) expect(readFileSync(filename, 'utf8')).toBe(content)
})
