import { CallLimits, type Rate } from '@/domain/rate/call-limits'
import type { Line } from './line-fields'

/** What stands in the fields: name, requests and tokens a minute; empty: no bound. */
export type LimitsForm = { models: Line[]; keys: Line[] }

const linesOf = (rates: readonly Rate[]): Line[] => rates.map(({ name, requestsPerMinute, tokensPerMinute }, key) => ({ key, values: [name, requestsPerMinute ?? '', tokensPerMinute ?? ''].map(String) }))

export function formOfLimits({ models, keys }: CallLimits): LimitsForm {
  return { models: linesOf(models), keys: linesOf(keys) }
}

/** @returns the fields at fault where there are some, by table, as `line.column` */
export function limitsOfForm(form: LimitsForm): { limits?: CallLimits; wrong: Record<'models' | 'keys', Set<string>> } {
  const bound = (text = '') => (text.trim() === '' ? null : Number(text))
  const ratesOf = (lines: readonly Line[]) => lines.map(({ values: [name = '', requests, tokens] }) => ({ name: name.trim(), requestsPerMinute: bound(requests), tokensPerMinute: bound(tokens) }))
  const parsed = CallLimits.safeParse({ models: ratesOf(form.models), keys: ratesOf(form.keys) })
  const wrong = { models: new Set<string>(), keys: new Set<string>() }
  for (const { path: [table, line, field] } of parsed.error?.issues ?? []) {
    if (table === 'models' || table === 'keys') wrong[table].add(`${String(line)}.${['name', 'requestsPerMinute', 'tokensPerMinute'].indexOf(String(field))}`)
  }
  return parsed.success ? { limits: parsed.data, wrong } : { wrong }
}
