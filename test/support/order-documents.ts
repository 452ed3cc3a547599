/** The documents about orders, with everything that can be asked. */

const moneyFields = '{ amount currency }'

const orderFields = `
  orderNo
  state
  payBefore
  total ${moneyFields}
  paymentMethods
  paymentOptions {
    paymentMethod
    ticketFare ${moneyFields}
    serviceFee ${moneyFields}
    paymentFee ${moneyFields}
    total ${moneyFields}
    chargedToCard ${moneyFields}
  }
  pnrCode
  airlineRecordLocators
  ticketsIssued
  ticketingFailure { code atlasErrorCode money action message remediation }
  readAt
`

export const orderDocument = `
  query Look($orderNo: ID!) {
    order(orderNo: $orderNo) {
      __typename
      ... on Order { ${orderFields} }
      ... on OrderError {
        code
        message
        remediation
        action
        paymentState
        retryable
        retryAfterSeconds
        orderNo
      }
    }
  }
`

export const progressDocument = `
  subscription Follow($orderNo: ID!) {
    orderProgress(orderNo: $orderNo) { ${orderFields} }
  }
`
