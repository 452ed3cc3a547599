/** One POST, on the wire at most once, with evidence of whether it left. */

import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'

export interface OncePost {
  readonly origin: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Deadline of the exchange, in milliseconds: from the start of the request on when `startWithinMs` is given. */
  readonly timeoutMs: number
  /** Longest wait for a connection on which the request can start, in milliseconds. Not given: part of the deadline. */
  readonly startWithinMs?: number
  /** Most bytes of a response body on the wire. */
  readonly bytesMax: number
  /** Asked just before the first byte; when it says no, the request does not start. */
  readonly mayStart?: () => boolean
}

type LostReason = 'DEADLINE' | 'CONNECTION_LOST' | 'RESPONSE_TOO_LARGE' | 'RESEND_REFUSED'

/** What became of the one exchange. */
export type Exchange =
  /** A whole response came. `body` is as it was on the wire, still encoded. */
  | {
      readonly kind: 'answered'
      readonly httpStatus: number
      readonly headers: IncomingHttpHeaders
      readonly body: Buffer
    }
  /** No request was started, and none will be: not a byte has left or will leave. */
  | {
      readonly kind: 'not-sent'
      readonly reason: 'DEADLINE' | 'CONNECTION_FAILED' | 'CLAIM_STALE'
      readonly cause: unknown
    }
  /** The request was started and no whole response came: it may have been executed. */
  | {
      readonly kind: 'lost'
      readonly reason: LostReason
      readonly cause: unknown
    }

/**
 * Sends a POST once and resolves with what became of it; never rejects.
 *
 * "Not sent" rests on one fact only: undici never called `onRequestStart`, which it does before the
 * first byte. Error codes prove nothing (ECONNRESET is a reset handshake as well as a reset after the
 * charge). When the exchange was given up before a start, a start that comes later is aborted before
 * its first byte; so is a second start of the same request.
 */
export function sendOnce(dispatcher: Dispatcher, post: OncePost): Promise<Exchange> {
  return new Promise((resolve) => {
    const exchange = new OnceHandler(post, resolve)
    try {
      dispatcher.dispatch(
        {
          origin: post.origin,
          path: post.path,
          method: 'POST',
          headers: post.headers,
          body: post.body,
          // Both are undici's switches for sending a request more than once or beside others.
          idempotent: false,
          blocking: true,
        },
        exchange,
      )
    } catch (error) {
      exchange.fail(error)
    }
  })
}

class OnceHandler implements Dispatcher.DispatchHandler {
  #controller: Dispatcher.DispatchController | null = null
  #requestStarts = 0
  #settled = false
  #httpStatus = 0
  #headers: IncomingHttpHeaders = {}
  #chunks: Buffer[] = []
  #bytes = 0
  // A timer of its own: an AbortSignal and its listeners take 5 µs of each payment.
  #deadline: NodeJS.Timeout
  readonly #restartMs: number | null
  readonly #bytesMax: number
  readonly #mayStart: (() => boolean) | undefined
  readonly #resolve: (exchange: Exchange) => void

  constructor(
    { startWithinMs, timeoutMs, bytesMax, mayStart }: OncePost,
    resolve: (exchange: Exchange) => void,
  ) {
    this.#restartMs = startWithinMs === undefined ? null : timeoutMs
    this.#bytesMax = bytesMax
    this.#mayStart = mayStart
    this.#resolve = resolve
    this.#deadline = setTimeout(this.#giveUp, startWithinMs ?? timeoutMs)
  }

  /** The deadline passed. */
  readonly #giveUp = (): void => {
    const cause = new DOMException('The deadline of the exchange passed.', 'TimeoutError')
    if (this.#requestStarts === 0) this.#settle({ kind: 'not-sent', reason: 'DEADLINE', cause })
    else this.#lose('DEADLINE', cause)
  }

  fail(cause: unknown): void {
    if (this.#requestStarts === 0) this.#settle({ kind: 'not-sent', reason: 'CONNECTION_FAILED', cause })
    else this.#lose('CONNECTION_LOST', cause)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#settled) {
      controller.abort(new Error('The exchange was over before this request started.'))
      return
    }
    if (this.#requestStarts === 0 && this.#mayStart?.() === false) {
      this.#settle({ kind: 'not-sent', reason: 'CLAIM_STALE', cause: null })
      controller.abort(new Error('The request may not start any more.'))
      return
    }
    this.#requestStarts += 1
    this.#controller = controller
    if (this.#restartMs !== null) {
      clearTimeout(this.#deadline)
      this.#deadline = setTimeout(this.#giveUp, this.#restartMs)
    }
    if (this.#requestStarts > 1)
      this.#lose('RESEND_REFUSED', new Error('A second request start was refused.'))
  }

  onRequestUpgrade(
    _controller: Dispatcher.DispatchController,
    _httpStatus: number,
    _headers: IncomingHttpHeaders,
    socket: { destroy(): unknown },
  ): void {
    socket.destroy()
    this.#lose('CONNECTION_LOST', new Error('The server changed the protocol.'))
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    httpStatus: number,
    headers: IncomingHttpHeaders,
  ): void {
    // 1xx announces a response, it is none.
    if (httpStatus < 200) return
    this.#httpStatus = httpStatus
    this.#headers = headers
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length
    if (this.#bytes > this.#bytesMax) {
      this.#lose('RESPONSE_TOO_LARGE', new Error(`The response has more than ${this.#bytesMax} bytes.`))
      return
    }
    this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    this.#settle({
      kind: 'answered',
      httpStatus: this.#httpStatus,
      headers: this.#headers,
      body: this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks),
    })
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(error)
  }

  /** Settles first, so that the error undici reports for the abort finds the exchange over. */
  #lose(reason: LostReason, cause: unknown): void {
    this.#settle({ kind: 'lost', reason, cause })
    this.#controller?.abort(cause instanceof Error ? cause : new Error('The exchange is over.', { cause }))
  }

  #settle(exchange: Exchange): void {
    if (this.#settled) return
    this.#settled = true
    clearTimeout(this.#deadline)
    this.#chunks = []
    this.#resolve(exchange)
  }
}
