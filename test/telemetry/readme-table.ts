/** The tables of the README that tell operators what they get; each is known by its head. */

import { readFileSync } from 'node:fs'

/** The cells of each row, without code marks. Throws when no table has this head. */
export function readReadmeTable(head: readonly string[]): readonly (readonly string[])[] {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const [, rows] =
    new RegExp(`^\\| ${head.join(' \\| ')} \\|\\n\\|[-|]+\\|\\n((?:\\|.+\\|\\n)+)`, 'm').exec(readme) ?? []
  if (rows === undefined) throw new Error(`The README has no table | ${head.join(' | ')} |.`)
  return rows
    .trimEnd()
    .split('\n')
    .map((row) =>
      row
        .replaceAll('`', '')
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}
