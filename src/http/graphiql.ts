/** What GraphiQL shows when it is opened. */

import type { GraphiQLOptions } from 'graphql-yoga'

const payment = `# Pays an order of the simulator: press the run button.
# Press it again to see what a second payment gets.
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

const error = `# An error says what happened to the money and what to do.
# Other numbers: SIM-403, SIM-404, SIM-RESET-AFTER-CHARGE.
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

const catalogue = `# Every code an error can have, with its texts.
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

const firstVariables = variables({ orderNo: 'TESTA20261123101500123', paymentMethod: 'BALANCE' })

/** Prepared tabs: a payment, an error and the catalogue. */
export const graphiqlOptions: GraphiQLOptions & { query: string; variables: string } = {
  title: 'Atlas Pay Gateway',
  defaultTabs: [
    { query: payment, variables: firstVariables },
    { query: error, variables: variables({ orderNo: 'SIM-401', paymentMethod: 'BALANCE' }) },
    { query: catalogue },
  ],
  // GraphiQL fills the variables of the first tab from here, not from the tab; and with the query beside
  // them it finds that tab again when the page is loaded anew, instead of adding an empty one.
  query: payment,
  variables: firstVariables,
}

function variables(input: Record<string, string>): string {
  return JSON.stringify({ input }, null, 2)
}
