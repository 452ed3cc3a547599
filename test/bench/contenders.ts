/** Who is measured, and how each is started. */

import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../support/free-port.ts'
import { startArguments } from '../support/start-arguments.ts'
import { gatewayBody, hiveBody, type TokenOwner, tokenSettings } from './payment-requests.ts'
import { type BenchProcess, root, runProcess } from './run-process.ts'

/** What contenders run in. */
export interface Place {
  readonly upstreamUrl: string
  /** A folder of this run. */
  readonly folder: string
  /** Resolves with the URL of a new, empty PostgreSQL database. */
  createDatabase(): Promise<string>
}

export interface Contender {
  /** As `--only` takes it. */
  readonly name: string
  readonly title: string
  /** Whether it comes from `test/bench/peers`. */
  readonly isPeer: boolean
  /** Whether it works with the PostgreSQL server, whose CPU time then belongs to it. */
  readonly usesDatabase: boolean
  readonly body: (orderNo: string) => string
  readonly paidMark: string
  readonly tokenOwner: TokenOwner
  start(place: Place): Promise<BenchProcess>
}

const floorMain = fileURLToPath(new URL('floor-main.js', import.meta.url))

const ours = {
  isPeer: false,
  usesDatabase: false,
  body: gatewayBody,
  paidMark: '"__typename":"PaymentSuccess"',
  tokenOwner: 'backend',
} as const

export const contenders: readonly Contender[] = [
  {
    ...ours,
    name: 'floor',
    title: 'floor (node:http, undici)',
    start: (place) => run('floor', [floorMain, place.upstreamUrl], place),
  },
  peer('mercurius-jit', 'Mercurius with jit', 'mercurius-main.js', 'jit'),
  peer('mercurius', 'Mercurius', 'mercurius-main.js', 'plain'),
  peer('apollo', 'Apollo Server 5, undici', 'apollo-main.js', 'undici'),
  peer('apollo-fetch', 'Apollo Server 5, fetch', 'apollo-main.js', 'fetch'),
  peer('yoga', 'GraphQL Yoga, undici', 'yoga-main.js'),
  {
    name: 'hive',
    title: 'Hive Gateway over OpenAPI',
    isPeer: true,
    usesDatabase: false,
    body: hiveBody,
    paidMark: '"status":0',
    tokenOwner: 'backend',
    async start(place) {
      const folder = join(place.folder, 'hive')
      mkdirSync(folder, { recursive: true })
      const args = [place.upstreamUrl, String(await freePort()), folder]
      return run('hive', ['test/bench/peers/hive-main.js', ...args], place)
    },
  },
  {
    ...ours,
    name: 'ours-sqlite',
    title: 'this gateway, SQLite',
    start: (place) =>
      startGateway(place, 'ours-sqlite', `sqlite:${join(place.folder, `${unique()}.sqlite`)}`),
  },
  {
    ...ours,
    name: 'ours-sqlite-page',
    title: 'this gateway, SQLite, a token per order',
    tokenOwner: 'page',
    start: (place) =>
      startGateway(place, 'ours-sqlite-page', `sqlite:${join(place.folder, `${unique()}.sqlite`)}`),
  },
  {
    ...ours,
    name: 'ours-postgres',
    title: 'this gateway, PostgreSQL',
    usesDatabase: true,
    start: async (place) => startGateway(place, 'ours-postgres', await place.createDatabase()),
  },
]

/**
 * The gateway as the container image starts it, with everything on: tokens, limits, the durable ledger, a log line
 * for each payment in a file, metrics.
 */
export function startGateway(
  place: Place,
  name: string,
  ledgerUrl: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<BenchProcess> {
  return run(name, startArguments, place, {
    PORT: '0',
    ...tokenSettings,
    // Counted as always, and never reached.
    RATE_LIMIT_PER_MINUTE: '1000000',
    LEDGER_URL: ledgerUrl,
    ATLAS_BASE_URL: place.upstreamUrl,
    ATLAS_CLIENT_ID: 'bench',
    ATLAS_CLIENT_SECRET: 'not-a-secret',
    NODE_COMPILE_CACHE: compileCacheIn(place.folder),
    ...environment,
  })
}

/** Node's compile cache with the whole gateway in it, made once for a run, as the Dockerfile makes it. */
function compileCacheIn(folder: string): string {
  const cache = join(folder, 'compile-cache')
  if (!existsSync(cache)) {
    const environment = { PATH: process.env['PATH'], NODE_COMPILE_CACHE: cache }
    execFileSync(process.execPath, [startArguments.at(-1)!, 'compile'], { cwd: root, env: environment })
  }
  return cache
}

/** The contender of a name. Throws for a name that there is not. */
export function contenderNamed(name: string): Contender {
  const found = contenders.find((one) => one.name === name)
  if (found !== undefined) return found
  const names = contenders.map((one) => one.name).join(', ')
  throw new Error(`There is no contender ${name}. Contenders: ${names}.`)
}

function peer(name: string, title: string, file: string, ...mode: string[]): Contender {
  return {
    ...ours,
    name,
    title,
    isPeer: true,
    start: (place) => run(name, [`test/bench/peers/${file}`, place.upstreamUrl, ...mode], place),
  }
}

function run(
  name: string,
  args: readonly string[],
  { folder }: Place,
  environment: Readonly<Record<string, string>> = {},
): Promise<BenchProcess> {
  return runProcess({ name, args, folder, environment })
}

/** So that two of a kind do not share a file. */
function unique(): string {
  return randomBytes(4).toString('hex')
}
