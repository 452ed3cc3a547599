import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answerStatus } from '../support/scripted-atlas.ts'
import {
  bearer,
  type Reply,
  startTracedGateway,
  tokenEnvironment,
  type TracedGateway,
} from '../support/token-gateway.ts'
import { claimsOf, signWithSecret, tokenSecret } from '../support/token-issuer.ts'

/** Whatever is not plain is Yoga's, and leaves a valid document known. It makes nothing of this parameter. */
const notPlain = { unknown: null }

/** As Apollo Client sends them. */
const extensions = { clientLibrary: { name: '@apollo/client', version: '4.3.8' } }

/** Uses of a known document. */
const OFTEN = 5

let gateway: TracedGateway
let headers: { authorization: string }
let narrow: { authorization: string }
let orders = 0

beforeAll(async () => {
  gateway = await startTracedGateway({ ...tokenEnvironment, AUTH_JWT_SECRET: tokenSecret })
  gateway.atlas.answer = (response, seen) => {
    const { orderNo } = seen.body as { orderNo: string }
    answerStatus(orderNo.startsWith('LATE') ? 401 : 0)(response, seen)
  }
  headers = bearer(await signWithSecret(tokenSecret, claimsOf()))
  narrow = bearer(await signWithSecret(tokenSecret, claimsOf({ scope: 'orders:read' })))
})

afterAll(() => gateway.close())

/** What a client sees, without what is another's with every payment. */
function seenOf({ status, headers: got, text }: Reply): object {
  const { date: _date, 'x-request-id': id, 'transfer-encoding': _encoding, ...rest } = got
  const { 'content-length': _length, ...kept } = rest
  expect(id).toMatch(/^[\da-f-]{36}$/)
  const body = text
    .replaceAll(/(LATE|ORDER)-\d+/g, '$1')
    .replaceAll(/[\da-f]{8}-[\da-f]{4}-7[\da-f-]{21}/g, 'payment-id')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'instant')
  return { status, headers: kept, body: JSON.parse(body) as unknown }
}

const newOrder = (name = 'ORDER'): string => `${name}-${(orders += 1)}`
const input = (more: object = {}, name?: string) => ({
  input: { orderNo: newOrder(name), paymentMethod: 'BALANCE', ...more },
})

const pay = `mutation Pay($input: PayOrderInput!, $more: Boolean = false) {
  paid: payOrder(input: $input) {
    __typename
    ... on PaymentSuccess { orderNo paymentMethod paymentId pnrCode acceptedAt evidence replayed @include(if: $more) }
    ...Failed
  }
}
fragment Failed on PaymentError {
  code message remediation action paymentState retryable retryAfterSeconds field atlasStatus orderNo paymentId
}`
/** The same without a directive, and so of the shape that needs no executor. */
const flat = pay.replace(', $more: Boolean = false', '').replace(' @include(if: $more)', '')
/** A shape that people write by hand: the input is in the document, and its values are variables. */
const literal = flat
  .replace(
    '$input: PayOrderInput!',
    '$orderNo: ID!, $method: PaymentMethod = BALANCE, $client: String, $card: CardInput',
  )
  .replace(
    'input: $input',
    'input: { orderNo: $orderNo, paymentMethod: $method, clientOrderNo: $client, card: $card }',
  )
const read = 'query Read($orderNo: ID!) { payment(orderNo: $orderNo) { state attempts { state } } }'
const order = `query Look($orderNo: ID!) {
  order(orderNo: $orderNo) { __typename ... on OrderError { code message orderNo } }
}`
const catalog = '{ paymentErrorCatalog { code action message remediation } __typename }'

/** Requests by what is special about them: a document, its variables made anew for each, and whose token it has. */
const requests: [string, string, () => object | null | undefined, object?][] = [
  ['a payment', pay, () => input()],
  ['a directive that includes', pay, () => ({ ...input(), more: true })],
  ['a payment that Atlas refuses', pay, () => input({}, 'LATE')],
  ['an input that is refused', pay, () => input({ clientOrderNo: ' x' })],
  [
    'a card where none may be',
    pay,
    () => input({ card: { number: '4111', expiryMonth: 1, expiryYear: 2030 } }),
  ],
  ['a variable of a wrong type', pay, () => ({ input: { orderNo: [1], paymentMethod: 'CASH' } })],
  ['a field that there is not', pay, () => input({ amount: 1 })],
  ['no variables', pay, () => undefined],
  ['null as variables', pay, () => null],
  ['a token that may not pay', pay, () => input()],
  ['a flat payment', flat, () => input()],
  ['a flat payment that Atlas refuses', flat, () => input({}, 'LATE')],
  ['a flat input that is refused', flat, () => input({ clientOrderNo: ' x' })],
  ['a variable of a wrong type in a flat payment', flat, () => ({ input: { orderNo: [1] } })],
  ['no variables of a flat payment', flat, () => undefined],
  ['a token that may not pay flat', flat, () => input()],
  ['a literal with variables', literal, () => ({ orderNo: newOrder(), method: 'MOR', client: 'c' })],
  ['a literal without most variables', literal, () => ({ orderNo: newOrder() })],
  ['a literal with null', literal, () => ({ orderNo: newOrder(), client: null, card: null })],
  ['a literal with null where none may be', literal, () => ({ orderNo: newOrder(), method: null })],
  ['a literal input that is refused', literal, () => ({ orderNo: newOrder(), client: ' x' })],
  ['a variable of a wrong type in a literal', literal, () => ({ orderNo: newOrder(), client: 1 })],
  ['an order that nobody paid', read, () => ({ orderNo: 'NOBODY' })],
  ['an order that Atlas cannot tell of', order, () => ({ orderNo: 'NOBODY' })],
  ['a list', catalog, () => undefined],
]

describe.each([
  ['application/json', {}],
  ['application/graphql-response+json', { accept: 'application/graphql-response+json' }],
])('what comes again and again gets the answer that Yoga gives, as %s', (_type, accept) => {
  test.each(requests)('%s', async (what, query, variables) => {
    const who = what.startsWith('a token') ? narrow : headers
    const send = (more: object = {}): Promise<Reply> => {
      const made = variables()
      return gateway.post(
        { query, ...(made !== undefined && { variables: made }), ...more },
        { ...who, ...accept },
      )
    }
    const expected = seenOf(await send(notPlain))
    expect(seenOf(await send(notPlain))).toEqual(expected)
    expect(seenOf(await send())).toEqual(expected)
    for (let use = 0; use < OFTEN; use += 1) await send()
    for (const more of [{}, { extensions: null }, { extensions }])
      expect(seenOf(await send(more))).toEqual(expected)
  })
})

describe('a document with several operations', () => {
  const query = `query A { a: paymentErrorCatalog { code } } query B { b: __typename }`
  const send = (more: object): Promise<Reply> => gateway.post({ query, ...more }, headers)

  test.each([
    { operationName: 'A' },
    { operationName: 'B' },
    { operationName: 'C' },
    { operationName: null },
    {},
  ])('is executed by name, or refused: %o', async (named) => {
    const expected = seenOf(await send({ ...named, ...notPlain }))
    for (let use = 0; use < OFTEN; use += 1) expect(seenOf(await send(named))).toEqual(expected)
  })
})

test.each([
  { query: 1 },
  { query: null },
  { query: {} },
  { variables: 'x' },
  { variables: [] },
  { operationName: 1 },
  { extensions: 'x' },
  { extensions: [] },
])('a body that is not plain is judged by Yoga: %o', async (part) => {
  const body = { query: catalog, ...part }
  const expected = seenOf(await gateway.post({ ...body, ...notPlain }, headers))
  expect(expected).not.toHaveProperty('body.data')
  expect(seenOf(await gateway.post(body, headers))).toEqual(expected)
})

test.each([
  'application/json;charset=utf-8',
  'Application/JSON',
  'application/JSON; charset=UTF-8',
  'application/json ;charset=utf-8',
  'application/json\t; charset="utf-8"',
])('the type %j is JSON before and after the document is known', async (type) => {
  const body = JSON.stringify({ query: `query Typed${(orders += 1)} { paymentErrorCatalog { code } }` })
  const send = async () => {
    const { status, text } = await gateway.send(
      'POST',
      '/graphql',
      { ...headers, 'content-type': type },
      body,
    )
    return { status, text }
  }
  const expected = {
    status: 200,
    text: expect.stringMatching(/^\{"data":\{"paymentErrorCatalog":\[/) as string,
  }
  expect(await send()).toEqual(expected)
  expect(await send()).toEqual(expected)
})

test('an argument that does not fit with its variables is refused without its values', async () => {
  const query = `mutation Literal($orderNo: ID = "X") {
    payOrder(input: { orderNo: $orderNo, paymentMethod: BALANCE, idempotencyKey: "key-of-somebody" }) { __typename }
  }`
  for (let use = 0; use < 2; use += 1) {
    const { status, text } = await gateway.post({ query, variables: { orderNo: null } }, headers)
    expect([status, JSON.parse(text)]).toMatchObject([
      200,
      {
        data: null,
        errors: [
          {
            message:
              'Argument "Mutation.payOrder(input:)" has invalid value at .orderNo: Expected variable "$orderNo" provided to non-null type "ID!" not to be null.',
          },
        ],
      },
    ])
    expect(text).not.toContain('key-of-somebody')
  }
})
