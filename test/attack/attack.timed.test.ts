import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts'
import { answerStatus, type ScriptedAtlas, startScriptedAtlas } from '../support/scripted-atlas.ts'

/** CPU that one request may cost, on average of {@link ROUNDS}, in milliseconds. */
const CPU_MAX_MS = 50
const ROUNDS = 10

/** Idle connections: ten thousand, or what this machine lets a process have. */
const { userLimits } = process.report.getReport() as unknown as {
  userLimits: { open_files: { soft: number | 'unlimited' } }
}
const FILES_MAX = Number(userLimits.open_files.soft) || Infinity
const IDLE = Math.min(10_000, FILES_MAX - 500)

let atlas: ScriptedAtlas
let gateway: GatewayProcess

beforeAll(async () => {
  atlas = await startScriptedAtlas(answerStatus(0))
  gateway = await startGatewayProcess(atlas.url)
})

afterEach(async () => {
  // Whatever was sent: no payment, and the gateway still serves.
  expect(atlas.seen).toEqual([])
  expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200)
})

afterAll(async () => {
  gateway.process.signal('SIGTERM')
  await gateway.process.ended
  await atlas.close()
})

const json = { 'content-type': 'application/json' }
const pay = 'payOrder(input: {orderNo: "A1", paymentMethod: BALANCE}) { __typename }'
const text = `mutation { ${pay} }`
const many = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => make(index)).join(' ')

interface Attack {
  readonly method?: string
  readonly path?: string
  readonly headers?: Record<string, string>
  readonly body?: string
}

const document = (query: string, more: object = {}): Attack => ({
  headers: json,
  body: JSON.stringify({ query, ...more }),
})

async function send({ method = 'POST', path = '/graphql', headers = {}, body }: Attack) {
  const response = await fetch(`${gateway.url}${path}`, {
    method,
    headers,
    ...(body !== undefined && { body }),
    redirect: 'manual',
  })
  return { status: response.status, text: await response.text() }
}

describe('more than one payment', () => {
  test.each<[string, Attack]>([
    ['by 100 aliases', document(`mutation { ${many(15, (index) => `a${index}: ${pay}`)} }`)],
    [
      'by fragments',
      document(
        `mutation { ...A ...B } fragment A on Mutation { a: ${pay} } fragment B on Mutation { b: ${pay} }`,
      ),
    ],
    [
      'by nested fragments',
      document(
        `mutation { ...A } fragment A on Mutation { ...B a: ${pay} } fragment B on Mutation { b: ${pay} }`,
      ),
    ],
    ['by @include', document(`mutation { a: ${pay.replace(') {', ') @include(if: true) {')} b: ${pay} }`)],
    ['in two operations', document(`mutation A { ${pay} } mutation B { ${pay} }`, { operationName: 'A' })],
  ])('%s is refused', async (_how, attack) => {
    const answer = await send(attack)
    expect(answer.status).toBe(200)
    expect(answer.text).toContain('MULTIPLE_PAYMENTS')
  })

  test('by 100 aliases in full is too many tokens', async () => {
    const answer = await send(document(`mutation { ${many(100, (index) => `a${index}: ${pay}`)} }`))
    expect(answer.text).toMatch(/MULTIPLE_PAYMENTS|GRAPHQL_PARSE_FAILED/)
  })

  test('in a batch is refused', async () => {
    expect((await send({ headers: json, body: `[${JSON.stringify({ query: text })}]` })).status).toBe(400)
  })
})

describe('what a page of another site can send without asking', () => {
  test.each<[string, Attack, number]>([
    [
      'a form',
      {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: `query=${encodeURIComponent(text)}`,
      },
      415,
    ],
    [
      'a multipart form',
      {
        headers: { 'content-type': 'multipart/form-data; boundary=x' },
        body: `--x\r\ncontent-disposition: form-data; name="query"\r\n\r\n${text}\r\n--x--`,
      },
      415,
    ],
    ['plain text', { headers: { 'content-type': 'text/plain' }, body: JSON.stringify({ query: text }) }, 415],
    [
      'plain text that looks like JSON',
      { headers: { 'content-type': 'text/plain; application/json' }, body: JSON.stringify({ query: text }) },
      415,
    ],
    [
      'a beacon without a type',
      { headers: { 'content-type': '' }, body: JSON.stringify({ query: text }) },
      415,
    ],
    ['a link', { method: 'GET', path: `/graphql?query=${encodeURIComponent(text)}` }, 405],
  ])('%s is refused, with and without the origin of its page', async (_what, attack, status) => {
    const headers = { ...attack.headers, origin: 'https://evil.example' }
    expect([(await send(attack)).status, (await send({ ...attack, headers })).status]).toEqual([status, 403])
  })
})

describe('what is made to exhaust the process', () => {
  test.each<[string, Attack, number]>([
    ['20,000 levels of selections', document(`{${'a{'.repeat(20_000)}`), 200],
    ['20,000 levels of lists', document(`{ a(b: ${'['.repeat(20_000)}`), 200],
    ['a million comment lines', document('#\n'.repeat(1_000_000)), 413],
    ['30,000 comment lines', document(`${'#\n'.repeat(20_000)}{__typename}`), 200],
    ['token soup', document('{'.repeat(50_000)), 200],
    ['1,000 fields of one name', document(`{ ${many(330, () => 'paymentErrorCatalog { code }')} }`), 200],
    [
      'aliases that overlap',
      document(`{ ${many(160, (index) => `x: payment(orderNo: "${index}") { state }`)} }`),
      200,
    ],
    [
      'fragments in a circle',
      document('{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }'),
      200,
    ],
    [
      'fragments that fan out',
      document(
        `{ ...F0 } ${many(60, (index) => `fragment F${index} on Query { ...F${index + 1} ...F${index + 1} }`)} fragment F60 on Query { __typename }`,
      ),
      200,
    ],
    ['unknown directives', document(`{ __typename ${many(300, (index) => `@d${index}`)} }`), 200],
    ['a directive 300 times', document(`{ __typename ${many(140, () => '@skip(if: false)')} }`), 200],
    ['introspection by alias', document('{ a: __schema { b: types { c: name } } }'), 200],
    [
      'introspection by fragment',
      document('{ ...F } fragment F on Query { x: __type(name: "Query") { name } }'),
      200,
    ],
    [
      'keys of prototypes in variables',
      {
        headers: json,
        body: '{"query":"query($o: ID!) { payment(orderNo: $o) { state } }","variables":{"__proto__":{"o":"x"},"constructor":{"prototype":{"o":"x"}}}}',
      },
      400,
    ],
    [
      'keys of prototypes in the body',
      { headers: json, body: '{"__proto__":{"query":"{__typename}"}}' },
      400,
    ],
    ['64 KiB of one string', document(`{ payment(orderNo: "${'x'.repeat(64_000)}") { state } }`), 200],
  ])('%s costs little and is refused or harmless', async (_what, attack, status) => {
    await send(attack)
    const before = gateway.cpuMs()
    for (let round = 0; round < ROUNDS; round += 1) expect((await send(attack)).status).toBe(status)
    expect((gateway.cpuMs() - before) / ROUNDS).toBeLessThan(CPU_MAX_MS)
  })

  test('a suggestion of what the schema has is not given', async () => {
    expect((await send(document('{ paymentErrorCatalo { code } }'))).text).not.toContain('Did you mean')
  })

  test('10 MB, announced, is refused without being kept', async () => {
    const before = gateway.residentBytes()
    expect((await send({ headers: json, body: `"${'x'.repeat(10_000_000)}"` })).status).toBe(413)
    expect(gateway.residentBytes() - before).toBeLessThan(30_000_000)
  })

  test('10 MB in chunks is refused without being kept', async () => {
    const before = gateway.residentBytes()
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`
    const answer = await raw(`${head}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(160)}0\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
    expect(gateway.residentBytes() - before).toBeLessThan(40_000_000)
  })
})

const head =
  'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n'
const body = JSON.stringify({ query: text })

describe('what confuses the border of a request', () => {
  test.each([
    [
      'content-length and chunked',
      `${head}Content-Length: ${body.length}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${body}`,
    ],
    ['two content-lengths', `${head}Content-Length: 5\r\nContent-Length: ${body.length}\r\n\r\n${body}`],
    ['a folded header', `${head}X-A: b\r\n c: d\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n`],
    ['chunked that is not the last coding', `${head}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
    ['a bare line feed', `${head.replaceAll('\r\n', '\n')}Content-Length: 1\n\n{`],
    ['a nul byte', `${head}X-A: \0\r\n\r\n`],
    ['a header of 32 KiB', `${head}X-A: ${'x'.repeat(32_768)}\r\n\r\n`],
  ])('%s is refused as a bad request', async (_what, bytes) => {
    expect(await raw(bytes)).toMatch(/^HTTP\/1\.1 (400|431) /)
  })
})

describe('connections', () => {
  test('that send their request by the byte do not hinder others', async () => {
    const slow = await Promise.all(
      Array.from({ length: 50 }, () => open(`${head}Content-Length: ${body.length}\r\n\r\n{`)),
    )
    const startedAt = performance.now()
    expect((await send(document('{__typename}'))).status).toBe(200)
    expect(performance.now() - startedAt).toBeLessThan(500)
    for (const socket of slow) socket.destroy()
  })

  test(`by the thousand, idle (${IDLE}), do not hinder others`, async () => {
    const idle: Socket[] = []
    // As many at a time as the queue of the listener holds.
    while (idle.length < IDLE) {
      const batch = Array.from({ length: Math.min(400, IDLE - idle.length) }, () => open(''))
      idle.push(...(await Promise.all(batch)))
    }
    const startedAt = performance.now()
    expect((await send(document('{__typename}'))).status).toBe(200)
    expect((await fetch(`${gateway.url}/livez`)).status).toBe(200)
    expect(performance.now() - startedAt).toBeLessThan(1_000)
    for (const socket of idle) socket.destroy()
  }, 60_000)
})

/** Sends bytes as they are and gives what came back. */
async function raw(bytes: string): Promise<string> {
  const socket = await open(bytes)
  let answer = ''
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
  await new Promise((resolve) => socket.on('close', resolve))
  return answer
}

async function open(bytes: string): Promise<Socket> {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.resume()
  socket.write(bytes)
  return socket
}
