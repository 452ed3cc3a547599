/** The peers are exact and locked, as the product's own packages are, and apart from them. */

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const read = (name: string): string => readFileSync(new URL(`peers/${name}`, import.meta.url), 'utf8')
const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> }

test('the peers are pinned, and their lockfile is about them and names no host', () => {
  expect(Object.values(dependencies).filter((range) => !/^\d+\.\d+\.\d+$/.test(range))).toEqual([])
  const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, object> }
  expect(lock.packages['']).toMatchObject({ dependencies })
  expect(read('package-lock.json')).not.toMatch(/"resolved"|\.tgz|registry\./)
})

test('a server for GraphQL of the peers is no dependency of the product', () => {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    dependencies: Record<string, string>
    devDependencies: Record<string, string>
  }
  const product = { ...manifest.dependencies, ...manifest.devDependencies }
  const shared = Object.keys(dependencies).filter((name) => name in product)
  expect(shared.sort()).toEqual(['graphql', 'graphql-yoga', 'undici'])
})
