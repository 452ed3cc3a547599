import type { Socket } from 'node:net'
import { ExportResultCode } from '@opentelemetry/core'
import type { SpanExporter } from '@opentelemetry/sdk-trace'
import { SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ServiceOverrides } from '../../src/service.ts'
import { createLog } from '../../src/telemetry/log.ts'
import { answerOrder, answerStatus } from '../support/scripted-atlas.ts'
import { type ObservedGateway, ledgerAway, startObservedGateway } from './observed-gateway.ts'
import { readReadmeTable } from './readme-table.ts'

const secret = 'a-secret-for-tests-only-not-a-real-one'
const tokens = {
  AUTH: 'jwt',
  AUTH_JWT_SECRET: secret,
  AUTH_ISSUER: 'https://issuer.example',
  AUTH_AUDIENCE: 'gateway',
}
const soon = { timeout: 10_000 }
const paid = answerOrder({ orderStatus: '1', paymentMethod: 1, payTime: '2026-11-23 16:00:00' })

let gateway: ObservedGateway

async function start(
  environment: Record<string, string> = {},
  overrides: ServiceOverrides = {},
): Promise<void> {
  gateway = await startObservedGateway(environment, overrides)
}

beforeEach(() => start())
afterEach(() => gateway.close())

const linesOf = (msg: string): Record<string, unknown>[] => gateway.log.filter((line) => line['msg'] === msg)

/** A line without what differs between runs. */
function lineOf(msg: string, orderNo: string): Record<string, unknown> {
  const lines = linesOf(msg).filter((line) => line['orderNo'] === orderNo)
  expect(lines).toHaveLength(1)
  return lines[0]!
}

const attempt = {
  requestId: expect.stringMatching(/^[\da-f-]{36}$/) as string,
  paymentId: expect.stringMatching(/^[\da-f-]{36}$/) as string,
  paymentMethod: 'BALANCE',
  caller: 'anonymous',
  claimMs: expect.any(Number) as number,
  exchangeMs: expect.any(Number) as number,
  durationMs: expect.any(Number) as number,
  recorded: true,
  level: 'info',
  time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
  msg: 'payment',
}

describe('a payment has one line, with its whole story', () => {
  test('when it succeeds', async () => {
    await gateway.pay('L1')
    expect(lineOf('payment', 'L1')).toEqual({
      ...attempt,
      orderNo: 'L1',
      state: 'PAID',
      code: null,
      evidence: 'PAY_RESPONSE',
      atlasStatus: 0,
      reason: null,
      answer: 'accepted',
    })
  })

  test('when it is refused', async () => {
    gateway.atlas.answer = answerStatus(401)
    await gateway.pay('L1')
    expect(lineOf('payment', 'L1')).toEqual({
      ...attempt,
      orderNo: 'L1',
      state: 'NOT_PAID',
      code: 'PAYMENT_DEADLINE_PASSED',
      evidence: null,
      atlasStatus: 401,
      reason: null,
      answer: 'refused',
    })
  })

  test('when its answer is lost, and one more when it is settled', async () => {
    gateway.atlas.answer = (response) => void (response.socket as Socket).resetAndDestroy()
    await gateway.pay('L1')
    const lost = {
      ...attempt,
      orderNo: 'L1',
      state: 'UNKNOWN',
      code: 'OUTCOME_UNKNOWN',
      evidence: null,
      atlasStatus: null,
      reason: 'CONNECTION_LOST',
      answer: 'unknown',
      cause: 'ECONNRESET',
    }
    expect(lineOf('payment', 'L1')).toEqual(lost)
    gateway.atlas.read = paid
    gateway.advance(3 * 60_000)
    await expect.poll(() => linesOf('settlement').length, soon).toBe(1)
    const { requestId: _1, claimMs: _2, exchangeMs: _3, durationMs: _4, ...rest } = lost
    const { recorded: _5, answer: _6, cause: _7, ...known } = rest
    expect(lineOf('settlement', 'L1')).toEqual({
      ...known,
      paymentId: lineOf('payment', 'L1')['paymentId'],
      state: 'PAID',
      code: null,
      evidence: 'ORDER_READBACK',
      reason: 'READBACK',
      msg: 'settlement',
    })
  })

  test('when it is not sent, and when it is not recorded', async () => {
    await gateway.atlas.close()
    gateway.broken.set('record', ledgerAway)
    await gateway.pay('L1')
    expect(lineOf('payment', 'L1')).toMatchObject({
      state: 'NOT_PAID',
      code: 'ATLAS_UNREACHABLE',
      reason: 'CONNECTION_FAILED',
      answer: 'not-sent',
      cause: 'ECONNREFUSED',
      recorded: false,
    })
    gateway.broken.clear()
  })

  test('however many clients share it, and none when the ledger answers', async () => {
    const input = { idempotencyKey: 'key-of-a-payment-log' }
    await Promise.all(Array.from({ length: 10 }, () => gateway.pay('L1', input)))
    await gateway.pay('L1', input)
    await gateway.pay('L1')
    await gateway.pay('L2', input)
    await gateway.pay('L3', { clientOrderNo: '' })
    expect(gateway.atlas.seen).toHaveLength(1)
    expect(linesOf('payment')).toHaveLength(1)
  })
})

describe('a line', () => {
  test('carries the id of its request, which goes back in a header, when it is clean', async () => {
    const query = 'mutation { payOrder(input: {orderNo: "L1", paymentMethod: BALANCE}) { __typename } }'
    const given = await gateway.post(JSON.stringify({ query }), { 'x-request-id': 'order-page:4711' })
    expect(given.headers.get('x-request-id')).toBe('order-page:4711')
    expect(lineOf('payment', 'L1')['requestId']).toBe('order-page:4711')
    for (const unclean of ['short', 'has blanks in it', 'long'.repeat(20), '"quoted-id"']) {
      const { headers } = await gateway.post('{"query":"{ __typename }"}', { 'x-request-id': unclean })
      expect(headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/)
    }
  })

  test('stays one line whatever a caller is called', async () => {
    await gateway.close()
    await start(tokens)
    const caller = '{"msg":"payment"}\\n","level":"fatal'
    const token = await new SignJWT({ scope: 'orders:pay' })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(caller)
      .setIssuer(tokens.AUTH_ISSUER)
      .setAudience(tokens.AUTH_AUDIENCE)
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(secret))
    expect(await gateway.pay('L1', {}, { authorization: `Bearer ${token}` })).toBe('PaymentSuccess')
    expect(lineOf('payment', 'L1')['caller']).toBe(caller)
  })

  test('is written from its level on', async () => {
    await gateway.close()
    await start({ LOG_LEVEL: 'warn' })
    await gateway.pay('L1')
    expect(gateway.log.map(({ level, msg }) => [level, msg])).toEqual([
      ['warn', 'AUTH=none: whoever reaches this gateway can pay with the Atlas account'],
    ])
  })

  test('about a fault names class, code, message and stack, and nothing that a library keeps in its errors', () => {
    const lines: string[] = []
    const log = createLog({ level: 'trace', destination: { write: (line) => void lines.push(line) } })
    const cause = Object.assign(new Error('the cause'), { parameters: ['canary'] })
    const error = Object.assign(new TypeError('what happened', { cause }), {
      code: '23514',
      detail: 'Failing row contains (canary)',
      connectionString: 'postgres://user:canary@host/database',
      errors: [Object.assign(new Error('one of several'), { body: 'canary' })],
    })
    const circular = new Error('round')
    circular.cause = circular
    for (const err of [
      error,
      { canary: 'canary' },
      'canary',
      null,
      Object.freeze(new Error('frozen')),
      circular,
    ]) {
      log.error({ err }, 'fault')
    }
    const errs = lines.map((line) => (JSON.parse(line) as { err: unknown }).err)
    expect(errs).toEqual([
      {
        type: 'TypeError',
        code: '23514',
        message: 'what happened',
        stack: expect.stringMatching(
          /^TypeError: what happened\n +at [^]+caused by: Error: the cause\n +at /,
        ),
      },
      { type: 'object' },
      { type: 'string' },
      { type: 'object' },
      { type: 'Error', message: 'frozen', stack: expect.stringContaining('Error: frozen\n') },
      { type: 'Error', message: 'round', stack: expect.stringContaining('caused by: Error: round\n') },
    ])
    expect(lines.join('')).not.toContain('canary')
  })
})

/** Fields by the message of their line. Nothing else is ever written. */
const fieldsByMsg: Record<string, readonly string[]> = {
  listening: ['url', 'atlas', 'version'],
  'AUTH=none: whoever reaches this gateway can pay with the Atlas account': [],
  "payments go by the ledger's clock, not by the machine's": ['aheadMs'],
  payment:
    'requestId paymentId orderNo paymentMethod caller state code evidence atlasStatus reason answer claimMs exchangeMs durationMs recorded'.split(
      ' ',
    ),
  settlement: 'paymentId orderNo paymentMethod caller state code evidence atlasStatus reason'.split(' '),
  refused: ['requestId', 'caller', 'code'],
  'traces could not be exported': ['cause'],
  fault: ['err'],
  draining: ['inFlight'],
  stopped: [],
}

/** Fields that such lines may have besides. */
const optionalByMsg: Record<string, string> = {
  payment: 'cause',
  refused: 'suppressed',
  'traces could not be exported': 'suppressed',
}

/** A collector that takes nothing. */
const deafExporter: SpanExporter = {
  export: (_spans, done) => done({ code: ExportResultCode.FAILED, error: new Error('nobody listens') }),
  shutdown: () => Promise.resolve(),
}

describe('all that is ever written, from the start to the end,', () => {
  let lines: readonly Record<string, unknown>[]

  beforeEach(async () => {
    await gateway.close()
    await start({}, { spanExporter: deafExporter })
    const { atlas, broken, log } = gateway
    await gateway.pay('L1')
    atlas.answer = answerStatus(403, { msg: 'what Atlas says' })
    await gateway.pay('L2')
    atlas.answer = (response) => void (response.socket as Socket).resetAndDestroy()
    await gateway.pay('L3')
    atlas.read = paid
    gateway.advance(3 * 60_000)
    await expect.poll(() => linesOf('settlement').length, soon).toBe(1)
    broken.set('claim', new Error('a fault'))
    expect(await gateway.pay('L4')).toBe('INTERNAL_SERVER_ERROR')
    broken.set('claim', ledgerAway)
    for (let refused = 1; refused <= 12; refused += 1) {
      expect(await gateway.pay('L5')).toBe('LEDGER_UNAVAILABLE')
    }
    gateway.advance(60_000)
    expect(await gateway.pay('L5')).toBe('LEDGER_UNAVAILABLE')
    broken.clear()
    await gateway.post('{"query":"{ __typename"}')
    await gateway.post('not JSON')
    await gateway.post('', { 'content-type': 'text/plain' })
    gateway.setLedgerTime(new Date('2026-11-23T08:00:00.000Z'))
    await expect.poll(() => log.filter((line) => 'aheadMs' in line).length, soon).toBeGreaterThan(0)
    await gateway.close()
    lines = [...log]
    await start()
  })

  test('has the fields of its message and no others', () => {
    for (const line of lines) {
      const { msg, level, time: _, ...rest } = line
      const optional = optionalByMsg[String(msg)]
      const fields = Object.keys(rest).filter((field) => field !== optional)
      expect([msg, fields.sort()]).toEqual([msg, [...(fieldsByMsg[String(msg)] ?? [])].sort()])
      expect(['info', 'warn', 'error']).toContain(level)
    }
    expect(new Set(lines.map(({ msg }) => msg))).toEqual(new Set(Object.keys(fieldsByMsg)))
    expect(lines.filter(({ msg }) => msg === 'payment')).toHaveLength(3)
    expect(lines.filter(({ msg }) => msg === 'fault')).toHaveLength(1)
    expect(lines.filter(({ msg }) => msg === 'refused').map(({ suppressed }) => suppressed)).toEqual([
      ...Array<undefined>(10),
      2,
    ])
  })

  /** The README has a table `| field | meaning |`: every field of the log, and nothing else. */
  test('has the fields of the README, and the README no others', () => {
    const produced = new Set(lines.flatMap((line) => Object.keys(line)))
    const documented = readReadmeTable(['field', 'meaning']).flatMap(([names]) => names!.split(', '))
    expect(documented.sort()).toEqual([...produced].sort())
  })
})
