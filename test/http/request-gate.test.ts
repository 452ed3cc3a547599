import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { answerStatus, type ScriptedAtlas, startScriptedAtlas } from '../support/scripted-atlas.ts'

let atlas: ScriptedAtlas
let gateway: TestGateway

beforeAll(async () => {
  atlas = await startScriptedAtlas(answerStatus(0))
  gateway = await startGateway(atlas.url)
})

beforeEach(() => {
  atlas.seen.length = 0
  gateway.log.length = 0
})

afterAll(async () => {
  await gateway.close()
  await atlas.close()
})

const query = 'mutation P($input: PayOrderInput!) { payOrder(input: $input) { __typename } }'
const payment = (orderNo: string): string =>
  JSON.stringify({ query, variables: { input: { orderNo, paymentMethod: 'BALANCE' } } })

interface Answer {
  readonly status: number
  readonly type: string | null
  readonly codes: unknown[]
  readonly text: string
}

async function post(
  body: string | Buffer<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return request({ method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })
}

async function request(init: RequestInit, path = '/graphql'): Promise<Answer> {
  const response = await fetch(`${gateway.url}${path}`, init)
  const text = await response.text()
  return { status: response.status, type: response.headers.get('content-type'), codes: codesIn(text), text }
}

function codesIn(text: string): unknown[] {
  try {
    // Who takes nothing but a stream of events is told in one.
    const json = /^event: next\ndata: (.+)$/m.exec(text)?.[1] ?? text
    const { errors = [] } = JSON.parse(json) as { errors?: { extensions?: { code?: unknown } }[] }
    return errors.map(({ extensions }) => extensions?.code)
  } catch {
    return []
  }
}

/** Nothing but a line about a refused access. */
function expectNothingHappened(): void {
  expect(atlas.seen).toEqual([])
  expect(gateway.log.filter(({ msg }) => msg !== 'refused')).toEqual([])
}

describe('an answer that the client would not take', () => {
  test.each([
    'application/xml',
    'text/html',
    'x',
    'text/event-stream',
    'multipart/mixed',
    'application/json;q=0',
    '*/*;q=0',
    'application/json;q=0, */*',
  ])('Accept: %s is refused before anything is sent', async (accept) => {
    const answer = await post(payment('A1'), { accept })
    if (accept === 'application/json;q=0, */*') {
      expect([answer.status, answer.type]).toEqual([200, 'application/graphql-response+json; charset=utf-8'])
      return
    }
    expect([answer.status, answer.codes]).toEqual([406, ['NOT_ACCEPTABLE']])
    expectNothingHappened()
  })

  test.each(['application/xml', 'text/html', 'text/event-stream', 'multipart/mixed'])(
    'Accept: %s is refused to a GET, too',
    async (accept) => {
      const answer = await request({ headers: { accept } }, '/graphql?query={payment(orderNo:"A1"){state}}')
      expect([answer.status, answer.codes]).toEqual([406, ['NOT_ACCEPTABLE']])
      expectNothingHappened()
    },
  )

  test.each([
    ['application/json', 'application/json; charset=utf-8'],
    ['application/graphql-response+json', 'application/graphql-response+json; charset=utf-8'],
    ['*/*', 'application/json; charset=utf-8'],
    ['text/event-stream, application/json', 'application/json; charset=utf-8'],
    ['multipart/mixed;q=0.9, application/*;q=0.1', 'application/json; charset=utf-8'],
  ])('Accept: %s is answered as %s', async (accept, type) => {
    const answer = await post(payment(`ACCEPT-${accept.length}`), { accept })
    expect([answer.status, answer.type]).toEqual([200, type])
    expect(atlas.seen).toHaveLength(1)
  })
})

describe('a parameter of the body that is none', () => {
  test.each([
    ['qurey', 'Unexpected parameter \\"qurey\\" in the request body.'],
    ['__proto__', 'Unexpected parameter \\"__proto__\\" in the request body.'],
    ['4111111111111111', 'Unexpected parameter in the request body.'],
    ['a'.repeat(65), 'Unexpected parameter in the request body.'],
  ])('is refused, and named where that shows no secret: %s', async (name, message) => {
    const answer = await post(payment('A1').replace('{', `{"${name}":1,`))
    expect([answer.status, answer.codes]).toEqual([400, ['BAD_REQUEST']])
    expect(answer.text).toContain(`"message":"${message}"`)
    expectNothingHappened()
  })

  test('is nothing when it is null', async () => {
    const answer = await post(payment('NULL-PARAMETER').replace('{', '{"other":null,'))
    expect([answer.status, atlas.seen.length]).toEqual([200, 1])
  })
})

test.each(['identity', 'IDENTITY', ''])('The content-encoding %j changes nothing', async (encoding) => {
  const answer = await raw(
    `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: ${encoding}\r\n${jsonHead('{"query":"{__typename}"}')}`,
  )
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
})

test('An amount that is no string is refused where it stands', async () => {
  const document =
    'mutation { payOrder(input: { orderNo: "A1", paymentMethod: BALANCE, expectedTotal: { amount: 8640, currency: "USD" } }) { __typename } }'
  const answer = await post(JSON.stringify({ query: document }))
  expect([answer.status, answer.codes]).toEqual([200, ['GRAPHQL_VALIDATION_FAILED']])
  expect(JSON.parse(answer.text)).toMatchObject({
    errors: [
      {
        message: 'Decimal has to be a string, such as "86.40".',
        locations: [{ line: 1, column: document.indexOf('8640') + 1 }],
      },
    ],
  })
  expectNothingHappened()
})

describe('an order number that would not arrive as it was written', () => {
  test.each(['20261123101500123', '12345678901234567890123', '1e30', '9007199254740993'])(
    'as the JSON number %s is refused',
    async (number) => {
      const answer = await post(payment('NUMBER').replace('"NUMBER"', number))
      expect([answer.status, answer.codes]).toEqual([400, ['BAD_REQUEST']])
      expect(answer.text).toContain('send order numbers as strings')
      expectNothingHappened()
    },
  )

  test('as a GraphQL literal keeps every digit', async () => {
    const document =
      'mutation { payOrder(input: { orderNo: 20261123101500123, paymentMethod: BALANCE }) { __typename } }'
    expect((await post(JSON.stringify({ query: document }))).status).toBe(200)
    expect(atlas.seen.map(({ body }) => body)).toEqual([{ orderNo: '20261123101500123', paymentMethod: 1 }])
  })

  test('beside values that are nested too deeply is refused, and at the limit is paid', async () => {
    const nested = (levels: number): string =>
      payment('DEEP').replace(/}$/, `,"extensions":{"a":${'['.repeat(levels - 2)}${']'.repeat(levels - 2)}}}`)
    const refused = await post(nested(102))
    expect([refused.status, refused.codes]).toEqual([400, ['BAD_REQUEST']])
    expect(refused.text).toContain('Nest values at most 100 levels deep. Nothing was sent.')
    expectNothingHappened()
    expect([(await post(nested(101))).status, atlas.seen.length]).toEqual([200, 1])
  })

  test('in bytes that are not UTF-8 is refused', async () => {
    const [before, after] = payment('BYTES').split('BYTES')
    const answer = await post(
      Buffer.concat([Buffer.from(`${before}A`), Buffer.from([0xff, 0xfe]), Buffer.from(after!)]),
    )
    expect([answer.status, answer.codes]).toEqual([400, ['BAD_REQUEST']])
    expectNothingHappened()
  })

  test.each(['application/json; charset=latin1', 'application/json;charset="utf-16"'])(
    'in another charset (%s) is refused',
    async (contentType) => {
      const answer = await post(payment('A1'), { 'content-type': contentType })
      expect([answer.status, answer.codes]).toEqual([415, ['UNSUPPORTED_MEDIA_TYPE']])
      expectNothingHappened()
    },
  )
})

describe('garbage never gets a 500, and always a code', () => {
  test.each([
    ['broken JSON', '{"query": "canary-4111', 400, ['BAD_REQUEST']],
    ['60,000 brackets', '['.repeat(60_000), 400, ['BAD_REQUEST']],
    [
      'deep JSON',
      `{"query":"{__typename}","variables":${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}}`,
      400,
      ['BAD_REQUEST'],
    ],
    ['null', 'null', 400, ['BAD_REQUEST']],
    ['a batch', `[${payment('A1')}]`, 400, ['BAD_REQUEST']],
    ['no query', '{}', 200, ['BAD_REQUEST']],
    ['what looks like a promise', '{"then":1,"query":"{ __typename }"}', 400, ['BAD_REQUEST']],
    ['another parameter', '{"catch":1,"query":"{ __typename }"}', 400, ['BAD_REQUEST']],
    ['nested selections', JSON.stringify({ query: '{a'.repeat(20_000) }), 200, ['GRAPHQL_PARSE_FAILED']],
    [
      'nested lists',
      JSON.stringify({ query: `{ a(b: ${'['.repeat(30_000)}` }),
      200,
      ['GRAPHQL_PARSE_FAILED'],
    ],
    [
      'nested types',
      JSON.stringify({ query: `query ($a: ${'['.repeat(30_000)}Int` }),
      200,
      ['GRAPHQL_PARSE_FAILED'],
    ],
    [
      'too many tokens',
      JSON.stringify({ query: `{ ${'__typename '.repeat(1_000)} }` }),
      200,
      ['GRAPHQL_PARSE_FAILED'],
    ],
    [
      'an unknown field',
      JSON.stringify({ query: '{ paymentErrorCatalo { code } }' }),
      200,
      ['GRAPHQL_VALIDATION_FAILED'],
    ],
    ['a variable of a wrong type', payment('A1').replace('"BALANCE"', '3'), 400, ['BAD_USER_INPUT']],
    [
      'an unknown input field',
      payment('A1').replace('"orderNo"', '"ordrNo"'),
      400,
      ['BAD_USER_INPUT', 'BAD_USER_INPUT'],
    ],
  ])('%s', async (_what, body, status, codes) => {
    const answer = await post(body)
    expect([answer.status, answer.codes]).toEqual([status, codes])
    // Neither a quotation of the body nor a hint at the schema.
    expect(answer.text).not.toContain('canary')
    expect(answer.text).not.toContain('Did you mean')
    expectNothingHappened()
  })

  test('a variable that does not fit is named without its value', async () => {
    const answer = await post(payment('canary-of-a-value').replace('"BALANCE"', '"canary-of-a-method"'))
    expect([answer.status, answer.codes]).toEqual([400, ['BAD_USER_INPUT']])
    expect(answer.text).toContain('Variable \\"$input\\" has an invalid value at \\"input.paymentMethod\\".')
    expect(answer.text).not.toContain('canary')
  })

  test.each([
    [
      '6 fields at the root',
      `{ ${'a:__typename b:__typename c:__typename '.repeat(2)} }`.replace(
        'a:__typename b',
        'x:__typename y',
      ),
    ],
    [
      '6 reads by fragments',
      `{ ...A ...B } fragment A on Query { a: __typename b: __typename c: __typename } fragment B on Query { d: __typename e: __typename f: __typename }`,
    ],
    [
      'fields that multiply',
      `{ ${['a', 'b', 'c', 'd', 'e'].map((name) => `${name}: paymentErrorCatalog { ...F }`).join(' ')} } fragment F on PaymentErrorDescription { ${Array.from({ length: 240 }, (_, index) => `f${index}: message`).join(' ')} }`,
    ],
  ])('a document of %s is QUERY_TOO_LARGE', async (_what, large) => {
    expect((await post(JSON.stringify({ query: large }))).codes).toContain('QUERY_TOO_LARGE')
    expectNothingHappened()
  })

  test.each([
    'variables=xx',
    'variables=[1]',
    'variables=',
    'variables=%C2%A0null',
    'extensions=[',
    'extensions="null"',
  ])('GET with %s', async (parameter) => {
    const answer = await request({}, `/graphql?query={__typename}&${parameter}`)
    expect([answer.status, answer.codes]).toEqual([400, ['BAD_REQUEST']])
  })

  test.each(['[', 'a b', '@', '%', '::1', 'a:99999', 'evil.example', '127.0.0.1.evil.example', ''])(
    'Host: %s is refused where everybody of this machine may pay',
    async (host) => {
      const answer = await raw(`POST /graphql HTTP/1.1\r\nHost: ${host}\r\n${jsonHead(payment('A1'))}`)
      expect(answer).toMatch(/^HTTP\/1\.1 421 Misdirected Request\r\n/)
      expect(answer).toContain('"code":"MISDIRECTED_REQUEST"')
      expectNothingHappened()
    },
  )

  test.each([
    'localhost',
    'localhost:4000',
    'LOCALHOST',
    '127.0.0.1',
    '127.9.9.9:1',
    '[::1]:4000',
    'pay.localhost',
  ])('Host: %s names this machine', async (host) => {
    const answer = await raw(
      `POST /graphql HTTP/1.1\r\nHost: ${host}\r\n${jsonHead('{"query":"{__typename}"}')}`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
  })

  test.each(['cross-site', 'same-site'])(
    'what a %s page embeds is refused where everybody of this machine may pay',
    async (site) => {
      const headers = { 'sec-fetch-site': site }
      const answer = await request({ headers }, '/graphql?query={order(orderNo:"A1"){__typename}}')
      expect([answer.status, answer.codes]).toEqual([403, ['ORIGIN_NOT_ALLOWED']])
      expect((await request({ headers }, '/metrics')).status).toBe(403)
      expectNothingHappened()
    },
  )

  test.each(['same-origin', 'none'])('what a %s request asks is answered', async (site) => {
    const answer = await request({ headers: { 'sec-fetch-site': site } }, '/graphql?query={__typename}')
    expect(answer.status).toBe(200)
  })

  test.each(['https://evil.example', 'null', 'http://localhost.evil.example'])(
    'Origin: %s is refused where everybody of this machine may pay',
    async (origin) => {
      const answer = await post(payment('A1'), { origin })
      expect([answer.status, answer.codes]).toEqual([403, ['ORIGIN_NOT_ALLOWED']])
      expectNothingHappened()
    },
  )

  test.each(['http://[/graphql', '//[/graphql', '/x/health', '/graphql/'])(
    'the target %s is not found',
    async (target) => {
      const answer = await raw(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
      expect(answer).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/)
    },
  )
})

describe('the end of an instance', () => {
  test('is not held up by clients that are silent or half done', async () => {
    const own = await startGateway(atlas.url)
    const { port } = new URL(own.url)
    const parts = [
      '',
      'POST /graphql HTTP/1.1\r\nHost:',
      `POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"qu`,
    ]
    const sockets = await Promise.all(parts.map((part) => open(Number(port), part)))
    // `once` would reject for the reset with which they are ended.
    const ends = sockets.map((socket) => new Promise((resolve) => socket.on('close', resolve)))
    const startedAt = performance.now()
    await own.close()
    await Promise.all(ends)
    expect(performance.now() - startedAt).toBeLessThan(1_000)
  })

  test('refuses new payments at once, says so, and lets the one under way finish', async () => {
    const answered = Promise.withResolvers<void>()
    const held = Promise.withResolvers<void>()
    const slow = await startScriptedAtlas((response, seen) => {
      held.resolve()
      void answered.promise.then(() => answerStatus(0)(response, seen))
    })
    const own = await startGateway(slow.url)
    const first = own.graphql(query, { input: { orderNo: 'DRAIN-1', paymentMethod: 'BALANCE' } })
    await held.promise
    expect((await fetch(`${own.url}/readyz`)).status).toBe(200)
    const closing = own.close()

    const ready = await fetch(`${own.url}/readyz`)
    expect([ready.status, await ready.text(), ready.headers.get('connection')]).toEqual([
      503,
      'not ready\n',
      'close',
    ])
    const response = await fetch(`${own.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: payment('DRAIN-2'),
    })
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2'])
    expect(await response.json()).toEqual({
      data: null,
      errors: [
        {
          message: 'This instance takes no new payments. Nothing was sent: send the request again.',
          path: ['payOrder'],
          locations: [{ line: 1, column: 38 }],
          extensions: { code: 'SHUTTING_DOWN', retryable: true, retryAfterSeconds: 2 },
        },
      ],
    })
    answered.resolve()
    expect((await first).data).toEqual({ payOrder: { __typename: 'PaymentSuccess' } })
    await closing
    expect(slow.seen.map(({ body }) => body)).toEqual([{ orderNo: 'DRAIN-1', paymentMethod: 1 }])
    await slow.close()
  })
})

test('the probes answer with fixed texts', async () => {
  expect([(await request({}, '/livez')).text, (await request({}, '/readyz')).text]).toEqual([
    'ok\n',
    'ready\n',
  ])
})

function jsonHead(body: string): string {
  return `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`
}

/** Sends bytes as they are and gives all that came back. */
async function raw(bytes: string): Promise<string> {
  const socket = await open(Number(new URL(gateway.url).port), bytes)
  let answer = ''
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
  await once(socket, 'close')
  return answer
}

async function open(port: number, bytes: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.resume()
  socket.write(bytes)
  return socket
}
