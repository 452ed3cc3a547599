/**
 * A gateway as it must not be, so that the judge of the crash runs has something to convict: it calls Atlas,
 * calls again when that fails, and remembers nothing. It answers the same mutation as the real one.
 */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Input {
  readonly orderNo: string
  readonly paymentMethod: string
}

const atlasNumbers: Readonly<Record<string, number>> = { BALANCE: 1, VCC_PASSTHROUGH: 3, BYOA: 4, MOR: 5 }

/** "It failed, so try again." */
const TRIES = 2

const atlasUrl = process.env['ATLAS_BASE_URL'] ?? ''
const timeoutMs = Number(process.env['ATLAS_TIMEOUT_MS'] ?? 500)

async function payOrder(input: Input): Promise<object> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    try {
      const response = await fetch(`${atlasUrl}/pay.do`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          orderNo: input.orderNo,
          paymentMethod: atlasNumbers[input.paymentMethod],
        }),
        signal: AbortSignal.timeout(timeoutMs),
      })
      const { status } = (await response.json()) as { status: number }
      if (status === 0) return { __typename: 'PaymentSuccess', paymentId: null, replayed: false }
      if (status === 404) return failure('ORDER_ALREADY_PAID', 'PAID', false)
      return failure(status === 403 ? 'PAYMENT_METHOD_UNSUPPORTED' : 'PAYMENT_FAILED', 'NOT_PAID', false)
    } catch {
      // Whatever it was, the next try may work.
    }
  }
  return failure('PAYMENT_FAILED', 'NOT_PAID', true)
}

function failure(code: string, paymentState: string, retryable: boolean): object {
  return { __typename: 'PaymentError', code, paymentState, retryable, paymentId: null, replayed: false }
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const { variables } = JSON.parse(Buffer.concat(chunks).toString()) as { variables: { input?: Input } }
    const answering = variables.input === undefined ? null : payOrder(variables.input)
    const answer = (body: object): void =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (answering === null) answer({ errors: [{ message: 'NO_LEDGER' }] })
    else void answering.then((result) => answer({ data: { payOrder: result } }))
  })
})
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`gateway at http://127.0.0.1:${(server.address() as AddressInfo).port}\n`)
})
