/** A chart of a run as SVG: CPU per payment and throughput as ratios to floor. */

import type { Spread } from './statistics.ts'
import type { Summary } from './summary.ts'

/** Of the drawing, in its own units. */
const WIDTH = 760
const LABEL_WIDTH = 250
const BAR_WIDTH_MAX = 420
const LINE_HEIGHT = 24
const TITLE_HEIGHT = 40

/** Readable on white and on black: text follows the scheme of who looks, bars have one tone for both. */
const style = `
    text { font: 13px system-ui, sans-serif; fill: #1f2328 }
    .title { font-weight: 600 }
    .peer { fill: #8b949e }
    .ours { fill: #2f81f7 }
    .range { stroke: #1f2328 }
    @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .range { stroke: #e6edf3 } }
  `

/** The chart. Contenders whose name begins with `ours` stand out. */
export function drawChart(summaries: readonly Summary[], titles: ReadonlyMap<string, string>): string {
  const panelHeight = TITLE_HEIGHT + summaries.length * LINE_HEIGHT
  const panels = [
    drawPanel('CPU per payment, as a multiple of floor (less is better)', summaries, titles, 'cpuOfFloor'),
    drawPanel(
      'Payments per second, as a share of floor (more is better)',
      summaries,
      titles,
      'perSecondOfFloor',
    ),
  ]
  const height = panelHeight * panels.length + LINE_HEIGHT
  const placed = panels.map(
    (panel, index) => `  <g transform="translate(0 ${index * panelHeight})">\n${panel}\n  </g>`,
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="CPU per payment and payments per second, compared with floor">`,
    `  <style>${style}</style>`,
    ...placed,
    '</svg>\n',
  ].join('\n')
}

function drawPanel(
  title: string,
  summaries: readonly Summary[],
  titles: ReadonlyMap<string, string>,
  figure: 'cpuOfFloor' | 'perSecondOfFloor',
): string {
  const most = Math.max(...summaries.map((one) => one[figure].max))
  const lines = summaries.map((one, index) =>
    drawBar({
      label: titles.get(one.name) ?? one.name,
      tone: one.name.startsWith('ours') ? 'ours' : 'peer',
      spread: one[figure],
      top: TITLE_HEIGHT + index * LINE_HEIGHT,
      scale: BAR_WIDTH_MAX / most,
    }),
  )
  return [`    <text class="title" x="8" y="${TITLE_HEIGHT - 14}">${escape(title)}</text>`, ...lines].join(
    '\n',
  )
}

interface DrawnBar {
  readonly label: string
  readonly tone: 'ours' | 'peer'
  readonly spread: Spread
  readonly top: number
  /** Units of the drawing for a ratio of 1. */
  readonly scale: number
}

/** The median as a bar, least and most as a line over it. */
function drawBar({ label, tone, spread, top, scale }: DrawnBar): string {
  const x = (ratio: number): string => (LABEL_WIDTH + ratio * scale).toFixed(1)
  const width = (spread.median * scale).toFixed(1)
  const middle = top + 8
  return [
    `    <text x="${LABEL_WIDTH - 8}" y="${top + 13}" text-anchor="end">${escape(label)}</text>`,
    `    <rect class="${tone}" x="${LABEL_WIDTH}" y="${top}" width="${width}" height="16" rx="2"/>`,
    `    <line class="range" x1="${x(spread.min)}" x2="${x(spread.max)}" y1="${middle}" y2="${middle}"/>`,
    `    <text x="${(LABEL_WIDTH + spread.max * scale + 8).toFixed(1)}" y="${top + 13}">${spread.median.toFixed(2)}</text>`,
  ].join('\n')
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
