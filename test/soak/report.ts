/** The figures of a run, for people. */

import type { SoakReport } from './soak-run.ts'

export function describeReport(report: SoakReport): string {
  const { plan, verdict, injected } = report
  const paid = ((100 * verdict.charged) / Math.max(verdict.orders, 1)).toFixed(1)
  const rows: readonly (readonly [string, string | number])[] = [
    ['seed', plan.seed],
    ['store', `${plan.store}, ${report.gateways} gateway(s)`],
    ['duration', `${Math.round(report.durationMs / 1000)} s`],
    ['orders', verdict.orders],
    ['paid', `${verdict.charged} (${paid} %)`],
    ['kill -9', `${report.kills}, ${report.earlyKills} of them while starting`],
    ['pay.do cut off by a kill', report.cutOff],
    ['payOrder requests', `${report.payCalls}, ${report.answeredPayCalls} answered`],
    ['pay.do requests', report.payRequests],
    ['top-level errors', describeCounts(report.refusals)],
    ['injected', describeCounts(injected)],
    ['charged twice', verdict.doubles.length],
    ['lies', verdict.lies.length],
    ['lost', verdict.lost.length],
    ['still unknown', verdict.open.length],
    ['clients without an answer', report.clientsLeft],
    ['faults logged by gateways', report.gatewayFaults.length],
  ]
  const lines = rows.map(([name, value]) => `  ${name.padEnd(26)} ${value}`)
  const end =
    report.failures.length === 0
      ? ['  PASSED']
      : ['  FAILED', ...report.failures.map((failure) => `    ${failure}`)]
  return [...lines, ...end, ''].join('\n')
}

function describeCounts(counts: Readonly<Record<string, number | undefined>>): string {
  const named = Object.entries(counts).map(([name, count]) => `${name} ${count}`)
  return named.length === 0 ? 'none' : named.join(', ')
}
