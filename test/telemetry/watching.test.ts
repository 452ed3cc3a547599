/** The dashboard and the alerts: that they ask for what a scrape shows, and tell a person what to do. */

import { readFileSync } from 'node:fs'
import { parser as promql } from '@prometheus-io/lezer-promql'
import { beforeAll, expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { paymentErrorCodes } from '../../src/payment/payment-outcome.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { refusalCodes } from '../../src/telemetry/refusal-codes.ts'
import { parseExposition } from './exposition.ts'

const read = (name: string): string => readFileSync(new URL(`../../deploy/${name}`, import.meta.url), 'utf8')

interface Alert {
  readonly alert: string
  readonly expr: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}
interface Panel {
  readonly id: number
  readonly title: string
  readonly description: string
  readonly type: string
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly fieldConfig: { readonly defaults: { readonly unit?: string } }
  readonly targets: readonly {
    readonly expr: string
    readonly refId: string
    readonly legendFormat: string
  }[]
}
const { groups } = parseYaml(read('alerts.yaml')) as { groups: { rules: Alert[] }[] }
const alerts = groups.flatMap(({ rules }) => rules)
const { panels } = JSON.parse(read('grafana-dashboard.json')) as { panels: Panel[] }
const queries = panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const))

/** Series and their labels, as a scrape shows them; Prometheus adds `up`, and two labels to each. */
let exposed: Map<string, Set<string>>

beforeAll(async () => {
  const metrics = createMetrics({ version: '1.2.3', inFlight: () => 0, followers: () => 0 })
  metrics.countPayment('SUCCESS', 'BALANCE')
  metrics.countSettlement('SUCCESS')
  metrics.countRateLimited('read')
  metrics.observeAtlas('pay.do', 'accepted', 1)
  metrics.observeLedger('claim', 'ok', 1)
  metrics.observeRequest('200', 1)
  exposed = new Map([['up', new Set(['job', 'instance'])]])
  for (const { samples } of parseExposition((await metrics.render()).body)) {
    for (const { name, labels } of samples) {
      exposed.set(name, new Set([...Object.keys(labels), 'job', 'instance']))
    }
  }
})

test.each([...alerts.map(({ alert, expr }) => [alert, expr] as const), ...queries])(
  '%s asks for metrics and labels that exist',
  (_name, expr) => {
    const { faults, selectors } = readPromql(expr)
    expect(faults).toEqual([])
    expect(selectors.length).toBeGreaterThan(0)
    for (const { metric, labels } of selectors) {
      expect([...exposed.keys()]).toContain(metric)
      expect(labels.filter((label) => !exposed.get(metric)!.has(label))).toEqual([])
    }
  },
)

test.each<[string, readonly string[]]>([
  ['outcome', paymentErrorCodes],
  ['code', refusalCodes],
])('the values of the label %s in them exist', (label, values) => {
  const asked = [...alerts.map(({ expr }) => expr), ...queries.map(([, expr]) => expr)]
    .flatMap((expr) => [...expr.matchAll(new RegExp(`${label}=~?"([^"]+)"`, 'g'))])
    .flatMap(([, codes]) => codes!.split('|'))
  expect(asked.length).toBeGreaterThan(0)
  expect(asked.filter((code) => !values.includes(code))).toEqual([])
})

test('alerts are about what a person has to do, and say what', () => {
  expect(alerts.map(({ alert }) => alert)).toEqual([
    'AtlasPayUnknownTooOld',
    'AtlasPayResend',
    'AtlasPayAccessDenied',
    'AtlasPayCallersRefused',
    'AtlasPayErrorRatio',
    'AtlasPayRequestErrors',
    'AtlasPayLedgerErrors',
    'AtlasPayNotReady',
    'AtlasPayInstanceDown',
    'AtlasPayAllDown',
    'AtlasPayNearlyFull',
  ])
  for (const { labels, annotations } of alerts) {
    expect(['critical', 'warning']).toContain(labels['severity'])
    expect(annotations['summary']).toMatch(/^[^\n]{15,100}\.$/)
    expect(annotations['description']).toMatch(/^.{30,} Runbook: .{30,}\.$/)
  }
})

test('the thresholds are 10 minutes of not knowing, any denial, any second start, a rise of refused callers', () => {
  const exprOf = (name: string): string => alerts.find(({ alert }) => alert === name)!.expr
  expect(exprOf('AtlasPayUnknownTooOld')).toMatch(/ > 600$/)
  expect(exprOf('AtlasPayResend')).toMatch(/ > 0$/)
  // The first denial is a new series at 1, in which increase() sees nothing.
  expect(exprOf('AtlasPayAccessDenied')).toMatch(/increase\(.+\) > 0 or .+ unless .+ offset 10m\) > 0$/s)
  // Six times ten minutes are an hour: half of that is three times as many as usual.
  expect(exprOf('AtlasPayCallersRefused')).toMatch(
    /increase\(.+\[10m\]\)\) > 20 unless .+\[10m\]\)\) <= .+\[1h\] offset 10m\)\) \/ 2$/s,
  )
})

test('panels have a title, a text, a unit and a place of their own', () => {
  expect(panels.length).toBeGreaterThan(10)
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
  expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length)
  const taken = new Set<string>()
  for (const { title, description, type, gridPos, fieldConfig, targets } of panels) {
    expect(title).toMatch(/^[A-Z].{5,}/)
    expect(description).toMatch(/\.$/)
    expect(['stat', 'timeseries']).toContain(type)
    expect(['short', 's', 'percentunit']).toContain(fieldConfig.defaults.unit)
    expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length)
    expect(targets.every(({ legendFormat }) => legendFormat !== '')).toBe(true)
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        expect(taken).not.toContain(`${x},${y}`)
        taken.add(`${x},${y}`)
      }
    }
    expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24)
  }
})

test('every metric is drawn', () => {
  const drawn = new Set(queries.flatMap(([, expr]) => readPromql(expr).selectors.map(({ metric }) => metric)))
  const families = new Set([...exposed.keys()].map((name) => name.replace(/_(bucket|sum|count)$/, '')))
  families.delete('up')
  expect(new Set([...drawn].map((name) => name.replace(/_(bucket|sum|count)$/, '')))).toEqual(families)
})

interface PromqlReading {
  readonly faults: readonly string[]
  /** Each metric with the labels that it is matched by or grouped by. */
  readonly selectors: readonly { readonly metric: string; readonly labels: readonly string[] }[]
}

/** Reads an expression with the grammar of Prometheus; Grafana's own variables stand for durations and texts. */
function readPromql(expr: string): PromqlReading {
  const text = expr.replaceAll('$__rate_interval', '5m').replaceAll('"$job"', '".*"')
  const faults: string[] = []
  const selectors: { metric: string; labels: string[] }[] = []
  const grouped: string[] = []
  const textOf = ({ from, to }: { from: number; to: number }): string => text.slice(from, to)
  promql.parse(text).iterate({
    enter(node) {
      if (node.type.isError) faults.push(`at ${node.from} of ${text}`)
      if (node.name === 'VectorSelector')
        selectors.push({ metric: textOf(node.node.firstChild!), labels: [] })
      if (node.name !== 'LabelName') return
      const isGrouping = node.node.parent!.name === 'GroupingLabels'
      ;(isGrouping ? grouped : selectors.at(-1)!.labels).push(textOf(node))
    },
  })
  // Labels of a grouping are asked of everything inside; none of the expressions groups two metrics.
  return {
    faults,
    selectors: selectors.map(({ metric, labels }) => ({ metric, labels: [...labels, ...grouped] })),
  }
}
