import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { paymentOf, readingOf, startTracedGateway, type TracedGateway } from '../support/token-gateway.ts'

let gateway: TracedGateway
let orders = 0

beforeAll(async () => {
  gateway = await startTracedGateway({ AUTH: 'none' })
})

beforeEach(() => gateway.forget())

afterAll(() => gateway.close())

const made = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/

/** Pays with an id; resolves with the one that came back, which must be the one that was logged. */
async function payWith(id: string | string[] | undefined): Promise<unknown> {
  const orderNo = `REQUEST-ID-${(orders += 1)}`
  const { status, headers } = await gateway.post(
    paymentOf(orderNo),
    id === undefined ? {} : { 'x-request-id': id },
  )
  expect(status).toBe(200)
  const requestId = headers['x-request-id']
  expect(gateway.log).toEqual([expect.objectContaining({ msg: 'payment', orderNo, requestId })])
  return requestId
}

describe('a request id', () => {
  test.each([
    '12345678',
    '0af7651916cd43dd8448eb211c80319c',
    '018f5d9e-7c1a-7b3e-9a55-1f2e3d4c5b6a',
    'Root=1-67891233:abcdef/012345678912345678',
    'req_7.web=a:b/c-d',
    'x'.repeat(64),
  ])('that is short and clean comes back and is logged with the payment: %s', async (id) => {
    expect(await payWith(id)).toBe(id)
  })

  test.each<[string, string | string[]]>([
    ['is too short', '1234567'],
    ['is too long', 'x'.repeat(65)],
    ['is much too long', 'x'.repeat(8_000)],
    ['is empty', ''],
    ['has a blank', 'request 12345678'],
    ['has a quotation mark', '12345678"'],
    ['has braces', '{"level":"fatal"}'],
    ['is markup', '<script>alert(1)</script>'],
    ['has a percent sign', '12345678%0aFAKE'],
    ['has a tab', '1234\t5678'],
    ['has other letters', Buffer.from('anfrage-größe').toString('latin1')],
    ['is two', ['request-1', 'request-2']],
    ['is a list', 'request-1,request-2'],
  ])('that %s is replaced, and appears nowhere', async (_what, id) => {
    expect(await payWith(id)).toMatch(made)
    for (const one of [id].flat().filter(({ length }) => length > 0)) {
      expect(JSON.stringify(gateway.log)).not.toContain(JSON.stringify(one).slice(1, -1))
    }
  })

  test('is made where none came, another one each time', async () => {
    const first = await payWith(undefined)
    gateway.forget()
    const second = await payWith(undefined)
    expect([first, second]).toEqual([expect.stringMatching(made), expect.stringMatching(made)])
    expect(first).not.toBe(second)
  })

  test('comes back with refusals, too, of every kind', async () => {
    const id = 'refused-request-1'
    const headers = { 'x-request-id': id }
    const closed = await startTracedGateway({
      AUTH: 'jwt',
      AUTH_ISSUER: 'https://issuer.test',
      AUTH_AUDIENCE: 'gateway',
      AUTH_JWT_SECRET: 'shared-secret-of-32-bytes-test!!',
    })
    const replies = [
      await closed.post(readingOf('A1'), headers),
      await gateway.send('OPTIONS', '/graphql', headers),
      await gateway.send('POST', '/graphql', { ...headers, 'content-type': 'text/plain' }, '{}'),
      await gateway.send('POST', '/graphql', { ...headers, 'content-type': 'application/json' }, '{'),
      await gateway.post({ query: '{ nothing }' }, headers),
      await gateway.post(readingOf('A1'), headers),
    ]
    expect(replies.map(({ status }) => status)).toEqual([401, 204, 415, 400, 200, 200])
    expect(replies.map((reply) => reply.headers['x-request-id'])).toEqual(replies.map(() => id))
    await closed.close()
  })

  test('is not sent to Atlas', async () => {
    await payWith('kept-at-the-gateway')
    expect(gateway.atlas.seen).toHaveLength(1)
    expect(JSON.stringify(gateway.atlas.seen)).not.toContain('kept-at-the-gateway')
  })
})
