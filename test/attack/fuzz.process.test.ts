import { once } from 'node:events'
import { connect } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSimulator, type Simulator } from '../../src/simulator/server.ts'
import { testCredentials } from '../support/gateway.ts'
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts'
import { heapBytesOf, heapOptions } from '../support/heap.ts'

/** Requests of the whole run, and on each connection. */
const REQUESTS = 20_000
const PIPELINE = 20

/** How much more of the heap may be in use afterwards, in bytes: the cache of documents fills within its bounds. */
const GROWTH_MAX_BYTES = 8_000_000

let atlas: Simulator
let gateway: GatewayProcess

beforeAll(async () => {
  atlas = await createSimulator({ host: '127.0.0.1', port: 0, latencyMs: 0, ...testCredentials })
  gateway = await startGatewayProcess(atlas.url, { INTROSPECTION: 'on' }, heapOptions)
})

afterAll(async () => {
  gateway.process.signal('SIGTERM')
  await gateway.process.ended
  await atlas.close()
})

const words = fc.constantFrom(
  ...'{ } ( ) [ ] : ! $ @ ... = | & # " """ \\ , query mutation subscription fragment on type true null'.split(
    ' ',
  ),
  ...'payOrder payment order orderProgress paymentErrorCatalog input orderNo paymentMethod BALANCE __typename __schema $input PayOrderInput ID'.split(
    ' ',
  ),
  '-1',
  '0',
  '1e999',
  '"A1"',
  '\u0000',
  '\ufeff',
  '😀',
)
/** Fragments that spread each other in any way, circles and names that are not there included. */
const fragments = fc
  .array(
    fc.array(
      fc.oneof(
        fc.nat(24).map((index) => `...F${index}`),
        fc.constant('__typename'),
      ),
      { maxLength: 8 },
    ),
    {
      minLength: 1,
      maxLength: 24,
    },
  )
  .map((all) => {
    const definitions = all.map(
      (parts, index) => `fragment F${index} on Query { ${parts.join(' ') || '__typename'} }`,
    )
    return `{ ...F0 } ${definitions.join(' ')}`
  })
const documents = fc.oneof(
  fragments,
  fc.array(words, { maxLength: 40 }).map((parts) => parts.join(' ')),
  fc.string({ unit: 'binary', maxLength: 200 }),
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      'query($i: ID!) { payment(orderNo: $i) { state attempts { code } } }',
      'mutation($i: PayOrderInput!) { payOrder(input: $i) { __typename } }',
      'query($i: ID!) { order(orderNo: $i) { __typename ... on Order { state total { amount } } } }',
      'subscription($i: ID!) { orderProgress(orderNo: $i) { state } }',
      '{ paymentErrorCatalog { code message } }',
      '{ __typename }',
    ),
  },
)
const json = fc.record(
  {
    query: fc.oneof({ weight: 6, arbitrary: documents }, fc.jsonValue()),
    variables: fc.oneof(
      fc.jsonValue(),
      fc.record({
        i: fc.oneof(
          fc.record({ orderNo: fc.string(), paymentMethod: fc.constantFrom('BALANCE', 'x') }),
          fc.string(),
        ),
      }),
    ),
    operationName: fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, fc.string(), fc.jsonValue()),
    extensions: fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, fc.jsonValue()),
  },
  { requiredKeys: [] },
)
const bodies = fc.oneof(
  { weight: 8, arbitrary: json.map((value) => JSON.stringify(value)) },
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.string({ unit: 'binary', maxLength: 300 }),
)
const headerValues = fc.constantFrom(
  'application/json',
  '*/*',
  'text/html',
  'application/graphql-response+json',
  'x',
  '',
  'text/event-stream',
  'gzip',
  '[',
  'a, b;q=0',
  'utf-8',
)
const requests = fc
  .record({
    method: fc.oneof(
      { weight: 8, arbitrary: fc.constant('POST') },
      fc.constantFrom('GET', 'PUT', 'OPTIONS', 'DELETE', 'HEAD', 'TRACE'),
    ),
    path: fc.oneof(
      { weight: 8, arbitrary: fc.constant('/graphql') },
      fc.constantFrom(
        '/',
        '/graphql/',
        '/graphql?query={__typename}',
        '/graphql?query=%7B',
        '/graphql?variables=1',
        '/metrics',
        '/livez',
        '//',
        '/%',
        '/graphql?%',
        '*',
      ),
      fc.webPath().map((path) => path || '/'),
    ),
    contentType: fc.oneof({ weight: 20, arbitrary: fc.constant('application/json') }, headerValues),
    accept: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, headerValues),
    host: fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom('localhost', '127.0.0.1', '[::1]:4000') },
      fc.constantFrom('a', '[', 'a:99999', ''),
    ),
    body: bodies,
  })
  .map(({ method, path, contentType, accept, host, body }) => {
    const bytes = Buffer.from(body)
    const head = [
      `${method} ${path} HTTP/1.1`,
      `Host: ${host}`,
      `Content-Type: ${contentType}`,
      ...(accept === null ? [] : [`Accept: ${accept}`]),
      `Content-Length: ${bytes.length}`,
    ]
    return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), bytes])
  })

test(`of ${REQUESTS} generated requests none is answered 5xx, and the process stays as it was`, async () => {
  const statuses = new Map<string, number>()
  let memory = 0
  let round = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(requests, { minLength: PIPELINE, maxLength: PIPELINE, size: 'max' }),
      async (batch) => {
        for (const request of batch) {
          const status = await statusOf(request)
          statuses.set(status, (statuses.get(status) ?? 0) + 1)
          expect([status, request.toString().slice(0, 400)]).toEqual([
            expect.stringMatching(/^[234]\d\d$/),
            expect.anything(),
          ])
        }
        round += 1
        // Once it is warm.
        if (round === 100) memory = await heapBytesOf(gateway)
      },
    ),
    { numRuns: REQUESTS / PIPELINE, seed: 20_261_123 },
  )
  expect((await heapBytesOf(gateway)) - memory).toBeLessThan(GROWTH_MAX_BYTES)
  expect(gateway.process.child.exitCode).toBeNull()
  expect(gateway.process.output()).not.toContain('"msg":"fault"')
  // A run in which nothing got through would prove nothing.
  expect(statuses.get('200')).toBeGreaterThan(REQUESTS / 10)
  expect(statuses.get('400')).toBeGreaterThan(REQUESTS / 100)
}, 180_000)

/** The status of the answer to one request on a connection of its own. */
async function statusOf(request: Buffer): Promise<string> {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.write(request)
  const [chunk] = (await Promise.race([once(socket, 'data'), once(socket, 'close')])) as [Buffer | boolean]
  socket.destroy()
  return Buffer.isBuffer(chunk)
    ? (/^HTTP\/1\.1 (\d{3})/.exec(chunk.toString('latin1'))?.[1] ?? 'garbage')
    : 'closed'
}
