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

const order = `# The order live from Atlas: what it costs, until when, and how it may be paid.
# Other numbers: SIM-METHOD-FEE, SIM-TICKET-603 once it is paid, SIM-READS-HANG.
query Look($orderNo: ID!) {
  order(orderNo: $orderNo) {
    __typename
    ... on Order {
      state
      payBefore
      total {
        amount
        currency
      }
      paymentMethods
      paymentOptions {
        paymentMethod
        total {
          amount
          currency
        }
      }
      ticketsIssued
      ticketingFailure {
        code
        money
        action
        message
        remediation
      }
    }
    ... on OrderError {
      code
      message
      remediation
      action
      retryable
    }
  }
}
`

const progress = `# The order now, and whenever it changed: run this, then pay the order in the first tab.
subscription Follow($orderNo: ID!) {
  orderProgress(orderNo: $orderNo) {
    state
    ticketsIssued
    airlineRecordLocators
    readAt
  }
}
`

const firstOrderNo = 'TESTA20261123101500123'
const firstVariables = variables({ orderNo: firstOrderNo, paymentMethod: 'BALANCE' })
const orderVariables = JSON.stringify({ orderNo: firstOrderNo }, null, 2)

/** Prepared tabs: a payment, an error, an order, its progress and the catalogue. */
export const graphiqlOptions: GraphiQLOptions & { query: string; variables: string } = {
  title: 'Atlas Pay Gateway',
  defaultTabs: [
    { query: payment, variables: firstVariables },
    { query: error, variables: variables({ orderNo: 'SIM-401', paymentMethod: 'BALANCE' }) },
    { query: order, variables: orderVariables },
    { query: progress, variables: orderVariables },
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
