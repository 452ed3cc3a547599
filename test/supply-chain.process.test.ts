import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }
import { payOrderDocument, postGraphql, testCredentials } from './support/gateway.ts'
import { type RunningProcess, start } from './support/process.ts'
import { startScriptedAtlas } from './support/scripted-atlas.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'production-'))
const dataFolder = mkdtempSync(join(tmpdir(), 'production-data-'))
const started: RunningProcess[] = []

afterAll(() => {
  for (const one of started) one.signal('SIGKILL')
  for (const one of [folder, dataFolder]) rmSync(one, { recursive: true, force: true })
})

const filesIn = (path: string): string[] => readdirSync(path, { recursive: true, encoding: 'utf8' }).sort()

function npm(args: readonly string[], environment: Record<string, string> = {}): RunningProcess {
  const one = start('npm', ['--prefix', folder, ...args], environment)
  started.push(one)
  return one
}

test('what the image gets, installed without development dependencies, starts, pays and writes to its ledger only', async () => {
  for (const path of ['package.json', 'package-lock.json', 'schema.graphql', 'src']) {
    cpSync(join(root, path), join(folder, path), { recursive: true })
  }
  // With the settings of the npm that installed this, which may need them to reach its registry.
  const settings = Object.fromEntries(Object.entries(process.env).map(([name, value = '']) => [name, value]))
  const install = npm(
    ['ci', '--omit=dev', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'],
    settings,
  )
  const { code } = await install.ended
  expect([code, install.output()]).toEqual([0, expect.stringContaining('added')])
  const installed = readdirSync(join(folder, 'node_modules'))
  const unwanted = Object.keys(packageJson.devDependencies).filter((name) => installed.includes(name))
  expect(unwanted).toEqual([])
  const before = filesIn(folder)

  const atlas = await startScriptedAtlas()
  const gateway = npm(['start'], {
    NODE_ENV: 'production',
    PORT: '0',
    AUTH: 'none',
    ATLAS_BASE_URL: atlas.url,
    ATLAS_CLIENT_ID: testCredentials.clientId,
    ATLAS_CLIENT_SECRET: testCredentials.clientSecret,
    LEDGER_URL: `sqlite:${join(dataFolder, 'ledger.sqlite')}`,
  })
  const [, url] = await gateway.waitFor(/"url":"(http:\/\/127\.0\.0\.1:\d+)"/)
  expect((await fetch(`${url}/readyz`)).status).toBe(200)
  const input = { orderNo: 'TESTA1', paymentMethod: 'BALANCE' }
  expect(await postGraphql(url!, payOrderDocument, { input })).toMatchObject({
    data: { payOrder: { __typename: 'PaymentSuccess' } },
  })
  gateway.signal('SIGTERM')
  await gateway.ended
  expect(gateway.output()).toContain('"msg":"stopped"')
  await atlas.close()

  expect(filesIn(folder)).toEqual(before)
  expect(readdirSync(dataFolder)).toContain('ledger.sqlite')
})
