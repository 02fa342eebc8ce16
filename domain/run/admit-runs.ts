import type { EpochMs } from '@/domain/json'
import type { Pause } from './pause'

/** A run that wants a place to work in. `models`: each once. `begun`: it has worked before, and waited for a person, a pause or a restart since. */
export type QueuedRun = { id: string; workflowId: string; models: readonly string[]; priority: number; queuedAt: EpochMs; begun: boolean }
/** A run that has a place. */
export type PlacedRun = Pick<QueuedRun, 'workflowId' | 'models'>

/** How many runs may work at once. `perModel`: runs with an agent that asks the model. */
export type RunLimits = { total: number; perWorkflow: number; perModel: Readonly<Record<string, number>> }

/** Why a run waits: a limit that is reached, its workflow is paused, or the free place it needs is kept for a run that has waited too long. */
export const QUEUE_REASONS = ['total', 'workflow', 'model', 'paused', 'kept'] as const
/** `model`: the one whose limit is reached. */
type Wait = { reason: (typeof QUEUE_REASONS)[number]; model?: string }
export type Turn = Wait & { id: string; place: number }
export type Admission = { start: string[]; waiting: Turn[] }

/** Waiting as long as this is worth one step of priority. */
export const AGING_MS = 60_000
/** A place its workflow has, or wants for a run ahead, sets a run back by as much. */
const SHARE_MS = AGING_MS
/** Who has waited as long has a place kept of all it needs: else a run that needs two things may never find both free at once. */
export const PATIENCE_MS = 20 * AGING_MS

/**
 * Which runs start now, and in which order the others stand. Pure, and the order of its arguments does not matter.
 *
 * A1. No limit is exceeded.
 * A2. Nothing that fits is left waiting, except beside what is kept (A4) or in a paused workflow.
 * A3. Those that have begun come first, then whoever has the earliest turn: time of queueing, less AGING_MS a step of
 *     priority, plus SHARE_MS a place of its workflow. Time counts alike for all, so turns do not depend on `now`,
 *     and what is queued late enough never comes before one that waits.
 * A4. After PATIENCE_MS the first in line of a workflow has one place of its workflow and one of each of its models kept
 *     from those behind it. The first alone: else a long line for one workflow would keep its models from all others.
 */
export function admitRuns(queued: readonly QueuedRun[], placed: readonly PlacedRun[], limits: RunLimits, paused: ReadonlyMap<string, Pause>, now: EpochMs): Admission {
  const [held, kept] = [noPlaces(), noPlaces()]
  for (const run of placed) count(run, held)
  let total = placed.length
  const admission: Admission = { start: [], waiting: [] }
  for (const run of inTurn(queued, held.workflows)) {
    const wait = waitOf(run)
    if (!wait) {
      admission.start.push(run.id)
      total += 1
      count(run, held)
      continue
    }
    admission.waiting.push({ id: run.id, place: admission.waiting.length + 1, ...wait })
    if (wait.reason !== 'paused' && now - run.queuedAt >= PATIENCE_MS && !kept.workflows.has(run.workflowId)) count(run, kept)
  }
  return admission

  function waitOf(run: QueuedRun): Wait | undefined {
    const pause = paused.get(run.workflowId)
    if (pause === 'all' || (pause === 'new' && !run.begun)) return { reason: 'paused' }
    const ofWorkflow = limits.perWorkflow - at(held.workflows, run.workflowId)
    if (ofWorkflow <= 0) return { reason: 'workflow' }
    const limited = run.models.filter((model) => Object.hasOwn(limits.perModel, model))
    const ofModel = (model: string) => limits.perModel[model]! - at(held.models, model)
    const full = limited.find((model) => ofModel(model) <= 0)
    if (full !== undefined) return { reason: 'model', model: full }
    if (total >= limits.total) return { reason: 'total' }
    const isKept = ofWorkflow <= at(kept.workflows, run.workflowId) || limited.some((model) => ofModel(model) <= at(kept.models, model))
    return isKept ? { reason: 'kept' } : undefined
  }
}

const noPlaces = () => ({ workflows: new Map<string, number>(), models: new Map<string, number>() })

function count({ workflowId, models }: PlacedRun, places: ReturnType<typeof noPlaces>): void {
  add(places.workflows, workflowId)
  for (const model of models) add(places.models, model)
}

function inTurn(queued: readonly QueuedRun[], held: ReadonlyMap<string, number>): QueuedRun[] {
  const ahead = new Map(held)
  const turns = [...queued].sort((a, b) => dueAt(a) - dueAt(b) || byAge(a, b)).map((run) => {
    const share = at(ahead, run.workflowId)
    if (!run.begun) ahead.set(run.workflowId, share + 1)
    return { run, at: dueAt(run) + (run.begun ? 0 : share * SHARE_MS) }
  })
  return turns.sort((a, b) => Number(b.run.begun) - Number(a.run.begun) || a.at - b.at || byAge(a.run, b.run)).map(({ run }) => run)
}

const at = (counts: ReadonlyMap<string, number>, name: string): number => counts.get(name) ?? 0
const dueAt = (run: QueuedRun): number => run.queuedAt - run.priority * AGING_MS
const byAge = (a: QueuedRun, b: QueuedRun): number => a.queuedAt - b.queuedAt || (a.id < b.id ? -1 : 1)

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, at(counts, name) + 1)
}
