import { expect, test } from 'vitest'
import { ledgerUrlFault } from '../src/ledger-url.ts'

test.each([
  'sqlite:data/x.sqlite',
  'sqlite:/data/100 %#?.sqlite',
  'postgres://host/db',
  'postgresql://u@host:5432/db',
  'postgres://u:p%20%23%2F%3F%40%25zz@host/db',
  'postgres://u:p\u00e4ss@host/db?sslmode=verify-full',
  'postgres://u:p@w@[::1]:5432/db%40',
  'postgres:///db?host=/run/postgresql',
  'postgres://u:p@/db?host=/run/postgresql&user=u@server',
  'postgres://u:p@%2Frun%2Fpostgresql/db',
  'postgres://u:p@/db?host=/run/postgresql&port=5433',
  'postgres://u:p@host/db?port=',
])('%s names one of the stores', (url) => {
  expect(ledgerUrlFault(url)).toBeNull()
})

test.each(['mysql://user:not-shown@host/db', 'sqlite:', 'postgres://', 'postgres:/host/db', 'ledger.sqlite'])(
  '%s names none',
  (url) => {
    expect(ledgerUrlFault(url)).toBe('must be sqlite: and a path, or postgres:// and the database')
  },
)

test.each([
  'postgres://user:canary canary%zz@host/db',
  'postgres://user:canary#canary@host/db',
  'postgres://%zz@h/db',
  'postgres://user:canary%@host/db',
  'postgres://user:canary%ff@host/db',
  'postgres://user:canary/canary@host/db',
  'postgres://user:canary?canary@host/db',
  // These would be another host and port, with a password that ends there.
  'postgres://user:12#canary@host/db',
  'postgres://user:12/canary@host/db',
  'postgres://user:12?canary@host/db',
  'postgres://user:12?canary=canary@host/db',
  'postgres://user:canary@host/%ff',
  'postgres://user:canary@host:port/db',
  'postgres://user:canary@[::1/db',
  'postgres://user:canary@host/db\n',
  'postgres://user:canary@host:65536/db',
])('%j is refused with what to do about it', (url) => {
  expect(ledgerUrlFault(url)).toBe(
    'must be a URL such as postgres://user:password@host:5432/database, in which what is special in a name or password is escaped, such as # as %23',
  )
})

test.each([
  'sqlite::memory:',
  'sqlite: :MEMORY:',
  'sqlite:file:ledger.sqlite?mode=memory',
  'sqlite:file::memory:',
])('%s is refused: it forgets', (url) => {
  expect(ledgerUrlFault(url)).toBe('must name a file by its path: a ledger in memory forgets what was paid')
})

test.each([
  'host:0/db',
  ...['x', '0', '65536', '5432x', '-1', '5432&port=x'].map((port) => `host/db?port=${port}`),
])('%s has no port', (place) => {
  expect(ledgerUrlFault(`postgres://user:canary@${place}`)).toBe('must have a port from 1 to 65535')
})
