import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import { payOrderDocument, postGraphql } from './support/gateway.ts'
import { groupIsAlive, type RunningProcess, start } from './support/process.ts'

const started: RunningProcess[] = []

afterEach(() => {
  for (const one of started.splice(0)) one.signal('SIGKILL')
})

function npm(script: string, environment: Record<string, string> = {}): RunningProcess {
  const one = start('npm', ['run', script], environment)
  started.push(one)
  return one
}

describe('npm run dev', () => {
  test('is ready in under 5 s, pays, answers errors, and stops on Ctrl-C within 2 s leaving nothing', async () => {
    const startedAt = performance.now()
    // A real Atlas in the environment must never be what development pays.
    const dev = npm('dev', { PORT: '0', ATLAS_BASE_URL: 'https://atlas.example', SIMULATOR_LATENCY_MS: '5' })
    const [, url] = await dev.waitFor(/GraphiQL +(http:\/\/127\.0\.0\.1:\d+)\/graphql/)
    expect(performance.now() - startedAt).toBeLessThan(5_000)
    expect(dev.output()).toContain('This is a SIMULATION: no Atlas account is used and no money moves.')
    const [, simulatorUrl] = await dev.waitFor(/Simulator +(http:\/\/127\.0\.0\.1:\d+)/)

    const results = []
    for (const orderNo of [
      'TESTA20261123101500123',
      'TESTA20261123101500123',
      'SIM-401',
      'SIM-RESET-AFTER-CHARGE',
    ]) {
      const { data } = await postGraphql(url!, payOrderDocument, {
        input: { orderNo, paymentMethod: 'BALANCE' },
      })
      const { __typename, code } = data!['payOrder'] as Record<string, string>
      results.push([__typename, code])
    }
    expect(results).toEqual([
      ['PaymentSuccess', undefined],
      ['PaymentError', 'ORDER_ALREADY_PAID'],
      ['PaymentError', 'PAYMENT_DEADLINE_PASSED'],
      ['PaymentSuccess', undefined],
    ])
    // Not as pino-pretty shows a place in the code: `<anonymous>`.
    expect(dev.output().match(/INFO.*: payment, caller anonymous$/gm)).toHaveLength(3)
    expect(dev.output()).not.toContain('<anonymous>')
    const totals = (await (await fetch(`${simulatorUrl}/simulator/totals`)).json()) as object
    expect(totals).toMatchObject({ payRequests: 3, charges: 2, queries: 1 })

    const stoppedAt = performance.now()
    dev.signal('SIGINT')
    await dev.ended
    expect(performance.now() - stoppedAt).toBeLessThan(2_000)
    await expect.poll(() => groupIsAlive(dev.child), { timeout: 1_000 }).toBe(false)
    for (const gone of [url!, simulatorUrl!]) expect(await accepts(gone)).toBe(false)
  })

  test('stops on Ctrl-C within 2 s while a payment hangs', async () => {
    const dev = npm('dev', { PORT: '0', SIMULATOR_LATENCY_MS: '5' })
    const [, url] = await dev.waitFor(/GraphiQL +(http:\/\/127\.0\.0\.1:\d+)\/graphql/)
    const input = { orderNo: 'SIM-HANG-AFTER-CHARGE', paymentMethod: 'BALANCE' }
    const hanging = postGraphql(url!, payOrderDocument, { input })
    const [, simulatorUrl] = await dev.waitFor(/Simulator +(http:\/\/127\.0\.0\.1:\d+)/)
    await expect
      .poll(async () => (await fetch(`${simulatorUrl}/simulator/totals`)).json())
      .toMatchObject({ payRequests: 1 })
    const stoppedAt = performance.now()
    dev.signal('SIGINT')
    expect((await hanging).data).toMatchObject({ payOrder: { code: 'OUTCOME_UNKNOWN' } })
    await dev.ended
    expect(performance.now() - stoppedAt).toBeLessThan(2_000)
  })

  test('says which port is taken', async () => {
    const first = npm('dev', { PORT: '0' })
    const [, port] = await first.waitFor(/GraphiQL +http:\/\/127\.0\.0\.1:(\d+)\/graphql/)
    const second = npm('dev', { PORT: port! })
    await expect(second.ended).resolves.toMatchObject({ code: 1 })
    expect(second.output()).toContain(
      `address already in use 127.0.0.1:${port}. Choose another port with PORT`,
    )
  })
})

describe('npm start', () => {
  test('without settings exits 1 with all of them in one list', async () => {
    const gateway = npm('start', { ATLAS_CLIENT_SECRET: 'not shown' })
    await expect(gateway.ended).resolves.toMatchObject({ code: 1 })
    expect(gateway.output()).toMatch(
      /The configuration has 4 fault\(s\):\n  ATLAS_BASE_URL: is required\n  ATLAS_CLIENT_ID: is required\n  ATLAS_CLIENT_SECRET: must be .+\n  AUTH: is required/,
    )
    expect(gateway.output()).not.toContain('not shown')
    expect(gateway.output()).not.toContain('    at ')
  })

  test('pays through the Atlas that the environment names, which npm run simulator can be', async () => {
    const simulator = npm('simulator', { SIMULATOR_PORT: '0', SIMULATOR_LATENCY_MS: '0' })
    const [, atlasUrl] = await simulator.waitFor(/Listening on (http:\/\/127\.0\.0\.1:\d+)/)
    const [, clientId] = await simulator.waitFor(/ATLAS_CLIENT_ID=(\S+)/)
    const [, clientSecret] = await simulator.waitFor(/ATLAS_CLIENT_SECRET=(\S+)/)
    const folder = await mkdtemp(join(tmpdir(), 'npm-start-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const gateway = npm('start', {
      PORT: '0',
      AUTH: 'none',
      ATLAS_BASE_URL: atlasUrl!,
      ATLAS_CLIENT_ID: clientId!,
      ATLAS_CLIENT_SECRET: clientSecret!,
      // Not the file in this folder, in which the order is paid from the second run on.
      LEDGER_URL: `sqlite:${join(folder, 'ledger.sqlite')}`,
    })
    const [, url] = await gateway.waitFor(/"url":"(http:\/\/127\.0\.0\.1:\d+)"/)
    const input = { orderNo: 'TESTA1', paymentMethod: 'BYOA' }
    expect(await postGraphql(url!, payOrderDocument, { input })).toMatchObject({
      httpStatus: 200,
      data: { payOrder: { __typename: 'PaymentSuccess', orderNo: 'TESTA1', paymentMethod: 'BYOA' } },
    })
    gateway.signal('SIGTERM')
    await gateway.ended
    expect(gateway.output()).toMatch(/"msg":"stopped"/)
    expect(gateway.output()).not.toContain(clientSecret)
  })
})

test('an unknown command is refused by name', async () => {
  const one = start('node', ['src/main.ts', 'pay'])
  await expect(one.ended).resolves.toMatchObject({ code: 1 })
  expect(one.output()).toBe('There is no command pay. Commands: start, dev, simulator, compile.\n')
})

test('compile without a cache that can be written is refused, and names the setting', async () => {
  const one = start('node', ['src/main.ts', 'compile'])
  await expect(one.ended).resolves.toMatchObject({ code: 1 })
  expect(one.output()).toBe(
    'The configuration has 1 fault(s):\n  NODE_COMPILE_CACHE must name a folder that can be written\n',
  )
})

/** Whether anything listens at the URL. */
function accepts(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
