/** The requests of the benchmark: each pays an order of its own. */

import { createHmac, randomBytes } from 'node:crypto'

/**
 * Whose token a payment comes with, for every contender, checked or not: that of a backend, which sends the same
 * with all of them, or one that pays this order alone, as a page has it that a traveller pays on.
 */
export type TokenOwner = 'backend' | 'page'

export interface PaymentRequests {
  /** The headers for an order. */
  headers(orderNo: string, owner: TokenOwner): Readonly<Record<string, string>>
  /** A number that no order had before. */
  newOrderNo(): string
}

/** Issuer of the tokens, and the settings by which the gateway takes them. */
export const tokenSettings = {
  AUTH: 'jwt',
  AUTH_JWT_SECRET: randomBytes(48).toString('base64'),
  AUTH_ISSUER: 'https://bench.example',
  AUTH_AUDIENCE: 'atlas-pay-gateway',
}

/** Longer than any run, in seconds. */
const TOKEN_SECONDS = 24 * 60 * 60

/** Makes requests. Orders of different runs differ, too. */
export function createPaymentRequests(): PaymentRequests {
  const run = randomBytes(4).toString('hex')
  let made = 0
  const now = Math.floor(Date.now() / 1_000)
  const protectedHeader = encode({ alg: 'HS256', typ: 'JWT' })
  const claims = {
    iss: tokenSettings.AUTH_ISSUER,
    aud: tokenSettings.AUTH_AUDIENCE,
    sub: 'bench',
    iat: now,
    exp: now + TOKEN_SECONDS,
    scope: 'orders:pay orders:read',
  }
  const headersWith = (more: object): Readonly<Record<string, string>> => {
    const signed = `${protectedHeader}.${encode({ ...claims, ...more })}`
    const signature = createHmac('sha256', tokenSettings.AUTH_JWT_SECRET).update(signed).digest('base64url')
    return {
      'content-type': 'application/json',
      accept: 'application/json',
      authorization: `Bearer ${signed}.${signature}`,
    }
  }
  const backendHeaders = headersWith({})
  return {
    headers: (orderNo, owner) => (owner === 'page' ? headersWith({ order_no: orderNo }) : backendHeaders),
    newOrderNo() {
      made += 1
      return `BENCH${run}N${made}`
    },
  }
}

/** The mutation that the README shows first. */
const query = `mutation Pay($input: PayOrderInput!) {
  payOrder(input: $input) {
    __typename
    ... on PaymentSuccess { orderNo paymentMethod paymentId pnrCode acceptedAt }
    ... on PaymentError { code message remediation action paymentState retryable }
  }
}`

/** The body that pays an order by the gateway's schema. */
export function gatewayBody(orderNo: string): string {
  return JSON.stringify({ query, variables: { input: { orderNo, paymentMethod: 'BALANCE' } } })
}

/** What Hive Gateway makes of pay.do: its own names, and no union. */
const hiveQuery = `mutation Pay($input: PayOrderInput_Input) {
  payOrder(input: $input) { __typename status orderNo paymentMethod pnrCode }
}`

/** The body that pays an order by the schema that is composed of the OpenAPI. */
export function hiveBody(orderNo: string): string {
  return JSON.stringify({ query: hiveQuery, variables: { input: { orderNo, paymentMethod: 1 } } })
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
