import { describe, expect, test } from 'vitest'
import { createForeignCheck } from '../../src/http/local-requests.ts'
import { startGateway } from '../support/gateway.ts'

const corsOrigins = new Set(['https://shop.example'])

describe('a gateway on an address of this machine alone', () => {
  test.each(['127.0.0.1', '127.0.1.1', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1', '::ffff:7f00:1'])(
    'answers to no foreign name: %s',
    (address) => {
      const refuse = createForeignCheck({ address, host: 'Build-Host', corsOrigins })
      expect(refuse({ host: 'evil.example' })).toMatchObject({ status: 421, code: 'MISDIRECTED_REQUEST' })
      expect(refuse({ host: 'build-host:4000' })).toBeNull()
      expect(refuse({ host: 'build-host:4000', origin: 'http://build-host:4000' })).toBeNull()
      expect(refuse({ host: 'localhost:4000' })).toBeNull()
      expect(refuse({ host: 'localhost', origin: 'http://evil.example' })).toMatchObject({ status: 403 })
      expect(refuse({ host: 'localhost', origin: 'https://shop.example' })).toBeNull()
    },
  )
})

test.each([
  ['::ffff:127.0.0.1', '[::ffff:127.0.0.1]:4000'],
  ['::ffff:127.0.0.1', '[::ffff:7f00:1]:4000'],
  ['b\u00fcro', 'xn--bro-hoa:4000'],
  ['BUILD-HOST', 'build-host'],
])('A gateway on HOST=%s answers to %s', (host, name) => {
  const refuse = createForeignCheck({ address: '127.0.1.1', host, corsOrigins })
  expect(refuse({ host: name })).toBeNull()
  expect(refuse({ host: name, origin: `http://${name}` })).toBeNull()
  expect(refuse({ host: '' })).toMatchObject({ status: 421 })
})

test.each(['0.0.0.0', '::', '10.0.0.1', '128.0.0.1', '::ffff:10.0.0.1', 'fe80::1'])(
  'A gateway that is reached from elsewhere cannot know its names: %s',
  (address) => {
    const refuse = createForeignCheck({ address, host: address, corsOrigins })
    expect(refuse({ host: 'pay.example', origin: 'https://any.example' })).toBeNull()
  },
)

test.each(['127.1', '0x7f.1', 'localhost'])('HOST=%s is judged by its address', async (host) => {
  const gateway = await startGateway('http://127.0.0.1:1', { HOST: host })
  try {
    const headers = { 'content-type': 'application/json', origin: 'http://evil.example' }
    const answer = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers,
      body: '{"query":"{__typename}"}',
    })
    expect(answer.status).toBe(403)
  } finally {
    await gateway.close()
  }
})

test('A HOST that is no name of this machine is told by its setting', async () => {
  await expect(startGateway('http://127.0.0.1:1', { HOST: '[::1]' })).rejects.toThrow(
    /^HOST cannot be used: getaddrinfo \w+ \[::1\]\.$/,
  )
  await expect(startGateway('http://127.0.0.1:1', { HOST: '192.0.2.1' })).rejects.toThrow(
    /^HOST or PORT cannot be used: listen EADDRNOTAVAIL: .+\.$/,
  )
})
