import { errors, type JWTVerifyGetKey } from 'jose'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createKeySet, KeysUnavailable } from '../../src/http/key-set.ts'
import { createSteeredClock } from '../support/fast-clock.ts'
import { type KeySetServer, startKeySetServer } from '../support/key-set-server.ts'
import { createSigningKey, type SigningKey } from '../support/token-issuer.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

const down: KeySetServer['fault'] = (_request, response) => response.writeHead(500).end()

let first: SigningKey
let second: SigningKey
let issuer: KeySetServer
let clock: ReturnType<typeof createSteeredClock>
let faults: string[]
let keyOf: JWTVerifyGetKey

beforeAll(async () => {
  first = await createSigningKey('ES256', 'first')
  second = await createSigningKey('ES256', 'second')
})

beforeEach(async () => {
  issuer = await startKeySetServer([first.jwk])
  clock = createSteeredClock()
  faults = []
  keyOf = createKeySet({
    url: new URL(issuer.url),
    now: clock.now,
    onUnavailable: ({ message }) => void faults.push(message),
  })
})

afterEach(() => issuer.close())

/** What becomes of the search for a key. */
async function find(kid: string): Promise<'found' | 'unknown' | 'unavailable'> {
  try {
    await keyOf({ alg: 'ES256', kid }, { payload: '', signature: '' })
    return 'found'
  } catch (error) {
    if (error instanceof KeysUnavailable) return 'unavailable'
    if (error instanceof errors.JWKSNoMatchingKey) return 'unknown'
    throw error
  }
}

/** The issuer keeps its answers until the function that is returned is called. */
function hold(answer: Exclude<KeySetServer['fault'], null>): () => void {
  const { promise, resolve } = Promise.withResolvers<void>()
  issuer.fault = (request, response) => void promise.then(() => answer(request, response))
  return resolve
}

const publish =
  (...keys: SigningKey[]): Exclude<KeySetServer['fault'], null> =>
  (_request, response) =>
    void response.end(JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }))

describe('while the issuer answers', () => {
  test('nothing is fetched before a key is needed, and then once for all who need one', async () => {
    expect(issuer.fetches).toBe(0)
    expect(await Promise.all(Array.from({ length: 50 }, () => find('first')))).toEqual(
      Array(50).fill('found'),
    )
    expect([issuer.fetches, faults]).toEqual([1, []])
  })

  test('keys of five minutes are fetched anew, once, and nobody waits for it', async () => {
    expect(await find('first')).toBe('found')
    clock.advance(5 * MINUTE_MS - 1)
    expect([await find('first'), issuer.fetches]).toEqual(['found', 1])
    const release = hold(publish(second))
    clock.advance(1)
    // The old answer still holds, since the new one is not there.
    expect(await Promise.all(Array.from({ length: 20 }, () => find('first')))).toEqual(
      Array(20).fill('found'),
    )
    await expect.poll(() => issuer.fetches).toBe(2)
    const waiting = find('second')
    release()
    expect([await waiting, await find('first'), issuer.fetches]).toEqual(['found', 'unknown', 2])
  })

  test('after ten quiet minutes the issuer is asked first: a key that it took back is not found', async () => {
    expect(await find('first')).toBe('found')
    issuer.keys = [second.jwk]
    clock.advance(10 * MINUTE_MS)
    expect([await find('first'), await find('second'), issuer.fetches]).toEqual(['unknown', 'found', 2])
  })

  test('unknown keys fetch anew once in 30 seconds, however many come', async () => {
    expect(await find('first')).toBe('found')
    clock.advance(30 * SECOND_MS - 1)
    expect([await find('second'), issuer.fetches]).toEqual(['unknown', 1])
    clock.advance(1)
    const unknown = Array.from({ length: 50 }, (_, index) => find(`made-up-${index}`))
    expect(await Promise.all(unknown)).toEqual(Array(50).fill('unknown'))
    expect([await find('made-up'), issuer.fetches, faults]).toEqual(['unknown', 2, []])
  })

  test('an empty set takes every key back', async () => {
    expect(await find('first')).toBe('found')
    issuer.keys = []
    clock.advance(10 * MINUTE_MS)
    expect([await find('first'), await find('second')]).toEqual(['unknown', 'unknown'])
  })
})

describe('while the issuer does not answer', () => {
  test('keys that are known are found for twelve hours, and not a millisecond longer', async () => {
    expect(await find('first')).toBe('found')
    issuer.fault = down
    clock.advance(12 * HOUR_MS - 1)
    expect(await find('first')).toBe('found')
    clock.advance(1)
    expect(await find('first')).toBe('unavailable')
    clock.advance(24 * HOUR_MS)
    expect(await find('first')).toBe('unavailable')
    issuer.fault = null
    clock.advance(30 * SECOND_MS)
    expect(await find('first')).toBe('found')
  })

  test('fetches that fail do not make the keys any younger', async () => {
    expect(await find('first')).toBe('found')
    issuer.fault = down
    for (let minutes = 11; minutes < 12 * 60; minutes += 11) {
      clock.advance(11 * MINUTE_MS)
      expect(await find('first')).toBe('found')
    }
    clock.advance(11 * MINUTE_MS)
    expect(await find('first')).toBe('unavailable')
  })

  test.each<[string, KeySetServer['fault']]>([
    ['500', down],
    ['garbage', (_request, response) => void response.end('<html>maintenance</html>')],
    ['JSON that is no key set', (_request, response) => void response.end('{"keys":{}}')],
    ['a redirect', (_request, response) => response.writeHead(302, { location: '/other' }).end()],
    ['more than 256 KiB', (_request, response) => void response.end(`{"keys":[]${' '.repeat(262_144)}}`)],
  ])('%s takes no key away, and an unknown one is unavailable', async (_what, fault) => {
    expect(await find('first')).toBe('found')
    issuer.fault = fault
    clock.advance(11 * MINUTE_MS)
    expect([await find('first'), await find('second'), issuer.fetches]).toEqual(['found', 'unavailable', 2])
  })

  test('fetches are 1, 2, 4, 8, 16 and then 30 seconds apart, whatever keys are asked for', async () => {
    issuer.fault = down
    expect([await find('first'), issuer.fetches]).toEqual(['unavailable', 1])
    let fetches = 1
    for (const seconds of [1, 2, 4, 8, 16, 30, 30, 30]) {
      clock.advance(seconds * SECOND_MS - 1)
      expect(await find(`made-up-${seconds}`)).toBe('unavailable')
      expect(issuer.fetches).toBe(fetches)
      clock.advance(1)
      const all = ['first', 'second', 'made-up'].map((kid) => find(kid))
      expect(await Promise.all(all)).toEqual(Array(3).fill('unavailable'))
      expect(issuer.fetches).toBe((fetches += 1))
    }
  })

  test('unknown keys are as far apart when others are known', async () => {
    expect(await find('first')).toBe('found')
    issuer.fault = down
    clock.advance(30 * SECOND_MS)
    const seconds: number[] = []
    for (let at = 0; at < 120; at += 1) {
      const before = issuer.fetches
      expect(await find(`made-up-${at}`)).toBe('unavailable')
      expect(await find('first')).toBe('found')
      if (issuer.fetches > before) seconds.push(at)
      clock.advance(SECOND_MS)
    }
    expect(seconds).toEqual([0, 1, 3, 7, 15, 31, 61, 91])
  })

  test('a success makes the pauses short again', async () => {
    issuer.fault = down
    for (const seconds of [1, 2, 4]) {
      expect(await find('first')).toBe('unavailable')
      clock.advance(seconds * SECOND_MS)
    }
    issuer.fault = null
    expect([await find('first'), issuer.fetches]).toEqual(['found', 4])
    issuer.fault = down
    clock.advance(30 * SECOND_MS)
    expect([await find('second'), issuer.fetches]).toEqual(['unavailable', 5])
    issuer.fault = null
    issuer.keys = [second.jwk]
    clock.advance(SECOND_MS)
    expect([await find('second'), issuer.fetches]).toEqual(['found', 6])
  })

  test('keys that are known are found without waiting for fetches that hang', async () => {
    expect(await find('first')).toBe('found')
    issuer.fault = down
    clock.advance(11 * MINUTE_MS)
    expect([await find('first'), issuer.fetches]).toEqual(['found', 2])
    const release = hold(down)
    clock.advance(MINUTE_MS)
    expect(await Promise.all(Array.from({ length: 20 }, () => find('first')))).toEqual(
      Array(20).fill('found'),
    )
    await expect.poll(() => issuer.fetches).toBe(3)
    const waiting = find('second')
    release()
    expect([await waiting, issuer.fetches]).toEqual(['unavailable', 3])
  })

  test('it is told once a minute at most, with what it means for tokens', async () => {
    expect(await find('first')).toBe('found')
    issuer.fault = down
    clock.advance(11 * MINUTE_MS)
    const held =
      'The keys of the token issuer cannot be had. Those at hand are used until 2026-11-23T12:00:00.000Z.'
    for (let at = 0; at < 120; at += 1) {
      await Promise.all(Array.from({ length: 5 }, (_, index) => find(`made-up-${at}-${index}`)))
      clock.advance(SECOND_MS)
    }
    expect(faults).toEqual([held, held])
    clock.advance(12 * HOUR_MS)
    await find('first')
    expect(faults.slice(2)).toEqual(['The keys of the token issuer cannot be had. No token can be verified.'])
  })

  test('an issuer that comes and goes is told of once a minute, too', async () => {
    for (let at = 0; at < 60; at += 1) {
      issuer.fault = at % 10 === 0 ? down : null
      await find('made-up')
      clock.advance(SECOND_MS)
    }
    expect(faults).toHaveLength(1)
    expect(issuer.fetches).toBeGreaterThan(2)
  })
})

describe('a clock that is set back', () => {
  test('by seconds takes no key away while the issuer does not answer', async () => {
    expect(await find('first')).toBe('found')
    issuer.fault = down
    clock.advance(-5 * SECOND_MS)
    expect(await find('first')).toBe('found')
  })

  test('by an hour makes the keys be fetched anew', async () => {
    expect(await find('first')).toBe('found')
    issuer.keys = [second.jwk]
    clock.advance(-HOUR_MS)
    expect([await find('first'), issuer.fetches]).toEqual(['unknown', 2])
  })

  test('by a day leaves no key good for a day more', async () => {
    expect(await find('first')).toBe('found')
    issuer.fault = down
    clock.advance(-24 * HOUR_MS)
    expect(await find('first')).toBe('unavailable')
  })

  test('does not stretch the pause after a failure', async () => {
    issuer.fault = down
    expect(await find('first')).toBe('unavailable')
    issuer.fault = null
    clock.advance(-HOUR_MS)
    expect(await find('first')).toBe('found')
  })
})
