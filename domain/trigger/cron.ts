import { Cron as Croner } from 'croner'
import type { EpochMs } from '@/domain/json'

export const CRON_FIELDS = ['minute', 'hour', 'day', 'month', 'weekday'] as const
export type CronField = (typeof CRON_FIELDS)[number]

/** Why a text is no schedule; a page says it in the reader's language, `describeCronIssue` in English. */
export type CronIssue = { kind: 'empty' } | { kind: 'parts'; found: number } | { kind: 'field'; field: CronField; text: string } | { kind: 'never' }

/** When a schedule fires. Pure: the moment to count from is handed in. */
export type Cron = {
  /** The next `count` fires strictly after `ms`, soonest first; fewer where the calendar ends. */
  after(ms: EpochMs, count: number): EpochMs[]
  /** The last `count` fires at or before `ms`, soonest first. */
  upTo(ms: EpochMs, count: number): EpochMs[]
}

/** Longest expression, in characters. */
export const MAX_CRON = 200
const NICKNAMES = ['@hourly', '@daily', '@midnight', '@weekly', '@monthly', '@yearly', '@annually']

/**
 * Five fields (minute hour day month weekday) or a nickname such as @daily; names, ranges, lists, steps, `L`, `W` and `#`.
 * `?` is refused, as croner reads the clock for it.
 *
 * Where clocks change, a schedule of fixed times ("30 2 * * *", "0 2,14 * * *") fires once a day: a time that is left out
 * fires at the end of the gap, one that comes twice fires the first time. A repeating one ("*\/30 * * * *") follows the real hours.
 */
export function readCron(text: string, zone: string): { cron: Cron; issue?: undefined } | { cron?: undefined; issue: CronIssue } {
  const trimmed = text.trim()
  if (trimmed === '') return { issue: { kind: 'empty' } }
  const parts = trimmed.split(/\s+/)
  if (trimmed.startsWith('@') ? !NICKNAMES.includes(trimmed.toLowerCase()) : parts.length !== CRON_FIELDS.length) return { issue: { kind: 'parts', found: parts.length } }
  const wrong = trimmed.startsWith('@') ? -1 : parts.findIndex((part, index) => !isField(part, index))
  if (wrong >= 0) return { issue: { kind: 'field', field: CRON_FIELDS[wrong]!, text: parts[wrong]! } }
  // `paused`, and no function: it only counts, and sets no timer.
  const croner = new Croner(parts.join(' '), { mode: '5-part', timezone: zone, fixedTimeRule: 'no-wildcard', paused: true })
  if (croner.nextRun(new Date(0)) === null) return { issue: { kind: 'never' } }
  return {
    cron: {
      after: (ms, count) => croner.nextRuns(count, new Date(ms)).map((date) => date.getTime()),
      // croner looks before its reference; ours counts, too.
      upTo: (ms, count) => croner.previousRuns(count, new Date(ms + 1)).map((date) => date.getTime()).reverse(),
    },
  }
}

/** Tried alone between wildcards: croner's own message does not always say which field is meant. */
function isField(part: string, index: number): boolean {
  if (part.length > MAX_CRON || !/^[A-Za-z0-9*,/#+-]+$/.test(part)) return false
  try {
    new Croner(CRON_FIELDS.map((_, place) => (place === index ? part : '*')).join(' '), { mode: '5-part', paused: true })
    return true
  } catch {
    return false
  }
}

/** Whether this machine knows the time zone: an IANA name such as Asia/Seoul, or UTC. */
export function isTimeZone(zone: string): boolean {
  try {
    return /^[A-Za-z]/.test(zone) && new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined
  } catch {
    return false
  }
}

export function describeCronIssue(issue: CronIssue): string {
  switch (issue.kind) {
    case 'empty':
      return 'Say when: five fields, such as 0 9 * * MON-FRI'
    case 'parts':
      return `Takes five fields (minute hour day month weekday) or ${NICKNAMES.join(', ')}; found ${issue.found}`
    case 'field':
      return `"${issue.text}" is no ${issue.field}`
    case 'never':
      return 'No such day ever comes'
  }
}
