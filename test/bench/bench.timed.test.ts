import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { start } from '../support/process.ts'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bench-test-'))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the benchmark compares the gateway with the floor, and leaves nothing behind', async () => {
  const path = (name: string): string => join(folder, name)
  const short = ['--only', 'ours-sqlite', '--rounds', '1', '--seconds', '1', '--warm-up', '1']
  const files = ['--markdown', path('bench.md'), '--svg', path('bench.svg'), '--json', path('bench.json')]
  const run = start('node', ['test/bench/bench.ts', ...short, ...files], { TMPDIR: folder })
  expect({ ...(await run.ended), output: run.output() }).toMatchObject({ code: 0 })

  const { samples } = JSON.parse(readFileSync(path('bench.json'), 'utf8')) as {
    samples: Record<string, Record<string, number>[]>
  }
  expect(Object.keys(samples)).toEqual(['floor', 'ours-sqlite'])
  for (const [sample] of Object.values(samples)) {
    const { databaseCpuUs, ...figures } = sample!
    expect(databaseCpuUs).toBe(0)
    expect(Object.values(figures).every((figure) => figure > 0)).toBe(true)
  }
  expect(run.output()).toMatch(
    /^(met|NOT MET) +SQLite: CPU per payment, of floor: \d+\.\d\d \(at most 1\.9\)$/m,
  )
  expect(readFileSync(path('bench.md'), 'utf8')).toContain('| this gateway, SQLite |')
  expect(readFileSync(path('bench.svg'), 'utf8')).toContain('this gateway, SQLite</text>')
  expect(readdirSync(folder).sort()).toEqual(['bench.json', 'bench.md', 'bench.svg'])
})

test('a contender that there is not is named with those that there are', async () => {
  const run = start('node', ['test/bench/bench.ts', '--only', 'nobody'], { TMPDIR: folder })
  expect((await run.ended).code).toBe(1)
  expect(run.output()).toContain('There is no contender nobody. Contenders: floor, ')
})
