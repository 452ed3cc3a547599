import type { Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { LedgerUnavailable, type PaymentLedger } from '../../src/payment/ports.ts'
import { createFastClock, createSteeredClock } from '../support/fast-clock.ts'
import { payOrderDocument, startGateway, type TestGateway } from '../support/gateway.ts'
import {
  type Answer,
  answerOrder,
  answerStatus,
  type ScriptedAtlas,
  startScriptedAtlas,
} from '../support/scripted-atlas.ts'

const paymentDocument = /* GraphQL */ `
  query Payment($orderNo: ID!) {
    payment(orderNo: $orderNo) {
      orderNo
      state
      paymentMethod
      startedAt
      settledAt
      attempts {
        paymentId
        paymentMethod
        paymentState
        code
        evidence
        atlasStatus
        startedAt
        settledAt
      }
    }
  }
`

const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string
const keyOf = (name: string): string => `key-of-a-payment-${name}`
/** Readings of the order of the test: the gateway of other tests can still be reading theirs. */
const readsOfOrder = () => atlas.reads.filter(({ body }) => (body as { orderNo: string }).orderNo === orderNo)

let atlas: ScriptedAtlas
let gateway: TestGateway
let ledger: PaymentLedger
/** What the next calls of the ledger meet: nothing, or a store that is away. */
let claims = 0
let broken = new Set<keyof PaymentLedger>()
/** What a broken call rejects with. */
let brokenBy: () => Error
let orderNo: string
let orders = 0

beforeAll(async () => {
  atlas = await startScriptedAtlas()
  gateway = await startGateway(
    atlas.url,
    { ATLAS_TIMEOUT_MS: '5000', SETTLE_INTERVAL_MS: '50', RELEASE_UNPAID_AFTER_MS: 'never' },
    {
      clock: createFastClock(),
      wrapLedger: (real) => {
        ledger = real
        return new Proxy(real, {
          get: (target, name: keyof PaymentLedger) => {
            if (broken.has(name)) return () => Promise.reject(brokenBy())
            if (name === 'claim') claims += 1
            return target[name]
          },
        })
      },
    },
  )
})

beforeEach(() => {
  orders += 1
  orderNo = `G${orders}`
  broken = new Set()
  brokenBy = () => new LedgerUnavailable(new Error('away'), false)
  claims = 0
  atlas.seen.length = 0
  atlas.reads.length = 0
  atlas.answer = answerStatus(0)
  atlas.read = answerOrder()
  gateway.log.length = 0
})

afterAll(async () => {
  await gateway.close()
  await atlas.close()
})

type Result = Record<string, unknown>

async function pay(input: object = {}): Promise<Result> {
  const { data, errors } = await gateway.graphql(payOrderDocument, {
    input: { orderNo, paymentMethod: 'BALANCE', ...input },
  })
  expect(errors).toBeUndefined()
  return data!['payOrder'] as Result
}

async function payment(): Promise<Result | null> {
  const { data, errors } = await gateway.graphql(paymentDocument, { orderNo })
  expect(errors).toBeUndefined()
  return data!['payment'] as Result | null
}

/** Atlas's answer waits until it is let go. */
function holdAnswer(answer: Answer = answerStatus(0)): { letGo: () => void; arrived: Promise<void> } {
  const held = Promise.withResolvers<void>()
  const arrival = Promise.withResolvers<void>()
  atlas.answer = (response, seen) => {
    arrival.resolve()
    void held.promise.then(() => answer(response, seen))
  }
  return { letGo: held.resolve, arrived: arrival.promise }
}

const reset: Answer = (response) => void (response.socket as Socket).resetAndDestroy()

describe('the same order again', () => {
  test('in flight shares one result: ten clients, one request', async () => {
    const { letGo, arrived } = holdAnswer()
    const first = pay()
    await arrived
    const others = Array.from({ length: 9 }, () => pay())
    await expect.poll(() => claims).toBe(10)
    letGo()
    const success = await first
    expect(success).toMatchObject({ __typename: 'PaymentSuccess', replayed: false })
    expect(await Promise.all(others)).toEqual(others.map(() => ({ ...success, replayed: true })))
    expect(atlas.seen).toHaveLength(1)
  })

  test('in flight with another method is PAYMENT_IN_PROGRESS at once', async () => {
    const { letGo, arrived } = holdAnswer()
    const first = pay()
    await arrived
    expect(await pay({ paymentMethod: 'BYOA' })).toMatchObject({
      code: 'PAYMENT_IN_PROGRESS',
      paymentState: 'IN_PROGRESS',
      action: 'WAIT_FOR_OUTCOME',
      retryable: false,
    })
    expect(await payment()).toMatchObject({
      state: 'IN_PROGRESS',
      settledAt: null,
      attempts: [{ code: null }],
    })
    letGo()
    expect(await first).toMatchObject({ __typename: 'PaymentSuccess' })
    expect(atlas.seen).toHaveLength(1)
  })

  test('after success is ORDER_ALREADY_PAID from the ledger, whatever the method', async () => {
    const { paymentId } = await pay()
    for (const paymentMethod of ['BALANCE', 'MOR']) {
      expect(await pay({ paymentMethod })).toMatchObject({
        code: 'ORDER_ALREADY_PAID',
        paymentState: 'PAID',
        action: 'NONE',
        atlasStatus: null,
        paymentId,
      })
    }
    expect(atlas.seen).toHaveLength(1)
  })

  test('after a refusal is a new attempt', async () => {
    atlas.answer = answerStatus(403)
    const refused = await pay()
    expect(refused).toMatchObject({ code: 'PAYMENT_METHOD_UNSUPPORTED' })
    atlas.answer = answerStatus(0)
    const success = await pay({ paymentMethod: 'BYOA' })
    expect(atlas.seen).toHaveLength(2)
    expect(await payment()).toEqual({
      orderNo,
      state: 'PAID',
      paymentMethod: 'BYOA',
      startedAt: instant,
      settledAt: instant,
      attempts: [
        {
          paymentId: refused['paymentId'],
          paymentMethod: 'BALANCE',
          paymentState: 'NOT_PAID',
          code: 'PAYMENT_METHOD_UNSUPPORTED',
          evidence: null,
          atlasStatus: 403,
          startedAt: instant,
          settledAt: instant,
        },
        {
          paymentId: success['paymentId'],
          paymentMethod: 'BYOA',
          paymentState: 'PAID',
          code: null,
          evidence: 'PAY_RESPONSE',
          atlasStatus: 0,
          startedAt: instant,
          settledAt: instant,
        },
      ],
    })
  })

  test('that was never paid here is null', async () => {
    expect(await payment()).toBeNull()
  })
})

describe('an idempotency key', () => {
  test('replays a success', async () => {
    const idempotencyKey = keyOf(orderNo)
    const success = await pay({ idempotencyKey })
    expect(await pay({ idempotencyKey })).toEqual({ ...success, replayed: true })
    expect(atlas.seen).toHaveLength(1)
  })

  test('replays an error, although the order could be paid again', async () => {
    const idempotencyKey = keyOf(orderNo)
    atlas.answer = answerStatus(401)
    const error = await pay({ idempotencyKey })
    atlas.answer = answerStatus(0)
    expect(await pay({ idempotencyKey })).toEqual({ ...error, replayed: true })
    expect(atlas.seen).toHaveLength(1)
  })

  test('tries again after an error that is retryable, and then replays what came of it', async () => {
    const idempotencyKey = keyOf(orderNo)
    atlas.answer = answerStatus(110)
    expect(await pay({ idempotencyKey })).toMatchObject({ code: 'ATLAS_RATE_LIMITED', retryable: true })
    atlas.answer = answerStatus(0)
    const success = await pay({ idempotencyKey })
    expect(success).toMatchObject({ __typename: 'PaymentSuccess', replayed: false })
    expect(await pay({ idempotencyKey })).toEqual({ ...success, replayed: true })
    expect(atlas.seen).toHaveLength(2)
  })

  test('with other input is IDEMPOTENCY_KEY_REUSED, with what is known of the order it names', async () => {
    const idempotencyKey = keyOf(orderNo)
    await pay({ idempotencyKey })
    const other = { orderNo: `${orderNo}-other`, idempotencyKey }
    expect(await pay(other)).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
      paymentState: 'NOT_PAID',
      action: 'CORRECT_INPUT',
      paymentId: null,
    })
    expect(await pay({ idempotencyKey, requestSource: 'web' })).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
      paymentState: 'PAID',
    })
    expect(atlas.seen).toHaveLength(1)
  })

  test('gets the same answer twice for an order that was paid without it', async () => {
    await pay()
    const idempotencyKey = keyOf(orderNo)
    const first = await pay({ idempotencyKey })
    expect(first).toMatchObject({ code: 'ORDER_ALREADY_PAID', paymentState: 'PAID' })
    expect(await pay({ idempotencyKey })).toEqual(first)
  })

  test('of a refusal tells that the order has been paid since', async () => {
    const idempotencyKey = keyOf(orderNo)
    atlas.answer = answerStatus(403)
    expect(await pay({ idempotencyKey })).toMatchObject({
      paymentState: 'NOT_PAID',
      action: 'CHANGE_PAYMENT_METHOD',
    })
    atlas.answer = answerStatus(0)
    await pay({ paymentMethod: 'BYOA' })
    expect(await pay({ idempotencyKey })).toMatchObject({
      code: 'PAYMENT_METHOD_UNSUPPORTED',
      paymentState: 'PAID',
      action: 'NONE',
      remediation:
        'The order itself is paid. Do not pay or rebook: treat it as paid and follow its ticketing.',
      replayed: true,
    })
    expect(atlas.seen).toHaveLength(2)
  })

  test('of an attempt in flight waits for it', async () => {
    const idempotencyKey = keyOf(orderNo)
    const { letGo, arrived } = holdAnswer()
    const first = pay({ idempotencyKey })
    await arrived
    const second = pay({ idempotencyKey })
    letGo()
    expect(await second).toEqual({ ...(await first), replayed: true })
    expect(atlas.seen).toHaveLength(1)
  })

  test('that joined another request in flight replays the same result later', async () => {
    const { letGo, arrived } = holdAnswer()
    const first = pay({ idempotencyKey: keyOf(`${orderNo}-1`) })
    await arrived
    const second = pay({ idempotencyKey: keyOf(`${orderNo}-2`) })
    await expect.poll(() => claims).toBe(2)
    letGo()
    const success = { ...(await first), replayed: true }
    expect(await second).toEqual(success)
    expect(await pay({ idempotencyKey: keyOf(`${orderNo}-2`) })).toEqual(success)
  })

  test('that is no key is INVALID_INPUT', async () => {
    expect(await pay({ idempotencyKey: 'short' })).toMatchObject({
      code: 'INVALID_INPUT',
      field: ['input', 'idempotencyKey'],
      message: 'idempotencyKey has to be 16 to 128 visible ASCII characters. Nothing was sent.',
    })
    expect(atlas.seen).toEqual([])
  })
})

describe('a lost answer', () => {
  const paid = { orderStatus: '1', paymentMethod: 1, payTime: '2026-11-23 16:00:00' }

  test('of an order that reads as paid is a success by readback', async () => {
    atlas.answer = reset
    atlas.read = answerOrder(paid)
    const success = await pay()
    expect(success).toMatchObject({
      __typename: 'PaymentSuccess',
      evidence: 'ORDER_READBACK',
      pnrCode: 'ROWFRI',
    })
    expect([atlas.seen.length, readsOfOrder().length]).toEqual([1, 1])
    expect(await payment()).toMatchObject({
      state: 'PAID',
      attempts: [
        { paymentId: success['paymentId'], code: null, evidence: 'ORDER_READBACK', atlasStatus: null },
      ],
    })
  })

  test('is OUTCOME_UNKNOWN at first, keeps every other payment away, and is settled in the background', async () => {
    atlas.answer = reset
    const unknown = await pay()
    expect(unknown).toMatchObject({ code: 'OUTCOME_UNKNOWN', paymentState: 'UNKNOWN' })
    expect(await pay()).toEqual({ ...unknown, replayed: true })
    expect(await pay({ paymentMethod: 'MOR' })).toMatchObject({
      code: 'PAYMENT_IN_PROGRESS',
      paymentState: 'UNKNOWN',
      paymentId: unknown['paymentId'],
      message: 'An earlier payment of this order has no known outcome yet. The order may have been charged.',
    })
    expect(await payment()).toMatchObject({ state: 'UNKNOWN', settledAt: null })

    atlas.read = answerOrder(paid)
    await expect.poll(payment, { timeout: 15_000 }).toMatchObject({ state: 'PAID' })
    expect(await pay()).toMatchObject({ code: 'ORDER_ALREADY_PAID', paymentState: 'PAID' })
    expect(atlas.seen).toHaveLength(1)
    expect(gateway.log).toContainEqual(
      expect.objectContaining({ msg: 'settlement', orderNo, state: 'PAID', evidence: 'ORDER_READBACK' }),
    )
  })

  test('of an order that was cancelled after it was paid is told as such', async () => {
    atlas.answer = reset
    atlas.read = answerOrder({ orderStatus: '-3', payTime: '2026-11-23 16:00:00' })
    const cancelled = {
      code: 'ORDER_CANCELLED_AFTER_PAYMENT',
      paymentState: 'PAID',
      action: 'CONTACT_SUPPORT',
      retryable: false,
    }
    expect(await pay()).toMatchObject({ ...cancelled, replayed: false })
    expect(await pay()).toMatchObject({ ...cancelled, replayed: true })
    expect(await payment()).toMatchObject({ state: 'PAID', attempts: [{ code: cancelled.code }] })
    // Nor does an error about something else call it paid.
    expect(await pay({ clientOrderNo: '' })).toMatchObject({
      code: 'INVALID_INPUT',
      paymentState: 'PAID',
      action: 'CONTACT_SUPPORT',
      remediation: expect.stringMatching(/^Do not pay or book again before support/) as string,
    })
    expect(atlas.seen).toHaveLength(1)
  })

  test('of an order that was cancelled unpaid was not paid', async () => {
    atlas.answer = reset
    atlas.read = answerOrder({ orderStatus: '-3' })
    expect(await pay()).toMatchObject({ code: 'ORDER_NOT_PAYABLE', paymentState: 'NOT_PAID' })
  })
})

describe('a refusal that does not tell whether the order is paid', () => {
  const paid = answerOrder({
    orderStatus: '2',
    ticketStatus: '1',
    paymentMethod: 1,
    payTime: '2026-11-23 16:00:00',
  })
  const gone: Answer = (response) => response.writeHead(503).end()

  test.each<[number, string, Answer, object]>([
    [402, 'paid', paid, { code: 'ORDER_NOT_PAYABLE', paymentState: 'PAID' }],
    [402, 'unpaid', answerOrder(), { code: 'ORDER_NOT_PAYABLE', paymentState: 'NOT_PAID' }],
    [402, 'unreadable', gone, { code: 'ORDER_NOT_PAYABLE', paymentState: 'UNKNOWN' }],
    [405, 'paid', paid, { code: 'ORDER_NOT_PAYABLE', paymentState: 'PAID' }],
    [404, 'paid', paid, { code: 'ORDER_ALREADY_PAID', paymentState: 'PAID' }],
    [404, 'unreadable', gone, { code: 'ORDER_ALREADY_PAID', paymentState: 'PAID' }],
    [404, 'unpaid', answerOrder(), { code: 'OUTCOME_UNKNOWN', paymentState: 'UNKNOWN' }],
    [406, 'unpaid', answerOrder(), { code: 'PAYMENT_IN_PROGRESS', paymentState: 'IN_PROGRESS' }],
    [406, 'paid', paid, { code: 'ORDER_ALREADY_PAID', paymentState: 'PAID' }],
    [411, 'paid', paid, { __typename: 'PaymentSuccess', evidence: 'ORDER_READBACK' }],
    [411, 'unpaid', answerOrder(), { code: 'PAYMENT_GATEWAY_ERROR', paymentState: 'NOT_PAID' }],
    [411, 'unreadable', gone, { code: 'PAYMENT_GATEWAY_ERROR', paymentState: 'UNKNOWN' }],
  ])('%d with an order that is %s', async (status, _state, read, result) => {
    atlas.answer = answerStatus(status)
    atlas.read = read
    expect(await pay()).toMatchObject(result)
    expect(atlas.seen).toHaveLength(1)
  })
})

test('a refusal that may be of a paid order is not taken for unpaid on the word of one readback', async () => {
  atlas.answer = answerStatus(402)
  let reads = 0
  atlas.read = (response, seen) => {
    reads += 1
    const order = reads < 3 ? {} : { orderStatus: '1', paymentMethod: 1, payTime: '2026-11-23 16:00:00' }
    return answerOrder(order)(response, seen)
  }
  expect(await pay()).toMatchObject({ code: 'ORDER_NOT_PAYABLE', paymentState: 'PAID' })
  // The settler may have read, too: a client's time passes at once here.
  expect(reads).toBeGreaterThanOrEqual(3)
})

test("Atlas's answer that an order is paid stands when one readback contradicts it and the others fail", async () => {
  atlas.answer = answerStatus(404)
  let reads = 0
  atlas.read = (response, seen) => {
    // The settler reads the orders of other tests, too.
    if ((seen.body as { orderNo: string }).orderNo === orderNo) reads += 1
    if (reads === 1) answerOrder()(response, seen)
    else response.writeHead(503).end()
  }
  expect(await pay()).toMatchObject({ code: 'OUTCOME_UNKNOWN', paymentState: 'UNKNOWN' })
  await expect
    .poll(payment, { timeout: 15_000 })
    .toMatchObject({ state: 'PAID', attempts: [{ code: 'ORDER_ALREADY_PAID', atlasStatus: 404 }] })
  // The three of the short series, four that failed and are counted, and the one that decides.
  expect(reads).toBe(8)
})

describe('a ledger that is away', () => {
  test('at the claim means that nothing is sent, and the same request works when it is back', async () => {
    broken.add('claim')
    const refused = await gateway.graphql(payOrderDocument, { input: { orderNo, paymentMethod: 'BALANCE' } })
    expect(refused).toEqual({
      httpStatus: 503,
      data: null,
      errors: [
        {
          message: 'The payment ledger is not available. Nothing was sent: send the request again.',
          path: ['payOrder'],
          locations: [expect.any(Object)],
          extensions: { code: 'LEDGER_UNAVAILABLE', retryable: true, retryAfterSeconds: 2 },
        },
      ],
    })
    expect(atlas.seen).toEqual([])
    broken.clear()
    expect(await pay()).toMatchObject({ __typename: 'PaymentSuccess' })
  })

  test('after the answer tells the truth that is known, and records it when it is back', async () => {
    broken.add('record')
    const success = await pay()
    expect(success).toMatchObject({ __typename: 'PaymentSuccess', evidence: 'PAY_RESPONSE' })
    expect(await ledger.attemptsOf(orderNo)).toMatchObject([{ state: 'CLAIMED' }])
    expect(gateway.log).toContainEqual(expect.objectContaining({ msg: 'payment', orderNo, recorded: false }))
    broken.clear()
    await expect.poll(payment, { timeout: 5_000 }).toMatchObject({
      state: 'PAID',
      attempts: [{ paymentId: success['paymentId'], evidence: 'PAY_RESPONSE' }],
    })
    expect(atlas.seen).toHaveLength(1)
    expect(readsOfOrder()).toEqual([])
  })

  test('during the readback of a refusal never reads as if nothing was sent', async () => {
    broken.add('attemptsOf')
    atlas.answer = answerStatus(402)
    atlas.read = answerOrder({ orderStatus: '2', paymentMethod: 1 })
    expect(await pay()).toMatchObject({ code: 'ORDER_NOT_PAYABLE', paymentState: 'UNKNOWN' })
    broken.clear()
    await expect.poll(payment, { timeout: 15_000 }).toMatchObject({ state: 'PAID' })
  })

  test.each<[string, Answer]>([
    ['unreadable', (response) => response.writeHead(503).end()],
    ['unpaid', answerOrder()],
  ])(
    'after a final refusal leaves it open until it is back, of an order that is %s',
    async (_state, read) => {
      broken.add('attemptsOf')
      atlas.answer = answerStatus(800)
      atlas.read = read
      expect(await pay()).toMatchObject({ code: 'ORDER_NOT_FOUND', paymentState: 'UNKNOWN' })
      broken.clear()
      await expect
        .poll(payment, { timeout: 15_000 })
        .toMatchObject({ state: 'NOT_PAID', attempts: [{ code: 'ORDER_NOT_FOUND', atlasStatus: 800 }] })
      expect(atlas.seen).toHaveLength(1)
    },
  )

  test('with another error than being away tells the truth too, logs it by payment, and is repaired', async () => {
    brokenBy = () => new Error('some constraint')
    broken.add('record')
    const { __typename, paymentId } = await pay()
    expect(__typename).toBe('PaymentSuccess')
    expect(gateway.log).toContainEqual(
      expect.objectContaining({
        level: 'error',
        err: expect.objectContaining({
          message: expect.stringContaining(
            `The ledger does not take what became of payment ${String(paymentId)} of order ${orderNo}.`,
          ) as string,
        }) as object,
      }),
    )
  })

  test('is told by readiness and by the query, not by an empty payment', async () => {
    broken.add('heartbeat').add('attemptsOf')
    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(503)
    expect(await gateway.graphql(paymentDocument, { orderNo })).toMatchObject({
      httpStatus: 503,
      data: { payment: null },
      errors: [{ extensions: { code: 'LEDGER_UNAVAILABLE' } }],
    })
  })
})

test('a client is told PAYMENT_IN_PROGRESS after its wait, while the exchange goes on and is recorded', async () => {
  const impatient = await startGateway(atlas.url, { PAY_WAIT_MS: '100' })
  const { letGo } = holdAnswer()
  const input = { orderNo, paymentMethod: 'BALANCE' }
  const first = await impatient.graphql(payOrderDocument, { input })
  expect(first.data!['payOrder']).toMatchObject({
    code: 'PAYMENT_IN_PROGRESS',
    paymentState: 'IN_PROGRESS',
    retryAfterSeconds: 10,
    replayed: false,
  })
  letGo()
  await expect
    .poll(async () => (await impatient.graphql(paymentDocument, { orderNo })).data)
    .toMatchObject({ payment: { state: 'PAID' } })
  expect(atlas.seen).toHaveLength(1)
  await impatient.close()
})

describe('a lost payment that was released', () => {
  let hasty: TestGateway
  let lost: Result

  const send = async (input: object = {}): Promise<Result> => {
    const { data } = await hasty.graphql(payOrderDocument, {
      input: { orderNo, paymentMethod: 'BALANCE', ...input },
    })
    return data!['payOrder'] as Result
  }
  const known = async (): Promise<unknown> => (await hasty.graphql(paymentDocument, { orderNo })).data
  const paid = answerOrder({ orderStatus: '1', paymentMethod: 1, payTime: '2026-11-23 16:00:00' })

  beforeEach(async () => {
    const clock = createSteeredClock()
    hasty = await startGateway(
      atlas.url,
      { ATLAS_TIMEOUT_MS: '5000', RELEASE_UNPAID_AFTER_MS: '0', SETTLE_INTERVAL_MS: '50' },
      { clock },
    )
    atlas.answer = reset
    lost = await send({ idempotencyKey: keyOf(`${orderNo}-lost`) })
    await expect
      .poll(
        async () => {
          clock.advance(600_000)
          return known()
        },
        { timeout: 10_000 },
      )
      .toMatchObject({ payment: { state: 'NOT_PAID', attempts: [{ code: 'PAYMENT_NOT_APPLIED' }] } })
    atlas.reads.length = 0
  })

  afterEach(() => hasty.close())

  test.each([
    [404, 'that it is paid'],
    [401, 'for its deadline'],
    [413, 'for its card'],
    [110, 'for too many requests'],
  ])(
    'and turns out paid when Atlas refuses the next (%d, %s) is its own success, also for the key that found out',
    async (status) => {
      atlas.answer = answerStatus(status)
      atlas.read = paid
      const idempotencyKey = keyOf(`${orderNo}-found`)
      const found = await send({ idempotencyKey })
      expect(found).toMatchObject({
        __typename: 'PaymentSuccess',
        paymentId: lost['paymentId'],
        evidence: 'ORDER_READBACK',
        replayed: true,
      })
      expect(await send({ idempotencyKey })).toEqual(found)
      expect(await send({ idempotencyKey: keyOf(`${orderNo}-lost`) })).toEqual(found)
      expect(await known()).toMatchObject({
        payment: {
          state: 'PAID',
          attempts: [
            { paymentId: lost['paymentId'], paymentState: 'PAID', code: null, evidence: 'ORDER_READBACK' },
            { paymentState: 'NOT_PAID', code: 'ORDER_ALREADY_PAID' },
          ],
        },
      })
    },
  )

  test.each([
    [404, 'ORDER_ALREADY_PAID'],
    [402, 'ORDER_NOT_PAYABLE'],
    [401, 'PAYMENT_DEADLINE_PASSED'],
  ])(
    'and turns out cancelled after payment when Atlas refuses the next (%d) is the one that paid',
    async (status, code) => {
      atlas.answer = answerStatus(status)
      atlas.read = answerOrder({ orderStatus: '-3', payTime: '2026-11-23 16:00:00' })
      const idempotencyKey = keyOf(`${orderNo}-found`)
      const found = await send({ idempotencyKey })
      expect(found).toMatchObject({
        code: 'ORDER_CANCELLED_AFTER_PAYMENT',
        paymentId: lost['paymentId'],
        paymentState: 'PAID',
        action: 'CONTACT_SUPPORT',
        retryable: false,
        replayed: true,
      })
      expect(await send({ idempotencyKey })).toEqual(found)
      expect(await send({ idempotencyKey: keyOf(`${orderNo}-lost`) })).toEqual(found)
      expect(await known()).toMatchObject({
        payment: {
          state: 'PAID',
          attempts: [
            { paymentId: lost['paymentId'], paymentState: 'PAID', code: found['code'], evidence: null },
            { paymentState: 'NOT_PAID', code, atlasStatus: status },
          ],
        },
      })
      expect(atlas.seen).toHaveLength(2)
    },
  )

  test('leaves a refusal of the next open until three readbacks say unpaid', async () => {
    atlas.answer = answerStatus(401)
    atlas.read = answerOrder()
    expect(await send()).toMatchObject({
      code: 'PAYMENT_DEADLINE_PASSED',
      paymentState: 'NOT_PAID',
      action: 'CREATE_NEW_ORDER',
    })
    // The settler may have read, too.
    expect(readsOfOrder().length).toBeGreaterThanOrEqual(3)
  })

  test('leaves a refusal of the next as it was when the order reads as cancelled and never paid', async () => {
    atlas.answer = answerStatus(401)
    atlas.read = answerOrder({ orderStatus: '-3' })
    const idempotencyKey = keyOf(`${orderNo}-refused`)
    const refused = await send({ idempotencyKey })
    expect(refused).toMatchObject({
      code: 'PAYMENT_DEADLINE_PASSED',
      paymentState: 'NOT_PAID',
      action: 'CREATE_NEW_ORDER',
      retryable: false,
      replayed: false,
    })
    expect(await send({ idempotencyKey })).toEqual({ ...refused, replayed: true })
    expect(await known()).toMatchObject({
      payment: { state: 'NOT_PAID', attempts: [{ code: 'PAYMENT_NOT_APPLIED' }, { code: refused['code'] }] },
    })
    expect(readsOfOrder()).toHaveLength(1)
  })

  test('leaves a refusal of the next open while the order cannot be read', async () => {
    atlas.answer = answerStatus(401)
    atlas.read = (response) => response.writeHead(503).end()
    expect(await send()).toMatchObject({
      code: 'PAYMENT_DEADLINE_PASSED',
      paymentState: 'UNKNOWN',
      action: 'CHECK_ORDER',
      retryable: false,
    })
  })
})
