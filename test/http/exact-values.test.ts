import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTracedGateway, type TracedGateway } from '../support/token-gateway.ts'

let gateway: TracedGateway

beforeAll(async () => {
  gateway = await startTracedGateway({ AUTH: 'none' })
})

afterAll(() => gateway.close())

/** A document is executed by an executor at first, and by its plan when it has one and comes again. */
const USES = 3

const result = `
  fragment R on PaymentResult { __typename ... on PaymentSuccess { orderNo } ... on PaymentError { code orderNo } }
`
const paidFor = (orderNo: string) => ({ __typename: 'PaymentSuccess', orderNo })
const refusedFor = (orderNo: string) => ({
  __typename: 'PaymentError',
  code: 'ORDER_ALREADY_PAID',
  orderNo,
})

/** Posts the same again and again; the results, and what Atlas was sent for them. */
async function payOften(query: string, variables: object) {
  gateway.forget()
  const results: unknown[] = []
  for (let use = 0; use < USES; use += 1) {
    const { body, text } = await gateway.post({ query: query + result, variables })
    results.push(body?.data?.['payOrder'] ?? text)
  }
  return { results, sent: gateway.atlas.seen.map(({ body }) => body) }
}

/** What Atlas is sent for an order, and nothing besides. */
const payDo = (orderNo: string) => ({ orderNo, paymentMethod: 1 })

/** Where a number can stand for the number of an order, and one for each place that no double is. */
const places: [string, (orderNo: string) => string][] = [
  [
    'the default of a variable',
    (orderNo) =>
      `mutation($o: ID = ${orderNo}) { payOrder(input: { orderNo: $o, paymentMethod: BALANCE }) { ...R } }`,
  ],
  [
    'the default of a variable that is the input',
    (orderNo) =>
      `mutation($i: PayOrderInput! = { orderNo: ${orderNo}, paymentMethod: BALANCE }) { payOrder(input: $i) { ...R } }`,
  ],
  [
    'the input',
    (orderNo) => `mutation { payOrder(input: { orderNo: ${orderNo}, paymentMethod: BALANCE }) { ...R } }`,
  ],
  [
    'the default of a variable, in a document that only an executor executes',
    (orderNo) =>
      `mutation($o: ID = ${orderNo}, $all: Boolean = true) { payOrder(input: { orderNo: $o, paymentMethod: BALANCE }) { ...R @include(if: $all) } }`,
  ],
]

describe('an order number that is written as a number names the order that is paid, once:', () => {
  test.each(
    places.flatMap(([place, write], index) =>
      ['900719925474099', '1234567890123456789', '10000000000000000000000000000'].map(
        (digits): [string, string, string] => [
          `${digits}${index * 2 + 3}`,
          place,
          write(`${digits}${index * 2 + 3}`),
        ],
      ),
    ),
  )('%s as %s', async (orderNo, _place, query) => {
    expect(await payOften(query, {})).toEqual({
      results: [paidFor(orderNo), refusedFor(orderNo), refusedFor(orderNo)],
      sent: [payDo(orderNo)],
    })
  })

  test('-0 as the default of a variable', async () => {
    const query =
      'mutation($o: ID = -0) { payOrder(input: { orderNo: $o, paymentMethod: BALANCE }) { ...R } }'
    expect(await payOften(query, {})).toEqual({
      results: [paidFor('-0'), refusedFor('-0'), refusedFor('-0')],
      sent: [payDo('-0')],
    })
  })

  test('and the order that is looked up', async () => {
    const query =
      'query($o: ID = 9007199254740993) { order(orderNo: $o) { ... on Order { orderNo } ... on OrderError { orderNo } } }'
    for (let use = 0; use < USES; use += 1) {
      const { body } = await gateway.post({ query })
      expect(body).toEqual({ data: { order: { orderNo: '9007199254740993' } } })
    }
  })
})

describe('a variable may be called as what every object of JavaScript has:', () => {
  const names = ['toString', 'constructor', 'hasOwnProperty', '__proto__', '__defineGetter__']

  test.each(names)('$%s that is left out is left out', async (name) => {
    const orderNo = `LEFT-OUT-${name}`
    const query = `mutation($${name}: String, $o: ID!) {
      payOrder(input: { orderNo: $o, paymentMethod: BALANCE, clientOrderNo: $${name} }) { ...R }
    }`
    expect(await payOften(query, { o: orderNo })).toEqual({
      results: [paidFor(orderNo), refusedFor(orderNo), refusedFor(orderNo)],
      sent: [payDo(orderNo)],
    })
  })

  test.each(names)('$%s that is given is given', async (name) => {
    const orderNo = `GIVEN-${name}`
    const query = `mutation($${name}: String, $o: ID!) {
      payOrder(input: { orderNo: $o, paymentMethod: BALANCE, clientOrderNo: $${name} }) { ...R }
    }`
    const variables = JSON.parse(`{"o":"${orderNo}","${name}":"mine"}`) as object
    expect(await payOften(query, variables)).toEqual({
      results: [paidFor(orderNo), refusedFor(orderNo), refusedFor(orderNo)],
      sent: [{ ...payDo(orderNo), clientOrderNo: 'mine' }],
    })
  })

  test.each(names)('$%s as the total that was approved holds the payment back', async (name) => {
    const query = `mutation($${name}: MoneyInput, $o: ID!) {
      payOrder(input: { orderNo: $o, paymentMethod: BALANCE, expectedTotal: $${name} }) { ...R }
    }`
    const variables = JSON.parse(`{"o":"HELD-${name}","${name}":{"amount":"1","currency":"USD"}}`) as object
    const { results, sent } = await payOften(query, variables)
    // Atlas cannot be asked what the order costs.
    expect(results).toEqual(
      Array.from({ length: USES }, () => ({
        __typename: 'PaymentError',
        code: 'ATLAS_UNREACHABLE',
        orderNo: `HELD-${name}`,
      })),
    )
    expect(sent).toEqual([])
  })
})
