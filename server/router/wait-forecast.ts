/** What the router foretells of the wait in its queue, and how near it came. Calls that find a place at once are not foretold. */
import { createWaitModel, type WaitModel, type WaitRank } from '@/domain/route/wait-model'
import type { RouteCall } from '@/domain/route/scheduler'
import type { Clock } from '../ports/clock'
import type { RouterMetrics } from './router-metrics'

type Waits = { rank: WaitRank; pool: string; since: number; inTurnMs: number | undefined; expectedMs: number | undefined }
type Deps = { clock: Pick<Clock, 'now'>; metrics: Pick<RouterMetrics, 'queueWait' | 'queueWaitError' | 'queueWaitCorrection'>; /** Whether the run of a call lives somewhere. */ hasHome: (runKey: string) => boolean }

const RANKS: readonly WaitRank[] = ['continuing', 'plain', 'new']

export type WaitForecast = ReturnType<typeof createWaitForecast>

export function createWaitForecast({ clock, metrics, hasHome }: Deps) {
  const model: WaitModel = createWaitModel()
  const waiting = new Map<string, Waits>()
  /** How many of each rank wait, by model. Only models that somebody serves are ever waited for. */
  const counts = new Map<string, Record<WaitRank, number>>()

  function countsOf(pool: string): Record<WaitRank, number> {
    let count = counts.get(pool)
    if (!count) counts.set(pool, (count = { continuing: 0, plain: 0, new: 0 }))
    return count
  }

  function over(callId: string): Waits | undefined {
    const one = waiting.get(callId)
    if (!one || !waiting.delete(callId)) return undefined
    countsOf(one.pool)[one.rank] -= 1
    return one
  }

  return {
    /** A call begins to wait. @param instanceIds those that could take it */
    waits(call: RouteCall, instanceIds: readonly string[]): void {
      const rank: WaitRank = call.runKey === undefined ? 'plain' : hasHome(call.runKey) ? 'continuing' : 'new'
      const pool = call.model ?? ''
      const count = countsOf(pool)
      const ahead = RANKS.slice(0, RANKS.indexOf(rank) + 1).reduce((sum, one) => sum + count[one], 0)
      const inTurnMs = model.inTurnMs(instanceIds, ahead)
      count[rank] += 1
      waiting.set(call.id, { rank, pool, since: clock.now(), inTurnMs, expectedMs: inTurnMs === undefined ? undefined : inTurnMs * model.correctionOf(rank) })
    },
    /** It has its place. */
    placed(callId: string): void {
      const one = over(callId)
      if (!one) return
      const { rank, inTurnMs, expectedMs } = one
      const waitedMs = clock.now() - one.since
      metrics.queueWait.observe({ kind: 'actual' }, waitedMs / 1_000)
      if (inTurnMs === undefined || expectedMs === undefined) return
      metrics.queueWait.observe({ kind: 'expected' }, expectedMs / 1_000)
      metrics.queueWaitError.observe(Math.abs(expectedMs - waitedMs) / 1_000)
      model.learn(rank, inTurnMs, waitedMs)
      metrics.queueWaitCorrection.set({ rank }, model.correctionOf(rank))
    },
    /** It left, or nobody can take it any more: its wait says nothing. */
    left: (callId: string): void => void over(callId),
    /** A call at an instance has ended: a place is free. */
    ended: (instanceId: string): void => model.ended(instanceId, clock.now(), waiting.size > 0),
    forget: model.forget,
  }
}
