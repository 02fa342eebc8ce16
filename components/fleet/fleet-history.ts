import type { FleetView } from '@/domain/route/fleet-view'

/** What is kept of the fleet while the page is open. */
export const HISTORY_MS = 5 * 60_000
/** Looks closer than this are one point: the chart is no wider than that. */
const POINT_MS = 1_000

export type FleetPoint = { at: number; load: Record<string, number | null>; kv: Record<string, number | null> }

/** Adds a look at the fleet, and drops what is too old. What an instance does not say is a gap, not zero. */
export function withLook(history: readonly FleetPoint[], fleet: FleetView, at: number): FleetPoint[] {
  const load: FleetPoint['load'] = {}
  const kv: FleetPoint['kv'] = {}
  for (const { id, health, running, waiting, kvUsage } of fleet.instances) {
    const known = health !== 'unhealthy'
    load[id] = known && running !== undefined ? running + (waiting ?? 0) : null
    kv[id] = known && kvUsage !== undefined ? kvUsage : null
  }
  const kept = history.filter((point) => point.at > at - HISTORY_MS)
  const last = kept.at(-1)
  return last && at - last.at < POINT_MS ? [...kept.slice(0, -1), { at: last.at, load, kv }] : [...kept, { at, load, kv }]
}
