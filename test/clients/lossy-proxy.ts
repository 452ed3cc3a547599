/** What may stand between a page and the gateway: it passes requests on, and loses as many answers as it is told. */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface LossyProxy {
  readonly url: string
  /** Bodies of the requests that were passed on, parsed, in order. */
  readonly passed: { variables?: { input?: { idempotencyKey?: string } } }[]
  /** So many answers are lost from now on: the client gets a page in HTML once the gateway has answered. */
  loseNext(answers: number): void
  /** From now on no client gets an answer. */
  fallSilent(): void
  close(): Promise<void>
}

export async function startLossyProxy(gatewayUrl: string): Promise<LossyProxy> {
  const passed: LossyProxy['passed'] = []
  let toLose = 0
  let isSilent = false
  const server = createServer((request, response) => {
    void (async () => {
      const chunks = await request.toArray()
      if (isSilent) return
      const body = Buffer.concat(chunks as Buffer[]).toString()
      passed.push(JSON.parse(body) as LossyProxy['passed'][number])
      const answer = await fetch(gatewayUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: request.headers.accept ?? '*/*' },
        body,
      })
      const text = await answer.text()
      if (toLose > 0) {
        toLose -= 1
        response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>')
      } else {
        const type = answer.headers.get('content-type') ?? ''
        response.writeHead(answer.status, { 'content-type': type }).end(text)
      }
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    passed,
    loseNext(answers) {
      toLose = answers
    },
    fallSilent() {
      isSilent = true
    },
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
