import { DatabaseSync } from 'node:sqlite'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judgePayExchange } from '../../src/atlas/judge-answer.ts'
import type { Exchange } from '../../src/atlas/send-once.ts'
import { createSqliteLedger } from '../../src/ledger/sqlite/sqlite-ledger.ts'
import { paymentErrorRules } from '../../src/payment/payment-outcome.ts'
import type { PayAnswer } from '../../src/payment/ports.ts'
import { createTestDesk } from '../support/payment-desk.ts'

const request = {
  orderNo: 'A1',
  paymentMethod: 'BALANCE',
  clientOrderNo: null,
  requestSource: null,
  card: null,
  expectedTotal: null,
} as const

const echo = { orderNo: 'A1', paymentMethod: 1, pnrCode: 'ROWFRI', msg: 'success' }

describe('a body with HTTP 200', () => {
  test('is a success for status 0 that echoes order and method', () => {
    expect(judge({ status: 0, ...echo })).toEqual({ kind: 'accepted', pnrCode: 'ROWFRI' })
  })

  test.each<object>([{ paymentMethod: null }, { paymentMethod: undefined }])(
    'is a success when the method echo is %j',
    (change) => {
      expect(judge({ status: 0, ...echo, ...change })).toEqual({ kind: 'accepted', pnrCode: 'ROWFRI' })
    },
  )

  test.each([null, undefined, '', 7, ['A'], 'A'.repeat(65)])(
    'with pnrCode %j is a success without one',
    (pnrCode) => {
      expect(judge({ status: 0, ...echo, pnrCode })).toEqual({ kind: 'accepted', pnrCode: null })
    },
  )

  test.each([
    ['another order', { orderNo: 'A2' }],
    ['the order in other case', { orderNo: 'a1' }],
    ['no order', { orderNo: undefined }],
    ['a null order', { orderNo: null }],
    ['another method', { paymentMethod: 3 }],
  ])('with status 0 for %s is unknown', (_what, change) => {
    expect(judge({ status: 0, ...echo, ...change })).toEqual(unknown('ECHO_MISMATCH'))
  })

  test.each([
    ['another order', { orderNo: 'A2' }],
    ['another method', { paymentMethod: 5 }],
  ])('with an error status for %s is unknown', (_what, change) => {
    expect(judge({ status: 401, ...echo, ...change })).toEqual(unknown('ECHO_MISMATCH'))
  })

  test('with an error status needs no echo', () => {
    expect(judge({ status: 401 })).toEqual(refused('PAYMENT_DEADLINE_PASSED', 401))
    expect(judge({ status: 401, orderNo: null, paymentMethod: null })).toEqual(
      refused('PAYMENT_DEADLINE_PASSED', 401),
    )
  })

  test.each(['0', '401', null, undefined, true, 0.5, 1e300, [], {}, ''])(
    'with status %j is unknown',
    (status) => {
      expect(judge({ ...echo, status })).toEqual(unknown('STATUS_INVALID'))
    },
  )

  test.each([
    ['a number as order', { orderNo: 1 }],
    ['a string as method', { paymentMethod: '1' }],
  ])('with %s is unknown, whatever the status', (_what, change) => {
    expect(judge({ status: 0, ...echo, ...change })).toEqual(unknown('STATUS_INVALID'))
    expect(judge({ status: 401, ...echo, ...change })).toEqual(unknown('STATUS_INVALID'))
  })

  test.each([-1, 1, 2, 4, 5, 6, 102, 107, 416, 604, 905, 9999, 123456])(
    'with the undocumented status %d is unknown and carries the number',
    (status) => {
      expect(judge({ ...echo, status })).toEqual({ ...unknown('STATUS_UNDOCUMENTED'), atlasStatus: status })
    },
  )

  test('with a status that GraphQL cannot show is unknown without the number', () => {
    expect(judge({ ...echo, status: 2 ** 31 })).toEqual(unknown('STATUS_UNDOCUMENTED'))
    expect(judge({ ...echo, status: 2 ** 31 - 1 })).toMatchObject({ atlasStatus: 2 ** 31 - 1 })
  })

  test.each(['[]', 'null', '0', '"success"', '[{"status":0,"orderNo":"A1"}]'])(
    'that is %s is unknown',
    (body) => {
      expect(judgeBytes(Buffer.from(body))).toEqual(unknown('STATUS_INVALID'))
    },
  )

  test.each(['', '{"status":0,"orderNo":"A1"', '<html>', '{"status":0,"orderNo":"A1"}{}'])(
    'that is not one JSON value, such as %j, is unknown',
    (body) => {
      expect(judgeBytes(Buffer.from(body))).toEqual(unknown('BODY_UNREADABLE'))
    },
  )

  test.each([
    'text/html',
    'text/plain',
    'application/jsonp',
    '',
    undefined,
    'application/xml;application/json',
  ])('declared as %j is unknown', (contentType) => {
    const body = Buffer.from(JSON.stringify({ status: 0, ...echo }))
    expect(judgeBytes(body, { 'content-type': contentType })).toEqual(unknown('CONTENT_TYPE'))
  })

  test.each(['application/json', 'application/json;charset=UTF-8', 'Application/JSON ; charset=utf-8'])(
    'declared as %j is read',
    (contentType) => {
      const body = Buffer.from(JSON.stringify({ status: 0, ...echo }))
      expect(judgeBytes(body, { 'content-type': contentType })).toEqual({
        kind: 'accepted',
        pnrCode: 'ROWFRI',
      })
    },
  )
})

describe('another HTTP status', () => {
  const body = Buffer.from(JSON.stringify({ status: 0, ...echo }))

  test.each([401, 403])('%d is a refusal of access, whatever the body says', (httpStatus) => {
    expect(judgeBytes(body, {}, httpStatus)).toEqual(refused('ATLAS_ACCESS_DENIED', null))
  })

  test.each([
    [undefined, null],
    ['7', 7],
    ['0', 1],
    ['999999', 3600],
    ['-1', null],
    ['Wed, 21 Oct 2026 07:28:00 GMT', null],
    ['1.5', null],
  ])('429 with Retry-After %j asks to wait %j seconds', (retryAfter, seconds) => {
    expect(judgeBytes(body, { 'retry-after': retryAfter }, 429)).toEqual({
      ...refused('ATLAS_RATE_LIMITED', null),
      retryAfterSeconds: seconds,
    })
  })

  test.each([201, 202, 204, 206, 301, 302, 307, 308, 400, 404, 405, 408, 421, 422, 500, 502, 503, 504])(
    '%d is unknown, whatever the body says',
    (httpStatus) => {
      expect(judgeBytes(body, {}, httpStatus)).toEqual(unknown('HTTP_STATUS'))
    },
  )
})

test('of 10,000 generated answers none becomes a success or NOT_PAID without its proof', async () => {
  const seen = { success: 0, notPaid: 0, unknown: 0 }
  const database = new DatabaseSync(':memory:')
  let exchange: Exchange
  const desk = createTestDesk(createSqliteLedger(database, { instanceId: 'test' }), {
    pay: (paid) => Promise.resolve(judgePayExchange(paid, exchange)),
    // Unread: what is concluded comes from the answer alone.
    readOrder: () => Promise.resolve({ kind: 'unreadable' }),
    queryOrder: () => Promise.resolve({ kind: 'unreadable' }),
  })
  await fc.assert(
    fc.asyncProperty(answers, async ({ reply, bytes, headers, httpStatus }) => {
      exchange = { kind: 'answered', httpStatus, headers, body: bytes }
      const outcome = await desk.pay(request, { caller: 'test', idempotencyKey: null, requestId: 'r1' })
      // The next answer is for a new attempt of the same order.
      database.exec('DELETE FROM payment_attempt')
      const status: unknown =
        httpStatus === 200 && typeof reply === 'object' && reply !== null && 'status' in reply
          ? reply.status
          : null
      if (outcome.kind === 'accepted') {
        seen.success += 1
        expect({ status, reply }).toMatchObject({ status: 0, reply: { orderNo: 'A1' } })
      } else if (outcome.paymentState === 'NOT_PAID') {
        seen.notPaid += 1
        const { atlasStatuses, paymentState } = paymentErrorRules.get(outcome.code)!
        expect(paymentState).toBe('NOT_PAID')
        if (httpStatus === 200) expect(atlasStatuses).toContain(status)
        else expect([401, 403, 429]).toContain(httpStatus)
      } else {
        seen.unknown += 1
      }
    }),
    { numRuns: 10_000, seed: 20_261_123 },
  )
  // A run that never met one of them has not checked it.
  expect(Math.min(seen.success, seen.notPaid, seen.unknown)).toBeGreaterThan(300)
}, 60_000)

const statuses = fc.oneof(
  { weight: 8, arbitrary: fc.constant(0) },
  { weight: 4, arbitrary: fc.integer({ min: 400, max: 416 }) },
  fc.constantFrom(3, 100, 110, 800, 900, 901, 902),
  fc.integer(),
  fc.constantFrom(-1, 1, 2, 604, 698, 905, 9999, 0.1),
  fc.constantFrom('0', '200', '401', true, false, null, undefined, [], [0], {}, 'success'),
)

const replies = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record(
      {
        status: statuses,
        orderNo: fc.oneof(
          { weight: 6, arbitrary: fc.constant('A1') },
          fc.constantFrom('A2', 'a1', null, undefined, 1, ''),
        ),
        paymentMethod: fc.oneof(
          { weight: 8, arbitrary: fc.constant(1) },
          fc.constantFrom(3, 4, 5, '1', null),
        ),
        msg: fc.constantFrom('success', 'failed', null, 'Order paid', 0),
        pnrCode: fc.oneof(fc.string(), fc.constant(null), fc.integer()),
      },
      { requiredKeys: ['status', 'orderNo'] },
    ),
  },
  fc.jsonValue(),
)

const encodings = {
  identity: (bytes: Buffer) => bytes,
  gzip: (bytes: Buffer) => gzipSync(bytes),
  deflate: (bytes: Buffer) => deflateSync(bytes),
  br: (bytes: Buffer) => brotliCompressSync(bytes),
}

const answers = fc
  .record({
    reply: replies,
    encoding: fc.constantFrom('identity', 'gzip', 'deflate', 'br'),
    declared: mostlyNull(fc.constantFrom('identity', 'gzip', 'deflate', 'br', 'zstd', 'gzip, gzip')),
    cutAt: mostlyNull(fc.double({ min: 0, max: 1, noNaN: true })),
    contentType: fc.oneof(
      { weight: 8, arbitrary: fc.constant('application/json;charset=UTF-8') },
      fc.constantFrom('text/html', undefined),
    ),
    httpStatus: fc.oneof(
      { weight: 8, arbitrary: fc.constant(200) },
      fc.constantFrom(201, 302, 401, 403, 404, 429, 500, 503),
    ),
  })
  .map(({ reply, encoding, declared, cutAt, contentType, httpStatus }) => {
    const whole = encodings[encoding](Buffer.from(JSON.stringify(reply)))
    const bytes = cutAt === null ? whole : whole.subarray(0, Math.floor(cutAt * whole.length))
    const headers = {
      ...(contentType !== undefined && { 'content-type': contentType }),
      'content-encoding': declared ?? encoding,
    }
    return { reply, bytes, headers, httpStatus }
  })

function mostlyNull<Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> {
  return fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary })
}

function judge(reply: object): PayAnswer {
  return withoutCause(judgeBytes(Buffer.from(JSON.stringify(reply))))
}

function judgeBytes(
  body: Buffer,
  headers: Record<string, string | undefined> = {},
  httpStatus = 200,
): PayAnswer {
  const exchange: Exchange = {
    kind: 'answered',
    httpStatus,
    headers: { 'content-type': 'application/json', ...headers },
    body,
  }
  return withoutCause(judgePayExchange(request, exchange))
}

/** Causes are for logs; the tests of the log look at them. */
function withoutCause(answer: PayAnswer): PayAnswer {
  return 'cause' in answer ? { ...answer, cause: null } : answer
}

function unknown(reason: string): object {
  return { kind: 'unknown', reason, atlasStatus: null, cause: null }
}

function refused(code: string, atlasStatus: number | null): object {
  return { kind: 'refused', code, atlasStatus, retryAfterSeconds: null }
}
