/**
 * The short way of what almost every request is: a POST of a document that was executed before, with variables, from
 * a client that takes JSON. The same rules, masks and answer as Yoga's way, without making Fetch API
 * objects of the request and the response and running hooks, which cost more than all else of a payment. The same
 * executor as on Yoga's way does what is no flat operation.
 */

import type { ServerResponse } from 'node:http'
import {
  type DocumentNode,
  execute,
  type ExecutionResult,
  getOperationAST,
  type GraphQLError,
  type OperationDefinitionNode,
} from 'graphql'
import { type FlatOperation, planFlatOperation } from './flat-operation.ts'
import type { GraphqlOptions, RequestContext } from './graphql-handler.ts'
import type { JudgeOperation, OperationArgs } from './operation-rules.ts'
import type { JsonBody } from './request-gate.ts'
import { findTrusted, hashIn } from './trusted-documents.ts'

export interface PlainPostOptions extends Pick<
  GraphqlOptions,
  'schema' | 'context' | 'trustedDocuments' | 'aroundOperation'
> {
  /** A document that was found valid, by its text. */
  readonly findDocument: (text: string) => DocumentNode | undefined
  readonly judge: JudgeOperation
  readonly maskError: (error: unknown) => Error
}

/**
 * Executes a body for a caller. Resolves with null, before anything has happened, when it is not plain or its
 * document not known: Yoga then judges and answers it as it does everything else.
 */
export type ExecutePlain = (body: JsonBody, request: RequestContext) => Promise<ExecutionResult | null>

export function createPlainExecution(options: PlainPostOptions): ExecutePlain {
  const { schema, context, trustedDocuments, findDocument, judge, maskError, aroundOperation } = options

  function documentOf({ query, documentId, extensions }: JsonBody): DocumentNode | undefined {
    const isById = trustedDocuments !== null
    if ((isById ? query : documentId) !== undefined) return undefined
    const id = documentId ?? hashIn(extensions)
    const text = isById ? typeof id === 'string' && findTrusted(trustedDocuments, id) : query
    return typeof text === 'string' ? findDocument(text) : undefined
  }

  /** With the document, which its cache lets go of. */
  const plans = new WeakMap<OperationDefinitionNode, FlatOperation | null>()

  function planOf(document: DocumentNode, operation: OperationDefinitionNode): FlatOperation | null {
    const known = plans.get(operation)
    if (known !== undefined) return known
    const plan = planFlatOperation(schema, document, operation)
    plans.set(operation, plan)
    return plan
  }

  return async (body, request) => {
    const { variables = null, operationName = null, extensions = null } = body
    if (!isPlain(body) || !isObjectOrNull(variables) || !isObjectOrNull(extensions)) return null
    if (!isTextOrNull(operationName)) return null
    const document = documentOf(body)
    const operation = document && getOperationAST(document, operationName)
    if (document === undefined || operation == null || operation.operation === 'subscription') return null
    const contextValue = context(request)
    const args = { schema, document, operationName, variableValues: variables, contextValue }
    const judgement = await judge(args)
    const plan = planOf(document, operation)
    const result =
      judgement.kind === 'refused'
        ? { errors: judgement.errors }
        : await aroundOperation(
            operation.operation,
            () => plan?.(judgement.variables, contextValue) ?? executeWhole(args),
          )
    if (result.errors === undefined) return result
    const errors = result.errors.map((error) => maskError(error) as GraphQLError)
    return { ...result, errors }
  }
}

async function executeWhole(args: OperationArgs): Promise<ExecutionResult> {
  return execute(args)
}

/** With extensions, though none but a hash means anything here: Apollo Client sends some with each request. */
const plainParameters = new Set(['query', 'documentId', 'variables', 'operationName', 'extensions'])

function isPlain(body: JsonBody): boolean {
  for (const name of Object.keys(body)) if (!plainParameters.has(name)) return false
  return true
}

function isObjectOrNull(value: unknown): value is Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && !Array.isArray(value)
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string'
}

/** What an error can say about the answer that it is part of. */
interface HttpExtension {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** Answers as Yoga does: the highest status of the errors, and none of what told it. */
export function answerPlain(response: ServerResponse, result: ExecutionResult, jsonType: string): void {
  let status = 200
  for (const { extensions } of result.errors ?? []) {
    const http = (extensions['http'] ?? {}) as HttpExtension
    status = Math.max(status, http.status ?? 200)
    for (const [name, value] of Object.entries(http.headers ?? {})) response.setHeader(name, value)
  }
  const body = JSON.stringify(
    result.errors === undefined ? result : { ...result, errors: toldErrors(result.errors) },
  )
  response.writeHead(status, {
    'content-type': `${jsonType}; charset=utf-8`,
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
}

function toldErrors(errors: readonly GraphQLError[]): readonly object[] {
  return errors.map((error) => {
    const { extensions: { http: _, ...extensions } = {}, ...told } = error.toJSON()
    return { ...told, extensions }
  })
}
