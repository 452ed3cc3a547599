import type { Socket } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { english } from '../../src/payment/languages.ts'
import { paymentErrorRules } from '../../src/payment/payment-outcome.ts'
import { sentencesOf } from '../../src/payment/remediation.ts'
import { createFastClock } from '../support/fast-clock.ts'
import { payOrderDocument, startGateway, type TestGateway, testCredentials } from '../support/gateway.ts'
import { answerStatus, type ScriptedAtlas, startScriptedAtlas } from '../support/scripted-atlas.ts'

const now = new Date('2026-11-23T08:15:30.125Z')
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

let atlas: ScriptedAtlas
let gateway: TestGateway
/** A new order for each test: an order is paid once. */
let orderNo: string
let orders = 0

beforeAll(async () => {
  atlas = await startScriptedAtlas()
  gateway = await startGateway(atlas.url, { ATLAS_TIMEOUT_MS: '2000' }, { clock: createFastClock(now) })
})

beforeEach(() => {
  orders += 1
  orderNo = `A${orders}`
  atlas.seen.length = 0
  atlas.reads.length = 0
  gateway.log.length = 0
})

afterAll(async () => {
  await gateway.close()
  await atlas.close()
})

async function pay(input: object): Promise<Record<string, unknown>> {
  const { httpStatus, data, errors } = await gateway.graphql(payOrderDocument, { input })
  expect({ httpStatus, errors }).toEqual({ httpStatus: 200, errors: undefined })
  return data!['payOrder'] as Record<string, unknown>
}

describe('an accepted payment', () => {
  test.each([
    ['BALANCE', 1],
    ['VCC_PASSTHROUGH', 3],
    ['BYOA', 4],
    ['MOR', 5],
  ])(
    'by %s is sent as method %d and is a PaymentSuccess, whatever msg says',
    async (paymentMethod, number) => {
      atlas.answer = answerStatus(0)
      expect(await pay({ orderNo, paymentMethod })).toEqual({
        __typename: 'PaymentSuccess',
        orderNo,
        paymentMethod,
        paymentId: expect.stringMatching(uuid) as string,
        pnrCode: 'ROWFRI',
        acceptedAt: '2026-11-23T08:15:30.125Z',
        evidence: 'PAY_RESPONSE',
        replayed: false,
      })
      expect(atlas.seen.map(({ path, body }) => ({ path, body }))).toEqual([
        { path: '/pay.do', body: { orderNo, paymentMethod: number } },
      ])
    },
  )

  test('passes the optional texts on', async () => {
    atlas.answer = answerStatus(0)
    await pay({ orderNo, paymentMethod: 'BALANCE', clientOrderNo: 'mine-1', requestSource: 'web' })
    expect(atlas.seen.map(({ body }) => body)).toEqual([
      { orderNo, paymentMethod: 1, clientOrderNo: 'mine-1', requestSource: 'web' },
    ])
  })
})

const documented = [...paymentErrorRules].flatMap(([code, { atlasStatuses }]) =>
  atlasStatuses.map((status) => ({ status, code })),
)
const undocumented = [1, 2, -1, 9999, 604, 905, 416, 777_777].map((status) => ({
  status,
  code: 'OUTCOME_UNKNOWN' as const,
}))

describe('status', () => {
  test('the cases are all fifteen of the page and the general ones', () => {
    expect(documented.map(({ status }) => status).sort((a, b) => a - b)).toEqual([
      3, 100, 110, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 800, 900,
      901, 902,
    ])
  })

  test.each([...documented, ...undocumented])(
    '$status is the PaymentError $code, although msg says success',
    async ({ status, code }) => {
      atlas.answer = answerStatus(status)
      const { paymentState, action, retryable, retryAfterSeconds } = paymentErrorRules.get(code)!
      expect(await pay({ orderNo, paymentMethod: 'BALANCE' })).toEqual({
        __typename: 'PaymentError',
        code,
        ...sentencesOf(english, code),
        action,
        paymentState,
        retryable,
        retryAfterSeconds,
        field: null,
        atlasStatus: status,
        orderNo,
        paymentId: expect.stringMatching(uuid) as string,
        replayed: false,
      })
      expect(atlas.seen).toHaveLength(1)
    },
  )
})

describe('an answer that proves nothing', () => {
  const success = { status: 0, paymentMethod: 1, msg: 'success' }
  /** The JSON of a success for the order, with changes. */
  const json = (change: object = {}): string => JSON.stringify({ ...success, orderNo, ...change })

  test.each<[string, () => ScriptedAtlas['answer']]>([
    ['of another order', () => answerBytes(200, 'application/json', json({ orderNo: 'B1' }))],
    ['with a string status', () => answerBytes(200, 'application/json', json({ status: '0' }))],
    ['without a status', () => answerBytes(200, 'application/json', json({ status: undefined }))],
    ['declared as html', () => answerBytes(200, 'text/html', json())],
    ['that is broken JSON', () => answerBytes(200, 'application/json', '{"status":0,')],
    ['with HTTP 500', () => answerBytes(500, 'application/json', json())],
    ['with HTTP 503', () => answerBytes(503, 'text/html', 'busy')],
    ['over 64 KiB', () => answerBytes(200, 'application/json', `${json()}${' '.repeat(70_000)}`)],
    ['that is reset', () => answerReset],
    ['that never comes', () => () => {}],
  ])('%s is OUTCOME_UNKNOWN after one request', async (_what, answer) => {
    atlas.answer = answer()
    expect(await pay({ orderNo, paymentMethod: 'BALANCE' })).toMatchObject({
      __typename: 'PaymentError',
      code: 'OUTCOME_UNKNOWN',
      paymentState: 'UNKNOWN',
      action: 'CHECK_ORDER',
      retryable: false,
      atlasStatus: null,
    })
    expect(atlas.seen).toHaveLength(1)
    expect(atlas.reads.map(({ path, body }) => ({ path, body }))).toEqual(
      Array.from({ length: 3 }, () => ({ path: '/queryOrderDetails.do', body: { orderNo } })),
    )
  })
})

describe('the edge of Atlas', () => {
  test.each([401, 403])('HTTP %d is ATLAS_ACCESS_DENIED', async (httpStatus) => {
    atlas.answer = answerBytes(httpStatus, 'text/html', 'denied')
    expect(await pay({ orderNo, paymentMethod: 'BALANCE' })).toMatchObject({
      code: 'ATLAS_ACCESS_DENIED',
      paymentState: 'NOT_PAID',
      atlasStatus: null,
    })
  })

  test('HTTP 429 is ATLAS_RATE_LIMITED with the wait it asked for', async () => {
    atlas.answer = (response) => response.writeHead(429, { 'retry-after': '7' }).end()
    expect(await pay({ orderNo, paymentMethod: 'BALANCE' })).toMatchObject({
      code: 'ATLAS_RATE_LIMITED',
      paymentState: 'NOT_PAID',
      retryable: true,
      retryAfterSeconds: 7,
    })
  })

  test('an Atlas that does not listen is ATLAS_UNREACHABLE', async () => {
    const gone = await startScriptedAtlas()
    await gone.close()
    const lonely = await startGateway(gone.url)
    const { data } = await lonely.graphql(payOrderDocument, {
      input: { orderNo: 'A1', paymentMethod: 'BALANCE' },
    })
    await lonely.close()
    expect(data!['payOrder']).toMatchObject({
      code: 'ATLAS_UNREACHABLE',
      paymentState: 'NOT_PAID',
      action: 'RETRY_LATER',
      retryable: true,
      retryAfterSeconds: 5,
    })
    expect(gone.seen).toEqual([])
  })
})

describe('input that is refused', () => {
  test.each([
    ['orderNo', ''],
    ['orderNo', ' A1'],
    ['orderNo', 'A1,A2'],
    ['orderNo', 'A\u0007'],
    ['orderNo', 'A'.repeat(65)],
    ['clientOrderNo', ' '],
    ['requestSource', 'x'.repeat(65)],
  ])('%s %j is INVALID_INPUT that names the field, and nothing is sent', async (field, value) => {
    const input = { orderNo, paymentMethod: 'BALANCE', [field]: value }
    expect(await pay(input)).toEqual({
      __typename: 'PaymentError',
      code: 'INVALID_INPUT',
      message: expect.stringMatching(new RegExp(`^${field} .+ Nothing was sent\\.$`)) as string,
      remediation: sentencesOf(english, 'INVALID_INPUT').remediation,
      action: 'CORRECT_INPUT',
      paymentState: 'NOT_PAID',
      retryable: false,
      retryAfterSeconds: null,
      field: ['input', field],
      atlasStatus: null,
      orderNo: input.orderNo,
      paymentId: null,
      replayed: false,
    })
    expect(atlas.seen).toEqual([])
    expect(gateway.log).toEqual([])
  })

  test('an invalid text beside an order that is paid tells that it is paid', async () => {
    atlas.answer = answerStatus(0)
    await pay({ orderNo, paymentMethod: 'BALANCE' })
    expect(await pay({ orderNo, paymentMethod: 'BALANCE', requestSource: '' })).toMatchObject({
      code: 'INVALID_INPUT',
      paymentState: 'PAID',
    })
    expect(atlas.seen).toHaveLength(1)
  })

  test.each([
    ['an unknown method', { orderNo: 'A1', paymentMethod: 'CASH' }],
    ['no method', { orderNo: 'A1' }],
    ['no order', { paymentMethod: 'BALANCE' }],
    ['an order of a wrong type', { orderNo: ['A1'], paymentMethod: 'BALANCE' }],
    ['a text of a wrong type', { orderNo: 'A1', paymentMethod: 'BALANCE', requestSource: 1 }],
    ['an unknown field', { orderNo: 'A1', paymentMethod: 'BALANCE', amount: 1 }],
  ])('%s is a top-level error of GraphQL, and nothing is sent', async (_what, input) => {
    const { data, errors } = await gateway.graphql(payOrderDocument, { input })
    expect(data).toBeUndefined()
    expect(errors).toHaveLength(1)
    expect(errors![0]!.message).toMatch(/^Variable "\$input"/)
    expect(atlas.seen).toEqual([])
  })
})

describe('the log', () => {
  test('has one line a payment, without what Atlas wrote and without credentials', async () => {
    atlas.answer = answerStatus(401, { msg: 'msg-from-atlas' })
    const { paymentId } = await pay({ orderNo, paymentMethod: 'BALANCE' })
    expect(gateway.log).toEqual([
      {
        level: 'info',
        time: expect.any(String) as string,
        msg: 'payment',
        requestId: expect.stringMatching(uuid) as string,
        paymentId,
        orderNo,
        paymentMethod: 'BALANCE',
        caller: 'anonymous',
        state: 'NOT_PAID',
        code: 'PAYMENT_DEADLINE_PASSED',
        evidence: null,
        atlasStatus: 401,
        reason: null,
        answer: 'refused',
        claimMs: 0,
        exchangeMs: 0,
        durationMs: 0,
        recorded: true,
      },
    ])
    expect(JSON.stringify(gateway.log)).not.toContain(testCredentials.clientSecret)
  })

  test('tells why an outcome is unknown', async () => {
    atlas.answer = answerReset
    await pay({ orderNo, paymentMethod: 'BALANCE' })
    expect(gateway.log).toMatchObject([
      { code: 'OUTCOME_UNKNOWN', state: 'UNKNOWN', reason: 'CONNECTION_LOST', cause: 'ECONNRESET' },
    ])
  })
})

test('a client that goes away does not cancel the payment', async () => {
  const client = new AbortController()
  const finished = Promise.withResolvers<void>()
  atlas.answer = (response, seen) => {
    client.abort()
    // The client is gone before Atlas answers; the gateway must still take the answer.
    setImmediate(() => {
      answerStatus(0)(response, seen)
      response.on('finish', finished.resolve)
    })
  }
  const request = fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: payOrderDocument,
      variables: { input: { orderNo, paymentMethod: 'BALANCE' } },
    }),
    signal: client.signal,
  })
  await expect(request).rejects.toThrow('aborted')
  await finished.promise
  await expect.poll(() => gateway.log).toMatchObject([{ msg: 'payment', state: 'PAID', code: null, orderNo }])
  expect(atlas.seen).toHaveLength(1)
})

test('the catalogue has every code with the texts that errors show', async () => {
  const { data } = await gateway.graphql(
    '{ paymentErrorCatalog { code atlasStatuses paymentState action retryable message remediation } }',
  )
  expect(data).toEqual({
    paymentErrorCatalog: [...paymentErrorRules].map(
      ([code, { atlasStatuses, paymentState, action, retryable }]) => ({
        code,
        atlasStatuses,
        paymentState,
        action,
        retryable,
        ...sentencesOf(english, code),
      }),
    ),
  })
})

function answerBytes(httpStatus: number, contentType: string, body: string): ScriptedAtlas['answer'] {
  return (response) => response.writeHead(httpStatus, { 'content-type': contentType }).end(body)
}

function answerReset(response: Parameters<ScriptedAtlas['answer']>[0]): void {
  ;(response.socket as Socket).resetAndDestroy()
}
