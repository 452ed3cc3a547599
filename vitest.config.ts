import { defineConfig } from 'vitest/config'

/** Packages under `test` bring tests of their own, which are not ours. */
const installed = '**/node_modules/**'

/**
 * Tests by what they need: `*.test.ts` run in one process each file; `*.process.test.ts` start real
 * processes or a browser, so they run one file at a time and may take longer.
 */
export default defineConfig({
  // graphql offers Node one file by the condition module-sync and another without it: resolving it in
  // another way than Node itself does would load it twice, and it refuses to mix two copies.
  ssr: { resolve: { conditions: ['module-sync', 'node'] } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.process.test.ts', installed],
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'process',
          include: ['test/**/*.process.test.ts'],
          exclude: [installed],
          fileParallelism: false,
          testTimeout: 90_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
