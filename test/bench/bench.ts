/**
 * `npm run bench`: what a payment costs in this gateway and in what people would use instead, side by side.
 *
 *   npm run bench -- [--only ours-sqlite,floor] [--rounds N] [--seconds N] [--warm-up N]
 *                    [--markdown FILE] [--svg FILE] [--json FILE] [--check]
 *   npm run bench -- --memory [--payments N] | --ready
 *                    | --instances | --unknown [--rounds N] [--seconds N]
 *
 * Linux only: CPU and memory are read from /proc. Exits 1 when a payment fails, or with `--check` when a bar is
 * not met.
 */

import { writeFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { type Bar, checkBars, describeBars } from './bars.ts'
import { drawChart } from './chart.ts'
import { compareContenders } from './comparison.ts'
import { contenders } from './contenders.ts'
import { compareInstances } from './instances.ts'
import { CONNECTIONS, STEADY_LATENCY_MS, STEADY_PER_SECOND } from './measure.ts'
import { measureMemory } from './memory.ts'
import { type BenchPlace, openPlace } from './place.ts'
import { measureReadiness } from './readiness.ts'
import { describeSetting, markdownTables, terminalTables } from './report.ts'
import { summarize } from './summary.ts'
import { measureUnknown } from './unknown.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    'warm-up': { type: 'string', default: '10' },
    markdown: { type: 'string' },
    svg: { type: 'string' },
    json: { type: 'string' },
    check: { type: 'boolean', default: false },
    memory: { type: 'boolean', default: false },
    payments: { type: 'string', default: '1000000' },
    ready: { type: 'boolean', default: false },
    instances: { type: 'boolean', default: false },
    unknown: { type: 'boolean', default: false },
  },
})

const rounds = countOf('rounds', values.rounds)
const seconds = countOf('seconds', values.seconds)
const onStep = (step: string): void => void process.stderr.write(`${step}\n`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))

/** Of the last minute, before this run adds to it. */
const loadBefore = loadavg()[0]!
const place = await openPlace()
try {
  if (!place.isOnDisk)
    onStep('The folder of this run is in memory: the SQLite ledger costs less than on a disk.')
  const bars = await run(place)
  process.stdout.write(`\n${describeBars(bars)}`)
  if (values.check && !bars.every(({ isMet }) => isMet)) process.exitCode = 1
} finally {
  await place.close()
}

async function run(there: BenchPlace): Promise<readonly Bar[]> {
  if (values.memory) return [await measureMemory(there, countOf('payments', values.payments), onStep)]
  if (values.ready) return [await measureReadiness(there)]
  if (values.instances) return [await compareInstances(there, { rounds, seconds, onStep })]
  if (values.unknown) return measureUnknown(there, { rounds, seconds, onStep })
  return compare(there)
}

async function compare(there: BenchPlace): Promise<readonly Bar[]> {
  const samples = await compareContenders(there, {
    only: values.only.split(',').filter((name) => name !== ''),
    rounds,
    seconds,
    warmUpSeconds: countOf('warm-up', values['warm-up']),
    onStep,
  })
  const titles = new Map(contenders.map(({ name, title }) => [name, title]))
  const summaries = summarize(samples)
  const bars = checkBars(samples)
  const setting = {
    rounds,
    seconds,
    connections: CONNECTIONS,
    steadyPerSecond: STEADY_PER_SECOND,
    steadyLatencyMs: STEADY_LATENCY_MS,
    cores: availableParallelism(),
    node: process.versions.node,
    loadBefore,
  }
  process.stdout.write(`\n${terminalTables(summaries, titles)}\n${describeSetting(setting)}\n`)
  if (values.markdown !== undefined)
    writeFileSync(values.markdown, markdownTables(summaries, titles, setting))
  if (values.svg !== undefined) writeFileSync(values.svg, drawChart(summaries, titles))
  if (values.json !== undefined) {
    const result = { setting, samples: Object.fromEntries(samples), summaries, bars }
    writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`)
  }
  return bars
}

function countOf(name: string, value: string): number {
  if (!/^[1-9]\d{0,7}$/.test(value)) throw new Error(`--${name} must be a whole number from 1 on.`)
  return Number(value)
}
