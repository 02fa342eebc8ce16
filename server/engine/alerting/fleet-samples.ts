import type { FleetSample } from '@/domain/alert/rule-readings'
import type { FleetView } from '@/domain/route/fleet-view'
import type { EpochMs } from '@/domain/json'
import { KEPT_MS } from './run-samples'

/** What was looked up since this process began: it is kept nowhere else. */
export function createLooks<Look extends { at: EpochMs }>(start: EpochMs) {
  let looks: Look[] = []
  return {
    add(look: Look): void {
      looks = [...looks.filter(({ at }) => at > look.at - KEPT_MS), look]
    },
    since: (from: EpochMs): Look[] => looks.filter(({ at }) => at > from),
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
