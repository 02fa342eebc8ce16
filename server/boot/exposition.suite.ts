/** The text format of Prometheus, read strictly. @see https://prometheus.io/docs/instrumenting/exposition_formats/ */
export type Sample = { name: string; labels: Record<string, string>; value: number }
export type Family = { name: string; type: string; help: string; samples: Sample[] }

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const SUFFIXES: Record<string, readonly string[]> = { histogram: ['_bucket', '_sum', '_count'], summary: ['', '_sum', '_count'] }

/** @throws Error naming the line that is not of the format */
export function readExposition(text: string): Family[] {
  const families: Family[] = []
  const seen = new Set<string>()
  let helped: { name: string; help: string } | undefined
  if (!text.endsWith('\n')) throw new Error('The last line has no end')
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? []
    if (kind === 'HELP') helped = { name, help: rest }
    else if (kind === 'TYPE') {
      if (helped?.name !== name) throw new Error(`${name} has a type and no help before it`)
      if (families.some((family) => family.name === name)) throw new Error(`${name} is there twice`)
      if (!['counter', 'gauge', 'histogram', 'summary', 'untyped'].includes(rest)) throw new Error(`${name} has the type ${rest}`)
      families.push({ name, type: rest, help: helped.help, samples: [] })
    } else if (!line.startsWith('#')) {
      const sample = readSample(line)
      const family = families.at(-1)
      if (!family || !(SUFFIXES[family.type] ?? ['']).some((suffix) => sample.name === family.name + suffix)) throw new Error(`${sample.name} stands outside its family`)
      const key = JSON.stringify([sample.name, Object.entries(sample.labels).sort()])
      if (seen.has(key)) throw new Error(`${key} is there twice`)
      seen.add(key)
      family.samples.push(sample)
    }
  }
  return families
}

function readSample(line: string): Sample {
  const [, name = '', inner, number = ''] = /^([^\s{]+)(?:\{(.*)\})? (\S+)(?: \d+)?$/.exec(line) ?? []
  if (!NAME.test(name)) throw new Error(`Not a sample: ${line}`)
  const labels: Record<string, string> = {}
  let rest = inner ?? ''
  while (rest !== '') {
    const [whole, label = '', value = ''] = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/.exec(rest) ?? []
    if (whole === undefined || label in labels) throw new Error(`Labels of ${line}`)
    labels[label] = value
    rest = rest.slice(whole.length)
  }
  const value = { '+Inf': Infinity, '-Inf': -Infinity }[number] ?? Number(number)
  // Prometheus reads it in any case, and prom-client writes Nan.
  if (Number.isNaN(value) && number.toLowerCase() !== 'nan') throw new Error(`Not a number: ${line}`)
  return { name, labels, value }
}

/** What the naming rules of Prometheus object to. @see https://prometheus.io/docs/practices/naming/ */
export function objections({ name, type, help, samples }: Family): string[] {
  const said: string[] = []
  const object = (wrong: boolean, what: string) => wrong && said.push(`${name}: ${what}`)
  object(!/^[a-z][a-z0-9_]*$/.test(name), 'not in small letters')
  object(help.trim() === '', 'no help')
  object(type === 'counter' && !name.endsWith('_total') , 'a counter without _total')
  object(type !== 'counter' && name.endsWith('_total'), '_total, and no counter')
  object(/(^|_)(ms|millis|milliseconds|micros|minutes|hours|kb|mb|kilobytes|megabytes|percent)(_|$)/.test(name), 'not in base units')
  object(/_(bucket|sum|count)$/.test(name), 'a name that a histogram makes')
  object(type === 'histogram' && !/_(seconds|bytes|tokens)$/.test(name), 'a histogram without its unit')
  for (const { labels } of samples) {
    object(Object.keys(labels).some((label) => ['run', 'run_id', 'step', 'trace_id', 'user'].includes(label)), 'a label with a value for each run')
    object('instance' in labels || 'job' in labels, 'a label that a scrape sets itself')
    object(Object.values(labels).some((value) => /run_[0-9a-zA-Z]/.test(value)), 'the id of a run')
    object(type !== 'histogram' && 'le' in labels, 'le, and no histogram')
  }
  if (type === 'histogram') said.push(...unevenBuckets(name, samples))
  return [...new Set(said)]
}

function unevenBuckets(name: string, samples: readonly Sample[]): string[] {
  const keyOf = ({ le: _le, ...labels }: Record<string, string>) => JSON.stringify(Object.entries(labels).sort())
  return samples.filter((sample) => sample.name === `${name}_count`).flatMap((count) => {
    const buckets = samples.filter((sample) => sample.name === `${name}_bucket` && keyOf(sample.labels) === keyOf(count.labels)).map((sample) => [sample.labels.le === '+Inf' ? Infinity : Number(sample.labels.le), sample.value] as const).sort(([a], [b]) => a - b)
    const grows = buckets.every(([, value], index) => index === 0 || value >= buckets[index - 1]![1])
    return buckets.at(-1)?.[0] === Infinity && buckets.at(-1)?.[1] === count.value && grows ? [] : [`${name}: buckets that do not add up`]
  })
}
