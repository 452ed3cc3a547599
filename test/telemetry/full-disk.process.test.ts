import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { payOrderDocument, postGraphql, testCredentials } from '../support/gateway.ts'
import { startScriptedAtlas } from '../support/scripted-atlas.ts'
import { startArguments } from '../support/start-arguments.ts'

const writerMain = fileURLToPath(new URL('../support/log-writer-main.ts', import.meta.url))

/** Whatever is written to it, it says that the disk is full. Linux has it. */
const FULL = '/dev/full'

test.skipIf(!existsSync(FULL))('A log that cannot be written does not end the gateway', async () => {
  const atlas = await startScriptedAtlas()
  const folder = await mkdtemp(join(tmpdir(), 'full-disk-'))
  const port = await freePort()
  const full = openSync(FULL, 'w')
  const gateway = spawn('node', startArguments, {
    env: {
      PATH: process.env['PATH'],
      PORT: String(port),
      AUTH: 'none',
      LEDGER_URL: `sqlite:${join(folder, 'ledger.sqlite')}`,
      ATLAS_BASE_URL: atlas.url,
      ATLAS_CLIENT_ID: testCredentials.clientId,
      ATLAS_CLIENT_SECRET: testCredentials.clientSecret,
    },
    stdio: ['ignore', full, 'inherit'],
  })
  const ended = once(gateway, 'exit')
  onTestFinished(async () => {
    gateway.kill('SIGKILL')
    await ended
    closeSync(full)
    await atlas.close()
    await rm(folder, { recursive: true })
  })
  const url = `http://127.0.0.1:${port}`
  await expect.poll(() => isReady(url), { timeout: 20_000 }).toBe(true)
  for (const orderNo of ['F1', 'F2', 'F3']) {
    const input = { orderNo, paymentMethod: 'BALANCE' }
    expect(await postGraphql(url, payOrderDocument, { input })).toMatchObject({
      data: { payOrder: { __typename: 'PaymentSuccess', orderNo } },
    })
  }
  gateway.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
})

test.each([
  ['what was kept meanwhile, when that is little', 100, 100],
  ['what comes then, when there was too much', 3_000, 1],
])('A log that can be written again has %s', async (_what, meanwhile, least) => {
  const folder = await mkdtemp(join(tmpdir(), 'full-disk-'))
  const path = join(folder, 'log')
  const file = openSync(path, 'a')
  // In units of 512 or 1,024 bytes: a file that cannot grow any more is as good as a full disk.
  const writer = spawn('sh', ['-c', 'ulimit -f 16; exec node "$0"', writerMain], {
    stdio: ['pipe', file, 'pipe'],
  })
  const ended = once(writer, 'exit')
  onTestFinished(async () => {
    writer.kill('SIGKILL')
    await ended
    closeSync(file)
    await rm(folder, { recursive: true })
  })
  const answers = createInterface(writer.stderr!)
  const write = async (count: number): Promise<void> => {
    const written = once(answers, 'line')
    writer.stdin!.write(`${count}\n`)
    expect(await written).toEqual([`${count} written`])
  }
  await write(20)
  expect(statSync(path).size).toBeLessThanOrEqual(16 * 1_024)
  // Each truncation makes room for some lines, as when a disk is cleared.
  await write(meanwhile)
  let found = 0
  for (let round = 0; round < 50 && found < least; round += 1) {
    truncateSync(path)
    await write(1)
    found += readFileSync(path, 'utf8').split('\n').length - 1
  }
  expect(found).toBeGreaterThanOrEqual(least)
})

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  )
}
