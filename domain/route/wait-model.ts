/**
 * How long a call will wait in the router for a place, learnt from calls that waited.
 * Places come free as calls end: of each instance it knows how far apart its calls end while others wait, and of each
 * rank how much later or sooner than in turn such calls really go. What it foretold is compared with what came.
 */
import type { EpochMs } from '@/domain/json'

/** In which order a policy takes calls: of runs that have a home, of no run, the first of a run. */
export type WaitRank = 'continuing' | 'plain' | 'new'
export type WaitModel = ReturnType<typeof createWaitModel>

/** Calls that ended at an instance before it counts. */
const FEWEST = 4
/** Weight of the newest call. */
const NEWEST = 0.1
const [LEAST_RATIO, MOST_RATIO] = [0.05, 20]

export function createWaitModel() {
  const ends = new Map<string, { at: EpochMs | undefined; meanMs: number; seen: number }>()
  const ratios = new Map<WaitRank, { value: number; seen: number }>()

  return {
    /** A call has ended at the instance. @param waiting whether others wait: what ends while nobody does says nothing */
    ended(instanceId: string, now: EpochMs, waiting: boolean): void {
      const known = ends.get(instanceId) ?? { at: undefined, meanMs: 0, seen: 0 }
      ends.set(instanceId, known)
      if (waiting && known.at !== undefined) {
        known.seen += 1
        // The first ones count alike, later ones as much as the newest may.
        known.meanMs += Math.max(1 / known.seen, NEWEST) * (now - known.at - known.meanMs)
      }
      known.at = waiting ? now : undefined
    },
    /**
     * If calls went in turn.
     * @param instanceIds those that could take it
     * @param ahead calls that go before it
     * @returns ms; undefined until enough has been seen of one of them
     */
    inTurnMs(instanceIds: readonly string[], ahead: number): number | undefined {
      let perMs = 0
      for (const id of instanceIds) {
        const known = ends.get(id)
        if (known && known.seen >= FEWEST) perMs += 1 / Math.max(1, known.meanMs)
      }
      return perMs === 0 ? undefined : (ahead + 1) / perMs
    },
    /** A call has waited. @param inTurnMs as it was said when the call came */
    learn(rank: WaitRank, inTurnMs: number, waitedMs: number): void {
      const known = ratios.get(rank) ?? { value: 1, seen: 0 }
      const measured = Math.min(MOST_RATIO, Math.max(LEAST_RATIO, waitedMs / Math.max(1, inTurnMs)))
      ratios.set(rank, { value: known.value + Math.max(1 / (known.seen + 2), NEWEST) * (measured - known.value), seen: known.seen + 1 })
    },
    /** Times by which calls of the rank wait longer than if they went in turn. */
    correctionOf: (rank: WaitRank): number => ratios.get(rank)?.value ?? 1,
    /** The instance is gone, or began anew. */
    forget: (instanceId: string): void => void ends.delete(instanceId),
  }
}
