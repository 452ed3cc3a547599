import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { ConfigError, type Environment, loadConfig, loadSimulatorConfig } from '../src/config.ts'

const required = {
  ATLAS_BASE_URL: 'https://atlas.example',
  ATLAS_CLIENT_ID: 'test-client',
  ATLAS_CLIENT_SECRET: 'test-secret-not-real',
  AUTH: 'none',
}

const folder = mkdtempSync(join(tmpdir(), 'config-'))
afterAll(() => rmSync(folder, { recursive: true }))

function faultsOf(environment: Environment): readonly string[] {
  try {
    loadConfig(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
  return []
}

test('the required settings are enough, and the rest has its defaults', () => {
  expect(loadConfig(required)).toEqual({
    ...required,
    HOST: '127.0.0.1',
    PORT: 4000,
    ATLAS_BASE_URL: new URL('https://atlas.example'),
    ATLAS_TIMEOUT_MS: 30_000,
    ORDER_POLL_INTERVAL_MS: 30_000,
    PAY_WAIT_MS: 25_000,
    LEDGER_URL: 'sqlite:data/ledger.sqlite',
    LEDGER_RETENTION_DAYS: 400,
    SETTLE_INTERVAL_MS: 2_000,
    RELEASE_UNPAID_AFTER_MS: 120_000,
    CORS_ORIGINS: new Set(),
    RATE_LIMIT_PER_MINUTE: 60,
    GRAPHIQL: false,
    INTROSPECTION: false,
    LOG_LEVEL: 'info',
  })
})

test('a configuration cannot be changed afterwards', () => {
  expect(Object.isFrozen(loadConfig(required))).toBe(true)
})

test('every fault is reported at once, by name, and no value of a secret is shown', () => {
  const secret = 'a secret with blanks'
  const environment = {
    HOST: 'localhost',
    PORT: '70000',
    ATLAS_CLIENT_SECRET: secret,
    ATLAS_TIMEOUT_MS: '5s',
    AUTH: 'basic',
    GRAPHIQL: 'yes',
    LOG_LEVEL: 'loud',
  }
  expect(faultsOf(environment)).toEqual([
    'PORT: must be a whole number from 0 to 65535',
    'ATLAS_BASE_URL: is required',
    'ATLAS_CLIENT_ID: is required',
    'ATLAS_CLIENT_SECRET: must be 1 to 512 visible ASCII characters, without blanks',
    'ATLAS_TIMEOUT_MS: must be a whole number from 100 to 600000',
    'AUTH: is required: jwt, or none to let everybody pay who reaches the gateway',
    'GRAPHIQL: must be on or off',
    'LOG_LEVEL: must be trace, debug, info, warn, error, fatal or silent',
  ])
  expect(() => loadConfig(environment)).toThrow(/^The configuration has 8 fault\(s\):\n  PORT: /)
  expect(() => loadConfig(environment)).not.toThrow(secret)
})

test('an empty variable is an unset one', () => {
  expect(loadConfig({ ...required, PORT: '', GRAPHIQL: '' })).toMatchObject({ PORT: 4000, GRAPHIQL: false })
  expect(faultsOf({ ...required, ATLAS_CLIENT_ID: '' })).toEqual(['ATLAS_CLIENT_ID: is required'])
})

test('RELEASE_UNPAID_AFTER_MS can be never', () => {
  expect(loadConfig({ ...required, RELEASE_UNPAID_AFTER_MS: 'never' }).RELEASE_UNPAID_AFTER_MS).toBeNull()
  expect(faultsOf({ ...required, RELEASE_UNPAID_AFTER_MS: 'soon' })).toEqual([
    'RELEASE_UNPAID_AFTER_MS: must be never or a whole number from 0 to 604800000',
  ])
})

describe('AUTH=jwt', () => {
  const jwt = { ...required, AUTH: 'jwt', AUTH_ISSUER: 'https://issuer.example', AUTH_AUDIENCE: 'pay' }
  const secret = 'test-secret-of-thirty-two-bytes!'

  test('takes a secret of 32 bytes or the URL of a key set', () => {
    expect(loadConfig({ ...jwt, AUTH_JWT_SECRET: secret })).toMatchObject({
      AUTH: 'jwt',
      AUTH_JWT_SECRET: secret,
    })
    expect(loadConfig({ ...jwt, AUTH_JWKS_URL: 'https://issuer.example/keys' }).AUTH_JWKS_URL?.href).toBe(
      'https://issuer.example/keys',
    )
  })

  const eitherFault = 'AUTH: jwt needs either AUTH_JWKS_URL or AUTH_JWT_SECRET, one of them'
  test.each([
    [{}, [eitherFault]],
    [{ AUTH_JWT_SECRET: secret, AUTH_JWKS_URL: 'https://issuer.example' }, [eitherFault]],
    [{ AUTH_JWT_SECRET: 'short' }, ['AUTH_JWT_SECRET: must have at least 32 bytes']],
    [
      { AUTH_JWKS_URL: 'http://issuer.example' },
      ['AUTH_JWKS_URL: must be an https URL (http is accepted for a loopback address only)'],
    ],
    [
      { AUTH_JWT_SECRET: secret, AUTH_ISSUER: '', AUTH_AUDIENCE: '' },
      ['AUTH_ISSUER: is required for AUTH=jwt', 'AUTH_AUDIENCE: is required for AUTH=jwt'],
    ],
  ])('with %j has the faults %j', (change, faults) => {
    expect(faultsOf({ ...jwt, ...change })).toEqual(faults)
  })
})

describe('AUTH_JWT_SECRET', () => {
  const jwt = { ...required, AUTH: 'jwt', AUTH_ISSUER: 'https://issuer.example', AUTH_AUDIENCE: 'pay' }
  const fault =
    'AUTH_JWT_SECRET: is too easy to guess: use random bytes, such as `openssl rand -base64 48` prints'

  test.each([
    'a'.repeat(64),
    'changeme'.repeat(4),
    'abcdefghi'.repeat(10),
    // Nine letters in no order that repeats.
    'abcdefghihgfedcbaacegibdfhabcdefghi',
    '1234567890'.repeat(4),
    // Cut in the middle of the text that repeats.
    '1234567890'.repeat(4).slice(0, 32),
    '0123456789abcdef'.repeat(2),
    'my-company-secret-of-31-letters'.repeat(2),
  ])('refuses %s and does not show it', (secret) => {
    const environment = { ...jwt, AUTH_JWT_SECRET: secret }
    expect(faultsOf(environment)).toEqual([fault])
    expect(() => loadConfig(environment)).not.toThrow(secret.slice(0, 8))
  })

  test.each([
    // As `openssl rand` prints them: hexadecimal and base64; a passphrase; one that ends as it begins.
    '5f0c1d9e8a7b64233c2d1e0f9a8b7c6d',
    'vJ3m0q8Zt1bC5xW7yK9pL2dF4gH6jN8aQ0sU3eR5iO7=',
    'correct horse battery staple, again',
    'a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5pa',
    'test-secret-of-thirty-two-bytes!'.repeat(2),
    'zwölf-geheime-Wörter-für-Prüfung',
  ])('takes %s', (secret) => {
    expect(loadConfig({ ...jwt, AUTH_JWT_SECRET: secret }).AUTH_JWT_SECRET).toBe(secret)
  })
})

describe('CORS_ORIGINS', () => {
  test('is a list of origins', () => {
    expect(
      loadConfig({ ...required, CORS_ORIGINS: 'https://a.example, http://localhost:5173' }).CORS_ORIGINS,
    ).toEqual(new Set(['https://a.example', 'http://localhost:5173']))
  })

  test.each([
    '*',
    'a.example',
    'https://a.example/',
    'https://a.example/path',
    'https://*.a.example',
    'ftp://a.example',
    'null',
  ])('refuses %s', (origins) => {
    expect(faultsOf({ ...required, CORS_ORIGINS: origins })).toEqual([
      'CORS_ORIGINS: must be origins such as https://shop.example, separated by commas',
    ])
  })
})

describe('TRUSTED_DOCUMENTS', () => {
  const file = join(folder, 'documents.json')

  test('is a manifest of documents by hash', () => {
    writeFileSync(file, JSON.stringify({ abc: '{ __typename }' }))
    expect(loadConfig({ ...required, TRUSTED_DOCUMENTS: file }).TRUSTED_DOCUMENTS).toEqual(
      new Map([['abc', '{ __typename }']]),
    )
  })

  test.each(['', '[]', '{"abc":1}', 'no json'])('refuses a file with %j', (text) => {
    writeFileSync(file, text)
    expect(faultsOf({ ...required, TRUSTED_DOCUMENTS: file })).toEqual([
      'TRUSTED_DOCUMENTS: must be the path of a JSON file that maps hashes to documents',
    ])
  })
})

test('LEDGER_URL names one of the stores, and a password in it is not shown', () => {
  for (const url of ['sqlite:data/x.sqlite', 'postgres://host/db', 'postgresql://u@host:5432/db']) {
    expect(loadConfig({ ...required, LEDGER_URL: url }).LEDGER_URL).toBe(url)
  }
  const faults = {
    'mysql://user:canary@host/db': 'must be sqlite: and a path, or postgres:// and the database',
    'postgres://user:p#canary@host/db':
      'must be a URL such as postgres://user:password@host:5432/database, in which what is special in a name or password is escaped, such as # as %23',
  }
  for (const [url, fault] of Object.entries(faults)) {
    const environment = { ...required, LEDGER_URL: url, PORT: 'x' }
    expect(faultsOf(environment)).toEqual([
      'PORT: must be a whole number from 0 to 65535',
      `LEDGER_URL: ${fault}`,
    ])
    expect(() => loadConfig(environment)).not.toThrow('canary')
  }
})

describe('ATLAS_BASE_URL', () => {
  test.each([
    'https://atlas.example',
    'https://atlas.example/',
    'https://atlas.example:8443/base/path/',
    'http://127.0.0.1:4010',
    'http://127.8.8.8',
    'http://localhost:4010',
    'http://[::1]:4010',
  ])('%s is accepted', (url) => {
    expect(loadConfig({ ...required, ATLAS_BASE_URL: url }).ATLAS_BASE_URL).toEqual(new URL(url))
  })

  const notHttps = 'must be https (http is accepted for a loopback address only)'
  test.each([
    ['http://atlas.example', notHttps],
    ['http://127.0.0.1.example', notHttps],
    ['http://10.0.0.1', notHttps],
    ['http://0.0.0.0', notHttps],
    ['ftp://127.0.0.1', notHttps],
    ['atlas.example', 'must be a URL such as https://host/path'],
    ['https://', 'must be a URL such as https://host/path'],
    ['https://user:pass@atlas.example', 'must not contain a user name or password'],
    ['https://atlas.example?x=1', 'must not contain a query or fragment'],
    ['https://atlas.example?', 'must not contain a query or fragment'],
    ['https://atlas.example#', 'must not contain a query or fragment'],
    ['https://atlas.example#x', 'must not contain a query or fragment'],
    ['https://atlas.example/pay.do', 'must be the base of the operations, without pay.do'],
  ])('%s is refused: %s', (url, fault) => {
    expect(faultsOf({ ...required, ATLAS_BASE_URL: url })).toEqual([`ATLAS_BASE_URL: ${fault}`])
  })
})

describe('a secret in a file', () => {
  const { ATLAS_CLIENT_SECRET: _, ...withoutSecret } = required
  const file = join(folder, 'secret')

  test('is read without its last line break', () => {
    writeFileSync(file, 'secret-of-a-file\n')
    expect(loadConfig({ ...withoutSecret, ATLAS_CLIENT_SECRET_FILE: file }).ATLAS_CLIENT_SECRET).toBe(
      'secret-of-a-file',
    )
  })

  test('that is missing is one fault', () => {
    expect(faultsOf({ ...withoutSecret, ATLAS_CLIENT_SECRET_FILE: join(folder, 'none') })).toEqual([
      'ATLAS_CLIENT_SECRET_FILE: cannot be read (ENOENT)',
    ])
  })

  test('that is missing is not asked for besides', () => {
    const AUTH_JWT_SECRET_FILE = join(folder, 'none')
    const issuer = { AUTH: 'jwt', AUTH_ISSUER: 'issuer', AUTH_AUDIENCE: 'audience' }
    expect(faultsOf({ ...required, ...issuer, AUTH_JWT_SECRET_FILE })).toEqual([
      'AUTH_JWT_SECRET_FILE: cannot be read (ENOENT)',
    ])
  })

  test('cannot be given beside the variable', () => {
    expect(faultsOf({ ...required, ATLAS_CLIENT_SECRET_FILE: file })).toEqual([
      'ATLAS_CLIENT_SECRET: set it or ATLAS_CLIENT_SECRET_FILE, not both',
    ])
  })
})

test('the simulator has defaults for everything', () => {
  expect(loadSimulatorConfig({})).toEqual({
    HOST: '127.0.0.1',
    SIMULATOR_PORT: 4010,
    SIMULATOR_LATENCY_MS: 150,
  })
})
