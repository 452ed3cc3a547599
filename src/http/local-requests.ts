/** What keeps other web sites away from a gateway on loopback that asks nobody who they are. */

import type { IncomingHttpHeaders } from 'node:http'
import { BlockList, isIP, isIPv6 } from 'node:net'
import type { Admission } from './request-gate.ts'

export interface LocalRequestOptions {
  /** The IP address that the gateway listens on, and the name by which it was told to. */
  readonly address: string
  readonly host: string
  /** Origins whose pages may use it all the same. */
  readonly corsOrigins: ReadonlySet<string>
}

/** The addresses of this machine alone. IPv4 addresses that are written as IPv6 are among them. */
const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8)
loopback.addAddress('::1', 'ipv6')

/** Judges the headers of a request: null lets it pass. */
export type RefuseForeign = (headers: IncomingHttpHeaders) => Extract<Admission, { kind: 'refused' }> | null

/**
 * Without authentication, whoever reaches the gateway may pay. On loopback that is every program of this
 * machine, and every page in its browser: a site can have its own name resolve to 127.0.0.1 (DNS rebinding)
 * and is then of the same origin. So the request must name a loopback host, and no foreign page may send it.
 * A gateway that listens elsewhere cannot know its names; its network decides who reaches it.
 */
export function createForeignCheck({ address, host, corsOrigins }: LocalRequestOptions): RefuseForeign {
  // The address and not the name: a machine's own name, 127.1 and ::ffff:127.0.0.1 are loopback, too.
  if (!isLoopback(address)) return () => null
  const ownName = hostnameOf(`http://${isIPv6(host) ? `[${host}]` : host}`)
  const isOwn = (name: string): boolean => name !== '' && (name === ownName || isLoopback(name))
  return (headers) => {
    if (!isOwn(hostnameOf(`http://${headers.host ?? ''}`))) {
      return refuse(421, 'MISDIRECTED_REQUEST', 'This gateway answers to names of loopback only.')
    }
    const { origin } = headers
    // What a page embeds, such as an image, comes without an origin; browsers say from where all the same.
    const isEmbedded = /^(cross|same)-site$/.test(headers['sec-fetch-site'] ?? '')
    const isAllowed =
      origin === undefined ? !isEmbedded : corsOrigins.has(origin) || isOwn(hostnameOf(origin))
    return isAllowed
      ? null
      : refuse(403, 'ORIGIN_NOT_ALLOWED', 'Pages of this origin may not use the gateway.')
  }
}

/** The name in a URL, without brackets; nothing where there is none. */
function hostnameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : ''
}

function isLoopback(name: string): boolean {
  if (isIP(name) === 0) return /^(localhost|.+\.localhost)$/i.test(name)
  return loopback.check(name, isIPv6(name) ? 'ipv6' : 'ipv4')
}

function refuse(status: number, code: string, message: string) {
  return { kind: 'refused', status, code, message: `${message} Nothing was sent.` } as const
}
