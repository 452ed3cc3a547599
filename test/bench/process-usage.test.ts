import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { parseStat, usageOf } from './process-usage.ts'

test('a line of /proc is read whatever the name of the process has in it', () => {
  const after = 'S 17 42 42 0 -1 4194304 500 0 0 0 120 34 9 9 20 0 11 0 100 1000000 2000'
  const expected = { pid: 42, parent: 17, cpuMs: 1_540 }
  expect(parseStat(`42 (node) ${after}`)).toEqual({ ...expected, name: 'node' })
  expect(parseStat(`42 (a) b (c) ${after}`)).toEqual({ ...expected, name: 'a) b (c' })
})

test('the usage of a process has that of its children, and grows with their work', async () => {
  const work = `const until = Date.now() + 300; while (Date.now() < until);
    process.stdout.write('done'); setInterval(() => {}, 1000)`
  const child = spawn('/bin/sh', ['-c', '"$0" -e "$1"; :', process.execPath, work], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  try {
    const before = usageOf(child.pid!)
    await once(child.stdout, 'data')
    const after = usageOf(child.pid!)
    // The loop alone has 300 ms of wall time, and on a busy machine less of a core.
    expect(after.cpuMs - before.cpuMs).toBeGreaterThan(30)
    expect(after.residentBytes).toBeGreaterThan(before.residentBytes + 10 * 1024 ** 2)
  } finally {
    process.kill(-child.pid!, 'SIGKILL')
  }
  await once(child, 'close')
  expect(() => usageOf(child.pid!)).toThrow('does not run')
})
