/** The environment, checked: every fault is found at once, and none shows a secret. */

import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { ledgerUrlFault } from './ledger-url.ts'

/** Environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Settings that the gateway cannot start with: `faults` has a line for each that is missing or wrong. */
export class ConfigError extends Error {
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(
      `The configuration has ${faults.length} fault(s):\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
    )
    this.name = 'ConfigError'
    this.faults = faults
  }
}

/** Longest deadline of an exchange, in milliseconds: past ten minutes no client or proxy waits. */
const TIMEOUT_MAX_MS = 600_000

/** Longest wait before an unknown attempt may be released, in milliseconds: a week. */
const RELEASE_MAX_MS = 7 * 24 * 60 * 60_000
const releaseRule = `must be never or a whole number from 0 to ${RELEASE_MAX_MS}`

/** RFC 7518: a key of HS256 has at least the size of its hash. */
const JWT_SECRET_BYTES_MIN = 32

/** Even 32 hexadecimal digits at random have fewer different ones only once in ten thousand times. */
const JWT_SECRET_DISTINCT_BYTES_MIN = 10

const host = z.string().min(1).default('127.0.0.1')
const port = integer(0, 65_535)
const onOff = z
  .enum(['on', 'off'], 'must be on or off')
  .default('off')
  .transform((value) => value === 'on')
const credential = z
  .string('is required')
  .regex(/^[\x21-\x7e]{1,512}$/, 'must be 1 to 512 visible ASCII characters, without blanks')

const gatewayEnvironment = z.object({
  HOST: host,
  PORT: port.default(4_000),
  ATLAS_BASE_URL: z.string('is required').transform(readBaseUrl),
  ATLAS_CLIENT_ID: credential,
  ATLAS_CLIENT_SECRET: credential,
  ATLAS_TIMEOUT_MS: integer(100, TIMEOUT_MAX_MS).default(30_000),
  PAY_WAIT_MS: integer(100, TIMEOUT_MAX_MS).default(25_000),
  LEDGER_URL: z
    .string()
    .superRefine((url, context) => {
      const fault = ledgerUrlFault(url)
      if (fault !== null) context.addIssue({ code: 'custom', message: fault })
    })
    .default('sqlite:data/ledger.sqlite'),
  LEDGER_RETENTION_DAYS: integer(30, 36_500).default(400),
  SETTLE_INTERVAL_MS: integer(50, 60_000).default(2_000),
  ORDER_POLL_INTERVAL_MS: integer(100, 600_000).default(30_000),
  RELEASE_UNPAID_AFTER_MS: z
    .string()
    .regex(/^(never|\d{1,9})$/, releaseRule)
    .transform((value) => (value === 'never' ? null : Number(value)))
    .pipe(z.number().max(RELEASE_MAX_MS, releaseRule).nullable())
    .default(120_000),
  AUTH: z.enum(['jwt', 'none'], 'is required: jwt, or none to let everybody pay who reaches the gateway'),
  AUTH_JWKS_URL: z.string().transform(readSafeUrl).optional(),
  AUTH_JWT_SECRET: z
    .string()
    .refine((secret) => Buffer.byteLength(secret) >= JWT_SECRET_BYTES_MIN, {
      error: `must have at least ${JWT_SECRET_BYTES_MIN} bytes`,
      abort: true,
    })
    .refine(
      (secret) => !isGuessable(secret),
      'is too easy to guess: use random bytes, such as `openssl rand -base64 48` prints',
    )
    .optional(),
  AUTH_ISSUER: z.string().optional(),
  AUTH_AUDIENCE: z.string().optional(),
  TRUSTED_DOCUMENTS: z.string().transform(readManifest).optional(),
  CORS_ORIGINS: z.string().default('').transform(readOrigins),
  RATE_LIMIT_PER_MINUTE: integer(1, 1_000_000).default(60),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().transform(readCollectorUrl).optional(),
  GRAPHIQL: onOff,
  INTROSPECTION: onOff,
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      error: 'must be trace, debug, info, warn, error, fatal or silent',
    })
    .default('info'),
})

const simulatorEnvironment = z.object({
  HOST: host,
  SIMULATOR_PORT: port.default(4_010),
  SIMULATOR_LATENCY_MS: integer(0, 60_000).default(150),
})

/** Settings whose value can be in a file that NAME_FILE names, as container platforms mount secrets. */
const secretNames = ['ATLAS_CLIENT_ID', 'ATLAS_CLIENT_SECRET', 'LEDGER_URL', 'AUTH_JWT_SECRET']

/** Settings that development takes from the environment. */
const developmentNames = [
  'HOST',
  'PORT',
  'LOG_LEVEL',
  'ATLAS_TIMEOUT_MS',
  'PAY_WAIT_MS',
  'RATE_LIMIT_PER_MINUTE',
  'CORS_ORIGINS',
  'SIMULATOR_LATENCY_MS',
]

/** The settings of the gateway, by the names of their environment variables. */
export type Config = Readonly<z.output<typeof gatewayEnvironment>>

/** The settings of the simulator. */
export type SimulatorConfig = Readonly<z.output<typeof simulatorEnvironment>>

/** Reads the gateway's settings. Throws {@link ConfigError} that lists every fault. */
export function loadConfig(environment: Environment): Config {
  return load(gatewayEnvironment, environment, secretNames, authenticationFaults)
}

/**
 * Reads the settings of the gateway and of the simulator beside it, for development: everything about the real
 * Atlas, the ledger and callers is taken from `fixed` instead of the environment. Throws {@link ConfigError}
 * that lists every fault.
 */
export function loadDevelopmentConfig(
  environment: Environment,
  fixed: Environment,
): Config & SimulatorConfig {
  const taken = Object.fromEntries(developmentNames.map((name) => [name, environment[name]]))
  const values = { ...taken, ...fixed }
  return load(gatewayEnvironment.extend(simulatorEnvironment.shape), values, [])
}

/** Reads the simulator's settings. Throws {@link ConfigError} that lists every fault. */
export function loadSimulatorConfig(environment: Environment): SimulatorConfig {
  return load(simulatorEnvironment, environment, [])
}

function load<Schema extends z.ZodObject>(
  schema: Schema,
  environment: Environment,
  fileNames: readonly string[],
  /** Faults that no single setting shows. */
  findFaults: (values: Environment) => readonly string[] = () => [],
): Readonly<z.output<Schema>> {
  const faults: string[] = []
  const values: Record<string, string> = {}
  for (const name of Object.keys(schema.shape)) {
    const value = environment[name]
    // An empty variable is an unset one: compose files and CI systems pass those.
    if (value !== undefined && value !== '') values[name] = value
  }
  const failedFiles = new Set<string>()
  for (const name of fileNames) {
    const path = environment[`${name}_FILE`]
    if (path === undefined || path === '') continue
    if (values[name] !== undefined) {
      faults.push(`${name}: set it or ${name}_FILE, not both`)
      continue
    }
    try {
      values[name] = readFileSync(path, 'utf8').replace(/\r?\n$/, '')
    } catch (error) {
      failedFiles.add(name)
      faults.push(
        `${name}_FILE: cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`,
      )
    }
  }
  const result = schema.safeParse(values)
  for (const issue of result.error?.issues ?? []) {
    const name = String(issue.path[0])
    if (!failedFiles.has(name)) faults.push(`${name}: ${issue.message}`)
  }
  // What is in a file that cannot be read is not missing besides.
  const given = Object.fromEntries([...failedFiles].map((name) => [name, '']))
  faults.push(...findFaults({ ...given, ...values }))
  if (!result.success || faults.length > 0) throw new ConfigError(faults)
  return Object.freeze(result.data)
}

/** Whether a secret is a filler: made of a few characters, or of a text shorter than a secret over and over. */
function isGuessable(secret: string): boolean {
  const bytes = Buffer.from(secret)
  if (new Set(bytes).size < JWT_SECRET_DISTINCT_BYTES_MIN) return true
  const periodMax = Math.min(JWT_SECRET_BYTES_MIN - 1, Math.floor(bytes.length / 2))
  for (let period = 1; period <= periodMax; period += 1) {
    if (bytes.subarray(period).equals(bytes.subarray(0, -period))) return true
  }
  return false
}

/** What AUTH=jwt needs besides. */
function authenticationFaults(values: Environment): readonly string[] {
  if (values['AUTH'] !== 'jwt') return []
  const keys = ['AUTH_JWKS_URL', 'AUTH_JWT_SECRET'].filter((name) => values[name] !== undefined)
  return [
    ...(keys.length === 1 ? [] : ['AUTH: jwt needs either AUTH_JWKS_URL or AUTH_JWT_SECRET, one of them']),
    ...['AUTH_ISSUER', 'AUTH_AUDIENCE']
      .filter((name) => values[name] === undefined)
      .map((name) => `${name}: is required for AUTH=jwt`),
  ]
}

/** Documents by hash, as the client preset of GraphQL Code Generator writes them. */
const manifest = z.record(z.string().min(1), z.string().min(1))

function readManifest(path: string, context: z.RefinementCtx): ReadonlyMap<string, string> {
  try {
    const documents = manifest.parse(JSON.parse(readFileSync(path, 'utf8')))
    return new Map(Object.entries(documents))
  } catch {
    context.addIssue({
      code: 'custom',
      message: 'must be the path of a JSON file that maps hashes to documents',
    })
    return z.NEVER
  }
}

function readOrigins(value: string, context: z.RefinementCtx): ReadonlySet<string> {
  const origins = value
    .split(',')
    .map((origin) => origin.trim())
    .filter((origin) => origin !== '')
  // One with a star would match nothing: origins are compared whole.
  const isOrigin = (origin: string): boolean =>
    /^https?:[^*]+$/.test(origin) && URL.canParse(origin) && new URL(origin).origin === origin
  if (!origins.every(isOrigin)) {
    context.addIssue({
      code: 'custom',
      message: 'must be origins such as https://shop.example, separated by commas',
    })
  }
  return new Set(origins)
}

/** Keys fetched from this URL decide who may pay. */
function readSafeUrl(value: string, context: z.RefinementCtx): URL {
  const url = URL.canParse(value) ? new URL(value) : null
  if (url !== null && isSafe(url) && url.username === '' && url.password === '') return url
  context.addIssue({
    code: 'custom',
    message: 'must be an https URL (http is accepted for a loopback address only)',
  })
  return z.NEVER
}

function readCollectorUrl(value: string, context: z.RefinementCtx): URL {
  const url = URL.canParse(value) ? new URL(value) : null
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:')) return url
  context.addIssue({ code: 'custom', message: 'must be an http or https URL' })
  return z.NEVER
}

function integer(min: number, max: number) {
  const rule = `must be a whole number from ${min} to ${max}`
  return z
    .string()
    .regex(/^\d{1,9}$/, rule)
    .transform(Number)
    .pipe(z.number().min(min, rule).max(max, rule))
}

/** Credentials and cards travel to this URL, so only a loopback address may go without TLS. */
function readBaseUrl(value: string, context: z.RefinementCtx): URL {
  const url = URL.canParse(value) ? new URL(value) : null
  const fault = url === null ? 'must be a URL such as https://host/path' : baseUrlFault(url, value)
  if (url !== null && fault === null) return url
  context.addIssue({ code: 'custom', message: fault ?? 'is not valid' })
  return z.NEVER
}

function baseUrlFault(url: URL, text: string): string | null {
  if (url.username !== '' || url.password !== '') return 'must not contain a user name or password'
  if (/[?#]/.test(text)) return 'must not contain a query or fragment'
  if (/\.do\/*$/i.test(url.pathname)) return 'must be the base of the operations, without pay.do'
  return isSafe(url) ? null : 'must be https (http is accepted for a loopback address only)'
}

function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
}

/** `localhost` is meant to be loopback but is a name to resolve; RFC 6761 reserves it for that. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}
