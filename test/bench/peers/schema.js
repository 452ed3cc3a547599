/** The part of the gateway's schema that a payment uses, for servers that are given SDL and resolvers. */

export const typeDefs = /* GraphQL */ `
  enum PaymentMethod {
    BALANCE
    VCC_PASSTHROUGH
    BYOA
    MOR
  }
  input PayOrderInput {
    orderNo: ID!
    paymentMethod: PaymentMethod!
    clientOrderNo: String
    requestSource: String
  }
  type PaymentSuccess {
    orderNo: ID!
    paymentMethod: PaymentMethod!
    paymentId: ID!
    pnrCode: String
    acceptedAt: String!
  }
  type PaymentError {
    code: String!
    message: String!
    remediation: String!
    action: String!
    paymentState: String!
    retryable: Boolean!
  }
  union PaymentResult = PaymentSuccess | PaymentError
  type Query {
    ready: Boolean
  }
  type Mutation {
    payOrder(input: PayOrderInput!): PaymentResult!
  }
`

/** The resolvers of a server that pays with `payOrder`. */
export function createResolvers(payOrder) {
  return {
    Query: { ready: () => true },
    Mutation: { payOrder: (_parent, { input }) => payOrder(input) },
    PaymentResult: { __resolveType: ({ __typename }) => __typename },
  }
}
