/** Which errors a client sees, and how. */

import { GraphQLError, type Token, TokenKind } from 'graphql'

export interface ErrorMasking {
  /** Told of faults of ours; clients only ever see that one happened. */
  readonly onFault: (error: unknown) => void
  /** Whether messages may name what the schema has. */
  readonly showsSchema: boolean
}

/**
 * Lets through what is meant for the client, always with an `extensions.code`; anything else is a fault of
 * ours and stays here. A fault before the execution can have had no effect, one inside it can.
 */
export function createErrorMask({ onFault, showsSchema }: ErrorMasking): (error: unknown) => Error {
  return (error) => {
    if (error instanceof GraphQLError && isForClient(error)) return present(error, showsSchema)
    onFault(error)
    const isInside = error instanceof GraphQLError && isInPayment(error)
    return new GraphQLError(faultMessage(isInside), {
      ...(isInside && { path: error.path, ...(error.nodes !== undefined && { nodes: error.nodes }) }),
      extensions: { code: 'INTERNAL_SERVER_ERROR', http: { status: 500 } },
    })
  }
}

/** Whether a fault may have happened while an order was being paid: its place is named by keys, which are the client's. */
function isInPayment({ path, nodes }: GraphQLError): boolean {
  // Without a place it happened before the execution.
  if (path === undefined) return false
  let token: Token | null = nodes?.[0]?.loc?.startToken ?? null
  if (token === null) return true
  while (token.prev !== null) token = token.prev
  for (; token !== null; token = token.next) {
    if (token.kind === TokenKind.NAME && token.value === 'payOrder') return true
  }
  return false
}

/** What a client is told of a fault of ours, by whether it may have had an effect. */
export function faultMessage(mayHavePaid: boolean): string {
  return mayHavePaid
    ? 'The gateway failed. It is not known whether the payment was sent: look at the order before paying it again.'
    : 'The gateway failed on this request. Nothing was sent.'
}

/**
 * In the execution, what we refuse has a code. What has none is the client's when it is about an argument; anything
 * else, such as a value of a result that is none of its type, is a fault of ours, however it is put.
 */
function isForClient({ message, path, extensions, originalError }: GraphQLError): boolean {
  if (path !== undefined && extensions['code'] === undefined && !message.startsWith('Argument "'))
    return false
  return originalError === undefined || originalError === null || originalError instanceof GraphQLError
}

function present(error: GraphQLError, showsSchema: boolean): GraphQLError {
  const told = withoutLiterals(error.message)
  const message = showsSchema ? told : told.replace(/ Did you mean .+$/s, '')
  const { originalError: _, ...extensions } = error.extensions
  // What graphql-js raises before the execution has no code: variables that do not fit.
  const code = extensions['code'] ?? 'BAD_USER_INPUT'
  return new GraphQLError(message, {
    ...(error.path !== undefined && { path: error.path }),
    ...(error.nodes !== undefined && { nodes: error.nodes }),
    ...(error.nodes === undefined &&
      error.source !== undefined && { source: error.source, positions: error.positions ?? null }),
    extensions: { ...extensions, code },
  })
}

/**
 * A message of graphql-js without the values that it quotes from the document: they may be secret, and clients
 * log errors. Names and punctuation stay. Each pattern finds its own text before the value, or fails at once:
 * a value can be 64 KiB of whatever would make it search for long.
 */
export function withoutLiterals(message: string): string {
  return (
    message
      // Yoga, of the body: a misspelt name is hard to find otherwise, but one with a digit can be the number of a card.
      .replace(
        /^Unexpected parameter "(?![A-Za-z_]{1,64}" in )[^]*$/,
        'Unexpected parameter in the request body.',
      )
      // The parser: `found String "…"`, `Unexpected Int "…"`, and what it makes of a number or an escape.
      .replace(/^(Syntax Error: [^]*?\b(?:Int|Float|String|BlockString)) "[^]*"/, '$1')
      .replace(/^(Syntax Error: Invalid Unicode escape sequence): "[^]*$/, '$1.')
      .replace(/^(Syntax Error: Invalid number, expected digit before "\."), did you mean "[^]*$/, '$1.')
      // The execution, of an argument or of one of a directive: whatever is not about a variable has a value in it.
      .replace(
        /^(Argument "[^"]+" has invalid value)(?!(?: at [\w.[\]]+)?: Expected variable "\$\w+" provided to )[^]*$/,
        '$1.',
      )
      // Validation: the value comes last.
      .replace(/^((?:\w+|Enum "\w+") cannot represent [\w -]*value): [^]*$/, '$1.')
      .replace(/^Value "[^"]*" does not exist in /, 'There is no such value in ')
      .replace(/^(Expected value of type [^]*?\?) Found: [^]*$/, '$1')
      .replace(/^(Expected value of type [^]*?), (?:but encountered error "[^]*"; )?found: [^]*$/, '$1.')
  )
}
