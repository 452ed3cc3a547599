import { serverAudits } from 'graphql-http'
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

describe('the audits of graphql-http', () => {
  // Four of them ask with `__type`, so introspection is on for them.
  let open: TestGateway
  beforeAll(async () => {
    open = await startGateway(atlas.url, { INTROSPECTION: 'on' })
  })
  afterAll(() => open.close())

  const audits = serverAudits({ url: () => `${open.url}/graphql`, fetchFn: fetch })

  test('are 61', () => {
    expect(audits).toHaveLength(61)
  })

  test.each(audits)('$id: $name', async (audit) => {
    const result = await audit.fn()
    expect(result).toMatchObject({ status: 'ok' })
  })
})

test.each([
  'variables=null',
  'extensions=null',
  'variables=null&extensions=null',
  'variables=%20null%20',
  'operationName=Q&variables=null',
])('a GET with %s is as without', async (parameters) => {
  const response = await fetch(`${gateway.url}/graphql?query=query Q{__typename}&${parameters}`)
  expect([response.status, await response.json()]).toEqual([200, { data: { __typename: 'Query' } }])
})

const document = 'mutation { payOrder(input: { orderNo: "A1", paymentMethod: BALANCE }) { __typename } }'
const json = JSON.stringify({ query: document })

describe('a payment is refused, and nothing is sent,', () => {
  test.each([
    ['by GET', 'GET', undefined, undefined, 405],
    [
      'as a form',
      'POST',
      'application/x-www-form-urlencoded',
      new URLSearchParams({ query: document }).toString(),
      415,
    ],
    ['as multipart', 'POST', 'multipart/form-data; boundary=x', multipart(json), 415],
    ['as plain text', 'POST', 'text/plain', json, 415],
    ['as a GraphQL document', 'POST', 'application/graphql', document, 415],
    ['without a content type', 'POST', '', json, 415],
    ['in a batch', 'POST', 'application/json', `[${json}]`, 400],
    [
      'in a body over 64 KiB',
      'POST',
      'application/json',
      json.replace('mutation', `${' '.repeat(66_000)}mutation`),
      413,
    ],
    ['in broken JSON', 'POST', 'application/json', json.slice(0, -1), 400],
  ])('%s', async (_how, method, contentType, body, httpStatus) => {
    const url = `${gateway.url}/graphql${method === 'GET' ? `?query=${encodeURIComponent(document)}` : ''}`
    const response = await fetch(url, {
      method,
      ...(body !== undefined && { body: Buffer.from(body), headers: { 'content-type': contentType } }),
    })
    await response.text()
    expect(response.status).toBe(httpStatus)
    expect(atlas.seen).toEqual([])
    expect(gateway.log).toEqual([])
  })

  test.each([
    [
      'twice by aliases',
      'mutation { a: payOrder(input: $a) { __typename } b: payOrder(input: $a) { __typename } }',
    ],
    [
      'twice by a fragment',
      'mutation { a: payOrder(input: $a) { __typename } ...F } fragment F on Mutation { payOrder(input: $a) { __typename } }',
    ],
    [
      'twice by directives',
      'mutation { a: payOrder(input: $a) @include(if: true) { __typename } b: payOrder(input: $a) @skip(if: true) { __typename } }',
    ],
    [
      'in two operations',
      'mutation A { payOrder(input: $a) { __typename } } mutation B { payOrder(input: $a) { __typename } }',
    ],
    [
      'in an inline fragment',
      'mutation { ... on Mutation { a: payOrder(input: $a) { __typename } } ... { b: payOrder(input: $a) { __typename } } }',
    ],
  ])('%s', async (_how, query) => {
    const input = '{ orderNo: "A1", paymentMethod: BALANCE }'
    const operationName = query.includes('mutation A') ? 'A' : undefined
    const { errors, data } = await gateway.graphql(query.replaceAll('$a', input), {}, operationName)
    expect(errors).toEqual([
      expect.objectContaining({
        message: 'A document may contain `payOrder` once.',
        extensions: { code: 'MULTIPLE_PAYMENTS' },
      }),
    ])
    expect(data).toBeUndefined()
    expect(atlas.seen).toEqual([])
  })
})

test('one document pays once even when its fragment is spread twice', async () => {
  const { data } = await gateway.graphql(
    `mutation { ...F ...F } fragment F on Mutation { payOrder(input: { orderNo: "A1", paymentMethod: BALANCE }) { __typename } }`,
  )
  expect(data).toEqual({ payOrder: { __typename: 'PaymentSuccess' } })
  expect(atlas.seen).toHaveLength(1)
})

describe('what is off unless switched on', () => {
  test('introspection', async () => {
    const { errors } = await gateway.graphql('{ __schema { queryType { name } } }')
    expect(new Set(errors?.map(({ message }) => message.replace(/"\w+"/, '_')))).toEqual(
      new Set(['GraphQL introspection has been disabled, but the requested query contained the field _.']),
    )
    const open = await startGateway(atlas.url, { INTROSPECTION: 'on' })
    const { data } = await open.graphql('{ __schema { queryType { name } } }')
    await open.close()
    expect(data).toEqual({ __schema: { queryType: { name: 'Query' } } })
  })

  test('GraphiQL', async () => {
    const html = { headers: { accept: 'text/html' } }
    const closed = await fetch(`${gateway.url}/graphql`, html)
    expect(await closed.text()).not.toContain('<html')
    const open = await startGateway(atlas.url, { GRAPHIQL: 'on' })
    const page = await fetch(`${open.url}/graphql`, html)
    const text = await page.text()
    await open.close()
    expect(page.status).toBe(200)
    expect(text).toContain('<title>Atlas Pay Gateway</title>')
  })

  test('cross-origin access', async () => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    })
    expect([...response.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
  })

  test('other paths', async () => {
    const response = await fetch(`${gateway.url}/`)
    expect([response.status, await response.text()]).toEqual([404, 'not found\n'])
  })
})

test.each([
  [
    'by an alias',
    'mutation ($input: PayOrderInput!) { paid: payOrder(input: $input) { __typename } }',
    'paid',
  ],
  [
    'by an alias in a document of two operations',
    'query Other { order: __typename } mutation Pay($input: PayOrderInput!) { order: payOrder(input: $input) { __typename } }',
    'order',
  ],
])('a fault in a payment says that it may have been sent: %s', async (_what, query, key) => {
  const broken = await startGateway(
    atlas.url,
    {},
    { wrapAtlas: (real) => ({ ...real, pay: () => Promise.reject(new Error('inside')) }) },
  )
  try {
    // By Yoga's way, then by the short one.
    for (const orderNo of ['FAULT-1', 'FAULT-2']) {
      const body = {
        query,
        operationName: query.startsWith('query') ? 'Pay' : null,
        variables: { input: { orderNo, paymentMethod: 'BALANCE' } },
      }
      const response = await fetch(`${broken.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      expect(await response.json()).toMatchObject({
        data: null,
        errors: [
          {
            path: [key],
            message: expect.stringMatching(
              /^The gateway failed. It is not known whether the payment was sent: /,
            ) as string,
          },
        ],
      })
    }
  } finally {
    await broken.close()
  }
})

test('a fault in a question says that nothing was sent', async () => {
  const broken = await startGateway(
    atlas.url,
    {},
    { wrapAtlas: (real) => ({ ...real, queryOrder: () => Promise.reject(new Error('inside')) }) },
  )
  try {
    const query = '{ payOrders: order(orderNo: "FAULT-3") { __typename } }'
    const response = await fetch(`${broken.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    })
    expect(await response.json()).toMatchObject({
      data: null,
      errors: [{ message: 'The gateway failed on this request. Nothing was sent.' }],
    })
  } finally {
    await broken.close()
  }
})

test.each(['development', 'production'])('a fault of ours is masked with NODE_ENV=%s', async (mode) => {
  const before = process.env['NODE_ENV']
  process.env['NODE_ENV'] = mode
  const broken = await startGateway(
    atlas.url,
    {},
    {
      wrapAtlas: (real) => ({
        ...real,
        pay: () => Promise.reject(new Error('inside: test-secret-not-real')),
      }),
    },
  )
  try {
    expect(await broken.graphql(document)).toEqual({
      httpStatus: 500,
      errors: [
        {
          message:
            'The gateway failed. It is not known whether the payment was sent: look at the order before paying it again.',
          locations: [{ line: 1, column: 12 }],
          path: ['payOrder'],
          extensions: { code: 'INTERNAL_SERVER_ERROR' },
        },
      ],
      data: null,
    })
    expect(broken.log).toMatchObject([
      { level: 'warn' },
      { msg: 'listening' },
      { level: 'error', msg: 'fault' },
    ])
  } finally {
    process.env['NODE_ENV'] = before
    await broken.close()
  }
})

function multipart(operations: string): string {
  return `--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n${operations}\r\n--x--\r\n`
}
