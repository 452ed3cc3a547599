import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judgeOrderExchange } from '../../src/atlas/judge-order.ts'
import type { OrderAnswer } from '../../src/payment/order-facts.ts'
import { judgeText, order } from './order-reply.ts'

describe('an answer', () => {
  const nothing = Object.fromEntries(Object.keys(order).map((field) => [field, null]))

  test.each<[string, object, OrderAnswer]>([
    ['0 and nulls', { ...nothing, status: 0, msg: 'success' }, { kind: 'not-found' }],
    ['0 and nothing', { status: 0 }, { kind: 'not-found' }],
    ['0 and a state without a number', { ...order, orderNo: null }, { kind: 'unreadable' }],
    ['0 and another number', { ...order, orderNo: 'A2' }, { kind: 'unreadable' }],
    ['0 and the number in other letters', { ...order, orderNo: 'a1' }, { kind: 'unreadable' }],
    ['0 and two numbers', { ...order, orderNo: 'A1,A2' }, { kind: 'unreadable' }],
    ['0 and a list of numbers', { ...order, orderNo: ['A1'] }, { kind: 'unreadable' }],
    ['0 and no state', { ...order, orderStatus: null }, { kind: 'unreadable' }],
    ['0 and orderStatus 7', { ...order, orderStatus: '7' }, { kind: 'unreadable' }],
    ['703', { ...nothing, status: 703 }, { kind: 'not-found' }],
    ['800', { ...nothing, status: 800 }, { kind: 'not-found' }],
    ['800 with an order', { ...order, status: 800 }, { kind: 'not-found' }],
    ['705', { ...nothing, status: 705 }, { kind: 'unavailable' }],
    ['-1', { ...nothing, status: -1 }, { kind: 'unavailable' }],
    ['9999', { ...nothing, status: 9999 }, { kind: 'unavailable' }],
    ['2', { ...nothing, status: 2 }, { kind: 'unavailable' }],
    ['404', { ...nothing, status: 404 }, { kind: 'unavailable' }],
    ['12345', { ...nothing, status: 12_345 }, { kind: 'unavailable' }],
    ['700', { ...order, status: 700 }, { kind: 'unavailable' }],
    ['100', { ...nothing, status: 100 }, { kind: 'unreadable' }],
    ['701', { ...nothing, status: 701 }, { kind: 'unreadable' }],
    ['702', { ...nothing, status: 702 }, { kind: 'unreadable' }],
    ['704', { ...nothing, status: 704 }, { kind: 'unreadable' }],
    ['901', { ...nothing, status: 901 }, { kind: 'unreadable' }],
    ['"0"', { ...order, status: '0' }, { kind: 'unreadable' }],
    ['0.5', { ...order, status: 0.5 }, { kind: 'unreadable' }],
    ['null', { ...order, status: null }, { kind: 'unreadable' }],
    ...[3, 900, 902].map((status): [string, object, OrderAnswer] => [
      String(status),
      { ...nothing, status },
      { kind: 'refused', code: 'ATLAS_ACCESS_DENIED', retryAfterSeconds: null },
    ]),
    ['110', { status: 110 }, { kind: 'refused', code: 'ATLAS_RATE_LIMITED', retryAfterSeconds: null }],
  ])('with status %s means what it means, and never an order', (_status, reply, answer) => {
    expect(judgeText(JSON.stringify(reply))).toEqual(answer)
  })

  test.each<[number, Record<string, string>, OrderAnswer]>([
    [401, {}, { kind: 'refused', code: 'ATLAS_ACCESS_DENIED', retryAfterSeconds: null }],
    [403, {}, { kind: 'refused', code: 'ATLAS_ACCESS_DENIED', retryAfterSeconds: null }],
    [429, {}, { kind: 'refused', code: 'ATLAS_RATE_LIMITED', retryAfterSeconds: null }],
    [429, { 'retry-after': '7' }, { kind: 'refused', code: 'ATLAS_RATE_LIMITED', retryAfterSeconds: 7 }],
    [429, { 'retry-after': '0' }, { kind: 'refused', code: 'ATLAS_RATE_LIMITED', retryAfterSeconds: 1 }],
    [
      429,
      { 'retry-after': 'soon' },
      { kind: 'refused', code: 'ATLAS_RATE_LIMITED', retryAfterSeconds: null },
    ],
    ...[201, 204, 301, 302, 307, 400, 404, 408, 422, 500, 502, 503, 504].map(
      (status): [number, Record<string, string>, OrderAnswer] => [status, {}, { kind: 'unavailable' }],
    ),
  ])('with HTTP %i and %j is no order, whatever its body says', (httpStatus, more, answer) => {
    const headers = { 'content-type': 'application/json', ...more }
    expect(judgeText(JSON.stringify(order), { httpStatus, headers })).toEqual(answer)
  })

  test.each(['', '{', 'null', '[]', '7', '"A1"', '<html>', '{"status":0}}', '\u0000'])(
    'of the body %j is no order',
    (body) => {
      expect(['unavailable', 'unreadable']).toContain(judgeText(body).kind)
    },
  )

  test('that never came is not available', () => {
    for (const exchange of [
      { kind: 'lost', reason: 'DEADLINE', cause: null },
      { kind: 'not-sent', reason: 'CONNECTION_FAILED', cause: null },
    ] as const) {
      expect(judgeOrderExchange('A1', exchange)).toEqual({ kind: 'unavailable' })
    }
  })

  test('that is anything at all is judged, and never as an order of another number', () => {
    const keys = [...Object.keys(order), 'amount', '__proto__', 'constructor', 'toString']
    const value = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...Object.values(order), 'A2', '1', '-3', 0, 703) },
      fc.jsonValue({ maxDepth: 3 }),
    )
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...keys), value), fc.boolean(), (change, isWhole) => {
        const text = JSON.stringify({ ...(isWhole && order), ...change })
        const answer = judgeText(text)
        if (answer.kind === 'order') {
          expect(answer.facts.orderNo).toBe('A1')
          expect((JSON.parse(text) as { orderNo: unknown }).orderNo).toBe('A1')
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
