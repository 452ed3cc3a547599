/** What LEDGER_URL must be, so that the ledger can be looked for where it was meant to be. */

/** What is wrong with a URL, without quoting it, or null when it names a store: `sqlite:` or `postgres://`. */
export function ledgerUrlFault(url: string): string | null {
  if (/^sqlite:[^]/.test(url)) return null
  if (!/^postgres(ql)?:\/\/[^]/.test(url)) {
    return 'must be sqlite: and a path, or postgres:// and the database'
  }
  return isEscaped(url)
    ? null
    : 'must be a URL in which what is special in a name or password is escaped, such as # as %23'
}

/**
 * Whether a URL has each character in its place. `pg` throws for some that have not, and reads others as another host
 * or password: in `user:12#3@host` the host is `user`.
 */
function isEscaped(url: string): boolean {
  // A question mark in a password: what should be the host comes after it.
  if (/^\w+:\/\/[^@/]*\?[^@]*@/.test(url)) return false
  if (!/^([^\s\p{Cc}%#]|%[\da-f]{2})+$/iu.test(url) || !isUtf8(url)) return false
  // Without a host there is a socket, which `pg` takes although it makes no URL.
  const parsed = URL.parse(url) ?? URL.parse(url.replace('@/', '@localhost/'))
  if (parsed === null) return false
  const { pathname, searchParams } = parsed
  return ![pathname, ...searchParams.keys()].some((part) => part.includes('@'))
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
