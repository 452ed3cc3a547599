import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }
import { payOrderDocument, postGraphql, testCredentials } from './support/gateway.ts'
import { type RunningProcess, start } from './support/process.ts'
import { startScriptedAtlas } from './support/scripted-atlas.ts'
import { startArguments } from './support/start-arguments.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'production-'))
const dataFolder = mkdtempSync(join(tmpdir(), 'production-data-'))
const toldFolder = mkdtempSync(join(tmpdir(), 'production-told-'))
const started: RunningProcess[] = []

afterAll(() => {
  for (const one of started) one.signal('SIGKILL')
  for (const one of [folder, dataFolder, toldFolder]) rmSync(one, { recursive: true, force: true })
})

/** Paths in a folder, without the compile cache in it. */
const filesIn = (path: string): string[] =>
  readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((file) => !file.startsWith('.compile-cache'))
    .sort()

function run(command: string, args: readonly string[], environment: Record<string, string>): RunningProcess {
  const one = start(command, args, environment)
  started.push(one)
  return one
}

/**
 * Runs Node with what it tells of its compile cache in a file: it tells so without waiting for who reads, and a pipe
 * that is full loses some of it.
 */
function runTelling(
  name: string,
  args: readonly string[],
  environment: Record<string, string>,
): { process: RunningProcess; told(): string } {
  const path = join(toldFolder, name)
  const settings = { ...environment, NODE_DEBUG_NATIVE: 'COMPILE_CACHE', TOLD: path }
  return {
    process: run('sh', ['-c', 'exec node "$@" 2>"$TOLD"', 'sh', ...args], settings),
    told: () => readFileSync(path, 'utf8'),
  }
}

test('what the image gets, installed without development dependencies and compiled, starts, pays and writes to its ledger only', async () => {
  for (const path of ['package.json', 'package-lock.json', 'schema.graphql', 'src']) {
    cpSync(join(root, path), join(folder, path), { recursive: true })
  }
  // With the settings of the npm that installed this, which may need them to reach its registry.
  const settings = Object.fromEntries(Object.entries(process.env).map(([name, value = '']) => [name, value]))
  const install = run(
    'npm',
    [
      '--prefix',
      folder,
      'ci',
      '--omit=dev',
      '--ignore-scripts',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
    ],
    settings,
  )
  const { code } = await install.ended
  expect([code, install.output()]).toEqual([0, expect.stringContaining('added')])
  const installed = readdirSync(join(folder, 'node_modules'))
  const unwanted = Object.keys(packageJson.devDependencies).filter((name) => installed.includes(name))
  expect(unwanted).toEqual([])

  const before = filesIn(folder)
  // As the Dockerfile does. There nobody can write to the cache afterwards.
  const main = join(folder, 'src/main.ts')
  const cache = join(folder, '.compile-cache')
  const compile = async (): Promise<string> => {
    const compiling = runTelling('compile', [main, 'compile'], { NODE_COMPILE_CACHE: cache })
    expect(await compiling.process.ended).toEqual({ code: 0, signal: null })
    expect(compiling.process.output()).toContain(`Compiled for the starts to come, in ${cache}`)
    return compiling.told()
  }
  await compile()
  const found = (await compile()).match(
    /(?<=retrieving transpile cache for StrippedTypeScript file:\/\/).+(?=\.{3}success)/g,
  )
  expect(found?.toSorted()).toEqual(
    before.filter((file) => /^src\/.+\.ts$/.test(file)).map((file) => join(folder, file)),
  )

  const atlas = await startScriptedAtlas()
  const { process: gateway, told } = runTelling('gateway', [...startArguments.slice(0, -1), main], {
    NODE_ENV: 'production',
    NODE_COMPILE_CACHE: cache,
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

  // What Node tells of TypeScript that it compiled itself.
  expect(told()).toContain('retrieving transpile cache')
  expect(told()).not.toContain('saving transpilation cache')
  expect(filesIn(folder)).toEqual(before)
  expect(readdirSync(dataFolder)).toContain('ledger.sqlite')
})
