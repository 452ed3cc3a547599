import { describe, expect, test } from 'vitest'
import { connectAtlas } from '../../src/atlas/atlas-payments.ts'
import { paymentMethods, type PaymentRequest } from '../../src/payment/payment-request.ts'
import { startFaultServer } from '../support/fault-server.ts'
import { jsonResponse } from '../support/http-response.ts'
import { bareCard, fullCard } from '../support/test-cards.ts'

const payment: PaymentRequest = {
  orderNo: 'TCDTL20261123101010',
  paymentMethod: 'BALANCE',
  clientOrderNo: null,
  requestSource: null,
  card: null,
  expectedTotal: null,
}

describe('the request of pay.do', () => {
  test('has these bytes and no others', async () => {
    const { port, request } = await send({ ...payment, clientOrderNo: 'C-1', requestSource: 'web' })
    expect(request).toBe(
      [
        'POST /pay.do HTTP/1.1',
        `host: 127.0.0.1:${port}`,
        'connection: keep-alive',
        'accept: */*',
        'content-type: application/json',
        'accept-encoding: gzip',
        'x-atlas-client-id: the-client',
        'x-atlas-client-secret: the-secret',
        'content-length: 95',
        '',
        '{"orderNo":"TCDTL20261123101010","paymentMethod":1,"clientOrderNo":"C-1","requestSource":"web"}',
      ].join('\r\n'),
    )
  })

  test.each([
    ['', '/pay.do'],
    ['/', '/pay.do'],
    ['/a/b', '/a/b/pay.do'],
    ['/a/b/', '/a/b/pay.do'],
    ['/a/b//', '/a/b/pay.do'],
    ['/a%20b', '/a%20b/pay.do'],
  ])('with a base of "%s" goes to %s', async (basePath, path) => {
    const { request } = await send(payment, basePath)
    expect(request.slice(0, request.indexOf('\r\n'))).toBe(`POST ${path} HTTP/1.1`)
  })

  test('numbers the methods as Atlas does', async () => {
    const bodies: string[] = []
    for (const paymentMethod of paymentMethods) {
      bodies.push(bodyOf((await send({ ...payment, paymentMethod })).request))
    }
    expect(bodies).toEqual([
      '{"orderNo":"TCDTL20261123101010","paymentMethod":1}',
      '{"orderNo":"TCDTL20261123101010","paymentMethod":3}',
      '{"orderNo":"TCDTL20261123101010","paymentMethod":4}',
      '{"orderNo":"TCDTL20261123101010","paymentMethod":5}',
    ])
  })

  test.each<[Partial<PaymentRequest>, string]>([
    [{}, '{"orderNo":"TCDTL20261123101010","paymentMethod":1}'],
    [{ clientOrderNo: 'C-1' }, '{"orderNo":"TCDTL20261123101010","paymentMethod":1,"clientOrderNo":"C-1"}'],
    [{ requestSource: 'web' }, '{"orderNo":"TCDTL20261123101010","paymentMethod":1,"requestSource":"web"}'],
  ])('has the optional fields only when they were given: %o', async (fields, body) => {
    const { request } = await send({ ...payment, ...fields })
    expect(bodyOf(request)).toBe(body)
    expect(request).toContain(`\r\ncontent-length: ${body.length}\r\n`)
  })

  const noBilling = { country: null, province: null, city: null, postCode: null, address: null }
  const bare = { ...bareCard, billing: noBilling, reusable: null, paymentLimit: null, threeDSecureIp: null }

  test.each<[string, Partial<PaymentRequest>, string]>([
    [
      'with what every card has',
      { paymentMethod: 'VCC_PASSTHROUGH', card: bare },
      '{"orderNo":"TCDTL20261123101010","paymentMethod":3,"creditCard":{"cardNumber":"4054695723100768","cardCVV":"123","cardExpireMonth":"11","cardExpireYear":"29","cardHolderFirstName":"Ada","cardHolderLastName":"Lovelace"}}',
    ],
    [
      'with everything',
      { paymentMethod: 'MOR', card: fullCard, clientOrderNo: 'C-1', requestSource: 'web' },
      '{"orderNo":"TCDTL20261123101010","paymentMethod":5,"clientOrderNo":"C-1","requestSource":"web","creditCard":{"cardNumber":"4054695723100768","cardCVV":"123","cardExpireMonth":"11","cardExpireYear":"29","cardHolderFirstName":"Ada","cardHolderLastName":"Lovelace","cardHolderCountry":"US","cardHolderProvince":"CA","cardHolderCity":"Los Angeles","cardHolderPostCode":"90001","cardHolderAddress":"1 Main St, Apt 2","reusable":true,"paymentLimit":250,"threeDS":{"ip":"2001:db8::1"}}}',
    ],
    [
      'without a CVV, as null, with an early month and year in two digits, and a false that was given',
      {
        paymentMethod: 'MOR',
        card: { ...bare, cvv: null, expiryMonth: 1, expiryYear: 2002, reusable: false },
      },
      '{"orderNo":"TCDTL20261123101010","paymentMethod":5,"creditCard":{"cardNumber":"4054695723100768","cardCVV":null,"cardExpireMonth":"01","cardExpireYear":"02","cardHolderFirstName":"Ada","cardHolderLastName":"Lovelace","reusable":false}}',
    ],
    [
      'with a part of an address',
      { paymentMethod: 'VCC_PASSTHROUGH', card: { ...bare, billing: { ...noBilling, city: 'Köln' } } },
      '{"orderNo":"TCDTL20261123101010","paymentMethod":3,"creditCard":{"cardNumber":"4054695723100768","cardCVV":"123","cardExpireMonth":"11","cardExpireYear":"29","cardHolderFirstName":"Ada","cardHolderLastName":"Lovelace","cardHolderCity":"Köln"}}',
    ],
  ])('names the parts of a card as Atlas does: %s', async (_card, fields, body) => {
    const { request } = await send({ ...payment, ...fields })
    expect(bodyOf(request)).toBe(body)
    expect(request).toContain(`\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`)
  })

  test('counts the bytes of text that is not ASCII, and sends it as UTF-8', async () => {
    const { request } = await send({ ...payment, clientOrderNo: 'Ünïcode-订单-✈️', requestSource: '"\\' })
    const body =
      '{"orderNo":"TCDTL20261123101010","paymentMethod":1,"clientOrderNo":"Ünïcode-订单-✈️","requestSource":"\\"\\\\"}'
    expect(bodyOf(request)).toBe(body)
    expect(request).toContain(`\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`)
    expect(Buffer.byteLength(body)).toBeGreaterThan(body.length)
  })
})

/** Pays once and returns the one request that came. */
async function send(request: PaymentRequest, basePath = ''): Promise<{ port: number; request: string }> {
  const server = await startFaultServer((socket) => socket.end(jsonResponse('{}')))
  const atlas = connectAtlas({
    baseUrl: new URL(`http://127.0.0.1:${server.port}${basePath}`),
    clientId: 'the-client',
    clientSecret: 'the-secret',
    timeoutMs: 10_000,
  })
  await atlas.pay(request)
  await atlas.close()
  expect(await server.close()).toEqual({ connections: 1, requests: 1, strayBytes: 0 })
  return { port: server.port, request: server.requests[0]! }
}

function bodyOf(request: string): string {
  return request.slice(request.indexOf('\r\n\r\n') + 4)
}
