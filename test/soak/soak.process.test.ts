import { expect, test } from 'vitest'
import { describeReport } from './report.ts'
import { runSoak } from './soak-run.ts'

/** The short form of `npm run soak`. */
const short = { seed: 'short-form', runMaxMs: 180_000, settleMaxMs: 40_000, ledgerFaultShare: 0 } as const

test('orders are paid once and no outcome is lost, whatever is killed, lost, late or broken', async () => {
  const report = await runSoak({
    ...short,
    store: 'sqlite',
    orders: 250,
    kills: 20,
    lifeMs: [50, 800],
    faultsEachMin: 2,
  })
  expect(describeReport(report)).toMatch(/PASSED/)
}, 260_000)

test('a gateway that calls Atlas again and remembers nothing is convicted by the same judge', async () => {
  const report = await runSoak({
    ...short,
    store: 'naive',
    orders: 100,
    kills: 10,
    lifeMs: [50, 500],
    faultsEachMin: 1,
  })
  expect(describeReport(report)).toMatch(/FAILED/)
  expect(report.verdict.doubles.length).toBeGreaterThanOrEqual(5)
  expect(report.verdict.lies.length).toBeGreaterThanOrEqual(5)
}, 230_000)
