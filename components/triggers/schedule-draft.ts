import type { Graph } from '@/domain/graph/graph'
import { typeOfSchema, type ValueType } from '@/domain/graph/value-type'
import type { Json } from '@/domain/json'
import { isTimeZone, readCron, type CronIssue } from '@/domain/trigger/cron'
import type { MissedPolicy, OverlapPolicy } from '@/domain/trigger/schedule'
import type { ProblemIssue } from '@/components/live/problem-error'
import type { ScheduleBody, ScheduleChange } from '@/wire/triggers'

/** A schedule as it stands in its form: texts, until it is saved. */
export type ScheduleDraft = { name: string; cron: string; timeZone: string; input: string; version: string; priority: string; missed: MissedPolicy; catchUp: string; overlap: OverlapPolicy }

/** The newest version, whichever that will be. A select cannot hold null. */
export const NEWEST = 'newest'

export function draftOf(schedule: ScheduleBody): ScheduleDraft {
  const { name, cron, timeZone, input, version, priority, missed, catchUp, overlap } = schedule
  return { name, cron, timeZone, input: JSON.stringify(input, null, 2), version: versionText(version), priority: String(priority), missed, catchUp: String(catchUp), overlap }
}

export function newDraft(name: string, timeZone: string, graph: Graph): ScheduleDraft {
  return { name, cron: '0 9 * * MON-FRI', timeZone, input: JSON.stringify(exampleInput(graph), null, 2), version: NEWEST, priority: '5', missed: 'skip', catchUp: '10', overlap: 'skip' }
}

/** What a draft's expression comes to: the next fires, or what is wrong with it. */
export type Preview = { fires: number[] } | { cron: CronIssue } | { zone: true }

export function previewOf({ cron, timeZone }: Pick<ScheduleDraft, 'cron' | 'timeZone'>, now: number): Preview {
  if (!isTimeZone(timeZone)) return { zone: true }
  const read = readCron(cron, timeZone)
  return read.cron ? { fires: read.cron.after(now, 5) } : { cron: read.issue }
}

/** The draft as the API takes it; a field that cannot be is named instead. */
export function changeOf(draft: ScheduleDraft): { change: ScheduleChange } | { wrong: 'name' | 'input' | 'catchUp' | 'priority' } {
  const { name, cron, timeZone, missed, overlap, version } = draft
  if (name.trim() === '') return { wrong: 'name' }
  const catchUp = wholeNumber(draft.catchUp, 1, 100)
  if (catchUp === undefined) return { wrong: 'catchUp' }
  const priority = wholeNumber(draft.priority, 0, 10)
  if (priority === undefined) return { wrong: 'priority' }
  try {
    const input = JSON.parse(draft.input.trim() === '' ? '{}' : draft.input) as Json
    return { change: { name: name.trim(), cron: cron.trim(), timeZone, input, version: versionOfText(version), priority, missed, catchUp, overlap } }
  } catch {
    return { wrong: 'input' }
  }
}

/** What the server said of a field, and of all that is in it. */
export function issueAt(issues: readonly ProblemIssue[], field: string): string | undefined {
  const found = issues.filter(({ path }) => path === field || path.startsWith(`${field}.`))
  return found.length === 0 ? undefined : found.map(({ path, message }) => (path === field ? message : `${path.slice(field.length + 1)}: ${message}`)).join('; ')
}

export function versionText(version: number | 'draft' | null): string {
  return version === null ? NEWEST : String(version)
}

export function versionOfText(text: string): number | 'draft' | null {
  return text === NEWEST ? null : text === 'draft' ? text : Number(text)
}

export function wholeNumber(text: string, min: number, max: number): number | undefined {
  const value = Number(text)
  return text.trim() !== '' && Number.isInteger(value) && value >= min && value <= max ? value : undefined
}

/** An input of the right shape, to be filled in. */
export function exampleInput(graph: Graph): Json {
  return valueLike(typeOfSchema(graph.nodes.find((node) => node.type === 'input')?.config.schema))
}

function valueLike(type: ValueType): Json {
  switch (type.kind) {
    case 'text':
      return ''
    case 'number':
      return 0
    case 'boolean':
      return false
    case 'list':
      return []
    case 'object':
      return Object.fromEntries(Object.entries(type.fields).map(([key, field]) => [key, valueLike(field)]))
    case 'null':
      return null
    case 'any':
      return {}
  }
}
