import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adviceOf, type PaymentErrorCode, paymentErrorRules } from '../../src/payment/payment-outcome.ts'
import { languages } from '../../src/payment/languages.ts'
import { sentencesOf } from '../../src/payment/remediation.ts'
import type { AtlasPayments } from '../../src/payment/ports.ts'
import { createSimulator, type Simulator } from '../../src/simulator/server.ts'
import { createFastClock } from '../support/fast-clock.ts'
import { payOrderDocument, startGateway, testCredentials, type TestGateway } from '../support/gateway.ts'

let simulator: Simulator
let gateway: TestGateway

beforeAll(async () => {
  simulator = await createSimulator({ host: '127.0.0.1', port: 0, latencyMs: 0, ...testCredentials })
  gateway = await startGateway(simulator.url, { ATLAS_TIMEOUT_MS: '1000' }, { clock: createFastClock() })
})

afterAll(async () => {
  await gateway.close()
  await simulator.close()
})

const usd = (amount: string) => ({ amount, currency: 'USD' })
type Told = Record<string, unknown>

async function pay(orderNo: string, input: object = {}, at = gateway): Promise<Told> {
  const answer = await at.graphql(payOrderDocument, {
    input: { orderNo, paymentMethod: 'BALANCE', ...input },
  })
  expect([answer.httpStatus, answer.errors]).toEqual([200, undefined])
  return answer.data!['payOrder'] as Told
}

/** The attempts that the ledger has. */
async function attemptsOf(orderNo: string): Promise<unknown> {
  const { data } = await gateway.graphql(
    'query ($orderNo: ID!) { payment(orderNo: $orderNo) { attempts { paymentState code } } }',
    { orderNo },
  )
  return (data!['payment'] as { attempts: unknown } | null)?.attempts
}

const paid = { __typename: 'PaymentSuccess', evidence: 'PAY_RESPONSE', replayed: false }

/** A payment that was held back: what its client is told, whole. */
const withheld = (orderNo: string, code: PaymentErrorCode, change: Told = {}): Told => {
  const { action, retryable, retryAfterSeconds } = adviceOf(code, 'NOT_PAID')
  return {
    __typename: 'PaymentError',
    code,
    ...sentencesOf(languages.get('en')!, code, { paymentState: 'NOT_PAID' }),
    action,
    paymentState: 'NOT_PAID',
    retryable,
    retryAfterSeconds,
    field: null,
    atlasStatus: null,
    orderNo,
    paymentId: expect.any(String) as string,
    replayed: false,
    ...change,
  }
}

describe('a payment of the total that was approved', () => {
  test.each([
    ['TOTAL-1', usd('86.40')],
    ['TOTAL-2', usd('86.4')],
    ['TOTAL-3', usd('0086.40000000')],
    ['SIM-TOTAL-JPY', { amount: '12650', currency: 'JPY' }],
    ['SIM-TOTAL-JPY-1', { amount: '12650.00', currency: 'JPY' }],
    ['SIM-TOTAL-KWD', { amount: '26.875', currency: 'KWD' }],
    ['SIM-TOTAL-CENTS', usd('0.30')],
    ['SIM-METHOD-FEE', usd('86.40')],
    ['SIM-NO-TOTAL', usd('86.40')],
  ])('%s as %j is sent, after one reading', async (orderNo, expectedTotal) => {
    expect(await pay(orderNo, { expectedTotal })).toMatchObject(paid)
    expect(simulator.order(orderNo)).toMatchObject({ charges: 1, payRequests: 1, queries: 1 })
  })

  test('that is not given is not read', async () => {
    expect(await pay('TOTAL-NONE')).toMatchObject(paid)
    expect(await pay('TOTAL-NULL', { expectedTotal: null })).toMatchObject(paid)
    for (const orderNo of ['TOTAL-NONE', 'TOTAL-NULL']) {
      expect(simulator.order(orderNo)).toMatchObject({ charges: 1, payRequests: 1, queries: 0 })
    }
  })
})

describe('a payment is held back, and nothing is sent,', () => {
  test.each<[string, string, PaymentErrorCode, object, Told?]>([
    ['when the total is less', 'LESS', 'TOTAL_CHANGED', usd('86.41')],
    ['when the total is more', 'MORE', 'TOTAL_CHANGED', usd('86.39')],
    ['for the price without its fee', 'FEELESS', 'TOTAL_CHANGED', usd('84')],
    ['for a decimal point less', 'POINT', 'TOTAL_CHANGED', usd('8640')],
    ['for nothing', 'ZERO', 'TOTAL_CHANGED', usd('0')],
    ['in another currency', 'EURO', 'TOTAL_CHANGED', { amount: '86.40', currency: 'EUR' }],
    ['for what floating point makes of it', 'SIM-TOTAL-CENTS-1', 'TOTAL_CHANGED', usd('0.30000001')],
    ['when its time is over', 'SIM-401', 'PAYMENT_DEADLINE_PASSED', usd('86.40')],
    ['when its time is over, whatever the total', 'SIM-401-1', 'PAYMENT_DEADLINE_PASSED', usd('1')],
    ['when Atlas knows no such order', 'SIM-800', 'ORDER_NOT_FOUND', usd('86.40')],
    ['when Atlas says so by nulls', 'SIM-NULLS', 'ORDER_NOT_FOUND', usd('86.40')],
    ['when Atlas lets nobody in', 'SIM-READS-900', 'ATLAS_ACCESS_DENIED', usd('86.40')],
    ['when Atlas has too many', 'SIM-READS-110', 'ATLAS_RATE_LIMITED', usd('86.40')],
    ['when its edge has', 'SIM-READS-HTTP-429', 'ATLAS_RATE_LIMITED', usd('86.40'), { retryAfterSeconds: 7 }],
    ['when Atlas fails', 'SIM-READS-HTTP-500', 'ATLAS_UNREACHABLE', usd('86.40')],
    ['when Atlas answers 9999', 'SIM-READS-9999', 'ATLAS_UNREACHABLE', usd('86.40')],
    ['when Atlas never answers', 'SIM-READS-HANG', 'ATLAS_UNREACHABLE', usd('86.40')],
    ['when the answer names another order', 'SIM-READS-OTHER', 'ATLAS_UNREACHABLE', usd('86.40')],
    ['when the order is in no known state', 'SIM-READS-STRANGE', 'ATLAS_UNREACHABLE', usd('86.40')],
  ])('%s', async (_when, orderNo, code, expectedTotal, change) => {
    expect(await pay(orderNo, { expectedTotal })).toEqual(withheld(orderNo, code, change))
    expect(simulator.order(orderNo)).toMatchObject({ charges: 0, payRequests: 0, queries: 1 })
    expect(await attemptsOf(orderNo)).toEqual([{ paymentState: 'NOT_PAID', code }])
  })

  test('for the total when the method costs more, without a card being looked at', async () => {
    const card = { expectedTotal: usd('86.40'), paymentMethod: 'MOR' }
    expect(await pay('SIM-METHOD-FEE-1', card)).toEqual(withheld('SIM-METHOD-FEE-1', 'TOTAL_CHANGED'))
    expect(simulator.order('SIM-METHOD-FEE-1')).toMatchObject({ payRequests: 0, queries: 1 })
    // What the method costs goes on: the simulator misses the card then.
    expect(await pay('SIM-METHOD-FEE-1', { ...card, expectedTotal: usd('87.9') })).toMatchObject({
      code: 'INVALID_REQUEST',
    })
    expect(simulator.order('SIM-METHOD-FEE-1')).toMatchObject({ payRequests: 1, charges: 0 })
  })

  test('when there was more to pay by the time, and can be made for the new total', async () => {
    expect(await pay('SIM-TOTAL-CHANGING', { expectedTotal: usd('86.41') })).toMatchObject({
      code: 'TOTAL_CHANGED',
    })
    await new Promise((resolve) => void setTimeout(resolve, 1_050))
    expect(await pay('SIM-TOTAL-CHANGING', { expectedTotal: usd('86.40') })).toMatchObject({
      code: 'TOTAL_CHANGED',
    })
    expect(await pay('SIM-TOTAL-CHANGING', { expectedTotal: usd('91.40') })).toMatchObject(paid)
    expect(simulator.order('SIM-TOTAL-CHANGING')).toMatchObject({ charges: 1, payRequests: 1, queries: 3 })
  })
})

describe('a payment of an order that is paid', () => {
  test('here already is known without a reading', async () => {
    await pay('TWICE', { expectedTotal: usd('86.40') })
    const again = await pay('TWICE', { expectedTotal: usd('1') })
    expect(again).toMatchObject({ code: 'ORDER_ALREADY_PAID', paymentState: 'PAID' })
    expect(simulator.order('TWICE')).toMatchObject({ charges: 1, payRequests: 1, queries: 1 })
  })

  test.each([
    ['SIM-404', 'ORDER_ALREADY_PAID', 'PAID'],
    ['SIM-402', 'ORDER_ALREADY_PAID', 'PAID'],
    ['SIM-CANCELLED-WITH-TICKETS', 'ORDER_CANCELLED_AFTER_PAYMENT', 'PAID'],
  ])(
    'elsewhere (%s) is told what the order says, and nothing is sent',
    async (orderNo, code, paymentState) => {
      expect(await pay(orderNo, { expectedTotal: usd('1') })).toMatchObject({ code, paymentState })
      expect(simulator.order(orderNo)).toMatchObject({ payRequests: 0, charges: 0 })
    },
  )

  test.each(['SIM-CHARGE-STARTED', 'SIM-CONTRADICTORY'])(
    'perhaps (%s) holds the payment back: nothing is sent while a card may be charged',
    async (orderNo) => {
      expect(await pay(orderNo, { expectedTotal: usd('86.40') })).toMatchObject({
        code: 'PAYMENT_IN_PROGRESS',
        action: 'WAIT_FOR_OUTCOME',
        retryable: false,
        atlasStatus: null,
      })
      expect(simulator.order(orderNo)).toMatchObject({ payRequests: 0, charges: 0 })
    },
  )
})

describe('the same key', () => {
  const key = (name: string) => ({ idempotencyKey: `expected-total-${name}` })

  test('repeats a success and a refusal without another reading', async () => {
    for (const [orderNo, amount, told] of [
      ['KEY-1', '86.40', { __typename: 'PaymentSuccess', replayed: true }],
      ['KEY-2', '86.41', { code: 'TOTAL_CHANGED', paymentState: 'NOT_PAID', replayed: true }],
    ] as const) {
      const input = { expectedTotal: usd(amount), ...key(orderNo) }
      const first = await pay(orderNo, input)
      const { queries, payRequests } = simulator.order(orderNo)!
      // Written otherwise it is the same.
      const again = await pay(orderNo, { ...input, expectedTotal: usd(`0${amount}0`) })
      expect(again).toEqual({ ...first, replayed: true })
      expect(again).toMatchObject(told)
      expect(simulator.order(orderNo)).toMatchObject({ queries, payRequests })
    }
  })

  test('with another total, another currency or none is another input', async () => {
    await pay('KEY-3', { expectedTotal: usd('86.41'), ...key('KEY-3') })
    for (const expectedTotal of [usd('86.40'), { amount: '86.41', currency: 'EUR' }, null, undefined]) {
      expect(await pay('KEY-3', { expectedTotal, ...key('KEY-3') })).toMatchObject({
        code: 'IDEMPOTENCY_KEY_REUSED',
      })
    }
    expect(simulator.order('KEY-3')).toMatchObject({ payRequests: 0, queries: 1 })
  })

  test('tries again after a refusal that may be tried again', async () => {
    const input = { expectedTotal: usd('86.40'), ...key('SIM-READS-705') }
    for (const queries of [1, 2, 3]) {
      expect(await pay('SIM-READS-705', input)).toMatchObject({ code: 'ATLAS_UNREACHABLE', retryable: true })
      expect(simulator.order('SIM-READS-705')).toMatchObject({ payRequests: 0, queries })
    }
  })
})

test('requests of the same time with another total do not share its payment', async () => {
  const answers = await Promise.all(
    ['86.40', '86.40', '86.41', '86.39'].map((amount) => pay('SAME-TIME', { expectedTotal: usd(amount) })),
  )
  const kinds = answers.map(({ __typename, code }) => code ?? __typename)
  expect(kinds.filter((kind) => kind === 'PaymentSuccess').length).toBeGreaterThanOrEqual(1)
  for (const kind of kinds.slice(2)) {
    expect(['PAYMENT_IN_PROGRESS', 'ORDER_ALREADY_PAID', 'TOTAL_CHANGED']).toContain(kind)
  }
  expect(simulator.order('SAME-TIME')).toMatchObject({ charges: 1, payRequests: 1 })
})

describe('an approval that is no amount', () => {
  test.each([
    ['', 'USD', 'amount', 'AMOUNT'],
    ['-1', 'USD', 'amount', 'AMOUNT'],
    ['1e2', 'USD', 'amount', 'AMOUNT'],
    ['86,40', 'USD', 'amount', 'AMOUNT'],
    [' 86.40', 'USD', 'amount', 'AMOUNT'],
    ['1234567890123', 'USD', 'amount', 'AMOUNT'],
    ['1.123456789', 'USD', 'amount', 'AMOUNT'],
    ['NaN', 'USD', 'amount', 'AMOUNT'],
    ['86.40', 'usd', 'currency', 'CURRENCY_CODE'],
    ['86.40', '', 'currency', 'CURRENCY_CODE'],
    ['86.40', 'US$', 'currency', 'CURRENCY_CODE'],
  ] as const)('(%j %j) is refused before anything is claimed', async (amount, currency, part, fault) => {
    const field = ['input', 'expectedTotal', part]
    const told = await pay('NO-AMOUNT', { expectedTotal: { amount, currency } })
    expect(told).toEqual(
      withheld('NO-AMOUNT', 'INVALID_INPUT', {
        ...sentencesOf(languages.get('en')!, 'INVALID_INPUT', { inputFault: { field, fault } }),
        field,
        paymentId: null,
      }),
    )
    expect(told['message']).toContain(`expectedTotal.${part} `)
    expect(simulator.order('NO-AMOUNT')).toBeUndefined()
    expect(await attemptsOf('NO-AMOUNT')).toBeUndefined()
  })

  test.each([86.4, 86, true, null, ['86.40'], {}])('(%j) is no Decimal', async (amount) => {
    const answer = await gateway.graphql(payOrderDocument, {
      input: { orderNo: 'NO-DECIMAL', paymentMethod: 'BALANCE', expectedTotal: { amount, currency: 'USD' } },
    })
    expect([answer.httpStatus, answer.errors?.[0]?.extensions?.['code']]).toEqual([400, 'BAD_USER_INPUT'])
    expect(simulator.order('NO-DECIMAL')).toBeUndefined()
  })

  test('(86.40 without quotes) is no Decimal either', async () => {
    const { errors } = await gateway.graphql(`mutation {
      payOrder(input: {
        orderNo: "NO-DECIMAL", paymentMethod: BALANCE, expectedTotal: { amount: 86.40, currency: "USD" }
      }) { __typename }
    }`)
    expect(errors?.[0]?.extensions?.['code']).toBe('GRAPHQL_VALIDATION_FAILED')
    expect(simulator.order('NO-DECIMAL')).toBeUndefined()
  })

  test('is told with the same bounds everywhere', async () => {
    for (const [, language] of languages) {
      expect(language.inputFaults.AMOUNT('x', 64)).toMatch(/12.*8/s)
    }
  })
})

test('the log tells of a payment that was held back, and nothing of the amounts', async () => {
  gateway.log.length = 0
  await pay('LOGGED', { expectedTotal: usd('86.41') })
  expect(gateway.log.filter(({ msg }) => msg === 'payment')).toEqual([
    {
      level: 'info',
      time: expect.any(String) as string,
      requestId: expect.any(String) as string,
      paymentId: expect.any(String) as string,
      orderNo: 'LOGGED',
      paymentMethod: 'BALANCE',
      caller: 'anonymous',
      state: 'NOT_PAID',
      code: 'TOTAL_CHANGED',
      evidence: null,
      atlasStatus: null,
      reason: 'TOTAL_DIFFERS',
      answer: 'withheld',
      claimMs: expect.any(Number) as number,
      exchangeMs: expect.any(Number) as number,
      durationMs: expect.any(Number) as number,
      recorded: true,
      msg: 'payment',
    },
  ])
  expect(JSON.stringify(gateway.log)).not.toContain('86.4')
})

test('a reading that takes too long leaves no payment that starts too late', async () => {
  let at = Date.UTC(2026, 10, 23)
  const clock = createFastClock()
  const stale = await startGateway(
    simulator.url,
    { ATLAS_TIMEOUT_MS: '1000' },
    {
      clock: { ...clock, now: () => new Date(at) },
      wrapAtlas: (atlas: AtlasPayments): AtlasPayments => ({
        ...atlas,
        async queryOrder(orderNo) {
          const answer = await atlas.queryOrder(orderNo)
          // The machine was suspended: another instance may have released the order meanwhile.
          at += 60_000
          return answer
        },
      }),
    },
  )
  expect(await pay('STALE', { expectedTotal: usd('86.40') }, stale)).toMatchObject({
    code: 'ATLAS_UNREACHABLE',
    paymentState: 'NOT_PAID',
  })
  expect(simulator.order('STALE')).toMatchObject({ payRequests: 0, queries: 1 })
  await stale.close()
})

test('every code that holds a payment back says that nothing was paid', () => {
  for (const code of [
    'TOTAL_CHANGED',
    'PAYMENT_DEADLINE_PASSED',
    'ORDER_NOT_FOUND',
    'ATLAS_UNREACHABLE',
  ] as const) {
    expect(paymentErrorRules.get(code)!.paymentState).toBe('NOT_PAID')
  }
})
