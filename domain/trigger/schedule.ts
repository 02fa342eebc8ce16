import type { EpochMs, Json } from '@/domain/json'
import type { Cron } from './cron'

/** What becomes of fires that came due while no server ran. */
export const MISSED_POLICIES = ['skip', 'once', 'all'] as const
export type MissedPolicy = (typeof MISSED_POLICIES)[number]
/** What becomes of a fire while the schedule's last run still goes on. */
export const OVERLAP_POLICIES = ['skip', 'allow'] as const
export type OverlapPolicy = (typeof OVERLAP_POLICIES)[number]

/** Starts runs of a workflow by the clock. */
export type Schedule = {
  id: string
  workflowId: string
  name: string
  cron: string
  zone: string
  input: Json
  /** Null: the newest published version, or the draft where none is published. */
  version: number | 'draft' | null
  priority: number
  missed: MissedPolicy
  /** With `missed: 'all'`: the most runs that are made up for at once. */
  catchUp: number
  overlap: OverlapPolicy
  enabled: boolean
  /** The first fire that nothing has been decided about; null: there is none. What a server decides begins here. */
  nextAt: EpochMs | null
  createdAt: EpochMs
  updatedAt: EpochMs
}

/** What became of one fire. `due`: decided to start, the run is yet to be made. */
export type FireOutcome =
  | { kind: 'due' }
  | { kind: 'started'; runId: string }
  | { kind: 'failed'; code: string; message: string }
  /** `count` fires up to this one were left out. */
  | { kind: 'skipped'; reason: 'missed' | 'overlap'; count: number }
export type Fire = { scheduleId: string; at: EpochMs; decidedAt: EpochMs; outcome: FireOutcome }

/** A fire this late is no missed one: a server is busy at times, and the clock of a schedule goes by minutes. */
const ON_TIME_MS = 60_000
/** Fires looked back at: the most of a long absence that is counted. */
const LOOK_BACK = 200

export type Decision = { fires: Fire[]; nextAt: EpochMs | null }

/**
 * What becomes of the fires that are due at `now`, oldest first, and when the next is. Undefined: nothing is due.
 * @param going whether the schedule's last run still goes on
 */
export function decideFires(schedule: Schedule, cron: Cron, now: EpochMs, going: boolean): Decision | undefined {
  const { nextAt } = schedule
  if (!schedule.enabled || nextAt === null || nextAt > now) return undefined
  const due = cron.upTo(now, LOOK_BACK).filter((at) => at >= nextAt)
  const { missed, wanted } = sorted(schedule, due, now)
  const blocked = schedule.overlap === 'skip'
  const fire = (at: EpochMs, outcome: FireOutcome): Fire => ({ scheduleId: schedule.id, at, decidedAt: now, outcome })
  return {
    fires: [
      ...(missed.length > 0 ? [fire(missed.at(-1)!, { kind: 'skipped', reason: 'missed', count: missed.length })] : []),
      // Of several made up for at once, the first is the run that the others would overlap with.
      ...wanted.map((at, index) => fire(at, blocked && (going || index > 0) ? { kind: 'skipped', reason: 'overlap', count: 1 } : { kind: 'due' })),
    ],
    nextAt: cron.after(now, 1)[0] ?? null,
  }
}

function sorted({ missed, catchUp }: Schedule, due: readonly EpochMs[], now: EpochMs): { missed: EpochMs[]; wanted: EpochMs[] } {
  const newest = due.at(-1)
  const onTime = newest !== undefined && now - newest < ON_TIME_MS
  const keep = missed === 'all' ? catchUp : missed === 'once' || onTime ? 1 : 0
  const from = Math.max(0, due.length - keep)
  return { missed: due.slice(0, from), wanted: due.slice(from) }
}

/** Names the run of a fire: whoever starts it, however often, there is one. */
export function fireKey({ scheduleId, at }: Pick<Fire, 'scheduleId' | 'at'>): string {
  return `schedule/${scheduleId}/${at}`
}
