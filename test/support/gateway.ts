/** A gateway in this process, on a free port, whose log is kept in memory. */

import { loadConfig } from '../../src/config.ts'
import { createService, type ServiceOverrides } from '../../src/service.ts'
import { createLog } from '../../src/telemetry/log.ts'

export interface TestGateway {
  readonly url: string
  /** The lines of the log, parsed, in order. */
  readonly log: Record<string, unknown>[]
  /** Posts one GraphQL request as JSON. */
  graphql(query: string, variables?: object, operationName?: string): Promise<GraphqlAnswer>
  close(): Promise<void>
}

export interface GraphqlAnswer {
  readonly httpStatus: number
  readonly data?: Record<string, unknown> | null
  readonly errors?: readonly { message: string; extensions?: Record<string, unknown> }[]
}

/** Credentials that are visibly made up. */
export const testCredentials = { clientId: 'test-client', clientSecret: 'test-secret-not-real' }

export async function startGateway(
  atlasUrl: string,
  environment: Record<string, string> = {},
  overrides: ServiceOverrides = {},
): Promise<TestGateway> {
  const log: Record<string, unknown>[] = []
  const checked = loadConfig({
    PORT: '0',
    RATE_LIMIT_PER_MINUTE: '1000000',
    AUTH: 'none',
    ATLAS_BASE_URL: atlasUrl,
    ATLAS_CLIENT_ID: testCredentials.clientId,
    ATLAS_CLIENT_SECRET: testCredentials.clientSecret,
    LOG_LEVEL: 'trace',
    ...environment,
  })
  // No setting may name it, since it forgets: that is what tests want.
  const config = 'LEDGER_URL' in environment ? checked : { ...checked, LEDGER_URL: 'sqlite::memory:' }
  const service = await createService(config, {
    log: createLog({
      level: config.LOG_LEVEL,
      destination: { write: (line) => void log.push(JSON.parse(line) as Record<string, unknown>) },
    }),
    ...overrides,
  })
  return {
    url: service.url,
    log,
    graphql: (query, variables, operationName) => postGraphql(service.url, query, variables, operationName),
    close: () => service.close(),
  }
}

/** Posts one GraphQL request as JSON to a gateway. */
export async function postGraphql(
  gatewayUrl: string,
  query: string,
  variables?: object,
  operationName?: string,
): Promise<GraphqlAnswer> {
  const response = await fetch(`${gatewayUrl}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables, operationName }),
  })
  return { httpStatus: response.status, ...((await response.json()) as object) }
}

/** `payOrder` with everything that can be asked of its result. */
export const payOrderDocument = /* GraphQL */ `
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
        replayed
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
        orderNo
        paymentId
        replayed
      }
    }
  }
`
