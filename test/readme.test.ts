import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { paymentErrorRules } from '../src/payment/payment-outcome.ts'
import { scenarioTable } from '../src/simulator/scenarios.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

/** The cells of every table row that begins with a code span. */
const rows = [...readme.matchAll(/^\| `.+\|$/gm)].map(([row]) =>
  row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim()),
)

/** What stands between the comments that mark an excerpt, and how deep it is indented. */
const region = /^( *)\/\/ #region readme\n(.+?)^ *\/\/ #endregion$/gms

test('the table of codes is the code table', () => {
  const codes = new Set<string>(paymentErrorRules.keys())
  const table = rows
    .filter(([cell]) => codes.has(cell!.replaceAll('`', '')))
    .map(([code, statuses, ...rest]) => [code, statusesOf(statuses!), ...rest])
  expect(table).toEqual(
    [...paymentErrorRules].map(([code, { atlasStatuses, paymentState, action, retryable }]) => [
      `\`${code}\``,
      atlasStatuses,
      `\`${paymentState}\``,
      `\`${action}\``,
      retryable ? 'yes' : 'no',
    ]),
  )
})

test('every order number that the simulator knows is in the table, and no other', () => {
  const named = new Set(
    rows.flatMap(([cell]) => [...cell!.matchAll(/`(SIM-[A-Z0-9-]+)`/g)].map(([, name]) => name!)),
  )
  const isStatus = (name: string): boolean => /^SIM-(MINUS-)?\d+$/.test(name)
  expect([...named].filter((name) => !isStatus(name)).sort()).toEqual(
    scenarioTable
      .map(({ name }) => name)
      .filter((name) => !isStatus(name) && /^SIM-[A-Z0-9-]+$/.test(name))
      .sort(),
  )
})

test('the excerpts of clients are the marked regions of test/clients, in full', () => {
  const folder = new URL('clients/', import.meta.url)
  const regions = readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => [...readFileSync(new URL(name, folder), 'utf8').matchAll(region)])
    .map(([, indent, text]) => text!.replaceAll(new RegExp(`^${indent}`, 'gm'), ''))
  const [, section = ''] = /^## From your frontend\n(.+?)^## /ms.exec(readme) ?? []
  const excerpts = [...section.matchAll(/^```ts\n(.+?)^```$/gms)].map(([, text]) => text!)
  expect(excerpts).toHaveLength(6)
  expect(excerpts.sort()).toEqual(regions.sort())
})

/** The Atlas statuses that a cell begins with; words after them name what else leads to the code. */
function statusesOf(cell: string): number[] {
  const beginning = /^[\d, ]*/.exec(cell)![0]
  return [...beginning.matchAll(/\d+/g)].map(([digits]) => Number(digits))
}
