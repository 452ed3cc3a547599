import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Failpoint, failpoints } from '../support/crash-failpoints.ts'
import { createSoakProcesses } from '../support/soak-processes.ts'
import { type LaneResult, runLane } from './failpoint-lane.ts'
import { judge, type Verdict } from './judge.ts'
import { EXCHANGE_MS, startPace } from './settings.ts'
import { readTruth } from './truth.ts'

/** Each failpoint is hit by 14 orders at a kill; Atlas guards every second order. */
const KILLS = 3
const ORDERS_EACH = 14

const seed = 'failpoints'
const processes = createSoakProcesses()
const lanes = new Map<Failpoint, LaneResult>()
const verdicts = new Map<Failpoint, Verdict>()

beforeAll(async () => {
  const oracleUrl = await processes.oracle({ seed, exchangeMs: EXCHANGE_MS, faulty: true }).url
  await processes.warmUp()
  const pace = startPace()
  // All at once: most of the time is waiting for what is unknown.
  await Promise.all(
    failpoints.map(async (point) => {
      const options = { point, seed, processes, oracleUrl, pace, kills: KILLS, ordersEach: ORDERS_EACH }
      lanes.set(point, await runLane(options))
    }),
  )
  const { orders } = await readTruth(oracleUrl)
  for (const [point, { calls, ledger }] of lanes) {
    const truth = orders.filter(({ orderNo }) => ledger.has(orderNo))
    verdicts.set(point, judge({ truth, calls, ledger }))
  }
}, 180_000)

afterAll(() => processes.end())

describe.each(failpoints)('a gateway that is killed %s', (point) => {
  test(`had ${ORDERS_EACH} payments there each time`, () => {
    const { stopped } = lanes.get(point)!
    expect(stopped).toHaveLength(KILLS)
    expect(Math.min(...stopped)).toBeGreaterThanOrEqual(ORDERS_EACH)
  })

  test('charges no order twice, tells no lie, and knows every outcome in the end', () => {
    expect(verdicts.get(point)).toMatchObject({
      doubles: [],
      lies: [],
      lost: [],
      open: [],
    })
    expect(lanes.get(point)?.faults).toEqual([])
  })

  test('has a final answer for every client, and most orders paid', () => {
    const { answers } = lanes.get(point)!
    expect(answers.filter((answer) => answer === null)).toEqual([])
    // The others were certainly not paid, and their clients did not ask again.
    expect(verdicts.get(point)!.charged).toBeGreaterThanOrEqual(0.7 * answers.length)
  })
})
