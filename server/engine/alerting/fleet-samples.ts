import type { FleetSample } from '@/domain/alert/rule-readings'
import type { FleetView } from '@/domain/route/fleet-view'
import type { EpochMs } from '@/domain/json'
import { KEPT_MS } from './run-samples'

/** What the fleet showed since this process began: it is kept nowhere else. */
export function createFleetSamples(start: EpochMs) {
  let samples: FleetSample[] = []
  return {
    add(fleet: FleetView, at: EpochMs): void {
      samples = [...samples.filter((sample) => sample.at > at - KEPT_MS), fleetSample(fleet, at)]
    },
    since: (from: EpochMs): FleetSample[] => samples.filter((sample) => sample.at > from),
    start,
  }
}

/** The figures of an instance that does not answer are no longer true, and count as not known. */
export function fleetSample({ waiting: queued, instances }: FleetView, at: EpochMs): FleetSample {
  const healthy = instances.filter((one) => one.health !== 'unhealthy')
  const known = (pick: (one: FleetView['instances'][number]) => number | undefined): number[] => healthy.map(pick).filter((value) => value !== undefined)
  const sum = (values: readonly number[]): number | undefined => (values.length === 0 ? undefined : values.reduce((total, one) => total + one, 0))
  const usages = known((one) => one.kvUsage)
  const rates = known((one) => one.prefixHitRate)
  const figures = {
    running: sum(known((one) => one.running)), waiting: sum(known((one) => one.waiting)),
    kvUsage: usages.length === 0 ? undefined : Math.max(...usages), hitRate: rates.length === 0 ? undefined : sum(rates)! / rates.length,
  }
  return { at, queued, healthy: instances.filter((one) => one.health === 'healthy').length, ...Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== undefined)) }
}
