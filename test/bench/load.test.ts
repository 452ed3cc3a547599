import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { jwtVerify } from 'jose'
import { afterEach, expect, test } from 'vitest'
import { type LoadTarget, runClosed, runOpen } from './load.ts'
import { createPaymentRequests, gatewayBody, tokenSettings } from './payment-requests.ts'

interface Received {
  readonly orderNo: string
  readonly authorization: string
}

let server: Server | undefined

afterEach(() => server?.close())

/** A server that answers with this, and what it was sent. */
async function serve(
  answer: (index: number) => string,
): Promise<{ target: LoadTarget; received: Received[] }> {
  const received: Received[] = []
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const { variables } = JSON.parse(body) as { variables: { input: { orderNo: string } } }
      const { authorization = '' } = request.headers
      received.push({ orderNo: variables.input.orderNo, authorization })
      response.end(answer(received.length))
    })
  })
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve))
  const target: LoadTarget = {
    name: 'sample',
    urls: [`http://127.0.0.1:${(server.address() as AddressInfo).port}`],
    body: gatewayBody,
    paidMark: 'PAID',
    tokenOwner: 'page',
    requests: createPaymentRequests(),
  }
  return { target, received }
}

test('every payment has an order of its own, and a token for it', async () => {
  const { target, received } = await serve(() => 'PAID')
  const { timesMs } = await runClosed(target, 4, (paid) => paid >= 20)
  expect(timesMs.length).toBe(received.length)
  expect(received.length).toBeGreaterThanOrEqual(20)
  expect(new Set(received.map(({ orderNo }) => orderNo)).size).toBe(received.length)
  const { orderNo, authorization } = received[7]!
  const secret = new TextEncoder().encode(tokenSettings.AUTH_JWT_SECRET)
  const { payload } = await jwtVerify(authorization.replace('Bearer ', ''), secret, {
    issuer: tokenSettings.AUTH_ISSUER,
    audience: tokenSettings.AUTH_AUDIENCE,
  })
  expect(payload['order_no']).toBe(orderNo)
})

test('a steady rate sends what is due, answered or not', async () => {
  const { target, received } = await serve(() => 'PAID')
  const { timesMs } = await runOpen(target, 5_000, 60)
  // Several are due with each tick of a timer.
  expect(received.length).toBe(300)
  expect(timesMs.length).toBe(300)
  expect(timesMs).toEqual(timesMs.toSorted())
})

test.each([
  ['full load', (target: LoadTarget) => runClosed(target, 4, (paid) => paid >= 50)],
  ['a steady rate', (target: LoadTarget) => runOpen(target, 200, 200)],
])('one payment that does not succeed ends %s with its answer', async (_name, run) => {
  const { target } = await serve((index) => (index === 17 ? '{"errors":["no money"]}' : 'PAID'))
  await expect(run(target)).rejects.toThrow('sample did not pay: HTTP 200 {"errors":["no money"]}')
})
