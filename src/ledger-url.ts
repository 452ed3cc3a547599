/** What LEDGER_URL must be, so that the ledger can be looked for where it was meant to be. */

/** What is wrong with a URL, without quoting it, or null when it names a store: `sqlite:` or `postgres://`. */
export function ledgerUrlFault(url: string): string | null {
  if (/^sqlite:[^]/.test(url)) return null
  if (!/^postgres(ql)?:\/\/[^]/.test(url)) {
    return 'must be sqlite: and a path, or postgres:// and the database'
  }
  if (!isEscaped(url)) {
    return 'must be a URL in which what is special in a name or password is escaped, such as # as %23'
  }
  return isPort(parse(url)?.searchParams.get('port')) ? null : 'must have a port from 1 to 65535'
}

/** The port of a query goes before that of the host; `pg` never settles with one that is no port. */
function isPort(port: string | null | undefined): boolean {
  return port === null || port === undefined || (/^\d{1,5}$/.test(port) && +port >= 1 && +port <= 65_535)
}

/**
 * Whether a URL has each character in its place. `pg` throws for some that have not, and reads others as another host
 * or password: in `user:12#3@host` the host is `user`.
 */
function isEscaped(url: string): boolean {
  // A question mark in a password: what should be the host comes after it.
  if (/^\w+:\/\/[^@/]*\?[^@]*@/.test(url)) return false
  if (!/^([^\s\p{Cc}%#]|%[\da-f]{2})+$/iu.test(url) || !isUtf8(url)) return false
  const parsed = parse(url)
  if (parsed === null) return false
  const { pathname, searchParams } = parsed
  return ![pathname, ...searchParams.keys()].some((part) => part.includes('@'))
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
