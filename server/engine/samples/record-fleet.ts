/**
 * Writes down what the fleet shows.
 * F1. A look belongs to one bucket of each stored step, and is added to them once.
 * F2. Of several processes the one on duty writes; another that takes over goes on from its mark.
 * F3. What could not be written is dropped: a gap, never a guess.
 */
import type { EpochMs, Json } from '@/domain/json'
import { bucketOfLook, FleetBucket, looksOf, mergeFleetBuckets } from '@/domain/metric/fleet-samples'
import { FINEST_MS, ROLLUPS, stepAt } from '@/domain/metric/time-steps'
import type { FleetView } from '@/domain/route/fleet-view'
import type { Clock } from '@/server/ports/clock'
import type { Logger } from '@/server/ports/log-store'
import type { SampleBucket, SampleStore } from '@/server/ports/sample-store'

const LOOK_MS = 1_000
const MARK = 'fleet'

type Deps = { samples: SampleStore; fleet: () => FleetView; clock: Clock; logger: Logger; /** Whether this process writes. */ onDuty: () => boolean }

export function createFleetRecorder({ samples, fleet, clock, logger, onDuty }: Deps) {
  /** Looks of the bucket that goes on; F2: every process has them, one writes them. */
  let open: { at: EpochMs; buckets: Map<string, FleetBucket> } = { at: stepAt(clock.now(), FINEST_MS), buckets: new Map() }
  let before: FleetView | undefined
  let wake: (() => void) | undefined
  let writing: Promise<void> = Promise.resolve()
  let failing = false

  function look(): void {
    const now = clock.now()
    if (stepAt(now, FINEST_MS) !== open.at) close(stepAt(now, FINEST_MS))
    const view = fleet()
    for (const [subject, seen] of looksOf(view, now, before)) {
      const bucket = bucketOfLook(seen)
      const sofar = open.buckets.get(subject)
      open.buckets.set(subject, sofar ? mergeFleetBuckets(sofar, bucket) : bucket)
    }
    before = structuredClone(view)
    wake = clock.wakeAt(now + LOOK_MS, look)
  }

  function close(next: EpochMs): void {
    const { at, buckets } = open
    open = { at: next, buckets: new Map() }
    if (buckets.size > 0 && onDuty()) writing = writing.then(() => write(at, buckets))
  }

  async function write(at: EpochMs, buckets: ReadonlyMap<string, FleetBucket>): Promise<void> {
    try {
      const from = await samples.mark(MARK)
      const all: SampleBucket[] = []
      for (const { stepMs } of ROLLUPS) {
        const start = stepAt(at, stepMs)
        const stored = await samples.read({ kind: 'fleet', stepMs, from: start, to: start + 1, subjects: [...buckets.keys()] })
        for (const [subject, bucket] of buckets) {
          const there = stored.find((one) => one.subject === subject)
          const { changes, ...sum } = there ? mergeFleetBuckets(FleetBucket.parse(there.figures), bucket) : bucket
          all.push({ kind: 'fleet', stepMs, at: start, subject, figures: { ...sum, ...(stepMs === FINEST_MS && changes && { changes }) } as Json })
        }
      }
      await samples.write(all, { name: MARK, from, to: clock.now() })
      failing = false
    } catch (error) {
      // Said once: a store in trouble is told of elsewhere, too.
      if (!failing) logger({ level: 'WARNING', component: 'samples', category: 'system', message: `Could not write down what the fleet showed: ${String(error)}` })
      failing = true
    }
  }

  return {
    start: look,
    /** What is not written yet, by instance, with when it began. */
    open: (): { at: EpochMs; buckets: ReadonlyMap<string, FleetBucket> } => open,
    /** Writes what there is. */
    async stop(): Promise<void> {
      wake?.()
      close(open.at)
      await writing
    },
  }
}
