import { afterAll, beforeAll, beforeEach, describe, expect, expectTypeOf, test } from 'vitest'
import { type paymentErrorCodes, remediationActions } from '../../src/payment/payment-outcome.ts'
import { payClients } from './clients.ts'
import { successOf } from './expected.ts'
import type { PaymentErrorCode, RemediationAction } from './generated/documents/graphql.ts'
import { type LossyProxy, startLossyProxy } from './lossy-proxy.ts'
import type { ClientOptions, Order, PayResult } from './pay-client.ts'
import { nextStep, outcomeOf, payOnce } from './pay-page.ts'
import { openShop, type Shop, soon } from './shop.ts'

const paymentMethod = 'BALANCE'

let shop: Shop
let proxy: LossyProxy
/** The pauses that were asked for, in milliseconds. */
const pauses: number[] = []

const pause = (ms: number): Promise<void> => {
  pauses.push(ms)
  return soon()
}

const throughProxy = (): ClientOptions => ({ ...shop.optionsIn('en'), url: proxy.url })

beforeAll(async () => {
  shop = await openShop()
})

beforeEach(async () => {
  pauses.length = 0
  proxy = await startLossyProxy(shop.optionsIn('en').url)
  return () => proxy.close()
})

afterAll(() => shop.close())

describe.each(payClients)('%s', (_library, createClient) => {
  test('pays once although two answers were lost, by one key', async () => {
    const orderNo = shop.newOrder()
    proxy.loseNext(2)
    const paid = await payOnce(createClient(throughProxy()), { orderNo, paymentMethod }, pause)
    expect(paid).toEqual({ ...successOf(orderNo), replayed: true })
    expect(shop.simulator.order(orderNo)).toMatchObject({ payRequests: 1, charges: 1 })
    const keys = proxy.passed.map(({ variables }) => variables?.input?.idempotencyKey)
    expect(keys).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), keys[0], keys[0]])
    expect(pauses).toEqual([2_000, 4_000])
  })

  test('gives up an answer that is late', async () => {
    proxy.fallSilent()
    const client = createClient({ ...throughProxy(), answerWithinMs: 30 })
    const paying = client.pay({ orderNo: shop.newOrder(), paymentMethod })
    await expect(paying).rejects.toThrow(/timeout/)
    await expect(paying).rejects.not.toMatchObject({ name: 'RequestRefused' })
  })
})

describe('paying once', () => {
  const [, createClient] = payClients[0]!

  test('ends with the last error when every answer was lost', async () => {
    const orderNo = shop.newOrder()
    proxy.loseNext(9)
    const client = createClient(throughProxy())
    await expect(payOnce(client, { orderNo, paymentMethod }, pause)).rejects.toThrow(SyntaxError)
    expect(proxy.passed).toHaveLength(3)
    expect(await outcomeOf(createClient(shop.optionsIn('en')), orderNo)).toMatchObject({ state: 'PAID' })
  })

  test('sends a request again that met a passing refusal', async () => {
    const busy = await openShop({ RATE_LIMIT_PER_MINUTE: '1' })
    const busyProxy = await startLossyProxy(busy.optionsIn('en').url)
    const client = createClient({ ...throughProxy(), url: busyProxy.url })
    await client.pay({ orderNo: busy.newOrder(), paymentMethod })
    const paying = payOnce(client, { orderNo: busy.newOrder(), paymentMethod }, pause)
    await expect(paying).rejects.toMatchObject({ code: 'RATE_LIMITED' })
    expect(busyProxy.passed).toHaveLength(4)
    await busyProxy.close()
    await busy.close()
  })

  test('does not send a request again that met another refusal', async () => {
    const wrong = { orderNo: shop.newOrder(), paymentMethod: 'GOLD' as 'BALANCE' }
    const paying = payOnce(createClient(throughProxy()), wrong, pause)
    await expect(paying).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
    expect([proxy.passed.length, pauses]).toEqual([1, []])
  })

  test('two presses are two keys', async () => {
    const orderNo = shop.newOrder('SIM-401')
    const client = createClient(throughProxy())
    await payOnce(client, { orderNo, paymentMethod }, pause)
    await payOnce(client, { orderNo, paymentMethod }, pause)
    expect(new Set(proxy.passed.map(({ variables }) => variables?.input?.idempotencyKey)).size).toBe(2)
  })
})

test('an outcome that stays unknown is null after the last question', async () => {
  const [, createClient] = payClients[0]!
  const orderNo = shop.newOrder('SIM-RESET-BEFORE-CHARGE')
  const client = createClient(shop.optionsIn('en'))
  expect(await client.pay({ orderNo, paymentMethod })).toMatchObject({ code: 'OUTCOME_UNKNOWN' })
  expect(await outcomeOf(client, orderNo, { questionsMax: 3, pause })).toBeNull()
  expect(pauses).toEqual([2_000, 2_000, 2_000])
})

describe('the next step', () => {
  test('follows from the action of an error', () => {
    const steps = remediationActions.map((action) => [
      action,
      nextStep({ __typename: 'PaymentError', action } as PayResult),
    ])
    expect(Object.fromEntries(steps)).toEqual({
      NONE: 'confirmation',
      WAIT_FOR_OUTCOME: 'wait-for-outcome',
      CHECK_ORDER: 'wait-for-outcome',
      RETRY_LATER: 'pay-again',
      CORRECT_INPUT: 'correct-input',
      CORRECT_ORDER: 'correct-order',
      CHANGE_PAYMENT_METHOD: 'other-method',
      CHANGE_CARD: 'other-card',
      CONFIRM_ORDER: 'confirm-with-airline',
      CREATE_NEW_ORDER: 'new-order',
      CONTACT_SUPPORT: 'support',
    })
  })

  test.each([{ __typename: 'PaymentDeferred' }, { __typename: 'PaymentError', action: 'DANCE' }])(
    'after something newer than the page, %j, is to look before paying again',
    (result) => {
      expect(nextStep(result as unknown as PayResult)).toBe('wait-for-outcome')
    },
  )
})

// The compiler is the test here: `npm run check` fails when a line that must not compile does.
describe('a case that is forgotten does not compile', () => {
  const exhausted = (value: never): unknown => value

  test('of the results', () => {
    const forgetful = (result: PayResult): unknown => {
      // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- that it is not is the point
      switch (result.__typename) {
        case 'PaymentSuccess':
          return result.pnrCode
        default:
          // @ts-expect-error PaymentError is missing.
          return exhausted(result)
      }
    }
    expect(forgetful({ __typename: 'PaymentError' } as PayResult)).toEqual({ __typename: 'PaymentError' })
  })

  test('of the actions', () => {
    const forgetful = (action: RemediationAction): unknown => {
      // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- that it is not is the point
      switch (action) {
        case 'NONE':
        case 'CHANGE_CARD':
        case 'CHANGE_PAYMENT_METHOD':
        case 'CHECK_ORDER':
        case 'CONFIRM_ORDER':
        case 'CONTACT_SUPPORT':
        case 'CORRECT_INPUT':
        case 'CORRECT_ORDER':
        case 'CREATE_NEW_ORDER':
        case 'WAIT_FOR_OUTCOME':
          return action
        default:
          // @ts-expect-error RETRY_LATER is missing.
          return exhausted(action)
      }
    }
    expect(forgetful('RETRY_LATER')).toBe('RETRY_LATER')
  })

  test('of the codes', () => {
    const titles = {} as Record<Exclude<PaymentErrorCode, 'TOTAL_CHANGED'>, string>
    // @ts-expect-error TOTAL_CHANGED is missing.
    const all: Record<PaymentErrorCode, string> = titles
    expect(all).toBe(titles)
  })
})

test('types say what the gateway sends: instants and amounts as strings, values as unions', () => {
  expectTypeOf<RemediationAction>().toEqualTypeOf<(typeof remediationActions)[number]>()
  expectTypeOf<PaymentErrorCode>().toEqualTypeOf<(typeof paymentErrorCodes)[number]>()
  expectTypeOf<PayResult['__typename']>().toEqualTypeOf<'PaymentSuccess' | 'PaymentError'>()
  expectTypeOf<PayResult['paymentId']>().toEqualTypeOf<string | null>()
  expectTypeOf<Order['payBefore']>().toEqualTypeOf<string | null>()
  expectTypeOf<NonNullable<Order['total']>['amount']>().toEqualTypeOf<string>()
})
