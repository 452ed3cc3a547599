import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createSteeredClock } from '../support/fast-clock.ts'
import { type KeySetServer, startKeySetServer } from '../support/key-set-server.ts'
import {
  expectToPayAndRead,
  expectUnauthenticated,
  expectUnavailable,
  noTokenChallenge,
} from '../support/token-expectations.ts'
import {
  bearer,
  isIssuersFault,
  startTracedGateway,
  tokenEnvironment,
  type TracedGateway,
} from '../support/token-gateway.ts'
import {
  claimsOf,
  createSigningKey,
  type SigningKey,
  signToken,
  signWithSecret,
  tokenSecret,
} from '../support/token-issuer.ts'

/** Longest pause of the gateway after a fetch that failed, in milliseconds. */
const BACK_OFF_MAX_MS = 30_000

let key: SigningKey
/** Keys and tokens are judged by the gateway's clock, which stands still unless it is advanced. */
let clock: ReturnType<typeof createSteeredClock>
const claims = () => claimsOf({}, clock.now())
const good = (): Promise<string> => signToken(key, claims())

beforeAll(async () => {
  key = await createSigningKey('ES256', 'key-es')
})

describe("an issuer's key set that cannot be had", () => {
  let issuer: KeySetServer
  let cut: TracedGateway

  beforeEach(async () => {
    issuer = await startKeySetServer([key.jwk])
    clock = createSteeredClock()
    cut = await startTracedGateway({ ...tokenEnvironment, AUTH_JWKS_URL: issuer.url }, { clock })
    return async () => {
      await cut.close()
      await issuer.close()
    }
  })

  test.each<[string, KeySetServer['fault']]>([
    ['answers 500', (_request, response) => response.writeHead(500).end()],
    ['answers 404', (_request, response) => response.writeHead(404).end()],
    [
      'answers 500 with a good set',
      (_request, response) => response.writeHead(500).end(JSON.stringify({ keys: [key.jwk] })),
    ],
    [
      'answers with a good set of more than 256 KiB',
      (_request, response) => void response.end(JSON.stringify({ keys: [key.jwk] }) + ' '.repeat(256 * 1024)),
    ],
    ['answers garbage', (_request, response) => void response.end('<html>maintenance</html>')],
    ['answers nothing', (_request, response) => void response.end()],
    ['answers JSON that is no key set', (_request, response) => void response.end('{"keys":{}}')],
    ['answers null', (_request, response) => void response.end('null')],
    [
      'answers with half a body',
      (_request, response) => {
        response.setHeader('content-length', '100')
        response.write('{"keys":[')
        response.destroy()
      },
    ],
    ['resets the connection', ({ socket }) => void socket.resetAndDestroy()],
  ])('%s is 503, and the same token works when it is back', async (_what, fault) => {
    issuer.fault = fault
    await expectUnavailable(cut, bearer(await good()))
    expect(issuer.fetches).toBe(1)
    issuer.fault = null
    clock.advance(BACK_OFF_MAX_MS)
    await expectToPayAndRead(cut, bearer(await good()))
    expect(issuer.fetches).toBe(2)
  })

  test('redirects is 503, and the redirect is not followed', async () => {
    const evil = await startKeySetServer([key.jwk])
    for (const status of [301, 302, 307, 308]) {
      issuer.fault = (_request, response) => response.writeHead(status, { location: evil.url }).end()
      await expectUnavailable(cut, bearer(await good()))
      clock.advance(BACK_OFF_MAX_MS)
    }
    expect([issuer.fetches, evil.fetches]).toEqual([4, 0])
    await evil.close()
  })

  test('answers without an end is 503, and is cut off', async () => {
    let bytes = 0
    const isCut = Promise.withResolvers<void>()
    issuer.fault = (_request, response) => {
      const chunk = Buffer.alloc(64 * 1024, ' ')
      const write = (): void => {
        if (response.destroyed) return
        bytes += chunk.length
        if (response.write(chunk)) setImmediate(write)
        else response.once('drain', write)
      }
      response.once('close', isCut.resolve)
      write()
    }
    await expectUnavailable(cut, bearer(await good()))
    await isCut.promise
    // What is read stays below the bound; the rest is what sockets hold.
    expect(bytes).toBeLessThan(16 * 1024 * 1024)
  })

  test('does not answer in time is 503 after three seconds, for all who wait', async () => {
    issuer.fault = () => {}
    const token = await good()
    const startedAt = performance.now()
    await Promise.all([token, token].map((one) => expectUnavailable(cut, bearer(one))))
    expect(performance.now() - startedAt).toBeGreaterThan(2_900)
    expect(performance.now() - startedAt).toBeLessThan(6_000)
    expect(issuer.fetches).toBe(1)
  })

  test('stops in the middle is 503 after three seconds', async () => {
    issuer.fault = (_request, response) => void response.write('{"keys":[')
    await expectUnavailable(cut, bearer(await good()))
    expect(issuer.fetches).toBe(1)
  })

  test('is not there at all is 503; what needs no key is refused as ever', async () => {
    await issuer.close()
    await expectUnavailable(cut, bearer(await good()))
    await expectUnauthenticated(cut, {}, noTokenChallenge)
    await expectUnauthenticated(cut, bearer('not-a-token'))
    await expectUnauthenticated(cut, bearer(await signWithSecret(tokenSecret, claims())))
  })

  test('is told of in the log once, however many tokens come', async () => {
    issuer.fault = (_request, response) => response.writeHead(500).end()
    cut.forget()
    const made = Array.from({ length: 20 }, (_, index) =>
      signToken(key, claims(), { kid: `made-up-${index}` }),
    )
    const replies = await Promise.all(
      (await Promise.all(made)).map((token) => cut.post({ query: '{ __typename }' }, bearer(token))),
    )
    expect(replies.map(({ status }) => status)).toEqual(Array(20).fill(503))
    const faults = cut.log.filter(({ msg }) => msg !== 'refused')
    expect([faults.map(isIssuersFault), issuer.fetches]).toEqual([[true], 1])
    expect(faults).toEqual([
      expect.objectContaining({
        level: 'error',
        msg: 'fault',
        err: expect.objectContaining({
          message: 'The keys of the token issuer cannot be had. No token can be verified.',
          stack: expect.stringContaining('The answer has status 500.') as string,
        }) as unknown,
      }),
    ])
  })

  test('matters to no probe: the gateway is alive and ready', async () => {
    issuer.fault = (_request, response) => response.writeHead(500).end()
    await expectUnavailable(cut, bearer(await good()))
    const probes = await Promise.all(['/livez', '/readyz'].map((path) => cut.send('GET', path)))
    expect(probes.map(({ status }) => status)).toEqual([200, 200])
  })
})
