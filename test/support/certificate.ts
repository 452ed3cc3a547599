/** Certificates for servers of tests, made when they run, so that no key is ever in the repository. */

import { createPublicKey, generateKeyPairSync, randomInt, sign, type KeyObject } from 'node:crypto'
import { isIPv4 } from 'node:net'

/** What a TLS server needs, in PEM. */
export interface ServerIdentity {
  readonly cert: string
  readonly key: string
}

/** A certificate authority that nobody trusts who was not told to. */
export interface Authority {
  /** Its own certificate in PEM. */
  readonly certificate: string
  /** Certifies a new key for a DNS name or an IPv4 address, from two days ago until `validUntil`, by default tomorrow. */
  certify(host: string, validUntil?: Date): ServerIdentity
}

/** Makes a new authority. */
export function createAuthority(): Authority {
  const name = 'Test Authority'
  const key = createKey()
  return {
    certificate: issue({ subject: name, key, extension: isAuthority, issuer: name, issuerKey: key }),
    certify(host, validUntil) {
      const hostKey = createKey()
      const extension = namesHost(host)
      const cert = issue({ subject: host, key: hostKey, extension, issuer: name, issuerKey: key, validUntil })
      return { cert, key: toPem(hostKey) }
    },
  }
}

/** Makes a certificate for a host that only itself vouches for. */
export function selfSign(host: string): ServerIdentity {
  const key = createKey()
  const cert = issue({ subject: host, key, extension: namesHost(host), issuer: host, issuerKey: key })
  return { cert, key: toPem(key) }
}

interface Issue {
  readonly subject: string
  readonly key: KeyObject
  readonly extension: Buffer
  readonly issuer: string
  readonly issuerKey: KeyObject
  readonly validUntil?: Date | undefined
}

const DAY_MS = 24 * 60 * 60 * 1_000

// X.509 is DER: a tag, a length and a content, nested. These are the object identifiers in use, encoded.
const ecdsaWithSha256 = Buffer.from('06082a8648ce3d040302', 'hex')
const commonName = Buffer.from('0603550403', 'hex')
const subjectAltName = Buffer.from('0603551d11', 'hex')
const basicConstraints = Buffer.from('0603551d13', 'hex')
const derTrue = Buffer.from('0101ff', 'hex')

const isAuthority = sequence(basicConstraints, derTrue, der(0x04, sequence(derTrue)))

/** An X.509 version 3 certificate with one extension, signed with ECDSA, in PEM. */
function issue({ subject, key, extension, issuer, issuerKey, validUntil }: Issue): string {
  const now = Date.now()
  const content = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.of(1, randomInt(256), randomInt(256), randomInt(256), randomInt(256))),
    sequence(ecdsaWithSha256),
    distinguishedName(issuer),
    sequence(utcTime(new Date(now - 2 * DAY_MS)), utcTime(validUntil ?? new Date(now + DAY_MS))),
    distinguishedName(subject),
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extension)),
  )
  const signature = der(0x03, Buffer.of(0), sign('sha256', content, issuerKey))
  const certificate = sequence(content, sequence(ecdsaWithSha256), signature)
  return `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`
}

function namesHost(host: string): Buffer {
  const name = isIPv4(host)
    ? der(0x87, Buffer.from(host.split('.').map(Number)))
    : der(0x82, Buffer.from(host))
  return sequence(subjectAltName, der(0x04, sequence(name)))
}

function distinguishedName(name: string): Buffer {
  return sequence(der(0x31, sequence(commonName, der(0x0c, Buffer.from(name)))))
}

function utcTime(date: Date): Buffer {
  return der(0x17, Buffer.from(date.toISOString().replaceAll(/^..|[-:T]|\.\d+/g, '')))
}

function sequence(...content: Buffer[]): Buffer {
  return der(0x30, ...content)
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const size = content.length
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff]
  return Buffer.concat([Buffer.of(tag, ...length), content])
}

function createKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
}

function toPem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}
