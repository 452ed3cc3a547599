/** The gateway by `fetch` alone: nothing to install, in a browser as in Node. */

import {
  CatalogueDocument,
  OrderDocument,
  OrderProgressDocument,
  PayDocument,
  PaymentDocument,
  type TypedDocumentString,
} from './generated/strings/graphql.ts'
import {
  type ClientOptions,
  deadlineOf,
  type FollowingClient,
  headersOf,
  RequestRefused,
} from './pay-client.ts'

interface Answer<Result> {
  readonly data?: Result | null
  readonly errors?: readonly { message: string; extensions?: Record<string, unknown> }[]
}

export function createFetchClient(options: ClientOptions): FollowingClient {
  // #region readme
  async function ask<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
  ): Promise<Result> {
    const signal = deadlineOf(options)
    const response = await fetch(options.url, { ...requestOf(document, variables, json), signal })
    return dataOf((await response.json()) as Answer<Result>)
  }

  function requestOf<Variables>(
    document: TypedDocumentString<unknown, Variables>,
    variables: Variables,
    accept: string,
  ): RequestInit {
    const named = options.trustedDocuments
      ? { documentId: document.__meta__?.['hash'] as string }
      : { query: document.toString() }
    return {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept, ...headersOf(options) },
      body: JSON.stringify({ ...named, variables }),
    }
  }
  // #endregion

  return {
    pay: async (input) => (await ask(PayDocument, { input })).payOrder,
    payment: async (orderNo) => (await ask(PaymentDocument, { orderNo })).payment,
    order: async (orderNo) => (await ask(OrderDocument, { orderNo })).order,
    catalogue: async () => (await ask(CatalogueDocument, {})).paymentErrorCatalog,
    async follow(orderNo, onOrder) {
      const request = requestOf(OrderProgressDocument, { orderNo }, eventStream)
      const response = await fetch(options.url, request)
      // A refused request is answered as JSON.
      if (!response.headers.get('content-type')?.startsWith(eventStream)) {
        dataOf((await response.json()) as Answer<never>)
      }
      for await (const { event, data } of eventsIn(response.body!)) {
        if (event === 'complete') return
        if (event === 'next') onOrder(dataOf(JSON.parse(data) as Answer<Progress>).orderProgress)
      }
      throw new Error('The connection ended before the order did: follow it again.')
    },
  }
}

type Progress = NonNullable<ReturnType<NonNullable<(typeof OrderProgressDocument)['__apiType']>>>

const json = 'application/graphql-response+json, application/json'
const eventStream = 'text/event-stream'

/** What was asked for; throws {@link RequestRefused} when it was not done. */
function dataOf<Result>({ data, errors }: Answer<Result>): Result {
  if (errors !== undefined) throw new RequestRefused(errors)
  if (data === undefined || data === null) throw new Error('This is no answer of the gateway.')
  return data
}

/** The events of a stream, as the gateway writes them. Comments, which keep a connection open, are left out. */
async function* eventsIn(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<{ readonly event: string; readonly data: string }> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true })
    const blocks = text.split('\n\n')
    text = blocks.pop()!
    for (const block of blocks) {
      const valuesOf = (field: string): string[] =>
        block
          .split('\n')
          .filter((line) => line.startsWith(`${field}:`))
          .map((line) => line.slice(field.length + 1).trimStart())
      const [event] = valuesOf('event')
      if (event !== undefined) yield { event, data: valuesOf('data').join('\n') }
    }
  }
}
