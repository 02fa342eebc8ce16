import type { FleetView } from '@/domain/route/fleet-view'
import { liveFigures, loadOf } from './live-figures'

/** What is kept of the fleet while the page is open. */
export const HISTORY_MS = 5 * 60_000
/** Looks closer than this are one point: the chart is no wider than that. */
const POINT_MS = 1_000
/** The router tells every second; a longer silence (connection lost, tab asleep) is no line. */
export const SILENCE_MS = 5_000

export type FleetPoint = { at: number; load: Record<string, number | null>; kv: Record<string, number | null> }

/** Adds a look at the fleet, and drops what is too old. What an instance does not say is a gap, not zero; so is a silence. */
export function withLook(history: readonly FleetPoint[], fleet: FleetView, at: number): FleetPoint[] {
  const load: FleetPoint['load'] = {}
  const kv: FleetPoint['kv'] = {}
  for (const instance of fleet.instances) {
    load[instance.id] = loadOf(instance) ?? null
    kv[instance.id] = liveFigures(instance).kvUsage ?? null
  }
  const kept = history.filter((point) => point.at > at - HISTORY_MS)
  const last = kept.at(-1)
  if (last && at - last.at < POINT_MS) return [...kept.slice(0, -1), { at: last.at, load, kv }]
  const silence = last && at - last.at > SILENCE_MS ? [{ at: last.at + POINT_MS, load: {}, kv: {} }] : []
  return [...kept, ...silence, { at, load, kv }]
}
