/** An undici dispatcher that calls its handler as a test says. */

import { Dispatcher } from 'undici'

type Script = (handler: Dispatcher.DispatchHandler) => void

/** Runs the script in each dispatch, with the handler that it was given. */
export class ScriptedDispatcher extends Dispatcher {
  readonly #script: Script

  constructor(script: Script) {
    super()
    this.#script = script
  }

  override dispatch(_options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    this.#script(handler)
    return true
  }
}

/** A controller of a request that only remembers whether the request was aborted. */
export class ScriptedController implements Dispatcher.DispatchController {
  reason: Error | null = null
  readonly paused = false

  get aborted(): boolean {
    return this.reason !== null
  }

  abort(reason: Error): void {
    this.reason = reason
  }

  pause(): void {}

  resume(): void {}
}
