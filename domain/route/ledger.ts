import type { Candidate, CostTerms } from './candidate'
import type { CallLoad } from './cost-model'
import { cachedBlocks, recordPrefix } from './prefix-index'
import { addPrompt, removePrompt } from './prefix-tree'
import { maySend, type Fleet, type Placement, type PlacementReason, type RouteCall, type ScheduledInstance } from './scheduler'

/** Enough to see why; a step of a run keeps them. */
const MOST_CANDIDATES = 16

/** What a policy has weighed of an instance; asked before the decision counts. */
export type TermsAt = (instance: ScheduledInstance) => CostTerms
const nothing: TermsAt = () => ({})

/** Where each placed call is, and what it takes there. A decision counts from the moment it is put down. */
export function createLedger(fleet: Fleet, policy: string) {
  const placed = new Map<string, { call: RouteCall; instance: ScheduledInstance; prefillTokens: number; load: CallLoad; /** Of `givenTo`, its own included. */ given: number }>()
  /** Prompt tokens to compute that each instance was ever given. */
  const givenTo = new WeakMap<ScheduledInstance, number>()

  function loadAt(instance: ScheduledInstance, call: RouteCall): CallLoad {
    const cachedTokens = Math.min(call.promptTokens, cachedBlocks(fleet.prefixes, instance.id, call.blocks) * fleet.blockTokens)
    return { uncachedTokens: call.promptTokens - cachedTokens, aheadTokens: instance.prefillTokens, calls: instance.calls.size + instance.external, contextTokens: instance.pinned.size * fleet.blockTokens }
  }

  function candidateOf(instance: ScheduledInstance, call: RouteCall, terms: CostTerms): Candidate {
    const load = loadAt(instance, call)
    const expectedMs = fleet.costs?.firstTokenMs(instance.id, load)
    return { instanceId: instance.id, cachedTokens: call.promptTokens - load.uncachedTokens, load: load.calls, ...(expectedMs !== undefined && { expectedMs }), terms: rounded({ ...terms, uncachedTokens: load.uncachedTokens }) }
  }

  /** The chosen instance, then others that could have taken the call. */
  function candidatesOf(call: RouteCall, chosen: ScheduledInstance, termsAt: TermsAt): Candidate[] {
    const candidates = [candidateOf(chosen, call, termsAt(chosen))]
    for (const instance of fleet.instances) {
      if (candidates.length === MOST_CANDIDATES) break
      if (instance !== chosen && maySend(instance, call)) candidates.push(candidateOf(instance, call, termsAt(instance)))
    }
    return candidates
  }

  function begun(callId: string): void {
    const one = placed.get(callId)
    if (!one) return
    one.instance.prefillTokens -= one.prefillTokens
    one.prefillTokens = 0
  }

  return {
    put(call: RouteCall, instance: ScheduledInstance, reason: PlacementReason, termsAt = nothing): Placement {
      const placement: Placement = { call, instanceId: instance.id, policy, reason, load: loadAt(instance, call), candidates: candidatesOf(call, instance, termsAt) }
      const given = (givenTo.get(instance) ?? 0) + placement.load.uncachedTokens
      givenTo.set(instance, given)
      placed.set(call.id, { call, instance, prefillTokens: placement.load.uncachedTokens, load: placement.load, given })
      instance.calls.set(call.id, call)
      instance.growthTokens += call.outputTokens
      instance.prefillTokens += placement.load.uncachedTokens
      addPrompt(instance.pinned, call.blocks)
      if (call.blocks.length > 0) recordPrefix(fleet.prefixes, instance.id, call.blocks, Math.floor(instance.kvTokens / fleet.blockTokens))
      return placement
    },
    begun,
    /** @returns the call, where it was, and what it met there; undefined when it was never placed or has ended before */
    end(callId: string): { call: RouteCall; instance: ScheduledInstance; load: CallLoad } | undefined {
      const one = placed.get(callId)
      if (!one) return undefined
      begun(callId)
      placed.delete(callId)
      const { call, instance } = one
      const load = { ...between(one.load, instance.calls.size - 1 + instance.external, instance.pinned.size * fleet.blockTokens), besideTokens: givenTo.get(instance)! - one.given }
      instance.calls.delete(callId)
      instance.growthTokens -= call.outputTokens
      removePrompt(instance.pinned, call.blocks)
      return { call, instance, load }
    },
  }
}

/** Siblings come after the first, and it ends among them: the middle of beginning and end is nearer than either. */
function between(begin: CallLoad, calls: number, contextTokens: number): CallLoad {
  return { ...begin, calls: (begin.calls + calls) / 2, contextTokens: (begin.contextTokens + contextTokens) / 2 }
}

/** Enough to be compared: they are kept with every step. */
function rounded(terms: Record<string, number>): CostTerms {
  for (const name in terms) terms[name] = Math.round((terms[name] as number) * 1_000) / 1_000
  return terms
}
