import { z } from 'zod'
import type { EpochMs } from '@/domain/json'
import type { FleetView, InstanceView } from '@/domain/route/fleet-view'
import { stepAt } from './time-steps'

export const FLEET_FIGURES = ['running', 'waiting', 'kvUsage', 'hitRate', 'ttftMs', 'interTokenMs'] as const
export type FleetFigureName = (typeof FLEET_FIGURES)[number]

const SECOND_MS = 1_000

/** The calls that wait in the router, as the one figure of an instance of this name. */
export const ROUTER = '@router'

/** One instance at one second. What is not known is absent. */
export const FleetLook = z.object({ at: z.number() }).and(z.partialRecord(z.enum(FLEET_FIGURES), z.number()))
export type FleetLook = z.infer<typeof FleetLook>

const Spread = z.object({ n: z.int(), sum: z.number(), min: z.number(), max: z.number() })

/** What the looks of a while come to. `changes`: those that differ from the one before; only kept at the finest step. */
export const FleetBucket = z.object({ looks: z.int(), simulated: z.boolean(), figures: z.partialRecord(z.enum(FLEET_FIGURES), Spread), changes: z.array(FleetLook).optional() })
export type FleetBucket = z.infer<typeof FleetBucket>

export type Seen = { look: FleetLook; simulated: boolean }

/**
 * What the fleet shows now, by instance.
 * An instance that does not answer shows nothing. Rates are of the calls since they last changed: they count while the
 * instance works or when they are new, and an idle hour is not drawn as a fast one.
 */
export function looksOf(fleet: FleetView, at: EpochMs, before?: FleetView): Map<string, Seen> {
  const looks = new Map<string, Seen>([[ROUTER, { look: { at, waiting: fleet.waiting }, simulated: fleet.simulated }]])
  for (const instance of fleet.instances) {
    if (instance.health === 'unhealthy') continue
    const last = before?.instances.find((one) => one.id === instance.id)
    const { running, waiting, kvUsage, prefixHitRate: hitRate, ttftMs, interTokenMs } = instance
    const rates = works(instance) || (last !== undefined && (last.prefixHitRate !== hitRate || last.ttftMs !== ttftMs || last.interTokenMs !== interTokenMs)) ? { hitRate, ttftMs, interTokenMs } : {}
    const known = Object.entries({ running, waiting, kvUsage, ...rates }).filter(([, value]) => value !== undefined)
    looks.set(instance.id, { look: { at, ...Object.fromEntries(known) }, simulated: instance.simulated })
  }
  return looks
}

function works({ running, waiting, inFlight }: InstanceView): boolean {
  return (running ?? 0) + (waiting ?? 0) + inFlight > 0
}

export function bucketOfLook({ look, simulated }: Seen): FleetBucket {
  const figures = FLEET_FIGURES.flatMap((name) => {
    const value = look[name]
    return value === undefined ? [] : [[name, { n: 1, sum: value, min: value, max: value }] as const]
  })
  return { looks: 1, simulated, figures: Object.fromEntries(figures), changes: [look] }
}

/** Both together, `a` the earlier; order matters to `changes` alone. */
export function mergeFleetBuckets(a: FleetBucket, b: FleetBucket): FleetBucket {
  const figures: FleetBucket['figures'] = { ...a.figures }
  for (const name of FLEET_FIGURES) {
    const [one, two] = [a.figures[name], b.figures[name]]
    if (two) figures[name] = one ? { n: one.n + two.n, sum: one.sum + two.sum, min: Math.min(one.min, two.min), max: Math.max(one.max, two.max) } : two
  }
  const looks = a.changes && b.changes ? withChanges(a.changes, b.changes) : undefined
  return { looks: a.looks + b.looks, simulated: a.simulated || b.simulated, figures, ...(looks && { changes: looks }) }
}

function withChanges(before: readonly FleetLook[], after: readonly FleetLook[]): FleetLook[] {
  const kept = [...before]
  for (const look of after) {
    const last = kept.at(-1)
    if (!last || FLEET_FIGURES.some((name) => last[name] !== look[name])) kept.push(look)
  }
  return kept
}

/** The seconds of a finest bucket: a look that was not written down was as the one before. */
export function secondsOf({ looks, changes = [] }: FleetBucket): FleetLook[] {
  const first = changes[0]
  if (!first) return []
  return Array.from({ length: looks }, (_, index) => {
    const at = stepAt(first.at, SECOND_MS) + index * SECOND_MS
    return { ...(changes.findLast((look) => look.at < at + SECOND_MS) ?? first), at }
  })
}

/** The mean of each figure; of what fills up also the most, which a mean over hours hides. */
export type FleetPoint = Partial<Record<FleetFigureName | 'waitingMax' | 'kvUsageMax', number>>

export function pointOf({ figures }: FleetBucket): FleetPoint {
  const means = FLEET_FIGURES.flatMap((name) => (figures[name] ? [[name, figures[name].sum / figures[name].n]] : []))
  return { ...Object.fromEntries(means), ...(figures.waiting && { waitingMax: figures.waiting.max }), ...(figures.kvUsage && { kvUsageMax: figures.kvUsage.max }) }
}
