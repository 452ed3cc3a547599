/** The keys of a token issuer: fetched when a token needs them, renewed in time, kept for a while when it is down. */

import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose'
import { JWKSNoMatchingKey } from 'jose/errors'
import { createLocalJWKSet } from 'jose/jwks/local'
import { Agent, fetch } from 'undici'

export interface KeySetOptions {
  /** Where the issuer publishes its keys (RFC 7517). Redirects are not followed. */
  readonly url: URL
  /** The present, for the age of the keys. */
  readonly now: () => Date
  /** Told that the keys cannot be fetched, at most once a minute. Must not throw. */
  readonly onUnavailable: (fault: Error) => void
}

/** Thrown instead of a key: the issuer does not answer, and what it said last does not tell. */
export class KeysUnavailable extends Error {}

/** Keys of this age are fetched anew while they go on being used, so that no request waits. */
const RENEW_AFTER_MS = 5 * 60_000

/**
 * When the issuer was not asked for so long, requests wait for what it says: after a quiet night a key that was
 * taken back in the evening must not be good once more.
 */
const ASK_AFTER_MS = 10 * 60_000

/**
 * Keys are used for so long while the issuer does not answer. An outage of a night must not stop payments; but a
 * key that was taken back must not live for ever, and whoever stole one may be who keeps the issuer away.
 */
const KEEP_MS = 12 * 60 * 60_000

/** An unknown `kid` may be a new key, or made up: it fetches keys anew at most this often. */
const COOLDOWN_MS = 30_000

/** Pause after a fetch that failed, for whatever reason it was made. It doubles with each failure. */
const BACK_OFF_MIN_MS = 1_000
const BACK_OFF_MAX_MS = 30_000

/** Tokens of strangers make the keys be fetched: they must not fill the log. */
const REPORT_EVERY_MS = 60_000

/** Longest time for an answer of the issuer. Requests that have no key wait for it. */
const FETCH_TIMEOUT_MS = 3_000

/** Most bytes of a key set. One with ten keys has about 5,000. */
const BYTES_MAX = 256 * 1024

/**
 * Finds the key of a token. Rejects with `JWKSNoMatchingKey` when the issuer has no such key, and with
 * {@link KeysUnavailable} when that cannot be known.
 */
export function createKeySet({ url, now, onUnavailable }: KeySetOptions): JWTVerifyGetKey {
  const agent = createKeysAgent()
  /** The last good answer, and when it was asked for, in epoch milliseconds. */
  let known: { readonly find: JWTVerifyGetKey; readonly askedAt: number } | null = null
  /** The last fetch, when it failed, and how many have failed in a row. */
  let failure: { readonly cause: unknown; readonly at: number; readonly count: number } | null = null
  let fetching: Promise<void> | null = null
  let reportedAt = -Infinity

  return async (header, token) => {
    const lastAskedAt = failure?.at ?? known?.askedAt ?? -Infinity
    if (keysAtHand() === null || !isWithin(lastAskedAt, ASK_AFTER_MS)) await renew()
    else if (!isWithin(known!.askedAt, RENEW_AFTER_MS)) void renew()
    try {
      return await find(header, token)
    } catch (error) {
      const isFresh = failure === null && isWithin(known?.askedAt ?? -Infinity, COOLDOWN_MS)
      if (!(error instanceof JWKSNoMatchingKey) || isFresh) throw error
      await renew()
      // The key may be a new one, which only the issuer can tell.
      if (failure !== null) throw unavailable()
      return find(header, token)
    }
  }

  function find(...args: Parameters<JWTVerifyGetKey>): ReturnType<JWTVerifyGetKey> {
    const keys = keysAtHand()
    if (keys === null) throw unavailable()
    return keys(...args)
  }

  function keysAtHand(): JWTVerifyGetKey | null {
    return known !== null && isWithin(known.askedAt, KEEP_MS) ? known.find : null
  }

  function unavailable(): KeysUnavailable {
    return new KeysUnavailable('The keys of the token issuer cannot be had.', { cause: failure?.cause })
  }

  /** Fetches the keys, once for all who ask meanwhile, and not while it is too early after a failure. */
  function renew(): Promise<void> {
    if (fetching !== null) return fetching
    if (failure !== null && isWithin(failure.at, backOffMs(failure.count))) return Promise.resolve()
    fetching = fetchOnce().finally(() => {
      fetching = null
    })
    return fetching
  }

  /** Never rejects. */
  async function fetchOnce(): Promise<void> {
    const askedAt = now().getTime()
    try {
      known = { find: createLocalJWKSet(await fetchKeys(url, agent)), askedAt }
      failure = null
    } catch (cause) {
      failure = { cause, at: now().getTime(), count: (failure?.count ?? 0) + 1 }
      report(failure.at)
    }
  }

  function report(at: number): void {
    if (isWithin(reportedAt, REPORT_EVERY_MS)) return
    reportedAt = at
    const consequence =
      known === null || keysAtHand() === null
        ? 'No token can be verified.'
        : `Those at hand are used until ${new Date(known.askedAt + KEEP_MS).toISOString()}.`
    onUnavailable(new Error(`${unavailable().message} ${consequence}`, { cause: failure?.cause }))
  }

  /** Whether an instant is less than so long ago; or ahead, since clocks are set back too. */
  function isWithin(at: number, ms: number): boolean {
    return Math.abs(now().getTime() - at) < ms
  }
}

function backOffMs(failures: number): number {
  return Math.min(BACK_OFF_MIN_MS * 2 ** (failures - 1), BACK_OFF_MAX_MS)
}

/**
 * Whoever could answer for the issuer could pay: its certificate is verified whatever
 * NODE_TLS_REJECT_UNAUTHORIZED says. An issuer with an authority of its own is trusted by NODE_EXTRA_CA_CERTS.
 */
function createKeysAgent(): Agent {
  return new Agent({ connections: 1, connect: { rejectUnauthorized: true } })
}

/** What the issuer answers, any JSON. Rejects when that is not to be had in time or is too long. */
async function fetchKeys(url: URL, dispatcher: Agent): Promise<JSONWebKeySet> {
  const response = await fetch(url, {
    headers: { accept: 'application/json' },
    redirect: 'manual',
    dispatcher,
    signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
  })
  if (response.status !== 200) {
    await response.body?.cancel()
    throw new Error(`The answer has status ${response.status}.`)
  }
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > BYTES_MAX) throw new Error(`The answer has more than ${BYTES_MAX} bytes.`)
    chunks.push(chunk)
  }
  return JSON.parse(Buffer.concat(chunks).toString()) as JSONWebKeySet
}
