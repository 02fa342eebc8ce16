import type { FleetState, InstanceState } from './fleet-state'
import { loadOf } from './fleet-state'
import { cachedBlocks } from './prefix-index'

export type RouteRequest = {
  /** Undefined: any instance may serve it. */
  model?: string
  /** Chained block hashes of the rendered prompt; none: nothing to gain from a cache. */
  blocks: readonly number[]
  /** Key of `FleetState.homes`. */
  homeKey?: string
}

export type RouteHints = { /** Instances that already failed this request. */ tried?: ReadonlySet<string> }

export type RouteExclusion = 'unhealthy' | 'draining' | 'other-model' | 'tried'
export type RouteCandidate = { instanceId: string; cachedBlocks: number; load: number; score: number; excluded?: RouteExclusion }
/** `spill`: the holder of the prefix was too busy. `home`: only the run's home decided. */
export type RouteReason = 'only-one' | 'prefix' | 'home' | 'spill' | 'least-loaded'
export type RouteDecision = { instanceId: string; policy: string; reason: RouteReason; candidates: RouteCandidate[] }

/** A policy: pure, never throws, undefined when no instance may take the request. */
export type RoutePolicy = (fleet: FleetState, request: RouteRequest, hints: RouteHints) => RouteDecision | undefined

export type ChooseSettings = {
  /** Calls that the holder of a prefix may have more than the least loaded instance. */
  spillAt: number
  /** Share of the prompt that must be cached for it to count; less is a common system text, which would draw all to one. */
  minShare: number
}
const DEFAULTS: ChooseSettings = { spillAt: 4, minShare: 0.2 }

/** A cached block outweighs any load below the spill; load decides between equal prefixes. */
const BLOCK_WEIGHT = 10_000

/** The instance with the longest known prefix unless its queue is too long, else the least loaded. */
export const chooseInstance: RoutePolicy = (fleet, request, hints) => prefixOrLeastLoaded(DEFAULTS)(fleet, request, hints)

export function prefixOrLeastLoaded({ spillAt, minShare }: ChooseSettings): RoutePolicy {
  return (fleet, request, hints) => {
    const candidates = fleet.instances.map((instance) => candidateOf(fleet, instance, request, hints))
    let least = Infinity
    for (const one of candidates) if (!one.excluded) least = Math.min(least, one.load)
    if (least === Infinity) return undefined

    const counts = Math.max(1, minShare * request.blocks.length)
    let longest = 0
    let eligible = 0
    for (const one of candidates) {
      if (one.excluded) continue
      eligible++
      const useful = one.cachedBlocks >= counts ? one.cachedBlocks : 0
      longest = Math.max(longest, useful)
      one.score = (one.load - least <= spillAt ? useful * BLOCK_WEIGHT : 0) - one.load
    }

    const best = pickBest(fleet, candidates, request)
    if (!best) return undefined
    const reason = ((): RouteReason => {
      if (eligible === 1) return 'only-one'
      if (best.candidate.score > 0) return 'prefix'
      if (longest > 0) return 'spill'
      return best.byHome ? 'home' : 'least-loaded'
    })()
    return { instanceId: best.candidate.instanceId, policy: 'prefix-or-least-loaded', reason, candidates }
  }
}

function candidateOf(fleet: FleetState, instance: InstanceState, request: RouteRequest, hints: RouteHints): RouteCandidate {
  const excluded = exclusionOf(instance, request, hints)
  const known = excluded ? 0 : cachedBlocks(fleet.prefixes, instance.id, request.blocks)
  const candidate: RouteCandidate = { instanceId: instance.id, cachedBlocks: known, load: loadOf(instance), score: 0 }
  if (excluded) candidate.excluded = excluded
  return candidate
}

function exclusionOf(instance: InstanceState, request: RouteRequest, hints: RouteHints): RouteExclusion | undefined {
  if (hints.tried?.has(instance.id)) return 'tried'
  if (instance.health !== 'healthy') return instance.health
  if (request.model !== undefined && !instance.models.includes(request.model)) return 'other-model'
  return undefined
}

/** Equal scores go to the run's home, else to the one chosen longest ago: cold prefixes take turns. */
function pickBest(fleet: FleetState, candidates: readonly RouteCandidate[], request: RouteRequest) {
  const home = request.homeKey === undefined ? undefined : fleet.homes.get(request.homeKey)
  let best: { candidate: RouteCandidate; lastChosen: number } | undefined
  let byHome = false
  for (const [at, candidate] of candidates.entries()) {
    if (candidate.excluded) continue
    const lastChosen = fleet.instances[at]?.lastChosen ?? 0
    if (best && candidate.score < best.candidate.score) continue
    if (!best || candidate.score > best.candidate.score) byHome = candidate.instanceId === home
    else if (candidate.instanceId === home) byHome = true
    else if (byHome || lastChosen >= best.lastChosen) continue
    best = { candidate, lastChosen }
  }
  return best && { ...best, byHome }
}
