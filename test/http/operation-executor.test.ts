import { GraphQLError, parse } from 'graphql'
import { expect, test } from 'vitest'
import { createOperationExecutor } from '../../src/http/operation-executor.ts'
import { createSchema, english } from '../../src/schema/index.ts'
import { anonymousCaller } from '../../src/schema/caller.ts'

/** More uses than a document needs until code is made for it. */
const OFTEN = 101

const schema = createSchema()
const text = `mutation Pay($input: PayOrderInput!) {
  payOrder(input: $input) { __typename ... on PaymentSuccess { paymentId acceptedAt evidence } }
}`
const accepted = {
  kind: 'accepted',
  orderNo: 'A1',
  paymentMethod: 'BALANCE',
  paymentId: 'payment-1',
  pnrCode: null,
  acceptedAt: new Date('2026-11-23T08:00:00.000Z'),
  evidence: 'PAY_RESPONSE',
  replayed: false,
}

/** What an operation comes to whose payment has this result, and how often it was paid for it. */
async function executeOften(pay: () => unknown, document = parse(text)) {
  const execute = createOperationExecutor(schema)
  let paid = 0
  const contextValue = {
    payments: {
      pay: async () => {
        paid += 1
        return pay()
      },
    },
    now: () => new Date('2026-11-23T08:00:00.000Z'),
    caller: anonymousCaller,
    requestId: 'request-1',
    language: english,
    takesJson: true,
    takesStream: false,
  }
  const variableValues = { input: { orderNo: 'A1', paymentMethod: 'BALANCE' } }
  const results = []
  for (let use = 0; use <= OFTEN; use += 1)
    results.push(await execute({ schema, document, contextValue, variableValues }))
  return { first: results[0]!, last: results.at(-1)!, paid, uses: results.length }
}

test('made code gives the same result, and pays once each time', async () => {
  const { first, last, paid, uses } = await executeOften(() => accepted)
  const data = {
    payOrder: {
      __typename: 'PaymentSuccess',
      paymentId: 'payment-1',
      acceptedAt: '2026-11-23T08:00:00.000Z',
      evidence: 'PAY_RESPONSE',
    },
  }
  expect(JSON.parse(JSON.stringify([first, last]))).toEqual([{ data }, { data }])
  expect(paid).toBe(uses)
})

test('an error for the client stays one', async () => {
  const refusal = new GraphQLError('Nothing was sent.', { extensions: { code: 'OVERLOADED' } })
  const { first, last } = await executeOften(() => Promise.reject(refusal))
  for (const { data, errors } of [first, last]) {
    expect(data).toBeNull()
    expect(errors).toHaveLength(1)
    expect(errors![0]).toMatchObject({
      message: 'Nothing was sent.',
      path: ['payOrder'],
      extensions: refusal.extensions,
    })
  }
})

test.each([
  ['that is thrown', () => Promise.reject(new Error('secret'))],
  ['in a value that its type cannot have', () => ({ ...accepted, evidence: 'secret' })],
  ['in an instant that is none', () => ({ ...accepted, acceptedAt: new Date(Number.NaN) })],
  ['in a result of no known kind', () => ({ ...accepted, kind: 'secret' })],
])('a fault of ours %s stays a fault', async (_what, pay) => {
  const { first, last } = await executeOften(pay)
  for (const { data, errors } of [first, last]) {
    expect(data).toBeNull()
    expect(errors).toHaveLength(1)
    expect(errors![0]!.originalError).toBeInstanceOf(Error)
    expect(errors![0]!.path?.[0]).toBe('payOrder')
  }
})
