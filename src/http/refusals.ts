/** Who is told that a request was refused as a whole. */

import type { GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { RequestContext } from './graphql-handler.ts'

/** A request that was answered with a top-level error. */
interface Refusal {
  /** The `extensions.code` of the error. */
  readonly code: string
  readonly requestId: string
  /** The subject of the caller, or null when nobody is known. */
  readonly caller: string | null
}

export type OnRefused = (refusal: Refusal) => void

/** Tells of each code among the top-level errors that a client is sent by GraphQL, once a request. */
export function useRefusals(onRefused: OnRefused): Plugin<object, RequestContext> {
  return {
    onResultProcess({ result, serverContext }) {
      tellRefusals(onRefused, 'errors' in result ? result.errors : undefined, serverContext)
    },
  }
}

/** Tells of each code among the errors that one request is answered with. */
export function tellRefusals(
  onRefused: OnRefused,
  errors: readonly GraphQLError[] | undefined,
  { caller, requestId }: RequestContext,
): void {
  if (errors === undefined) return
  const codes = new Set(errors.map(({ extensions }) => String(extensions['code'])))
  for (const code of codes) onRefused({ code, requestId, caller: caller.subject })
}
