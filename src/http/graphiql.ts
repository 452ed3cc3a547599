/** What GraphiQL shows when it is opened. */

import type { GraphiQLOptions } from 'graphql-yoga'

const payment = `# Pays an order. With the simulator any number that does not begin with SIM- just pays.
# Press the run button; run it again to see what a second payment of the same order gets.
mutation Pay($input: PayOrderInput!) {
  payOrder(input: $input) {
    __typename
    ... on PaymentSuccess {
      orderNo
      paymentMethod
      paymentId
      pnrCode
      acceptedAt
      evidence
    }
    ... on PaymentError {
      code
      message
      remediation
      action
      paymentState
      retryable
      retryAfterSeconds
      field
      atlasStatus
      paymentId
    }
  }
}
`

const error = `# An error says what happened to the money and what to do next.
# Other numbers to try: SIM-403, SIM-404, SIM-BALANCE, SIM-RESET-AFTER-CHARGE, SIM-HTTP-500.
mutation PayAndFail($input: PayOrderInput!) {
  payOrder(input: $input) {
    __typename
    ... on PaymentSuccess {
      paymentId
    }
    ... on PaymentError {
      code
      message
      remediation
      action
      paymentState
      retryable
      atlasStatus
    }
  }
}
`

const catalogue = `# Every code an error can have, with the texts to show for it.
query Catalogue {
  paymentErrorCatalog {
    code
    atlasStatuses
    paymentState
    action
    retryable
    message
    remediation
  }
}
`

/** Prepared tabs: a payment, an error and the catalogue. */
export const graphiqlOptions: GraphiQLOptions = {
  title: 'Atlas Pay Gateway',
  defaultTabs: [
    { query: payment, variables: variables({ orderNo: 'TESTA20261123101500123', paymentMethod: 'BALANCE' }) },
    { query: error, variables: variables({ orderNo: 'SIM-401', paymentMethod: 'BALANCE' }) },
    { query: catalogue },
  ],
}

function variables(input: Record<string, string>): string {
  return JSON.stringify({ input }, null, 2)
}
