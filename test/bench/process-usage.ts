/** What a process and all that it started use, from Linux's /proc. */

import { readdirSync, readFileSync } from 'node:fs'

export interface Usage {
  /** User and system time so far, in milliseconds. */
  readonly cpuMs: number
  readonly residentBytes: number
}

interface ProcessLine {
  readonly pid: number
  readonly name: string
  readonly parent: number
  readonly cpuMs: number
}

/** What one tick of /proc/…/stat is worth on every Linux that Node runs on. */
const TICK_MS = 10

/** Usage of the whole tree below a process, the process included. Throws when it does not run. */
export function usageOf(pid: number): Usage {
  const tree = treeOf(pid, readProcesses())
  if (tree.length === 0) throw new Error(`Process ${pid} does not run.`)
  return {
    cpuMs: tree.reduce((sum, one) => sum + one.cpuMs, 0),
    residentBytes: tree.reduce((sum, one) => sum + residentBytesOf(one.pid), 0),
  }
}

/** The children of a process that have a name, as the kernel cuts it to 15 characters. */
export function childrenNamed(parent: number, name: string): readonly number[] {
  return readProcesses()
    .filter((one) => one.parent === parent && one.name === name)
    .map(({ pid }) => pid)
}

function treeOf(root: number, processes: readonly ProcessLine[]): readonly ProcessLine[] {
  const tree = processes.filter(({ pid }) => pid === root)
  // A process that is found is looked at in turn: its children are appended.
  for (const { pid } of tree) tree.push(...processes.filter(({ parent }) => parent === pid))
  return tree
}

function readProcesses(): readonly ProcessLine[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      const stat = read(`/proc/${entry}/stat`)
      return stat === '' ? [] : [parseStat(stat)]
    })
}

/** A line of /proc/<pid>/stat. The name in parentheses may hold blanks and parentheses. */
export function parseStat(stat: string): ProcessLine {
  const [start, end] = [stat.indexOf('('), stat.lastIndexOf(')')]
  const fields = stat.slice(end + 2).split(' ')
  return {
    pid: Number.parseInt(stat, 10),
    name: stat.slice(start + 1, end),
    parent: Number(fields[1]),
    cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS,
  }
}

function residentBytesOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024
}

/** Empty when the process has ended meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
