/** Payments of tests through the real connection to Atlas. */

import { connectAtlas, type AtlasConnection, type AtlasOptions } from '../../src/atlas/atlas-payments.ts'
import type { PaymentRequest } from '../../src/payment/payment-request.ts'
import type { PayAnswer } from '../../src/payment/ports.ts'
import { startFaultServer, type FaultServerOptions, type Reply, type Traffic } from './fault-server.ts'

/** A deadline that nothing should reach. */
const AMPLE_MS = 10_000

/** Connects with some credentials and an ample deadline. */
export function connectTo(baseUrl: string, options: Partial<AtlasOptions> = {}): AtlasConnection {
  return connectAtlas({
    baseUrl: new URL(baseUrl),
    clientId: 'client',
    clientSecret: 'secret',
    timeoutMs: AMPLE_MS,
    ...options,
  })
}

/** Pays order A1 once and closes the connection. */
export async function payOnce(baseUrl: string, options: Partial<AtlasOptions> = {}): Promise<PayAnswer> {
  const atlas = connectTo(baseUrl, options)
  const answer = await atlas.pay(paymentOf('A1'))
  await atlas.close()
  return answer
}

/** Pays order A1 once to a server of its own, and counts what came after both sides have closed. */
export async function payAgainst(
  reply: Reply,
  serverOptions: FaultServerOptions = {},
  options: Partial<AtlasOptions> = {},
): Promise<Traffic & { readonly answer: PayAnswer }> {
  const server = await startFaultServer(reply, serverOptions)
  const scheme = serverOptions.tls === undefined ? 'http' : 'https'
  const answer = await payOnce(`${scheme}://127.0.0.1:${server.port}`, options)
  return { answer, ...(await server.close()) }
}

/** A payment without optional fields. */
export function paymentOf(orderNo: string): PaymentRequest {
  return {
    orderNo,
    paymentMethod: 'BALANCE',
    clientOrderNo: null,
    requestSource: null,
    card: null,
    expectedTotal: null,
  }
}
