/**
 * A fake Atlas that accepts every payment, with as little work as can be. `PUT /latency/<ms>` sets how long an
 * answer takes from then on.
 */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

let latencyMs = 0

const server = createServer((request, response) => {
  if (request.method === 'PUT') {
    latencyMs = Number(request.url!.replace('/latency/', ''))
    response.end()
    return
  }
  let body = ''
  request.setEncoding('utf8')
  request.on('data', (chunk: string) => (body += chunk))
  request.on('end', () => {
    const { orderNo, paymentMethod } = JSON.parse(body) as { orderNo: string; paymentMethod: number }
    const reply = JSON.stringify({
      status: 0,
      msg: 'success',
      orderNo,
      pnrCode: 'ROWFRI',
      paymentMethod,
      airlines: ['QG'],
      requestId: null,
      clientRequestId: null,
    })
    const answer = (): void => {
      response.writeHead(200, {
        'content-type': 'application/json;charset=UTF-8',
        'content-length': Buffer.byteLength(reply),
      })
      response.end(reply)
    }
    if (latencyMs === 0) answer()
    else setTimeout(answer, latencyMs)
  })
})
// Longer than a run pauses a contender: none has to connect again, nor meets a connection that just closed.
server.keepAliveTimeout = 600_000
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`ready http://127.0.0.1:${(server.address() as AddressInfo).port}\n`)
})
