/** The codes with which requests are refused as a whole: a closed set, for what operators count and read. */

/** Codes about who may ask and how much: what somebody who attacks, or is locked out, is told. */
export const accessAndLoadCodes = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'ORIGIN_NOT_ALLOWED',
  'MISDIRECTED_REQUEST',
  'UNTRUSTED_DOCUMENT',
  'RATE_LIMITED',
  'OVERLOADED',
  'SHUTTING_DOWN',
  'LEDGER_UNAVAILABLE',
  'AUTHENTICATION_UNAVAILABLE',
] as const

/** Every code of a top-level error, as the README lists them. */
export const refusalCodes: readonly string[] = [
  ...accessAndLoadCodes,
  'CARD_IN_DOCUMENT',
  'MULTIPLE_PAYMENTS',
  'QUERY_TOO_LARGE',
  'BAD_REQUEST',
  'BAD_USER_INPUT',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'UNSUPPORTED_MEDIA_TYPE',
  'NOT_ACCEPTABLE',
  'PAYLOAD_TOO_LARGE',
  'INTERNAL_SERVER_ERROR',
]

/** What any other code counts as, so that the set stays closed. */
export const OTHER_CODE = 'OTHER'
