import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ConfigError } from '../../src/config.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import {
  bearer,
  noEffects,
  paymentOf,
  readingOf,
  type Reply,
  startTracedGateway,
  tokenEnvironment,
  type TracedGateway,
} from '../support/token-gateway.ts'
import { claimsOf, signWithSecret, tokenSecret } from '../support/token-issuer.ts'

/** As the client preset prints operations: with their fragments, in one document each. */
const payment =
  'fragment Code on PaymentError {\n  code\n}\n\nmutation Pay($input: PayOrderInput!) {\n  payOrder(input: $input) {\n    __typename\n    ...Code\n  }\n}'
const reading = 'query Read($orderNo: ID!) {\n  payment(orderNo: $orderNo) {\n    state\n  }\n}'
const introspection = '{ __schema { __typename } }'

const hash = (document: string, algorithm = 'sha256'): string =>
  createHash(algorithm).update(document).digest('hex')

/**
 * Documents by hash, as the client preset writes `persisted-documents.json`. Its default is SHA-1; a function
 * of one's own may put the name of the algorithm before the hash.
 */
const manifest = {
  [hash(payment)]: payment,
  [hash(reading)]: reading,
  [hash(payment, 'sha1')]: payment,
  [`sha256:${hash(`${reading}\n`)}`]: reading,
}

let folder: string
let gateway: TracedGateway
let orderNo: string
let orders = 0

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'trusted-documents-'))
  const path = join(folder, 'persisted-documents.json')
  writeFileSync(path, JSON.stringify(manifest, null, 2))
  gateway = await startTracedGateway({ AUTH: 'none', TRUSTED_DOCUMENTS: path })
})

beforeEach(() => {
  orderNo = `TRUSTED-${(orders += 1)}`
  gateway.forget()
})

afterAll(async () => {
  await gateway.close()
  rmSync(folder, { recursive: true })
})

const variables = () => ({ input: { orderNo, paymentMethod: 'BALANCE' } })

async function expectPaid(body: object): Promise<void> {
  const reply = await gateway.post({ ...body, variables: variables() })
  expect([reply.status, reply.body]).toEqual([200, { data: { payOrder: { __typename: 'PaymentSuccess' } } }])
  expect(gateway.atlas.seen.map(({ body: sent }) => sent)).toEqual([{ orderNo, paymentMethod: 1 }])
}

describe('a document of the manifest', () => {
  test.each<[string, object]>([
    ['documentId', { documentId: hash(payment) }],
    ['documentId with the prefix of the specification', { documentId: `sha256:${hash(payment)}` }],
    ['documentId of another hash', { documentId: hash(payment, 'sha1') }],
    ['documentId beside an operation name', { documentId: hash(payment), operationName: 'Pay' }],
    [
      'extensions.persistedQuery',
      { extensions: { persistedQuery: { version: 1, sha256Hash: hash(payment) } } },
    ],
    [
      'documentId, which goes before extensions.persistedQuery',
      {
        documentId: hash(payment),
        extensions: { persistedQuery: { version: 1, sha256Hash: hash(reading) } },
      },
    ],
    ['documentId with an empty query beside it', { documentId: hash(payment), query: '' }],
    ['documentId with null beside it', { documentId: hash(payment), query: null }],
  ])('pays by %s', async (_what, body) => {
    await expectPaid(body)
  })

  const hashOf = (document: string) => ({ persistedQuery: { version: 1, sha256Hash: hash(document) } })

  test.each<[string, (document: string) => object]>([
    ['documentId', (document) => ({ documentId: hash(document) })],
    ['extensions.persistedQuery', (document) => ({ extensions: hashOf(document) })],
    [
      'documentId and another hash',
      (document) => ({ documentId: hash(document), extensions: hashOf(reading) }),
    ],
    ['a hash and no documentId', (document) => ({ documentId: null, extensions: hashOf(document) })],
  ])('executes with the variables of each request, again and again, by %s', async (_what, named) => {
    await gateway.post({ documentId: hash(reading), variables: { orderNo } })
    await expectPaid(named(payment))
    for (let use = 0; use < 3; use += 1) {
      const again = await gateway.post({ ...named(payment), variables: variables() })
      expect(again.body).toEqual({
        data: { payOrder: { __typename: 'PaymentError', code: 'ORDER_ALREADY_PAID' } },
      })
      const read = await gateway.post({ ...named(reading), variables: { orderNo } })
      expect(read.body).toEqual({ data: { payment: { state: 'PAID' } } })
    }
    expect(gateway.atlas.seen).toHaveLength(1)
  })

  test('is found under a key that has the prefix itself', async () => {
    const reply = await gateway.post({ documentId: `sha256:${hash(`${reading}\n`)}`, variables: { orderNo } })
    expect([reply.status, reply.body]).toEqual([200, { data: { payment: null } }])
  })

  const namedInUrl: [string, (document: string) => Record<string, unknown>][] = [
    ['documentId', (document) => ({ documentId: hash(document) })],
    ['documentId with the prefix', (document) => ({ documentId: `sha256:${hash(document)}` })],
    [
      'extensions.persistedQuery',
      (document) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: hash(document) } } }),
    ],
  ]

  test.each(namedInUrl)('reads by GET with %s', async (_name, named) => {
    const reply = await get({ ...named(reading), variables: { orderNo } })
    expect([reply.status, reply.body]).toEqual([200, { data: { payment: null } }])
  })

  test.each(namedInUrl)('that pays does not do so by GET with %s', async (_name, named) => {
    const reply = await get({ ...named(payment), variables: variables() })
    expect([reply.status, reply.headers['allow'], reply.body?.data]).toEqual([405, 'POST', undefined])
    expect(gateway.effects()).toEqual(noEffects)
  })

  test('keeps every other rule: its variables are checked, and callers and rates are', async () => {
    const wrong = await gateway.post({ documentId: hash(payment), variables: { input: { orderNo } } })
    expect([wrong.status, wrong.codes]).toEqual([400, ['BAD_USER_INPUT']])
    expect(gateway.effects()).toEqual(noEffects)

    const guarded = await startTracedGateway({
      ...tokenEnvironment,
      AUTH_JWT_SECRET: tokenSecret,
      TRUSTED_DOCUMENTS: join(folder, 'persisted-documents.json'),
      RATE_LIMIT_PER_MINUTE: '1',
    })
    guarded.forget()
    const body = { documentId: hash(payment), variables: variables() }
    const foreign = bearer(await signWithSecret(tokenSecret, claimsOf({ order_no: 'ANOTHER-ORDER' })))
    const replies = [
      await guarded.post(body),
      await guarded.post(body, foreign),
      await guarded.post(body, foreign),
    ]
    expect(replies.map(({ status, codes }) => [status, codes])).toEqual([
      [401, ['UNAUTHENTICATED']],
      [403, ['FORBIDDEN']],
      [429, ['RATE_LIMITED']],
    ])
    expect(guarded.effects()).toEqual(noEffects)
    await guarded.close()
  })
})

describe('anything else is refused, and nothing is sent', () => {
  const notKnown = 'This document is not one of the trusted documents. Nothing was sent.'
  const noId = 'Send the documentId of a trusted document. Nothing was sent.'
  const onlyIds = 'Only trusted documents execute: send a documentId instead of a query. Nothing was sent.'

  function expectUntrusted({ status, body }: Reply, message: string): void {
    expect([status, body]).toEqual([
      400,
      { errors: [{ message, extensions: { code: 'UNTRUSTED_DOCUMENT' } }] },
    ])
    expect(gateway.effects()).toEqual(noEffects)
  }

  test.each<[string, () => object, string]>([
    ['a payment', () => paymentOf(orderNo), onlyIds],
    ['a reading', () => readingOf(orderNo), onlyIds],
    ['introspection', () => ({ query: introspection }), onlyIds],
    ['the smallest query', () => ({ query: '{ __typename }' }), onlyIds],
    ['the text of a trusted document', () => ({ query: payment, variables: variables() }), onlyIds],
    ['what does not parse', () => ({ query: '{' }), onlyIds],
    [
      'a query beside the id of a trusted document',
      () => ({ ...paymentOf(orderNo), documentId: hash(payment) }),
      onlyIds,
    ],
    [
      'a query to register, as automatic persisted queries do',
      () => ({
        ...paymentOf(orderNo),
        extensions: {
          persistedQuery: { version: 1, sha256Hash: hash((paymentOf(orderNo) as { query: string }).query) },
        },
      }),
      onlyIds,
    ],
    ['a query that is no text', () => ({ query: { text: payment }, documentId: hash(payment) }), onlyIds],
    ['an unknown id', () => ({ documentId: hash('query Unknown { __typename }') }), notKnown],
    ['an empty id', () => ({ documentId: '' }), notKnown],
    ['an id with the prefix twice', () => ({ documentId: `sha256:sha256:${hash(payment)}` }), notKnown],
    ['an id with another prefix', () => ({ documentId: `md5:${hash(payment)}` }), notKnown],
    ['an id in capitals', () => ({ documentId: hash(payment).toUpperCase() }), notKnown],
    ['the text of a trusted document as its id', () => ({ documentId: payment }), notKnown],
    ['__proto__ as the id', () => ({ documentId: '__proto__' }), notKnown],
    ['constructor as the id', () => ({ documentId: 'constructor' }), notKnown],
    [
      'an unknown hash in extensions',
      () => ({ extensions: { persistedQuery: { version: 1, sha256Hash: 'f'.repeat(64) } } }),
      notKnown,
    ],
    [
      'an unknown id, with a known hash in extensions',
      () => ({ documentId: 'x', extensions: { persistedQuery: { sha256Hash: hash(payment) } } }),
      notKnown,
    ],
    ['no id', () => ({}), noId],
    ['an id that is a number', () => ({ documentId: 1 }), noId],
    ['an id that is a list', () => ({ documentId: [hash(payment)] }), noId],
    ['an id under another name', () => ({ id: hash(payment), doc_id: hash(payment) }), noId],
    [
      'a hash that is a list',
      () => ({ extensions: { persistedQuery: { sha256Hash: [hash(payment)] } } }),
      noId,
    ],
    ['extensions of null', () => ({ extensions: { persistedQuery: null } }), noId],
  ])('%s', async (_what, body, message) => {
    expectUntrusted(await gateway.post({ variables: variables(), ...body() }), message)
  })

  test('an id in the URL of a POST', async () => {
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ variables: variables() })
    expectUntrusted(await gateway.send('POST', `/graphql?documentId=${hash(payment)}`, headers, body), noId)
  })

  test.each<[string, Record<string, unknown>, string]>([
    ['a query', { query: '{ __typename }' }, onlyIds],
    ['introspection', { query: introspection }, onlyIds],
    [
      'a query beside a known hash',
      { query: '{ __typename }', extensions: { persistedQuery: { version: 1, sha256Hash: hash(reading) } } },
      onlyIds,
    ],
    [
      'an unknown hash',
      { extensions: { persistedQuery: { version: 1, sha256Hash: 'f'.repeat(64) } } },
      notKnown,
    ],
    ['an unknown id', { documentId: 'f'.repeat(64) }, notKnown],
    ['a query beside a known id', { query: '{ __typename }', documentId: hash(reading) }, onlyIds],
    ['nothing', {}, noId],
  ])('by GET: %s', async (_what, parameters, message) => {
    expectUntrusted(await get(parameters), message)
  })
})

describe('a document that could never execute', () => {
  const pay = 'payOrder(input: { orderNo: "A1", paymentMethod: BALANCE }) { __typename }'
  const twice = `mutation { a: ${pay} b: ${pay} }`
  const wide = '{ a: __typename b: __typename c: __typename d: __typename e: __typename f: __typename }'
  const long = `{ ${'__typename '.repeat(1_000)} }`
  const deep = '{a'.repeat(20_000)

  /** Tries to start with these documents, by their names, and gives what stopped the start. */
  async function startWith(documents: object, environment: Record<string, string> = {}): Promise<unknown> {
    const path = join(folder, 'tried.json')
    writeFileSync(path, JSON.stringify(documents))
    const ledgerPath = join(folder, 'tried.sqlite')
    const started = await startGateway(gateway.atlas.url, {
      TRUSTED_DOCUMENTS: path,
      LEDGER_URL: `sqlite:${ledgerPath}`,
      ...environment,
    }).catch((error: unknown) => error)
    if (!(started instanceof Error)) {
      await (started as TestGateway).close()
      return null
    }
    expect(existsSync(ledgerPath)).toBe(false)
    return started
  }

  test('stops the start, before anything is opened, with every such document and all its faults', async () => {
    const error = await startWith({
      good: payment,
      stale: 'query Stale { removedField anotherOne }',
      broken: 'query Broken {',
      twice,
      wide,
      long,
      deep,
      introspection,
      alsoGood: '{ __typename }',
    })
    expect(error).toBeInstanceOf(ConfigError)
    expect((error as ConfigError).faults).toEqual([
      'TRUSTED_DOCUMENTS: stale: Cannot query field "removedField" on type "Query". Cannot query field "anotherOne" on type "Query".',
      'TRUSTED_DOCUMENTS: broken: Syntax Error: Expected Name, found <EOF>.',
      'TRUSTED_DOCUMENTS: twice: A document may contain `payOrder` once.',
      'TRUSTED_DOCUMENTS: wide: An operation may have 5 root fields, 1000 fields in all, each entry of a list counted, and 20 of one name in a selection.',
      'TRUSTED_DOCUMENTS: long: Syntax Error: Document contains more than 1000 tokens. Parsing aborted.',
      'TRUSTED_DOCUMENTS: deep: Syntax Error: Document contains more than 1000 tokens. Parsing aborted.',
      'TRUSTED_DOCUMENTS: introspection: GraphQL introspection has been disabled, but the requested query contained the field "__schema".',
    ])
  })

  test('is none that introspects where INTROSPECTION is on', async () => {
    expect(await startWith({ introspection, good: payment }, { INTROSPECTION: 'on' })).toBeNull()
  })
})

function get(parameters: Record<string, unknown>): Promise<Reply> {
  const search = new URLSearchParams(
    Object.entries(parameters).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  )
  return gateway.send('GET', `/graphql?${search}`)
}
