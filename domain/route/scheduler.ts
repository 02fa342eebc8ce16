import type { EpochMs } from '@/domain/json'
import type { Candidate } from './candidate'
import type { CallLoad, CostModel } from './cost-model'
import type { PrefixIndex } from './prefix-index'
import { createPrefixTree, type PrefixTree } from './prefix-tree'

/** A model call as a policy sees it: what it reads, what it is expected to write, and to which run it belongs. */
export type RouteCall = {
  readonly id: string
  readonly model?: string
  /** The run (or run and agent) whose KV cache it shares; undefined: a plain call. */
  readonly runKey?: string
  /** Whose call it is, where the queue is to be fair: a workflow, or a caller. Left out: its run. */
  readonly party?: string
  /** Chained block hashes of the prompt. */
  readonly blocks: readonly number[]
  readonly promptTokens: number
  /** Expected from history or from the call's limit. */
  readonly outputTokens: number
  readonly arrivedAt: EpochMs
  /** 0 to 10, higher goes first; undefined: 1. */
  readonly priority?: number
  /** Tokens of work that the run is expected to need after this call; undefined: not known. */
  readonly remainingTokens?: number
  /** Whether the run ends with this call, where the graph tells. */
  readonly last?: boolean
  /** Its prefix may be copied: it does not wait for its home while another has room. */
  readonly maySpread?: boolean
  /** Instances that already failed it. */
  readonly tried?: ReadonlySet<string>
}

/** What the scheduler keeps of one instance. Changed by its own decisions at once. */
export type ScheduledInstance = {
  readonly id: string
  models: readonly string[]
  usable: boolean
  /** Its breaker is half-open: one call at a time. */
  trial: boolean
  /** KV cache in tokens. */
  kvTokens: number
  maxSeqs: number
  /** Observed over expected time of its calls, against the fleet's median; above FLOW's `slow` a home is left. */
  slowness: number
  /** Calls there that are not this router's, as far as is known. */
  external: number
  readonly calls: Map<string, RouteCall>
  /** Prompts of the calls there: what they share takes its place once. */
  readonly pinned: PrefixTree
  /** Tokens that the calls there are still expected to write. */
  growthTokens: number
  /** Prompt tokens of calls there that have not begun to answer. */
  prefillTokens: number
}

/**
 * Why an instance was chosen. `home`: the run lives there; `admitted`: a new run; `moved`: left its home; `prefix`: it
 * holds the prompt's beginning; `spill`: the holder was too busy; `least-loaded`, `turn`, `hash`: as they say; `spread`: nothing spoke for one.
 */
export type PlacementReason = 'home' | 'admitted' | 'moved' | 'prefix' | 'spill' | 'least-loaded' | 'turn' | 'hash' | 'spread'
export type Placement = { call: RouteCall; instanceId: string; policy: string; reason: PlacementReason; /** What it met there. */ load: CallLoad; /** The chosen one first. */ candidates: readonly Candidate[] }

export type Fleet = { /** Instances come and go. */ readonly instances: readonly ScheduledInstance[]; readonly prefixes: PrefixIndex; /** Tokens a prompt block stands for, as far as is known by now. */ blockTokens: number; /** Left out: nothing is foretold. */ readonly costs?: CostModel }

/** Decides where each call goes, and when. Deterministic: the same events in the same order give the same answers. */
export type Scheduler = {
  readonly name: string
  arrive(call: RouteCall): void
  /** The caller left before its call was placed. */
  leave(callId: string, now: EpochMs): void
  /** The calls to be sent now; they count at once. */
  place(now: EpochMs): Placement[]
  /** The first token of a placed call came. */
  begun(callId: string): void
  /**
   * A placed call has ended, however. `outputTokens`: what it wrote.
   * @returns what it met at its instance, for the cost model; undefined when it is not there
   */
  finish(callId: string, outputTokens: number, now: EpochMs): CallLoad | undefined
  /** Calls that wait here. */
  waiting(): number
}

export function createScheduledInstance(id: string, { kvTokens, maxSeqs, models = [] }: { kvTokens: number; maxSeqs: number; models?: readonly string[] }): ScheduledInstance {
  return { id, models, usable: true, trial: false, kvTokens, maxSeqs, slowness: 1, external: 0, calls: new Map(), pinned: createPrefixTree(), growthTokens: 0, prefillTokens: 0 }
}

export function maySend(instance: ScheduledInstance, call: RouteCall): boolean {
  return instance.usable && !(instance.trial && instance.calls.size > 0) && !call.tried?.has(instance.id) && (call.model === undefined || instance.models.length === 0 || instance.models.includes(call.model))
}
