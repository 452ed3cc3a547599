/** How the peers call pay.do: by undici's dispatcher or by global fetch, with nothing around it. */

import { Agent } from 'undici'

const headers = { 'content-type': 'application/json', accept: 'application/json' }
const methods = { BALANCE: 1, VCC_PASSTHROUGH: 3, BYOA: 4, MOR: 5 }

/** Pays an order; resolves with a member of the union `PaymentResult`. `client` is `undici` or `fetch`. */
export function createPayOrder(upstream, client) {
  const exchange = client === 'fetch' ? exchangeByFetch : createExchangeByUndici()
  return async ({ orderNo, paymentMethod }) => {
    const reply = JSON.parse(
      await exchange(upstream, JSON.stringify({ orderNo, paymentMethod: methods[paymentMethod] })),
    )
    if (reply.status !== 0) {
      return {
        __typename: 'PaymentError',
        code: 'OUTCOME_UNKNOWN',
        message: 'The outcome is unknown.',
        remediation: 'Check the order.',
        action: 'CHECK_ORDER',
        paymentState: 'UNKNOWN',
        retryable: false,
      }
    }
    return {
      __typename: 'PaymentSuccess',
      orderNo,
      paymentMethod,
      paymentId: crypto.randomUUID(),
      pnrCode: reply.pnrCode,
      acceptedAt: new Date().toISOString(),
    }
  }
}

async function exchangeByFetch(upstream, body) {
  const response = await fetch(`${upstream}/pay.do`, { method: 'POST', headers, body })
  return response.text()
}

function createExchangeByUndici() {
  const agent = new Agent({ connections: 256, pipelining: 1, allowH2: false })
  return (origin, body) =>
    new Promise((resolve, reject) => {
      const chunks = []
      agent.dispatch(
        { origin, path: '/pay.do', method: 'POST', headers, body },
        {
          onRequestStart() {},
          onResponseStart() {},
          onResponseData: (_controller, chunk) => chunks.push(chunk),
          onResponseEnd: () => resolve(Buffer.concat(chunks).toString()),
          onResponseError: (_controller, error) => reject(error),
        },
      )
    })
}
