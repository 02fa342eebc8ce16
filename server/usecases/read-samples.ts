import type { EpochMs } from '@/domain/json'
import { FleetBucket, mergeFleetBuckets, pointOf, secondsOf, type FleetPoint } from '@/domain/metric/fleet-samples'
import { groupsOf } from '@/domain/metric/groups-of'
import { FINEST_MS, stepAt, stepOfRange, storedStep, type StepMs } from '@/domain/metric/time-steps'
import type { Clock } from '@/server/ports/clock'
import type { SampleStore } from '@/server/ports/sample-store'
import { authorise, type Actor } from './actor'
import { asRange, type Range } from './sample-range'

/** What has no use here is not even read. */
const FleetSums = FleetBucket.omit({ changes: true })

export type ReadSamplesDeps = { samples: SampleStore; openFleet: () => { at: EpochMs; buckets: ReadonlyMap<string, FleetBucket> }; clock: Pick<Clock, 'now'> }
export type FleetSeries = { stepMs: number; from: EpochMs; to: EpochMs; series: { instance: string; simulated: boolean; points: ({ at: EpochMs } & FleetPoint)[] }[] }

/** What the fleet showed, from what was written down and what has not been yet. A time without a point is not known. */
export function readSamples({ samples, openFleet, clock }: ReadSamplesDeps) {
  return {
    /** @throws {RangeRefused} */
    async fleet(actor: Actor, asked: Range & { step?: StepMs }): Promise<FleetSeries> {
      authorise(actor, 'server.read')
      const now = clock.now()
      const range = asRange(asked, now)
      const wanted = asked.step ?? stepOfRange(range.to - range.from, 1_000)
      const stored = storedStep(wanted, range.from, now)
      // Seconds stand within the finest bucket; where only coarser ones are left, a point is as long as those.
      const stepMs = stored === FINEST_MS ? wanted : Math.max(wanted, stored)
      const rows = await samples.read({ kind: 'fleet', stepMs: stored, from: stepAt(range.from, stepMs), to: range.to })
      const seconds = stepMs < FINEST_MS
      const found = rows.map(({ at, subject, figures }) => ({ at, subject, bucket: (seconds ? FleetBucket : FleetSums).parse(figures) }))
      const open = openFleet()
      if (open.at < range.to) for (const [subject, bucket] of open.buckets) found.push({ at: open.at, subject, bucket })
      return { stepMs, from: range.from, to: range.to, series: seriesOf(found, stepMs, range) }
    },
  }
}

function seriesOf(found: readonly { at: EpochMs; subject: string; bucket: FleetBucket }[], stepMs: number, { from, to }: { from: EpochMs; to: EpochMs }): FleetSeries['series'] {
  const bySubject = groupsOf(found, (one) => one.subject)
  return [...bySubject].map(([instance, rows]) => ({
    instance, simulated: rows.some((row) => row.bucket.simulated),
    points: stepMs < FINEST_MS
      ? rows.flatMap(({ bucket }) => secondsOf(bucket)).filter((look) => look.at >= from - stepMs && look.at < to)
      : [...groupsOf(rows, (row) => stepAt(row.at, stepMs))].map(([at, some]) => ({ at, ...pointOf(some.map((row) => row.bucket).reduce(mergeFleetBuckets)) })),
  })).sort((a, b) => a.instance.localeCompare(b.instance, 'en', { numeric: true }))
}
