/** The files in which operators get the gateway. No container engine runs here: they are parsed, and what can run does. */

import { spawn } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Copy, DockerfileParser, type JSONInstruction } from 'dockerfile-ast'
import { validate as validateDockerfile } from 'dockerfile-utils'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import packageJson from '../package.json' with { type: 'json' }
import { startWithinMs } from '../src/atlas/atlas-payments.ts'
import { type Config, loadConfig, loadSimulatorConfig } from '../src/config.ts'
import { createSimulator, type Simulator } from '../src/simulator/server.ts'
import { startGateway, testCredentials, type TestGateway } from './support/gateway.ts'
import { type ScriptedAtlas, startScriptedAtlas } from './support/scripted-atlas.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8')

interface ComposeService {
  readonly image?: string
  readonly build?: string
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly secrets?: readonly string[]
  readonly network_mode?: string
  readonly networks?: readonly string[]
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
  readonly user?: string
  readonly privileged?: boolean
  readonly read_only?: boolean
  readonly tmpfs?: readonly string[]
  readonly cap_drop?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly stop_grace_period?: string
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly healthcheck?: { readonly test: readonly string[] }
}

interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>
  readonly volumes: Readonly<Record<string, unknown>>
  readonly secrets: Readonly<Record<string, { readonly file: string }>>
}

const dockerfile = DockerfileParser.parse(read('Dockerfile'))
const instructions = dockerfile.getInstructions().map((instruction) => ({
  keyword: instruction.getKeyword(),
  text: instruction.getArgumentsContent() ?? '',
  words: instruction.getArguments().map((argument) => argument.getValue()),
  instruction,
}))
const lastFrom = instructions.findLastIndex(({ keyword }) => keyword === 'FROM')
const finalStage = instructions.slice(lastFrom)
const one = (keyword: string) => {
  const found = finalStage.filter((instruction) => instruction.keyword === keyword)
  expect(found).toHaveLength(1)
  return found[0]!
}
const imageEnvironment = Object.fromEntries(
  finalStage
    .filter(({ keyword }) => keyword === 'ENV')
    .flatMap(({ words }) => words.map((word) => word.split('=', 2) as [string, string])),
)

const compose = parseYaml(read('compose.yaml'), { merge: true }) as Compose
const gateways = Object.entries(compose.services).filter(([name]) => name.startsWith('gateway'))

/** What a container of the image gets, with the files of its secrets where they are here. */
function environmentOf({ environment = {} }: ComposeService): Record<string, string> {
  const entries = Object.entries({ ...imageEnvironment, ...environment }).map(([name, value]) => [
    name,
    value.replace(
      /^\/run\/secrets\/(.+)$/,
      (_path, secret: string) => `${root}${compose.secrets[secret]!.file}`,
    ),
  ])
  return Object.fromEntries(entries) as Record<string, string>
}

let atlas: ScriptedAtlas
let gateway: TestGateway
let simulator: Simulator

beforeAll(async () => {
  atlas = await startScriptedAtlas()
  gateway = await startGateway(atlas.url)
  simulator = await createSimulator({ host: '127.0.0.1', port: 0, ...testCredentials })
})

afterAll(async () => {
  await simulator.close()
  await gateway.close()
  await atlas.close()
})

/** Runs Node as a container would, and resolves with its exit code and output. */
function node(
  args: readonly string[],
  environment: Record<string, string> = {},
  input = '',
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, env: environment, stdio: 'pipe' })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('close', (code) => resolve({ code, output }))
    child.stdin.end(input)
  })
}

describe('the Dockerfile', () => {
  test('has nothing that its linter complains about', () => {
    expect(validateDockerfile(read('Dockerfile'), {})).toEqual([])
  })

  test('builds in a stage of its own on Node 24, with the lockfile and without development dependencies', () => {
    const bases = instructions.filter(({ keyword }) => keyword === 'FROM').map(({ text }) => text)
    expect(bases).toEqual(['${NODE_IMAGE} AS build', '${NODE_IMAGE}'])
    expect(instructions[0]).toMatchObject({ keyword: 'ARG', text: 'NODE_IMAGE=node:24-slim' })
    const install = instructions.find(({ keyword }) => keyword === 'RUN')
    expect(install!.text).toBe('npm ci --omit=dev --ignore-scripts --no-audit --no-fund')
  })

  test('puts nothing into the image but what runs', () => {
    const copies = finalStage.filter(({ keyword }) => keyword === 'COPY').map(({ words }) => words)
    expect(copies.flatMap((words) => words.slice(0, -1)).sort()).toEqual(
      ['/app/node_modules', '/app/.compile-cache', 'package.json', 'schema.graphql', 'src'].sort(),
    )
  })

  test('compiles the files that run, where they run, as the user who runs them', () => {
    const textsOf = (keyword: string): string[] =>
      instructions.filter((instruction) => instruction.keyword === keyword).map(({ text }) => text)
    expect([textsOf('WORKDIR'), textsOf('USER')]).toEqual([
      ['/app', '/app'],
      ['node', 'node'],
    ])
    const built = instructions.slice(0, lastFrom).map(({ keyword, text }) => `${keyword} ${text}`)
    expect(built.slice(-6)).toEqual([
      'COPY schema.graphql ./',
      'COPY src ./src',
      'ENV NODE_COMPILE_CACHE=/app/.compile-cache',
      'RUN mkdir .compile-cache && chown node:node .compile-cache',
      'USER node',
      'RUN node src/main.ts compile && chmod -R a+rX .compile-cache',
    ])
  })

  test('gets only those files to see', () => {
    const [everything, ...exceptions] = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
    expect(everything).toBe('*')
    const copied = instructions
      .filter(
        ({ keyword, instruction }) => keyword === 'COPY' && (instruction as Copy).getFromFlag() === null,
      )
      .flatMap(({ words }) => words.slice(0, -1))
    expect(exceptions.map((line) => line.slice(1)).sort()).toEqual([...new Set(copied)].sort())
    for (const path of copied) expect(existsSync(`${root}${path}`)).toBe(true)
  })

  test('runs without root, in files that it cannot change, and writes to one volume', () => {
    expect(one('USER').text).toBe('node')
    expect(one('VOLUME').text).toBe('/data')
    expect(one('RUN').text).toBe('mkdir /data && chown node:node /data')
    const order = finalStage.map(({ keyword }) => keyword)
    // What comes after VOLUME is lost to it, and what comes after USER cannot change owners.
    expect(order.indexOf('RUN')).toBeLessThan(order.indexOf('VOLUME'))
    expect(order.indexOf('RUN')).toBeLessThan(order.indexOf('USER'))
    expect(finalStage.map(({ text }) => text).join('\n')).not.toMatch(/--chown|chmod/)
    expect(imageEnvironment).toEqual({
      NODE_ENV: 'production',
      HOST: '0.0.0.0',
      LEDGER_URL: 'sqlite:/data/ledger.sqlite',
      NODE_COMPILE_CACHE: '/app/.compile-cache',
    })
  })

  test('starts what npm start does, with Node itself, so that SIGTERM arrives', () => {
    expect(
      (one('CMD').instruction as JSONInstruction).getJSONStrings().map((text) => text.getJSONValue()),
    ).toEqual(packageJson.scripts.start.split(' '))
    expect(packageJson.scripts.start).toBe('node --max-semi-space-size=16 src/main.ts')
    expect(one('STOPSIGNAL').text).toBe('SIGTERM')
    expect(one('EXPOSE').text).toBe('4000')
    expect(finalStage.some(({ keyword }) => keyword === 'ENTRYPOINT')).toBe(false)
  })

  test('has a health check that finds a gateway alive or not', async () => {
    const [, command] = /CMD (\[.+\])$/.exec(one('HEALTHCHECK').text)!
    const [program, ...args] = JSON.parse(command!) as string[]
    expect(program).toBe('node')
    expect(args.at(-1)).toContain('/livez')
    const { port } = new URL(gateway.url)
    expect(await node(args, { PORT: port })).toEqual({ code: 0, output: '' })
    expect(await node(args, { PORT: '1' })).toEqual({ code: 1, output: '' })
  })
})

describe('compose.yaml', () => {
  test('has two gateways, a balancer, a simulator and PostgreSQL', () => {
    expect(Object.keys(compose.services).sort()).toEqual([
      'gateway-1',
      'gateway-2',
      'load-balancer',
      'postgres',
      'simulator',
    ])
    expect(compose.services['postgres']!.image).toMatch(/^postgres:18\b/)
  })

  test.each(Object.entries(compose.services))('%s gets no privileges', (name, service) => {
    expect(service.security_opt).toEqual(['no-new-privileges:true'])
    expect(service.privileged).toBeUndefined()
    // The image of PostgreSQL changes owners and users when it starts.
    if (name === 'postgres') return
    expect(service.read_only).toBe(true)
    expect(service.tmpfs).toEqual(['/tmp'])
    expect(service.cap_drop).toEqual(['ALL'])
    expect(service.user).toBe(name === 'load-balancer' ? 'nginx' : 'node')
  })

  test.each(gateways)('%s has settings that it starts with', (_name, service) => {
    const config = loadConfig(environmentOf(service))
    expect(config).toMatchObject({
      HOST: '0.0.0.0',
      AUTH: 'jwt',
      GRAPHIQL: false,
      INTROSPECTION: false,
      ATLAS_CLIENT_SECRET: 'not-a-secret',
    })
    expect(config.LEDGER_URL).toMatch(/^postgres:\/\/gateway:.+@postgres:5432\/gateway$/)
  })

  test.each(gateways)('%s has the time to finish what is under way', (_name, service) => {
    const config = loadConfig(environmentOf(service))
    const graceMs = Number(/^(\d+)s$/.exec(service.stop_grace_period!)![1]) * 1_000
    expect(graceMs).toBeGreaterThan(startWithinMs(config.ATLAS_TIMEOUT_MS) + config.ATLAS_TIMEOUT_MS)
  })

  test('lets the gateways, and nobody else, reach the simulator, at a loopback address', () => {
    const { HOST, SIMULATOR_PORT } = loadSimulatorConfig(environmentOf(compose.services['simulator']!))
    expect(HOST).toBe('127.0.0.1')
    for (const [, service] of gateways) {
      expect(service.network_mode).toBe('service:simulator')
      expect(service.networks).toBeUndefined()
      expect(loadConfig(environmentOf(service)).ATLAS_BASE_URL.href).toBe(`http://${HOST}:${SIMULATOR_PORT}/`)
    }
    // In one network they need ports of their own.
    const ports = gateways.map(([, service]) => loadConfig(environmentOf(service)).PORT)
    expect(new Set([...ports, SIMULATOR_PORT]).size).toBe(3)
  })

  test('opens one port, to this machine, and keeps PostgreSQL away from the outside', () => {
    const opened = Object.entries(compose.services).flatMap(([name, { ports = [] }]) =>
      ports.map((port) => [name, port]),
    )
    expect(opened).toEqual([['load-balancer', '127.0.0.1:4000:8080']])
    expect(compose.services['postgres']!.networks).toEqual(['ledger'])
    expect(compose.networks['ledger']).toEqual({ internal: true })
  })

  test('starts each service after those that it needs are healthy', () => {
    for (const [, { depends_on: needed = {} }] of Object.entries(compose.services)) {
      for (const [name, { condition }] of Object.entries(needed)) {
        expect(condition).toBe('service_healthy')
        expect(compose.services[name]!.healthcheck?.test[0]).toBe('CMD')
      }
    }
  })

  test.each([...gateways, ['simulator', compose.services['simulator']!] as const])(
    '%s has a health check that works',
    async (name, { healthcheck }) => {
      const [kind, program, ...args] = healthcheck!.test
      expect([kind, program]).toEqual(['CMD', 'node'])
      const isGateway = name.startsWith('gateway')
      if (isGateway) expect(args.at(-1)).toContain('/readyz')
      const variable = isGateway ? 'PORT' : 'SIMULATOR_PORT'
      const { port } = new URL(isGateway ? gateway.url : simulator.url)
      expect(await node(args, { [variable]: port })).toEqual({ code: 0, output: '' })
      expect((await node(args, { [variable]: '1' })).code).toBe(1)
    },
  )

  test('keeps the data of PostgreSQL 18 in a volume', () => {
    const [volume, path] = compose.services['postgres']!.volumes![0]!.split(':')
    expect(Object.keys(compose.volumes)).toContain(volume)
    // Up to version 17 it was the folder below.
    expect(path).toBe('/var/lib/postgresql')
  })

  test('names secrets by files, each of them visibly made up and used', () => {
    for (const [, { environment = {} }] of Object.entries(compose.services)) {
      for (const [name, value] of Object.entries(environment)) {
        if (!/SECRET|PASSWORD|CLIENT_ID|LEDGER_URL|TOKEN|KEY/.test(name)) continue
        expect([name, value]).toEqual([
          name,
          name.endsWith('_FILE') ? expect.stringMatching(/^\/run\/secrets\//) : '',
        ])
      }
    }
    for (const { environment = {}, secrets = [] } of Object.values(compose.services)) {
      const named = Object.values(environment).filter((value) => value.startsWith('/run/secrets/'))
      expect(named.map((path) => path.replace('/run/secrets/', '')).sort()).toEqual([...secrets].sort())
    }
    const used = Object.values(compose.services).flatMap(({ secrets = [] }) => secrets)
    expect(Object.keys(compose.secrets).sort()).toEqual([...new Set(used)].sort())
    for (const { file } of Object.values(compose.secrets)) {
      expect(read(file)).toMatch(/not-a-secret|^simulator-client\n$/)
      // The user in the container has to read it.
      expect(statSync(`${root}${file}`).mode & 0o004).toBe(0o004)
    }
    expect(read('deploy/local/ledger-url')).toContain(`:${read('deploy/local/postgres-password').trim()}@`)
  })

  test('tells how to get a token, and a gateway takes it', async () => {
    const [, service] = gateways[0]!
    const environment = environmentOf(service)
    const { code, output } = await node(
      ['--input-type=module', '-'],
      environment,
      readFileSync(new URL('../deploy/local/token.mjs', import.meta.url), 'utf8'),
    )
    expect(code).toBe(0)
    const { AUTH_JWT_SECRET, AUTH_ISSUER, AUTH_AUDIENCE } = loadConfig(environment) as Config &
      Record<string, string>
    const strict = await startGateway(atlas.url, {
      AUTH: 'jwt',
      AUTH_JWT_SECRET: AUTH_JWT_SECRET!,
      AUTH_ISSUER: AUTH_ISSUER!,
      AUTH_AUDIENCE: AUTH_AUDIENCE!,
    })
    const pay = (token: string): Promise<Response> =>
      fetch(`${strict.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({
          query: 'mutation { payOrder(input: {orderNo: "TESTA1", paymentMethod: BALANCE}) { __typename } }',
        }),
      })
    expect(await (await pay(output.trim())).json()).toEqual({
      data: { payOrder: { __typename: 'PaymentSuccess' } },
    })
    expect((await pay(`${output.trim()}x`)).status).toBe(401)
    await strict.close()
  })
})

describe('nginx.conf', () => {
  const nginx = parseNginx(read('deploy/nginx.conf'))
  const http = nginx.find(({ name }) => name === 'http')!.block
  const server = http.find(({ name }) => name === 'server')!.block
  const location = server.find(
    ({ name, args }) => name === 'location' && args.join(' ') === '= /graphql',
  )!.block
  const argsOf = (block: readonly Directive[], name: string): readonly (readonly string[])[] =>
    block.filter((directive) => directive.name === name).map(({ args }) => args)

  test('passes /graphql on and nothing else', () => {
    const locations = server.filter(({ name }) => name === 'location')
    expect(locations.map(({ args }) => args.join(' '))).toEqual(['= /graphql', '/'])
    expect(locations[1]!.block).toEqual([{ name: 'return', args: ['404'], block: [] }])
    expect(argsOf(location, 'proxy_pass')).toEqual([['http://gateways/graphql']])
  })

  test('sends a request to one gateway, once', () => {
    expect(argsOf(location, 'proxy_next_upstream')).toEqual([['off']])
    expect(read('deploy/nginx.conf').match(/^[^#]*proxy_next_upstream/gm)).toHaveLength(1)
    expect(argsOf(location, 'proxy_set_header')).toContainEqual(['Connection', 'close'])
    expect(http.some(({ name }) => name.startsWith('keepalive'))).toBe(false)
  })

  test('knows the gateways of compose.yaml', () => {
    const upstream = http.find(({ name }) => name === 'upstream')!
    expect(upstream.args).toEqual(['gateways'])
    expect(argsOf(upstream.block, 'server').map(([address]) => address)).toEqual(
      gateways.map(
        ([, service]) => `${service.network_mode!.replace('service:', '')}:${service.environment!['PORT']}`,
      ),
    )
    const balancer = compose.services['load-balancer']!
    expect(balancer.volumes).toEqual(['./deploy/nginx.conf:/etc/nginx/nginx.conf:ro'])
    expect(argsOf(server, 'listen')).toEqual([[balancer.ports![0]!.split(':').at(-1)]])
    expect(
      balancer.networks!.filter((name) => compose.services['simulator']!.networks!.includes(name)),
    ).toEqual(['edge'])
  })

  test('waits longer than the gateway lets its clients wait, and takes what the gateway takes', () => {
    const { PAY_WAIT_MS } = loadConfig(environmentOf(gateways[0]![1]))
    const [[seconds]] = argsOf(location, 'proxy_read_timeout') as [[string]]
    expect(Number.parseInt(seconds) * 1_000).toBeGreaterThan(PAY_WAIT_MS + 10_000)
    expect(argsOf(server, 'client_max_body_size')).toEqual([['64k']])
    expect(argsOf(server, 'client_body_buffer_size')).toEqual([['64k']])
    expect(argsOf(location, 'proxy_buffering')).toEqual([['off']])
  })

  test('passes on the ids of requests that the gateway would take, and logs no query', async () => {
    expect(argsOf(location, 'proxy_set_header')).toContainEqual(['X-Request-Id', '$forwarded_request_id'])
    const { block } = http.find(({ name }) => name === 'map')!
    const pattern = new RegExp(block.find(({ args }) => args[0] === '$http_x_request_id')!.name.slice(1))
    for (const id of [
      '12345678',
      'a.b:c/d=e-f_g',
      'x'.repeat(64),
      'short',
      'x'.repeat(65),
      'with blank',
      'qu"oted-id',
    ]) {
      const { headers } = await fetch(`${gateway.url}/graphql`, { headers: { 'x-request-id': id } })
      expect([id, pattern.test(id)]).toEqual([id, headers.get('x-request-id') === id])
    }
    const [[, , format]] = argsOf(http, 'log_format') as [[string, string, string]]
    expect(format).not.toMatch(/\$(request|request_uri|args|query_string|http_(?!x_request_id)\w+)\b/)
  })

  test('writes to the tmpfs only', () => {
    const paths = [...nginx, ...http].filter(({ name }) => name === 'pid' || name.endsWith('_temp_path'))
    expect(paths).toHaveLength(6)
    expect(paths.filter(({ args }) => !args[0]!.startsWith('/tmp/'))).toEqual([])
  })
})

interface Directive {
  readonly name: string
  readonly args: readonly string[]
  readonly block: readonly Directive[]
}

/** The directives of an nginx configuration. Throws when it does not end where it should. */
function parseNginx(text: string): readonly Directive[] {
  const tokens = [...text.matchAll(/#.*|'([^']*)'|"([^"]*)"|[{};]|[^\s{};]+/g)]
    .filter(([token]) => !token.startsWith('#'))
    .map(([token, single, double]) => ({ token, text: single ?? double ?? token }))
  const readBlock = (isOuter: boolean): Directive[] => {
    const directives: Directive[] = []
    for (let words: string[] = []; ;) {
      const next = tokens.shift()
      if (next === undefined || next.token === '}') {
        if ((next === undefined) !== isOuter || words.length > 0) throw new Error('A block does not end.')
        return directives
      }
      if (next.token !== ';' && next.token !== '{') {
        words.push(next.text)
        continue
      }
      const [name = '', ...args] = words
      directives.push({ name, args, block: next.token === '{' ? readBlock(false) : [] })
      words = []
    }
  }
  return readBlock(true)
}
