/**
 * One look at every rule. Pure: what it finds changed goes into the store in one write.
 * J1. One open alert for each subject of a rule; a new firing is a new alert.
 * J2. An alert's firing is told once: `notifiedAt` is stored with the notices. A silenced one is told when the silence ends.
 * J3. Whoever was told of a firing is told of its end, also when the rule was edited, switched off or removed.
 */
import { caseOf } from '@/domain/alert/alert-case'
import { noticeBody, type NoticeBody } from '@/domain/alert/alert-notice'
import { isLookedUp, metricOf } from '@/domain/alert/metric-catalogue'
import { nextAlert, type AlertState, type Reading } from '@/domain/alert/next-alert'
import { ruleReadings, type Samples, type Subject } from '@/domain/alert/rule-readings'
import type { EpochMs } from '@/domain/json'
import type { Alert, AlertRule, Notice, Silence } from '@/server/ports/alert-store'
import { silencedUntil } from '@/server/ports/alert-watch'

export type Look = {
  rules: readonly AlertRule[]
  /** Rules of open alerts that are no longer among `rules`. */
  removed: readonly AlertRule[]
  open: readonly Alert[]
  silences: readonly Silence[]
  samples: Samples
  now: EpochMs
  nextId: (prefix: string) => string
}
export type Found = { /** All that are open after this look. */ open: Alert[]; /** What is to be written, ended ones too. */ changed: Alert[]; notices: Notice[] }

/** A subject that shows no data for so long is forgotten: its workflow may be gone. */
const FORGOTTEN_MS = 86_400_000

export function judgeRules({ rules, removed, open, silences, samples, now, nextId }: Look): Found {
  const after = rules.flatMap((rule) => {
    const own = open.filter((alert) => isOf(alert, rule))
    const known = new Map(own.map((alert) => [alert.subject, alert]))
    if (!rule.enabled) return []
    return [...ruleReadings(rule, samples, now, known.keys())].flatMap(([subject, reading]) => judged(rule, known.get(subject), subject, reading, now, nextId).map((alert) => withExample(alert, rule, samples, now)))
  })
  const seen = new Set(after.map((alert) => alert.id))
  const orphaned = open.filter((alert) => !seen.has(alert.id)).map((alert) => ({ ...alert, endedAt: now }))
  const before = new Map(open.map((alert) => [alert.id, alert]))
  const ruleOf = new Map([...removed, ...rules].map((rule) => [rule.id, rule]))
  const told = [...after, ...orphaned].map((alert) => tell(alert, ruleOf.get(alert.ruleId), silences, now, nextId))
  return {
    open: told.flatMap(({ alert }) => (alert.endedAt === undefined ? [alert] : [])),
    changed: told.flatMap(({ alert }) => (isWorthKeeping(before.get(alert.id), alert) ? [alert] : [])),
    notices: told.flatMap(({ notices }) => notices),
  }
}

function isOf(alert: Alert, rule: AlertRule): boolean {
  return alert.ruleId === rule.id && alert.ruleUpdatedAt === rule.updatedAt
}

/** The alerts of one subject after this look: the open one, and one that ended where another took its place. */
function judged(rule: AlertRule, old: Alert | undefined, subject: Subject, reading: Reading, now: EpochMs, nextId: Look['nextId']): Alert[] {
  const state = nextAlert(old?.state ?? { kind: 'ok', since: now }, reading, now, rule)
  const remembered = isRemembered(rule, state, reading, now)
  const ends = old !== undefined && (!remembered || endsWith(old, state))
  const ended = ends ? [{ ...old, ...(reading !== undefined && { value: reading }), state, seenAt: now, endedAt: now }] : []
  return remembered ? [...ended, looked(ends ? undefined : old, rule, subject, state, reading, now, nextId)] : ended
}

function looked(old: Alert | undefined, rule: AlertRule, subject: Subject, state: AlertState, reading: Reading, now: EpochMs, nextId: Look['nextId']): Alert {
  const { value: lastValue, ...alert } = old ?? { id: nextId('alert'), ruleId: rule.id, ruleUpdatedAt: rule.updatedAt, ruleName: rule.name, metric: rule.metric, severity: rule.severity, subject, value: undefined }
  const value = reading ?? (rule.noData === 'keep' ? lastValue : undefined)
  return { ...alert, state, seenAt: now, ...(value !== undefined && { value }), ...(state.kind === 'firing' && { firedAt: state.since }) }
}

/** Chosen when it begins to fire: who follows the notice and who follows the page come to the same run. */
function withExample(alert: Alert, rule: AlertRule, { runs }: Samples, now: EpochMs): Alert {
  const begins = alert.endedAt === undefined && (alert.state.kind === 'firing' ? alert.state.since === now : alert.state.kind === 'pending' && alert.example === undefined)
  const example = begins ? caseOf(rule, runs, alert.subject, now) : undefined
  return example ? { ...alert, example } : alert
}

/** A firing ends when all is well, or when data came back after a gap; the gap alone does not end it. */
function endsWith({ firedAt }: Alert, state: AlertState): boolean {
  return firedAt !== undefined && (state.kind === 'ok' || state.kind === 'pending' || (state.kind === 'firing' && state.since !== firedAt))
}

/** Subjects that are well are kept only where their falling silent would mean something. */
function isRemembered({ noData, metric }: AlertRule, state: AlertState, reading: Reading, now: EpochMs): boolean {
  if (state.kind !== 'ok') return state.kind !== 'no-data' || now - state.since <= FORGOTTEN_MS
  const { scope, figure } = metricOf(metric)
  return !isLookedUp(scope) && reading !== undefined && (noData === 'show' || noData === 'breach' || figure === 'executions')
}

function tell(alert: Alert, rule: AlertRule | undefined, silences: readonly Silence[], now: EpochMs, nextId: Look['nextId']): { alert: Alert; notices: Notice[] } {
  const none = { alert, notices: [] }
  if (!rule || silencedUntil(alert, silences, now) !== undefined) return none
  const notices = (type: NoticeBody['type']): Notice[] =>
    rule.delivery.map((target) => ({ id: nextId('notice'), ruleId: rule.id, target, body: noticeBody(type, rule, alert, now), dueAt: now, attempts: 0 }))
  if (alert.endedAt !== undefined) return alert.notifiedAt === undefined ? none : { alert, notices: notices('alert.resolved') }
  if (alert.state.kind !== 'firing' || alert.notifiedAt !== undefined || alert.acknowledgedAt !== undefined) return none
  return { alert: { ...alert, notifiedAt: now }, notices: notices('alert.firing') }
}

/** Figures of subjects that are well change with every run: they are not worth a write. */
function isWorthKeeping(before: Alert | undefined, after: Alert): boolean {
  if (!before || after.endedAt !== undefined || before.state !== after.state || before.notifiedAt !== after.notifiedAt) return true
  return after.state.kind !== 'ok' && before.value !== after.value
}
