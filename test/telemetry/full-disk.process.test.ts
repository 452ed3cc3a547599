import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { payOrderDocument, postGraphql, testCredentials } from '../support/gateway.ts'
import { startScriptedAtlas } from '../support/scripted-atlas.ts'
import { startArguments } from '../support/start-arguments.ts'

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

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  )
}
