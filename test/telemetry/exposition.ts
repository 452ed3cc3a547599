/** What a scrape answered, read as Prometheus reads it (text format 0.0.4). */

interface MetricFamily {
  readonly name: string
  readonly help: string
  readonly type: string
  readonly samples: readonly Sample[]
}

export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  /** Name and labels as written: what tells one series from another. */
  readonly series: string
  readonly value: number
}

export type Exposition = readonly MetricFamily[]

/** Throws on any line that is not of the format, and on a sample outside its family. */
export function parseExposition(text: string): Exposition {
  const families: (MetricFamily & { samples: Sample[] })[] = []
  for (const line of text.split('\n')) {
    if (line === '') continue
    const [, comment, subject, rest] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? []
    const family = families.at(-1)
    if (comment === 'HELP') families.push({ name: subject!, help: rest!, type: '', samples: [] })
    else if (comment === 'TYPE' && family?.name === subject) Object.assign(family!, { type: rest })
    else family!.samples.push(parseSample(line, family!.name))
  }
  return families
}

/** The value of one series; 0 when it does not exist yet. */
export function valueOf(exposition: Exposition, series: string): number {
  return samplesOf(exposition).find((sample) => sample.series === series)?.value ?? 0
}

export function samplesOf(exposition: Exposition): readonly Sample[] {
  return exposition.flatMap(({ samples }) => samples)
}

/** By how much the series grew whose names match, as far as they did. */
export function growthOf(before: Exposition, after: Exposition, names: RegExp): Record<string, number> {
  const grown = samplesOf(after)
    .filter(({ name }) => names.test(name))
    .map(({ series, value }) => [series, value - valueOf(before, series)] as const)
  return Object.fromEntries(grown.filter(([, growth]) => growth !== 0))
}

function parseSample(line: string, family: string): Sample {
  const [, series, name, labelText = '', value] = /^(([a-z_]+)(?:\{(.*)\})?) (\S+)$/.exec(line) ?? []
  if (name === undefined || !name.startsWith(family)) throw new Error(`Not a sample of ${family}: ${line}`)
  const labels = [...labelText.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"(?:,|$)/g)]
  if (labels.map(([whole]) => whole).join('') !== labelText) throw new Error(`Labels are malformed: ${line}`)
  return {
    name,
    series: series!,
    labels: Object.fromEntries(labels.map(([, label, text]) => [label, text])),
    value: value === '+Inf' ? Infinity : Number(value),
  }
}
