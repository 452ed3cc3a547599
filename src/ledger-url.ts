/** What LEDGER_URL must be, so that the ledger can be looked for where it was meant to be. */

/** A ledger in memory. SQLite takes `file:` for a URL, which can ask for one, too. */
const memoryPath = /^sqlite:\s*(:memory:|file:)/i

/** What is wrong with a URL, without quoting it, or null when it names a store: `sqlite:` or `postgres://`. */
export function ledgerUrlFault(url: string): string | null {
  if (memoryPath.test(url)) return 'must name a file by its path: a ledger in memory forgets what was paid'
  if (/^sqlite:[^]/.test(url)) return null
  if (!/^postgres(ql)?:\/\/[^]/.test(url)) {
    return 'must be sqlite: and a path, or postgres:// and the database'
  }
  if (!isWellFormed(url)) return postgresRule
  const { port, searchParams } = parse(url)!
  return [port, ...searchParams.getAll('port')].every(isPort) ? null : 'must have a port from 1 to 65535'
}

const postgresRule =
  'must be a URL such as postgres://user:password@host:5432/database, in which what is special in a name or password is escaped, such as # as %23'

/**
 * Whether a URL has each character in its place. `pg` throws for some that have not, and reads others as another host
 * or password: in `user:12#3@host` the host is `user`.
 */
function isWellFormed(url: string): boolean {
  // A question mark in a password: what should be the host comes after it.
  if (/^\w+:\/\/[^@/]*\?[^@]*@/.test(url)) return false
  if (!/^([^\s\p{Cc}%#]|%[\da-f]{2})+$/iu.test(url) || !isUtf8(url)) return false
  const parsed = parse(url)
  if (parsed === null) return false
  const { pathname, searchParams } = parsed
  return ![pathname, ...searchParams.keys()].some((part) => part.includes('@'))
}

/** Whether a port is one, or none is given. `pg` never settles with another. */
function isPort(port: string): boolean {
  return port === '' || (/^\d{1,5}$/.test(port) && +port >= 1 && +port <= 65_535)
}

/** Without a host there is a socket, which `pg` takes although it makes no URL. */
function parse(url: string): URL | null {
  return URL.parse(url) ?? URL.parse(url.replace('@/', '@localhost/'))
}

/** Whether the bytes that are written as codes are text. */
function isUtf8(url: string): boolean {
  try {
    decodeURIComponent(url)
    return true
  } catch {
    return false
  }
}
