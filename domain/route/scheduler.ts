import type { EpochMs } from '@/domain/json'
import type { RouteReason } from './choose-instance'
import { cachedBlocks, type PrefixIndex } from './prefix-index'

/** A model call as a policy sees it: what it reads, what it is expected to write, and to which run it belongs. */
export type RouteCall = {
  readonly id: string
  readonly model?: string
  /** The run (or run and agent) whose KV cache it shares; undefined: a plain call. */
  readonly runKey?: string
  /** Chained block hashes of the prompt. */
  readonly blocks: readonly number[]
  readonly promptTokens: number
  /** Expected from history or from the call's limit. */
  readonly outputTokens: number
  readonly arrivedAt: EpochMs
  /** Tokens of work that the run is expected to need after this call; undefined: not known. */
  readonly remainingTokens?: number
  /** Whether the run ends with this call, where the graph tells. */
  readonly last?: boolean
  /** Instances that already failed it. */
  readonly tried?: ReadonlySet<string>
}

/** What the scheduler keeps of one instance. Changed by its own decisions at once. */
export type ScheduledInstance = {
  readonly id: string
  models: readonly string[]
  usable: boolean
  /** KV cache in tokens. */
  kvTokens: number
  maxSeqs: number
  /** Observed over expected time of a token; above 1.6 the instance counts as slow. */
  slowness: number
  readonly calls: Map<string, RouteCall>
  /** Prompt blocks of the calls there, with how many calls share each. */
  readonly pinned: Map<number, number>
  /** Tokens that the calls there are still expected to write. */
  growthTokens: number
}

/** `moved`: left its home; `admitted`: a new run; `spread`: a plain call where fewest are. */
export type PlacementReason = RouteReason | 'moved' | 'admitted' | 'spread'
export type Placement = { call: RouteCall; instanceId: string; reason: PlacementReason; candidates?: readonly Candidate[] }
/** What a decision saw of an instance: tokens of the prompt it was known to hold, and calls it had. */
export type Candidate = { instanceId: string; cachedTokens: number; load: number }

export type Fleet = { readonly instances: readonly ScheduledInstance[]; readonly prefixes: PrefixIndex; /** Tokens a prompt block stands for. */ readonly blockTokens: number }

/** Decides where each call goes, and when. Deterministic: the same events in the same order give the same answers. */
export type Scheduler = {
  readonly name: string
  arrive(call: RouteCall): void
  /** The caller left before its call was placed. */
  leave(callId: string): void
  /** The calls to be sent now; they count at once. */
  place(now: EpochMs): Placement[]
  /** A placed call has ended, however. `outputTokens`: what it wrote. */
  finish(callId: string, outputTokens: number, now: EpochMs): void
  /** Calls that wait here. */
  waiting(): number
}

export function createScheduledInstance(id: string, { kvTokens, maxSeqs, models = [] }: { kvTokens: number; maxSeqs: number; models?: readonly string[] }): ScheduledInstance {
  return { id, models, usable: true, kvTokens, maxSeqs, slowness: 1, calls: new Map(), pinned: new Map(), growthTokens: 0 }
}

export function occupy(instance: ScheduledInstance, call: RouteCall): void {
  instance.calls.set(call.id, call)
  instance.growthTokens += call.outputTokens
  for (const block of call.blocks) instance.pinned.set(block, (instance.pinned.get(block) ?? 0) + 1)
}

/** @returns the call that has ended there */
export function vacate(instance: ScheduledInstance, callId: string): RouteCall | undefined {
  const call = instance.calls.get(callId)
  if (!call) return undefined
  instance.calls.delete(callId)
  instance.growthTokens -= call.outputTokens
  for (const block of call.blocks) {
    const left = (instance.pinned.get(block) ?? 1) - 1
    if (left === 0) instance.pinned.delete(block)
    else instance.pinned.set(block, left)
  }
  return call
}

/** Enough to see why; a step of a run keeps them. */
const MOST_CANDIDATES = 16

/** What is known of the instances that could take the call. To be asked before the call is placed. */
export function candidatesOf(fleet: Fleet, call: RouteCall): Candidate[] {
  return fleet.instances
    .filter((instance) => maySend(instance, call))
    .slice(0, MOST_CANDIDATES)
    .map((instance) => ({ instanceId: instance.id, cachedTokens: cachedBlocks(fleet.prefixes, instance.id, call.blocks) * fleet.blockTokens, load: instance.calls.size }))
}

export function maySend(instance: ScheduledInstance, call: RouteCall): boolean {
  return instance.usable && !call.tried?.has(instance.id) && (call.model === undefined || instance.models.length === 0 || instance.models.includes(call.model))
}
