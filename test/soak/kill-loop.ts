/** One gateway that is killed and started again at once, over and over. */

import { setTimeout as sleep } from 'node:timers/promises'
import type { SoakProcess } from '../support/soak-processes.ts'
import { loggedFaults } from './logged-faults.ts'
import type { Random } from './random.ts'

export interface KilledGateway {
  /** Where it listens, or listened last. */
  url(): string
  /** Resolves when it is up. */
  ready(): Promise<void>
  /** When it was killed, in epoch milliseconds. */
  readonly killedAt: readonly number[]
  /** Kills among them that found it still starting. */
  readonly earlyKills: () => number
  /** Lines of errors that it logged, and ends that nobody asked for. */
  readonly faults: readonly string[]
  /** Begins to kill. Resolves, with the gateway up, when `isOver` says so. */
  run(isOver: () => boolean): Promise<void>
}

export interface KillLoopOptions {
  readonly start: () => SoakProcess
  readonly random: Random
  /** Shortest and longest life after it listens, in milliseconds. */
  readonly lifeMs: readonly [number, number]
}

/** Share of kills that come while the gateway starts. */
const EARLY_SHARE = 0.08

/** Resolves when the first gateway listens. */
export async function startKillLoop({ start, random, lifeMs }: KillLoopOptions): Promise<KilledGateway> {
  let gateway = start()
  let url = await gateway.url
  const killedAt: number[] = []
  let earlyKills = 0
  const faults: string[] = []

  async function kill(): Promise<void> {
    if (gateway.child.exitCode !== null) faults.push(`It ended by itself:\n${gateway.output()}`)
    const at = Date.now()
    gateway.signal('SIGKILL')
    await gateway.ended
    faults.push(...loggedFaults(gateway.output()))
    killedAt.push(at)
    gateway = start()
  }

  async function come(): Promise<void> {
    try {
      url = await gateway.url
    } catch {
      faults.push(`It did not start:\n${gateway.output()}`)
      gateway = start()
    }
  }

  return {
    url: () => url,
    async ready() {
      await gateway.url.catch(() => {})
    },
    killedAt,
    earlyKills: () => earlyKills,
    faults,
    async run(isOver) {
      while (!isOver()) {
        await sleep(random.between(...lifeMs))
        await kill()
        if (random.chance(EARLY_SHARE)) {
          await sleep(random.between(50, 600))
          await kill()
          earlyKills += 1
        }
        await come()
      }
      faults.push(...loggedFaults(gateway.output()))
    },
  }
}
