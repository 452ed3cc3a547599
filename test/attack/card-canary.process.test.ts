import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  type Canary,
  cardOf,
  careless,
  hitsIn,
  newCanary,
  type Places,
  withWrongDigit,
} from '../support/card-canary.ts'
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts'
import { createHeapWatch, type HeapWatch } from '../support/heap-snapshot.ts'
import { answerStatus, type ScriptedAtlas, startScriptedAtlas } from '../support/scripted-atlas.ts'
import { bareCard } from '../support/test-cards.ts'
import { type SpanCollector, startSpanCollector } from '../telemetry/span-collector.ts'

let atlas: ScriptedAtlas
let collector: SpanCollector
let heap: HeapWatch
let folder: string
let gateway: GatewayProcess | undefined
let answers: string[]
let orders: number

beforeAll(async () => {
  atlas = await startScriptedAtlas()
  collector = await startSpanCollector()
})

beforeEach(() => {
  heap = createHeapWatch()
  folder = mkdtempSync(join(tmpdir(), 'card-canary-'))
  answers = []
  orders = 0
  atlas.seen.length = 0
  atlas.answer = answerStatus(0)
  collector.requests.length = 0
})

afterEach(() => {
  gateway?.process.signal('SIGKILL')
  heap.dispose()
  rmSync(folder, { recursive: true, force: true })
})

afterAll(async () => {
  await atlas.close()
  await collector.close()
})

/** With everything on that shows more of what goes on inside. */
async function start(environment: Record<string, string> = {}, nodeOptions: readonly string[] = []) {
  gateway = await startGatewayProcess(
    atlas.url,
    {
      LEDGER_URL: `sqlite:${join(folder, 'ledger.sqlite')}`,
      ATLAS_TIMEOUT_MS: '3000',
      LOG_LEVEL: 'trace',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      GRAPHIQL: 'on',
      INTROSPECTION: 'on',
      SETTLE_INTERVAL_MS: '50',
      ...environment,
    },
    [...heap.nodeOptions, ...nodeOptions],
  )
  return gateway
}

async function send(body: string | null, headers: object = {}, path = '/graphql'): Promise<string> {
  const response = await fetch(`${gateway!.url}${path}`, {
    method: body === null ? 'GET' : 'POST',
    body,
    headers: { ...(body !== null && { 'content-type': 'application/json' }), ...headers },
  })
  const text = await response.text()
  answers.push(`${JSON.stringify([...response.headers])} ${text}`)
  return text
}

const query =
  'mutation($input: PayOrderInput!) { payOrder(input: $input) { __typename ... on PaymentError { code field } } }'

/** Pays an order of its own. The card comes first: a heap snapshot has only the beginning of a long string. */
function pay(card: unknown, paymentMethod = 'MOR'): Promise<string> {
  const input = { card, orderNo: `CANARY-${(orders += 1)}`, paymentMethod }
  return send(JSON.stringify({ variables: { input }, query }))
}

const inline = ({ number, cvv, name }: Canary): string =>
  `mutation { payOrder(input: {card: {number: "${number}", cvv: "${cvv}", holderLastName: "${name}"}, orderNo: "X", paymentMethod: MOR}) { __typename } }`

/** Requests with a card in them, and what is answered. */
const requests: readonly (readonly [
  what: string,
  answer: string,
  run: (canary: Canary) => Promise<string>,
])[] = [
  ['paid', 'PaymentSuccess', (canary) => pay(cardOf(canary))],
  [
    'refused by Atlas',
    'CARD_NOT_SUPPORTED',
    (canary) => {
      // Atlas repeats what it was sent.
      atlas.answer = answerStatus(413, { msg: JSON.stringify(cardOf(canary)) })
      return pay(cardOf(canary), 'VCC_PASSTHROUGH')
    },
  ],
  [
    'with another wrong field',
    'INVALID_INPUT',
    (canary) => pay({ ...cardOf(canary), billing: { country: 'xx' } }),
  ],
  [
    'with a wrong number',
    'INVALID_INPUT',
    (canary) => pay({ ...cardOf(canary), number: withWrongDigit(canary.number) }),
  ],
  ['with a method that takes none', 'INVALID_INPUT', (canary) => pay(cardOf(canary), 'BYOA')],
  ['as a number', 'BAD_USER_INPUT', (canary) => pay({ ...cardOf(canary), number: Number(canary.number) })],
  ['as a text', 'BAD_USER_INPUT', (canary) => pay(JSON.stringify(cardOf(canary)))],
  ['in a field that there is not', 'BAD_USER_INPUT', (canary) => pay({ ...bareCard, pan: cardOf(canary) })],
  [
    'in variables that are a text',
    'BAD_REQUEST',
    (c) => send(JSON.stringify({ variables: JSON.stringify(c), query })),
  ],
  [
    'in an unknown parameter',
    'BAD_REQUEST',
    (canary) => send(JSON.stringify({ card: cardOf(canary), query })),
  ],
  [
    'in extensions',
    '"__typename":"Query"',
    (canary) => send(JSON.stringify({ extensions: { card: cardOf(canary) }, query: '{ __typename }' })),
  ],
  [
    'in malformed JSON',
    'BAD_REQUEST',
    (canary) => send(JSON.stringify({ variables: cardOf(canary) }).slice(0, -2)),
  ],
  [
    'in a body of another type',
    'UNSUPPORTED_MEDIA_TYPE',
    (canary) => send(JSON.stringify(cardOf(canary)), { 'content-type': 'text/plain' }),
  ],
  ['in a body that is too long', 'PAYLOAD_TOO_LARGE', (c) => send(JSON.stringify(cardOf(c)).padEnd(70_000))],
  ['in the document', 'CARD_IN_DOCUMENT', (canary) => send(JSON.stringify({ query: inline(canary) }))],
  [
    'in a document that does not parse',
    'GRAPHQL_PARSE_FAILED',
    (canary) => send(JSON.stringify({ query: `{ "${canary.number}" "${canary.cvv}" "${canary.name}" }` })),
  ],
  [
    'in a document that is wrong elsewhere',
    'GRAPHQL_VALIDATION_FAILED',
    (c) => send(JSON.stringify({ query: inline(c).replace('card:', 'crad:') })),
  ],
  [
    'in a document of which nothing is asked',
    'OPERATION_RESOLUTION_FAILURE',
    (canary) => send(JSON.stringify({ query: inline(canary), operationName: 'Another' })),
  ],
  [
    'in a URL',
    'BAD_REQUEST',
    (canary) => send(null, {}, `/graphql?query=${encodeURIComponent(inline(canary))}`),
  ],
  [
    'without an answer in time',
    'OUTCOME_UNKNOWN',
    (canary) => {
      atlas.answer = () => {}
      return pay(cardOf(canary))
    },
  ],
  [
    'on a connection that is lost',
    'OUTCOME_UNKNOWN',
    (canary) => {
      atlas.answer = (response) => void response.socket!.destroy()
      return pay(cardOf(canary))
    },
  ],
]

/** Everything that the gateway gives out or keeps, its heap included. */
async function placesOf({ process: running, url }: GatewayProcess): Promise<Places> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  const heapBytes = await heap.texts(running)
  const proc = (file: string): Buffer => readFileSync(`/proc/${running.child.pid}/${file}`)
  return {
    ...keptPlaces(running.output()),
    metrics,
    heap: heapBytes,
    arguments: proc('cmdline'),
    environment: proc('environ'),
    spans: collector.requests.map(({ text }) => text).join('\n'),
  }
}

/** What is left of a gateway that has ended. */
function keptPlaces(output: string): Places {
  return {
    output,
    ledger: Buffer.concat(readdirSync(folder).map((file) => readFileSync(join(folder, file)))),
    answers: answers.join('\n'),
  }
}

describe.each(['production', 'development'])('with NODE_ENV=%s', (environment) => {
  test('a card is nowhere once its request is over, whatever became of it', async () => {
    const one = await start({ NODE_ENV: environment })
    const canaries = new Map<string, Canary>()
    const before = await heap.texts(one.process)
    const told: [what: string, isExpected: boolean][] = []
    for (const [what, answer, run] of requests) {
      const canary = newCanary(before)
      canaries.set(what, canary)
      atlas.answer = answerStatus(0)
      told.push([what, (await run(canary)).includes(answer)])
    }
    expect(told).toEqual(requests.map(([what]) => [what, true]))

    // What must be found while a payment is under way, so that finding nothing afterwards means something.
    const held = Promise.withResolvers<void>()
    const arrived = Promise.withResolvers<void>()
    atlas.answer = (response, seen) => {
      arrived.resolve()
      void held.promise.then(() => answerStatus(0)(response, seen))
    }
    const underWay = newCanary(before)
    const paying = pay(cardOf(underWay))
    await arrived.promise
    const during = { heap: await heap.texts(one.process) }
    expect(hitsIn(during, underWay)).toEqual(['number in heap', 'cvv in heap', 'name in heap'])
    held.resolve()
    await paying
    canaries.set('under way', underWay)

    // The batch of spans that has begun.
    await expect.poll(() => collector.requests.length, { timeout: 10_000 }).toBeGreaterThan(0)
    // V8 keeps the last text that a regular expression was tried on.
    await send(JSON.stringify({ query: '{ paymentErrorCatalog { code } }' }))
    const places = await placesOf(one)
    const found = [...canaries].flatMap(([what, canary]) =>
      hitsIn(places, canary).map((hit) => `${what}: ${hit}`),
    )
    expect(found).toEqual([])

    // The cards did go where they should, and every place has what it should.
    const sent = { atlas: JSON.stringify(atlas.seen) }
    const paid = [
      'paid',
      'refused by Atlas',
      'without an answer in time',
      'on a connection that is lost',
      'under way',
    ]
    expect(
      [...canaries].filter(([, canary]) => hitsIn(sent, canary).length === 3).map(([what]) => what),
    ).toEqual(paid)
    expect(places['spans']).toContain('pay.do')
    expect(places['metrics']).toContain('atlas_pay_payments_total')
    expect(places['output']).toContain('CANARY-1"')
    expect(places['ledger']!.includes('CANARY-1')).toBe(true)
    expect(places['heap']!.includes('atlas_pay_payments_total')).toBe(true)
    expect(places['answers']).toContain('PaymentSuccess')
    expect(places['environment']!.includes(`NODE_ENV=${environment}`)).toBe(true)
  })
})

test('a card is nowhere after a crash in the middle of its payment, nor in the process that takes over', async () => {
  const one = await start({ ATLAS_TIMEOUT_MS: '30000' })
  const canary = newCanary(await heap.texts(one.process))
  const arrived = Promise.withResolvers<void>()
  atlas.answer = () => arrived.resolve()
  const paying = pay(cardOf(canary)).catch(() => 'lost')
  await arrived.promise
  one.process.signal('SIGKILL')
  await one.process.ended
  expect(await paying).toBe('lost')
  expect(hitsIn(keptPlaces(one.process.output()), canary)).toEqual([])

  const next = await start()
  const asked = `{ payment(orderNo: "CANARY-${orders}") { state } }`
  await expect.poll(() => send(JSON.stringify({ query: asked })), { timeout: 20_000 }).toContain('UNKNOWN')
  expect(hitsIn(await placesOf(next), canary)).toEqual([])
  expect(hitsIn({ atlas: JSON.stringify(atlas.seen) }, canary)).toHaveLength(3)
  expect(atlas.seen).toHaveLength(1)
})

test('a gateway that keeps a card is found out', async () => {
  const one = await start({}, ['--import', `data:text/javascript,${encodeURIComponent(careless)}`])
  const canary = newCanary(await heap.texts(one.process))
  await pay(cardOf(canary))
  await send(JSON.stringify({ query: '{ paymentErrorCatalog { code } }' }))
  const found = hitsIn(await placesOf(one), canary)
  expect(found.filter((hit) => hit.startsWith('number'))).toEqual([
    'number in output',
    'number in ledger',
    'number in heap',
  ])
})
