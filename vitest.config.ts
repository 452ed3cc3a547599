import { defineConfig } from 'vitest/config'

/** Packages under `test` bring tests of their own, which are not ours. */
const installed = '**/node_modules/**'

/** Files that run at a time: as many as the smallest machine has cores. */
const WORKERS = 2

/** Of those that start real processes or a browser. */
const starting = {
  testTimeout: 90_000,
  hookTimeout: 60_000,
}

/**
 * Tests by what they need: `*.test.ts` run in one process each file; `*.process.test.ts` start real processes or a
 * browser, which mostly wait; `*.timed.test.ts` do so, too, and hold them to times or CPU, so they run alone. One kind
 * after the other.
 */
export default defineConfig({
  // graphql offers Node one file by the condition module-sync and another without it: resolving it in
  // another way than Node itself does would load it twice, and it refuses to mix two copies.
  ssr: { resolve: { conditions: ['module-sync', 'node'] } },
  test: {
    // Vitest's own second is too short for a busy machine. A poll with a limit that is tested has its own.
    expect: { poll: { timeout: 10_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.process.test.ts', 'test/**/*.timed.test.ts', installed],
          testTimeout: 20_000,
          maxWorkers: WORKERS,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          ...starting,
          name: 'process',
          include: ['test/**/*.process.test.ts'],
          exclude: [installed],
          maxWorkers: WORKERS,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          ...starting,
          name: 'timed',
          include: ['test/**/*.timed.test.ts'],
          exclude: [installed],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
