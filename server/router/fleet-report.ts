import type { FleetView, InstanceView, LimitView } from '@/domain/route/fleet-view'
import type { CostModel } from '@/domain/route/cost-model'
import type { FleetWatch, WatchedInstance } from './fleet-watch'

/** The fleet as people see it, from what the router knows now. */
export function fleetView(watch: FleetWatch, { name: policy, waiting }: { name: string; waiting: () => number }, known: { limits: LimitView[]; slownessOf: CostModel['slownessOf']; /** Whether it tells what its KV cache holds. */ knows: (instanceId: string) => boolean; /** Whether prefixes are computed ahead, and what came of it. */ warmUp: boolean; warmUpsOf: (instanceId: string) => InstanceView['warmUps'] }): FleetView {
  const instances = watch.instances.map((one) => instanceView(one, watch.homes.runsAt(one.state.id), { slowness: known.slownessOf(one.state.id), cacheIndex: known.knows(one.state.id) ? 'exact' : 'estimated', ...(known.warmUp && { warmUps: known.warmUpsOf(one.state.id) ?? { sent: 0, yielded: 0, tokens: 0 } }) }))
  return { simulated: instances.some((one) => one.simulated), policy, waiting: waiting(), ...(known.limits.length > 0 && { limits: known.limits }), instances }
}

function instanceView(one: WatchedInstance, workflows: string[], learnt: Pick<InstanceView, 'slowness' | 'cacheIndex' | 'warmUps'>): InstanceView {
  const { id, url, models, health, breaker, running, waiting, kvUsage, prefixHitRate, ttftMs, interTokenMs, inFlight } = one.state
  return {
    id, url, simulated: one.simulated, models: [...models], health, breaker: breaker.kind, ...learnt, inFlight, requests: one.requests, ...one.reported, workflows,
    ...onlyKnown({ version: one.version, running, waiting, kvUsage, prefixHitRate, ttftMs, interTokenMs, lastSeenAt: one.lastSeenAt }),
  }
}

/** Leaves out what is not known. */
function onlyKnown<T extends Record<string, unknown>>(figures: T): Partial<{ [K in keyof T]: NonNullable<T[K]> }> {
  return Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== undefined)) as Partial<{ [K in keyof T]: NonNullable<T[K]> }>
}
