import { describe, expect, test } from 'vitest'
import { goodCard, jsonOf, properHeaders, refusal, startSimulator } from './atlas-client.ts'

const orderNo = 'TESTA20261123101500123'
const payBody = { orderNo, paymentMethod: 1 }

const nothing = { payRequests: 0, charges: 0, queries: 0, orders: 0 }

function without(name: keyof typeof properHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(properHeaders).filter(([header]) => header !== name))
}

describe.each([
  { path: '/pay.do', counted: { payRequests: 1 } },
  { path: '/queryOrderDetails.do', counted: { queries: 1 } },
])('POST $path', ({ path, counted }) => {
  test.each([
    ['without a client id', without('x-atlas-client-id')],
    ['with another client id', { ...properHeaders, 'x-atlas-client-id': 'somebody' }],
    ['without a client secret', without('x-atlas-client-secret')],
    ['with a wrong client secret', { ...properHeaders, 'x-atlas-client-secret': 'wrong' }],
  ])('answers 900 %s, whatever else is wrong', async (_, headers) => {
    const { call, simulator } = await startSimulator()
    const answer = await call(path, { headers, body: 'no JSON' })
    expect(answer.httpStatus).toBe(200)
    expect(jsonOf(answer)).toEqual(refusal(900, 'Unauthorized: unknown client id or secret', null))
    expect(simulator.totals()).toEqual({ ...nothing, ...counted })
  })

  test.each([
    [
      'another content type',
      { ...properHeaders, 'content-type': 'text/plain' },
      'Content-Type must be application/json',
    ],
    ['no content type', without('content-type'), 'Content-Type must be application/json'],
    ['no gzip', { ...properHeaders, 'accept-encoding': 'br, gzip;q=0' }, 'Accept-Encoding must contain gzip'],
    ['no Accept-Encoding', without('accept-encoding'), 'Accept-Encoding must contain gzip'],
    [
      'an Accept without JSON',
      { ...properHeaders, accept: 'text/html' },
      'Accept must admit application/json',
    ],
  ])('answers 901 to %s', async (_, headers, fault) => {
    const { call, simulator } = await startSimulator()
    const answer = await call(path, { headers, body: JSON.stringify(payBody) })
    expect(answer.httpStatus).toBe(200)
    expect(jsonOf(answer)).toEqual(refusal(901, `Illegal request data: ${fault}`, null))
    expect(simulator.totals()).toEqual({ ...nothing, ...counted })
  })

  test.each([
    ['no JSON', '{"orderNo":'],
    ['an array', '[]'],
    ['null', 'null'],
    ['nothing', ''],
    ['more than 64 KiB', JSON.stringify({ ...payBody, requestSource: 'x'.repeat(64 * 1024) })],
  ])('answers 901 to a body that is %s', async (_, body) => {
    const { call, simulator } = await startSimulator()
    expect(jsonOf(await call(path, { body }))).toEqual(
      refusal(901, 'Illegal request data: the body is not a JSON object', null),
    )
    expect(simulator.totals()).toEqual({ ...nothing, ...counted })
  })

  test.each([
    [{ paymentMethod: 1 }],
    [{ orderNo: '', paymentMethod: 1 }],
    [{ orderNo: null, paymentMethod: 1 }],
  ])('answers 100 to %j, which names no order', async (body) => {
    const { call, simulator } = await startSimulator()
    expect(jsonOf(await call(path, { body: JSON.stringify(body) }))).toEqual(
      refusal(100, 'Missing mandatory data: orderNo', null),
    )
    expect(simulator.totals()).toEqual({ ...nothing, ...counted })
  })

  test.each([
    ['*/*'],
    ['application/json'],
    ['text/html, application/json;q=0.9'],
    ['application/*'],
    [undefined],
  ])('admits an Accept of %s', async (accept) => {
    const { call } = await startSimulator()
    const headers = accept === undefined ? without('accept') : { ...properHeaders, accept }
    expect(jsonOf(await call(path, { headers, body: JSON.stringify(payBody) }))).toMatchObject({ status: 0 })
  })

  test('admits a content type with a charset and gzip among other encodings', async () => {
    const { call } = await startSimulator()
    const headers = {
      ...properHeaders,
      'content-type': 'Application/JSON; charset=utf-8',
      'accept-encoding': 'br;q=1.0, GZIP;q=0.5',
    }
    expect(jsonOf(await call(path, { headers, body: JSON.stringify(payBody) }))).toMatchObject({ status: 0 })
  })

  test('answers a client that cannot read gzip in plain text', async () => {
    const { call } = await startSimulator()
    const { headers } = await call(path, { headers: without('accept-encoding'), body: '{}' })
    expect(headers['content-encoding']).toBeUndefined()
  })

  test.each(['GET', 'PUT', 'DELETE'] as const)('answers HTTP 405 to %s', async (method) => {
    const { call, simulator } = await startSimulator()
    const { httpStatus, headers } = await call(path, { method })
    expect({ httpStatus, allow: headers['allow'] }).toEqual({ httpStatus: 405, allow: 'POST' })
    expect(simulator.totals()).toEqual(nothing)
  })
})

describe('pay.do', () => {
  test.each([[{ orderNo }], [{ orderNo, paymentMethod: null }]])('answers 100 to %j', async (body) => {
    const { call, money } = await startSimulator()
    expect(jsonOf(await call('/pay.do', { body: JSON.stringify(body) }))).toEqual(
      refusal(100, 'Missing mandatory data: paymentMethod', orderNo),
    )
    expect(money(orderNo)).toEqual({ state: 'unpaid', payRequests: 1, charges: 0, paidAt: null })
  })

  test.each([
    ['paymentMethod', { paymentMethod: 2 }],
    ['paymentMethod', { paymentMethod: '1' }],
    ['paymentMethod', { paymentMethod: 1.5 }],
    ['clientOrderNo', { clientOrderNo: 7 }],
    ['requestSource', { requestSource: ['web'] }],
    ['creditCard', { creditCard: '4111111111111111' }],
    ['creditCard', { creditCard: [] }],
    ['creditCard', { paymentMethod: 3 }],
    ['creditCard', { paymentMethod: 5, creditCard: null }],
    ['supportCreditTransPayment', { supportCreditTransPayment: 1 }],
    ['cid', { cid: {} }],
    ['somethingElse', { somethingElse: { nested: true } }],
  ])('answers 400 to an illegal %s and moves no money', async (field, fields) => {
    const { call, money } = await startSimulator()
    expect(jsonOf(await call('/pay.do', { body: JSON.stringify({ ...payBody, ...fields }) }))).toEqual(
      refusal(400, `Illegal parameter: ${field}`, orderNo),
    )
    expect(money(orderNo)).toEqual({ state: 'unpaid', payRequests: 1, charges: 0, paidAt: null })
  })

  test.each([[123], [{}], ['X'.repeat(129)]])(
    'answers 400 to an order number that is none: %j',
    async (wrong) => {
      const { call, simulator } = await startSimulator()
      expect(jsonOf(await call('/pay.do', { body: JSON.stringify({ ...payBody, orderNo: wrong }) }))).toEqual(
        refusal(400, 'Illegal parameter: orderNo', null),
      )
      expect(simulator.totals()).toEqual({ ...nothing, payRequests: 1 })
    },
  )

  test.each([
    [{ clientOrderNo: 'mine', requestSource: 'web', creditCard: null }],
    [{ clientOrderNo: null, requestSource: null }],
    [{ supportCreditTransPayment: '1', cid: 'tenant', somethingElse: 7 }],
    [{ paymentMethod: 3, creditCard: goodCard }],
    [{ paymentMethod: 5, creditCard: goodCard }],
    [{ paymentMethod: 4 }],
    [{ creditCard: { cardNumber: 'no card' } }],
    [{ paymentMethod: 4, creditCard: {} }],
  ])('pays with %j', async (fields) => {
    const { call, simulator } = await startSimulator()
    const answer = await call('/pay.do', { body: JSON.stringify({ ...payBody, ...fields }) })
    expect(jsonOf(answer)).toMatchObject({ status: 0, orderNo })
    expect(simulator.totals()).toEqual({ payRequests: 1, charges: 1, queries: 0, orders: 1 })
  })
})

test('queryOrderDetails.do answers 901 to an order number that is no string', async () => {
  const { call, simulator } = await startSimulator()
  expect(jsonOf(await call('/queryOrderDetails.do', { body: '{"orderNo":7}' }))).toEqual(
    refusal(901, 'Illegal request data: orderNo', null),
  )
  expect(simulator.totals()).toEqual({ ...nothing, queries: 1 })
})
