/**
 * The floor: what a payment costs at least in Node. node:http, JSON.parse, undici's dispatcher, and an answer; no
 * GraphQL, no checks, no ledger, no log. `node floor-main.js <upstream>`. In JavaScript, as the peers are: Node's own
 * compiler for TypeScript would take 17 MB of its memory.
 */

import { createServer } from 'node:http'
import { Agent } from 'undici'

const origin = process.argv[2] ?? ''
const agent = new Agent({ connections: 256, pipelining: 1, allowH2: false })
const headers = { 'content-type': 'application/json', accept: 'application/json' }

const server = createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    const { variables } = JSON.parse(Buffer.concat(chunks).toString())
    const { orderNo } = variables.input
    const answers = []
    agent.dispatch(
      {
        origin,
        path: '/pay.do',
        method: 'POST',
        headers,
        body: JSON.stringify({ orderNo, paymentMethod: 1 }),
      },
      {
        onRequestStart() {},
        onResponseStart() {},
        onResponseData(_controller, chunk) {
          answers.push(chunk)
        },
        onResponseEnd() {
          const { status, pnrCode } = JSON.parse(Buffer.concat(answers).toString())
          const typename = status === 0 ? 'PaymentSuccess' : 'PaymentError'
          const body = JSON.stringify({ data: { payOrder: { __typename: typename, orderNo, pnrCode } } })
          response.writeHead(200, {
            'content-type': 'application/json; charset=utf-8',
            'content-length': Buffer.byteLength(body),
          })
          response.end(body)
        },
        onResponseError(_controller, error) {
          response.writeHead(502).end(error.message)
        },
      },
    )
  })
})
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`ready http://127.0.0.1:${server.address().port}\n`)
})
