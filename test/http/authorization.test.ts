import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
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

let gateway: TracedGateway
let orderNo: string
let orders = 0

beforeAll(async () => {
  gateway = await startTracedGateway({ ...tokenEnvironment, AUTH_JWT_SECRET: tokenSecret })
})

beforeEach(() => {
  orders += 1
  orderNo = `AUTHZ-${orders}`
  gateway.forget()
})

afterAll(() => gateway.close())

type Claims = Record<string, unknown>

async function ask(body: object, claims: Claims = {}): Promise<Reply> {
  return gateway.post(body, bearer(await signWithSecret(tokenSecret, claimsOf(claims))))
}

const forbidden = (field: string) => ({
  message: 'Your token does not allow this. Nothing was sent.',
  path: [field],
  locations: [expect.any(Object) as object],
  extensions: { code: 'FORBIDDEN' },
})

async function expectPaid(claims: Claims, input: object = {}): Promise<void> {
  const { status, body } = await ask(paymentOf(orderNo, input), claims)
  expect([status, body?.data?.['payOrder']]).toMatchObject([200, { __typename: 'PaymentSuccess', orderNo }])
  expect(gateway.atlas.seen).toHaveLength(1)
}

async function expectRead(claims: Claims, state: string | null): Promise<void> {
  const { status, body } = await ask(readingOf(orderNo), claims)
  expect([status, body]).toEqual([200, { data: { payment: state === null ? null : { state } } }])
}

/** A payment is refused, before any question to the ledger. */
async function expectPaymentForbidden(claims: Claims, input: object = {}): Promise<void> {
  gateway.forget()
  const { status, body } = await ask(paymentOf(orderNo, input), claims)
  expect([status, body]).toEqual([403, { data: null, errors: [forbidden('payOrder')] }])
  expect(gateway.effects()).toEqual(noEffects)
  expect(await gateway.ledger.attemptsOf(orderNo)).toEqual([])
}

async function expectReadingForbidden(claims: Claims): Promise<void> {
  gateway.forget()
  const { status, body } = await ask(readingOf(orderNo), claims)
  expect([status, body]).toEqual([403, { data: { payment: null }, errors: [forbidden('payment')] }])
  expect(gateway.effects()).toEqual(noEffects)
}

describe('scopes', () => {
  test('orders:pay pays and does not read', async () => {
    await expectPaid({ scope: 'orders:pay' })
    await expectReadingForbidden({ scope: 'orders:pay' })
  })

  test('orders:read reads and does not pay', async () => {
    await expectPaymentForbidden({ scope: 'orders:read' })
    await expectRead({ scope: 'orders:read' }, null)
  })

  test.each<[string, unknown]>([
    ['none at all', undefined],
    ['an empty text', ''],
    ['an empty list', []],
    ['others', 'orders:refund openid'],
    ['ours in capitals', 'ORDERS:PAY ORDERS:READ'],
    ['ours with a comma', 'orders:pay,orders:read'],
    ['ours as parts of others', 'xorders:pay orders:payment orders:read-all'],
    ['ours in one text of a list', ['orders:pay orders:read']],
    ['a wildcard', 'orders:* *'],
  ])('%s: neither pay nor read', async (_what, scope) => {
    await expectPaymentForbidden({ scope })
    await expectReadingForbidden({ scope })
  })
})

describe('order_no', () => {
  test('lets a token pay and read exactly its order', async () => {
    const claims = { order_no: orderNo }
    await expectPaid(claims)
    await expectRead(claims, 'PAID')
    for (const other of [
      `${orderNo}0`,
      orderNo.slice(0, -1),
      orderNo.toLowerCase(),
      ` ${orderNo}`,
      '',
      '*',
    ]) {
      gateway.forget()
      const replies = [await ask(paymentOf(other), claims), await ask(readingOf(other), claims)]
      expect(replies.map(({ status, codes }) => [status, codes])).toEqual([
        [403, ['FORBIDDEN']],
        [403, ['FORBIDDEN']],
      ])
      expect(gateway.effects()).toEqual(noEffects)
    }
  })

  test('lets a token pay and read each order of a list', async () => {
    const [first, second, third] = [`${orderNo}-1`, `${orderNo}-2`, `${orderNo}-3`]
    const claims = { order_no: [first, second] }
    for (orderNo of [first, second]) {
      gateway.forget()
      await expectPaid(claims)
      await expectRead(claims, 'PAID')
    }
    orderNo = third
    await expectPaymentForbidden(claims)
    await expectReadingForbidden(claims)
  })

  test('as an empty list allows no order', async () => {
    await expectPaymentForbidden({ order_no: [] })
    await expectReadingForbidden({ order_no: [] })
  })

  test('is compared with the order number as GraphQL delivers it, a number too', async () => {
    orderNo = `2026112310150${orders}`
    const document = `mutation { payOrder(input: { orderNo: ${orderNo}, paymentMethod: BALANCE }) { __typename } }`
    const foreign = await ask({ query: document }, { order_no: `${orderNo}1` })
    expect([foreign.status, foreign.codes]).toEqual([403, ['FORBIDDEN']])
    expect(gateway.effects()).toEqual(noEffects)
    const own = await ask({ query: document }, { order_no: orderNo })
    expect(own.body).toEqual({ data: { payOrder: { __typename: 'PaymentSuccess' } } })
    expect(gateway.atlas.seen.map(({ body }) => body)).toEqual([{ orderNo, paymentMethod: 1 }])
  })

  test('needs the scopes all the same', async () => {
    await expectPaymentForbidden({ order_no: orderNo, scope: 'orders:read' })
    await expectReadingForbidden({ order_no: orderNo, scope: 'orders:pay' })
  })
})

describe('payment_methods', () => {
  test('lets a token pay by its methods only, and read', async () => {
    const claims = { payment_methods: ['BYOA', 'MOR'] }
    await expectPaymentForbidden(claims, { paymentMethod: 'BALANCE' })
    await expectPaymentForbidden(claims, { paymentMethod: 'VCC_PASSTHROUGH' })
    await expectPaid(claims, { paymentMethod: 'BYOA' })
    expect(gateway.atlas.seen.map(({ body }) => body)).toEqual([{ orderNo, paymentMethod: 4 }])
    await expectRead(claims, 'PAID')
  })

  test('as one text names one method', async () => {
    await expectPaymentForbidden({ payment_methods: 'BALANCE' }, { paymentMethod: 'BYOA' })
    await expectPaid({ payment_methods: 'BALANCE' })
  })

  test('as an empty list allows none', async () => {
    await expectPaymentForbidden({ payment_methods: [] })
    await expectRead({ payment_methods: [] }, null)
  })

  test('and order_no narrow together: one order by one method', async () => {
    const claims = { order_no: orderNo, payment_methods: 'BALANCE' }
    await expectPaymentForbidden(claims, { paymentMethod: 'BYOA' })
    await expectPaid(claims)
    orderNo = `${orderNo}-other`
    await expectPaymentForbidden(claims)
  })
})

describe('what needs a good token only', () => {
  test.each([
    ['the catalogue of errors', '{ paymentErrorCatalog { code } }', 'paymentErrorCatalog'],
    ['the name of a type', '{ __typename }', '__typename'],
  ])('%s', async (_what, query, field) => {
    const { status, body } = await ask({ query }, { scope: undefined, order_no: [], payment_methods: [] })
    expect([status, Object.keys(body?.data ?? {}), body?.errors]).toEqual([200, [field], undefined])
    expect(gateway.effects()).toEqual(noEffects)
  })
})

describe('a refusal tells nothing about orders', () => {
  test('of a paid order, of an unpaid one and of one that is open, it is the same to the byte', async () => {
    await expectPaid({})
    const [paid, unpaid] = [orderNo, `${orderNo}-x`]
    const foreign = { order_no: 'ANOTHER-ORDER' }
    const replies = [paid, unpaid].map(async (one) => {
      const [payment, reading] = [await ask(paymentOf(one), foreign), await ask(readingOf(one), foreign)]
      return [payment.status, payment.text, reading.status, reading.text]
    })
    const [ofPaid, ofUnpaid] = await Promise.all(replies)
    expect(ofPaid).toEqual(ofUnpaid)
    for (const one of [paid, unpaid]) expect(ofPaid!.join(' ')).not.toContain(one)
  })

  const keyOfSomebody = 'key-of-somebody-else'

  test.each<[string, object]>([
    ['an order number that is empty', { orderNo: '' }],
    ['an order number that is too long', { orderNo: 'A'.repeat(65) }],
    ['an order number with a comma', { orderNo: 'A1,A2' }],
    ['a source with blanks around it', { requestSource: ' web ' }],
    ['an idempotency key that is too short', { idempotencyKey: 'short' }],
    ['an idempotency key that another subject used', { idempotencyKey: keyOfSomebody }],
  ])('also where the input is otherwise invalid: %s', async (_what, input) => {
    // The first time it pays, later the key is taken: either way there is something to tell.
    await ask(paymentOf(orderNo, { idempotencyKey: keyOfSomebody }), { sub: 'somebody' })
    await expectForbiddenLike(paymentOf(orderNo, input))
  })

  test('and what GraphQL itself refuses is told without a look at the ledger', async () => {
    const reply = await ask(paymentOf(orderNo, { paymentMethod: 'CASH' }), { scope: '' })
    expect([reply.status, reply.codes]).toEqual([400, ['BAD_USER_INPUT']])
    expect(gateway.effects()).toEqual(noEffects)
  })

  async function expectForbiddenLike(body: object): Promise<void> {
    gateway.forget()
    for (const claims of [
      { scope: 'orders:read' },
      { order_no: 'ANOTHER-ORDER' },
      { payment_methods: 'MOR' },
    ]) {
      const reply = await ask(body, claims)
      expect([reply.status, reply.body]).toEqual([403, { data: null, errors: [forbidden('payOrder')] }])
    }
    expect(gateway.effects()).toEqual(noEffects)
  }
})

describe('several fields', () => {
  test('are judged one by one: the allowed ones answer, the others are null with an error each', async () => {
    await expectPaid({})
    gateway.forget()
    const query = `query ($own: ID!, $foreign: ID!) {
      own: payment(orderNo: $own) { state }
      foreign: payment(orderNo: $foreign) { state }
      ...More
      paymentErrorCatalog { code }
    }
    fragment More on Query { again: payment(orderNo: $foreign) { state } }`
    const { body } = await ask(
      { query, variables: { own: orderNo, foreign: `${orderNo}-foreign` } },
      { order_no: orderNo },
    )
    expect({ ...body, data: { ...body?.data, paymentErrorCatalog: [] } }).toEqual({
      data: { own: { state: 'PAID' }, foreign: null, again: null, paymentErrorCatalog: [] },
      errors: [forbidden('foreign'), forbidden('again')],
    })
    expect(gateway.effects()).toEqual({ ...noEffects, ledgerCalls: ['attemptsOf'] })
  })

  test('an alias changes nothing about a payment', async () => {
    const { query, variables } = paymentOf(orderNo) as { query: string; variables: object }
    const aliased = { query: query.replace('payOrder(', '__proto__: payOrder('), variables }
    const reply = await ask(aliased, { order_no: 'ANOTHER-ORDER' })
    expect([reply.status, reply.codes]).toEqual([403, ['FORBIDDEN']])
    expect(gateway.effects()).toEqual(noEffects)
  })

  test('the same order of a token twice in a document is allowed twice', async () => {
    const query = `query ($o: ID!) { a: payment(orderNo: $o) { state } b: payment(orderNo: $o) { state } }`
    const { status, body } = await ask({ query, variables: { o: orderNo } }, { order_no: orderNo })
    expect([status, body]).toEqual([200, { data: { a: null, b: null } }])
  })

  test('what one token may is forgotten with its request', async () => {
    await expectPaid({ order_no: orderNo })
    await expectReadingForbidden({ order_no: 'ANOTHER-ORDER' })
    await expectRead({ order_no: orderNo }, 'PAID')
  })
})

describe('an idempotency key is its subject’s', () => {
  const idempotencyKey = (): string => `key-of-a-payment-${orderNo}`

  test('two subjects with the same key pay two orders', async () => {
    const input = { idempotencyKey: idempotencyKey() }
    await expectPaid({ sub: 'backend-1' }, input)
    gateway.forget()
    orderNo = `${orderNo}-second`
    await expectPaid({ sub: 'backend-2' }, input)
  })

  test('one subject with the same key and another order is told so', async () => {
    const input = { idempotencyKey: idempotencyKey() }
    await expectPaid({ sub: 'backend-1' }, input)
    gateway.forget()
    const { body } = await ask(paymentOf(`${orderNo}-second`, input), { sub: 'backend-1' })
    expect(body?.data?.['payOrder']).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
      paymentState: 'NOT_PAID',
    })
    expect(gateway.effects()).toMatchObject({ sent: 0, log: [] })
  })

  test('the same order by another subject is already paid, not replayed', async () => {
    const input = { idempotencyKey: idempotencyKey() }
    await expectPaid({ sub: 'backend-1' }, input)
    const replayed = await ask(paymentOf(orderNo, input), { sub: 'backend-1' })
    expect(replayed.body?.data?.['payOrder']).toMatchObject({ __typename: 'PaymentSuccess', replayed: true })
    const other = await ask(paymentOf(orderNo, input), { sub: 'backend-2' })
    expect(other.body?.data?.['payOrder']).toMatchObject({ code: 'ORDER_ALREADY_PAID', paymentState: 'PAID' })
    expect(gateway.atlas.seen).toHaveLength(1)
  })

  test('a later token of the same subject repeats the result, also one that is narrower', async () => {
    const input = { idempotencyKey: idempotencyKey() }
    await expectPaid({ sub: 'backend-1' }, input)
    const { body } = await ask(paymentOf(orderNo, input), {
      sub: 'backend-1',
      order_no: orderNo,
      jti: 'second',
    })
    expect(body?.data?.['payOrder']).toMatchObject({ __typename: 'PaymentSuccess', replayed: true })
    expect(gateway.atlas.seen).toHaveLength(1)
  })

  test('subjects that differ in a blank, in case or in form are different', async () => {
    const input = { idempotencyKey: idempotencyKey() }
    const subjects = ['backend-1', 'Backend-1', 'backend-1 ', 'é', 'e\u0301', 'anonymous', '__proto__']
    const base = orderNo
    for (const [index, sub] of subjects.entries()) {
      gateway.forget()
      orderNo = `${base}-${index}`
      await expectPaid({ sub }, input)
      expect(gateway.log).toEqual([expect.objectContaining({ msg: 'payment', caller: sub })])
    }
  })
})
