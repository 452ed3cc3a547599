/** The tables of a run, for a terminal and for a page. */

import type { Spread } from './statistics.ts'
import type { Summary } from './summary.ts'

export interface Setting {
  readonly rounds: number
  readonly seconds: number
  readonly connections: number
  readonly steadyPerSecond: number
  readonly steadyLatencyMs: number
  /** Logical cores, shared by the contender, the fake Atlas, the load and the database. */
  readonly cores: number
  readonly node: string
  /** How many processes of others wanted a core before the run. */
  readonly loadBefore: number
}

/** One table: a column is a heading and a cell of each contender. */
interface Table {
  readonly title: string
  readonly columns: readonly (readonly [heading: string, cell: (one: Summary) => string])[]
}

type Row = readonly string[]

const tables: readonly Table[] = [
  {
    title: 'Full load',
    columns: [
      ['payments/s', ({ perSecond }) => cell(perSecond, 0)],
      ['of floor', ({ perSecondOfFloor }) => cell(perSecondOfFloor, 2)],
      ['CPU µs per payment', ({ cpuUs, databaseCpuUs }) => `${cell(cpuUs, 0)}${serverShare(databaseCpuUs)}`],
      ['of floor', ({ cpuOfFloor }) => cell(cpuOfFloor, 2)],
      ['p50 ms', ({ p50Ms }) => cell(p50Ms, 1)],
      ['p99 ms', ({ p99Ms }) => cell(p99Ms, 1)],
      ['memory MiB', ({ residentMiB }) => cell(residentMiB, 0)],
      ['of floor', ({ residentOfFloor }) => cell(residentOfFloor, 2)],
    ],
  },
  {
    title: 'Steady rate',
    columns: [
      ['p50 over floor, ms', ({ steadyP50OverFloorMs }) => cell(steadyP50OverFloorMs, 2)],
      ['p99 over floor, ms', ({ steadyP99OverFloorMs }) => cell(steadyP99OverFloorMs, 2)],
      ['CPU µs per payment', ({ steadyCpuUs }) => cell(steadyCpuUs, 0)],
      ['of floor', ({ steadyCpuOfFloor }) => cell(steadyCpuOfFloor, 2)],
    ],
  },
]

/** Columns as wide as their cells, for a terminal. `titles` has the names for people. */
export function terminalTables(summaries: readonly Summary[], titles: ReadonlyMap<string, string>): string {
  return tables
    .map((table) => {
      const rows = rowsOf(table, summaries, titles)
      const widths = rows[0]!.map((_, index) => Math.max(...rows.map((row) => row[index]!.length)))
      const line = (row: Row): string =>
        row
          .map((text, index) => (index === 0 ? text.padEnd(widths[index]!) : text.padStart(widths[index]!)))
          .join('  ')
      return `${rows.map(line).join('\n')}\n`
    })
    .join('\n')
}

/** The same as Markdown, with how it was measured below. */
export function markdownTables(
  summaries: readonly Summary[],
  titles: ReadonlyMap<string, string>,
  setting: Setting,
): string {
  const line = (row: Row): string => `| ${row.join(' | ')} |`
  const texts = tables.map((table) => {
    const [heading, ...rows] = rowsOf(table, summaries, titles)
    const rule = heading!.map((_, index) => (index === 0 ? '---' : '---:'))
    return [heading!, rule, ...rows].map(line).join('\n')
  })
  return `${[...texts, describeSetting(setting)].join('\n\n')}\n`
}

/** How the figures came about, as a paragraph. */
export function describeSetting(setting: Setting): string {
  const { rounds, seconds, connections, steadyPerSecond, steadyLatencyMs, cores, node, loadBefore } = setting
  return [
    `Medians of ${rounds} interleaved rounds, least and most in parentheses; each load took ${seconds} s.`,
    `Ratios and differences to floor are taken inside each round.`,
    `Full load: ${connections} requests under way, and an Atlas that answers at once.`,
    `Steady: ${steadyPerSecond} requests a second, and an Atlas that takes ${steadyLatencyMs} ms.`,
    `${cores} cores, shared with the load, the fake Atlas and PostgreSQL; Node ${node}.`,
    `Load average before the run, of other work: ${loadBefore.toFixed(1)}.`,
  ].join(' ')
}

/** The heading and a row for each contender. */
function rowsOf(
  { title, columns }: Table,
  summaries: readonly Summary[],
  titles: ReadonlyMap<string, string>,
): readonly Row[] {
  return [
    [title, ...columns.map(([heading]) => heading)],
    ...summaries.map((one) => [titles.get(one.name) ?? one.name, ...columns.map(([, text]) => text(one))]),
  ]
}

function cell({ median, min, max }: Spread, digits: number): string {
  const text = (value: number): string => value.toFixed(digits)
  return `${text(median)} (${text(min)}–${text(max)})`
}

/** What the database server spends besides, where there is one. */
function serverShare({ median }: Spread): string {
  return median === 0 ? '' : ` + ${median.toFixed(0)} in the database`
}
