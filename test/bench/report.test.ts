import { describe, expect, test } from 'vitest'
import { checkBars, describeBars } from './bars.ts'
import { drawChart } from './chart.ts'
import type { Sample } from './measure.ts'
import { markdownTables, terminalTables } from './report.ts'
import { type Samples, summarize } from './summary.ts'

const floor: Sample = {
  perSecond: 1_000,
  p50Ms: 10,
  p99Ms: 20,
  cpuUs: 100,
  databaseCpuUs: 0,
  residentMiB: 50,
  steadyP50Ms: 20,
  steadyP99Ms: 24,
  steadyCpuUs: 200,
}

/** A round in which the machine is `drift` times slower than in the first. */
const drifted = (sample: Sample, drift: number): Sample => ({
  ...sample,
  perSecond: sample.perSecond / drift,
  cpuUs: sample.cpuUs * drift,
})

const sqlite: Sample = {
  ...floor,
  perSecond: 600,
  cpuUs: 180,
  residentMiB: 60,
  steadyP50Ms: 20.5,
  steadyP99Ms: 30,
  steadyCpuUs: 300,
}
const postgres: Sample = { ...sqlite, cpuUs: 240, databaseCpuUs: 40 }
const hive: Sample = { ...floor, perSecond: 80, cpuUs: 1_000 }

const samples: Samples = new Map(
  Object.entries({ floor, hive, 'ours-sqlite': sqlite, 'ours-postgres': postgres }).map(([name, one]) => [
    name,
    [one, drifted(one, 2), drifted(one, 4)],
  ]),
)
const titles = new Map([
  ['floor', 'the floor'],
  ['ours-sqlite', 'this & <that>'],
])
const setting = {
  rounds: 3,
  seconds: 4,
  connections: 64,
  steadyPerSecond: 500,
  steadyLatencyMs: 20,
  cores: 2,
  node: '24.0.0',
  loadBefore: 0.26,
}

test('a summary has medians and ranges of figures, and ratios that do not drift', () => {
  const [, , summary] = summarize(samples)
  expect(summary).toEqual({
    name: 'ours-sqlite',
    perSecond: { median: 300, min: 150, max: 600 },
    perSecondOfFloor: { median: 0.6, min: 0.6, max: 0.6 },
    cpuUs: { median: 360, min: 180, max: 720 },
    cpuOfFloor: { median: 1.8, min: 1.8, max: 1.8 },
    databaseCpuUs: { median: 0, min: 0, max: 0 },
    p50Ms: { median: 10, min: 10, max: 10 },
    p99Ms: { median: 20, min: 20, max: 20 },
    residentMiB: { median: 60, min: 60, max: 60 },
    residentOfFloor: { median: 1.2, min: 1.2, max: 1.2 },
    steadyP50OverFloorMs: { median: 0.5, min: 0.5, max: 0.5 },
    steadyP99OverFloorMs: { median: 6, min: 6, max: 6 },
    steadyCpuUs: { median: 300, min: 300, max: 300 },
    steadyCpuOfFloor: { median: 1.5, min: 1.5, max: 1.5 },
  })
})

test('without floor there is nothing to compare with', () => {
  expect(() => summarize(new Map([['hive', [hive]]]))).toThrow('floor was not measured.')
})

test('the Markdown has a row for each contender in both tables, and says how it was measured', () => {
  const [full, steady, setup] = markdownTables(summarize(samples), titles, setting).split('\n\n')
  expect(full!.split('\n')).toEqual([
    '| Full load | payments/s | of floor | CPU µs per payment | of floor | p50 ms | p99 ms | memory MiB | of floor |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    '| the floor | 500 (250–1000) | 1.00 (1.00–1.00) | 200 (100–400) | 1.00 (1.00–1.00) | 10.0 (10.0–10.0) | 20.0 (20.0–20.0) | 50 (50–50) | 1.00 (1.00–1.00) |',
    '| hive | 40 (20–80) | 0.08 (0.08–0.08) | 2000 (1000–4000) | 10.00 (10.00–10.00) | 10.0 (10.0–10.0) | 20.0 (20.0–20.0) | 50 (50–50) | 1.00 (1.00–1.00) |',
    '| this & <that> | 300 (150–600) | 0.60 (0.60–0.60) | 360 (180–720) | 1.80 (1.80–1.80) | 10.0 (10.0–10.0) | 20.0 (20.0–20.0) | 60 (60–60) | 1.20 (1.20–1.20) |',
    '| ours-postgres | 300 (150–600) | 0.60 (0.60–0.60) | 480 (240–960) + 40 in the database | 2.40 (2.40–2.40) | 10.0 (10.0–10.0) | 20.0 (20.0–20.0) | 60 (60–60) | 1.20 (1.20–1.20) |',
  ])
  expect(steady!.split('\n').at(-1)).toBe(
    '| ours-postgres | 0.50 (0.50–0.50) | 6.00 (6.00–6.00) | 300 (300–300) | 1.50 (1.50–1.50) |',
  )
  expect(setup).toContain('Medians of 3 interleaved rounds')
  expect(setup).toContain('each load took 4 s')
  expect(setup).toContain('Load average before the run, of other work: 0.3.')
})

test('in a terminal all lines of a table are of one width', () => {
  const tables = terminalTables(summarize(samples), titles).split('\n\n')
  const widths = tables.map((table) => [
    ...new Set(
      table
        .trimEnd()
        .split('\n')
        .map(({ length }) => length),
    ),
  ])
  expect(widths.map(({ length }) => length)).toEqual([1, 1])
})

describe('the bars', () => {
  test('are those of the contenders that were measured, met or not', () => {
    expect(describeBars(checkBars(samples)))
      .toBe(`met      SQLite: CPU per payment, of floor: 1.80 (at most 1.9)
met      SQLite: payments a second, of floor: 0.60 (at least 0.55)
NOT MET  SQLite: CPU per payment, of Hive Gateway: 0.18 (at most 0.1)
NOT MET  PostgreSQL: CPU per payment, of SQLite: 1.33 (at most 1.3)
met      SQLite: p50 at the steady rate over floor, in ms: 0.50 (at most 1)
met      SQLite: p99 at the steady rate, of floor: 1.25 (at most 1.5)
met      SQLite: CPU at the steady rate, of floor: 1.50 (at most 2)
met      SQLite: resident memory at full load, of floor: 1.20 (at most 1.4)
met      PostgreSQL: p50 at the steady rate over floor, in ms: 0.50 (at most 1)
met      PostgreSQL: p99 at the steady rate, of floor: 1.25 (at most 1.5)
met      PostgreSQL: CPU at the steady rate, of floor: 1.50 (at most 2)
met      PostgreSQL: resident memory at full load, of floor: 1.20 (at most 1.4)
`)
  })

  test('are met at their limit, and throughput has to be above its own', () => {
    const at = (perSecond: number, cpuUs: number): readonly boolean[] =>
      checkBars(
        new Map([
          ['floor', [floor]],
          ['ours-sqlite', [{ ...sqlite, perSecond, cpuUs }]],
        ]),
      )
        .slice(0, 2)
        .map(({ isMet }) => isMet)
    expect(at(550, 190)).toEqual([true, true])
    expect(at(549, 191)).toEqual([false, false])
  })
})

test('the chart has a bar for each contender and ratio, as long as the ratio is, and no markup of titles', () => {
  const chart = drawChart(summarize(samples), titles)
  const bars = [...chart.matchAll(/<rect class="(\w+)".* width="([\d.]+)"/g)].map(([, tone, width]) => [
    tone,
    Number(width),
  ])
  expect(bars).toEqual([
    ['peer', 42],
    ['peer', 420],
    ['ours', 75.6],
    ['ours', 100.8],
    ['peer', 420],
    ['peer', 33.6],
    ['ours', 252],
    ['ours', 252],
  ])
  expect(chart).toContain('this &amp; &lt;that&gt;')
  expect(chart).toContain('prefers-color-scheme: dark')
})
