/** What the gateway is made of: locked, exact, from the floors on that were measured, each with a reason. */

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

interface LockedPackage {
  readonly version?: string
  readonly integrity?: string
  readonly link?: boolean
  readonly dev?: boolean
  readonly optional?: boolean
  readonly hasInstallScript?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
  readonly allowScripts: Readonly<Record<string, boolean>>
}

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
const manifest = JSON.parse(read('package.json')) as Manifest
const lockfile = JSON.parse(read('package-lock.json')) as {
  lockfileVersion: number
  packages: Record<string, LockedPackage>
}
const { '': rootPackage, ...packages } = lockfile.packages
const locked = Object.entries(packages).map(([path, one]) => ({
  path,
  name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
  ...one,
}))

describe('the lockfile', () => {
  test('has the integrity of every package', () => {
    expect(lockfile.lockfileVersion).toBe(3)
    expect(locked.length).toBeGreaterThan(100)
    const without = locked.filter(
      ({ link, integrity = '' }) => link !== true && !/^sha512-[\w+/]{86}==$/.test(integrity),
    )
    expect(without).toEqual([])
    expect(locked.filter(({ link }) => link === true)).toEqual([])
  })

  test('names no host, so that any registry or mirror serves', () => {
    expect(read('package-lock.json')).not.toMatch(/"resolved"|\.tgz|registry\./)
  })

  test('is about the manifest as it is', () => {
    expect(rootPackage).toMatchObject({
      dependencies: manifest.dependencies,
      devDependencies: manifest.devDependencies,
    })
  })

  test('has one graphql, and none of version 16, and one undici', () => {
    const versionsOf = (name: string): unknown[] =>
      locked.filter((one) => one.name === name).map(({ version }) => version)
    expect(versionsOf('graphql')).toEqual([manifest.dependencies['graphql']])
    expect(versionsOf('undici')).toEqual([manifest.dependencies['undici']])
  })

  test('lets no package of production run a script when it is installed, and others by name only', () => {
    const scripted = locked.filter(({ hasInstallScript }) => hasInstallScript === true)
    expect(scripted.filter(({ dev, optional }) => dev !== true && optional !== true)).toEqual([])
    expect(scripted.map(({ name }) => name).sort()).toEqual(Object.keys(manifest.allowScripts).sort())
  })
})

test('the manifest pins exact versions', () => {
  const ranges = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
  expect(ranges.filter(([, range]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(range))).toEqual([])
})

/** Behaviour that the gateway rests on was measured with these; older ones have defaults that cost money. */
test.each([
  ['undici', '8.13.1'],
  ['graphql-yoga', '5.24.1'],
  ['graphql', '17.1.0'],
  ['node', '24.21.0'],
])('%s is installed from its floor %s on', (name, floor) => {
  const { version } = JSON.parse(read(`node_modules/${name}/package.json`)) as { version: string }
  expect(compareVersions(version, floor)).toBeGreaterThanOrEqual(0)
  // A new major version has to be measured first.
  expect(version.split('.')[0]).toBe(floor.split('.')[0])
})

test('the tests run on the Node that production runs on', () => {
  expect(compareVersions(process.versions.node, '24.21.0')).toBeGreaterThanOrEqual(0)
  expect(process.versions.node.split('.')[0]).toBe('24')
  expect(read('Dockerfile')).toContain('node:24-slim')
  expect(manifest.dependencies).not.toHaveProperty('node')
})

/**
 * The README has a paragraph `Runtime dependencies: ` that names each dependency of production, and nothing
 * else, in the form "`name` and `name` (reason), …".
 */
test('the README names every runtime dependency with a reason', () => {
  const [, paragraph = ''] = /^Runtime dependencies: (.+)$/m.exec(read('README.md')) ?? []
  const reasons = [...paragraph.matchAll(/((?:`[\w@/.-]+`(?:, | and )?)+) \(([^)]{5,})\)/g)]
  const named = reasons.flatMap(([, names]) => [...names!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!))
  expect(named.sort()).toEqual(Object.keys(manifest.dependencies).sort())
})

/** Negative when `one` is older than `other`. */
function compareVersions(one: string, other: string): number {
  const [mine, theirs] = [one, other].map((version) => version.split(/[.-]/).slice(0, 3).map(Number))
  const differences = mine!.map((part, index) => part - theirs![index]!)
  return differences.find((difference) => difference !== 0) ?? 0
}
