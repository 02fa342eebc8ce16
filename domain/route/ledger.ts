import type { CallLoad } from './cost-model'
import { cachedBlocks, recordPrefix } from './prefix-index'
import { maySend, type Candidate, type Fleet, type Placement, type PlacementReason, type RouteCall, type ScheduledInstance } from './scheduler'

/** Enough to see why; a step of a run keeps them. */
const MOST_CANDIDATES = 16

/** Where each placed call is, and what it takes there. A decision counts from the moment it is put down. */
export function createLedger(fleet: Fleet, policy: string) {
  const placed = new Map<string, { call: RouteCall; instance: ScheduledInstance; prefillTokens: number; load: CallLoad }>()

  function loadAt(instance: ScheduledInstance, call: RouteCall): CallLoad {
    const cachedTokens = Math.min(call.promptTokens, cachedBlocks(fleet.prefixes, instance.id, call.blocks) * fleet.blockTokens)
    return { uncachedTokens: call.promptTokens - cachedTokens, aheadTokens: instance.prefillTokens, calls: instance.calls.size + instance.external, contextTokens: instance.pinned.size * fleet.blockTokens }
  }

  function candidateOf(instance: ScheduledInstance, call: RouteCall): Candidate {
    const load = loadAt(instance, call)
    const expectedMs = fleet.costs?.firstTokenMs(instance.id, load)
    return { instanceId: instance.id, cachedTokens: call.promptTokens - load.uncachedTokens, load: load.calls, ...(expectedMs !== undefined && { expectedMs }) }
  }

  /** The chosen instance, then others that could have taken the call. */
  function candidatesOf(call: RouteCall, chosen: ScheduledInstance): Candidate[] {
    const candidates = [candidateOf(chosen, call)]
    for (const instance of fleet.instances) {
      if (candidates.length === MOST_CANDIDATES) break
      if (instance !== chosen && maySend(instance, call)) candidates.push(candidateOf(instance, call))
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
    put(call: RouteCall, instance: ScheduledInstance, reason: PlacementReason): Placement {
      const placement: Placement = { call, instanceId: instance.id, policy, reason, load: loadAt(instance, call), candidates: candidatesOf(call, instance) }
      placed.set(call.id, { call, instance, prefillTokens: placement.load.uncachedTokens, load: placement.load })
      instance.calls.set(call.id, call)
      instance.growthTokens += call.outputTokens
      instance.prefillTokens += placement.load.uncachedTokens
      for (const block of call.blocks) instance.pinned.set(block, (instance.pinned.get(block) ?? 0) + 1)
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
      const load = between(one.load, instance.calls.size - 1 + instance.external, instance.pinned.size * fleet.blockTokens)
      instance.calls.delete(callId)
      instance.growthTokens -= call.outputTokens
      for (const block of call.blocks) {
        const left = (instance.pinned.get(block) ?? 1) - 1
        if (left === 0) instance.pinned.delete(block)
        else instance.pinned.set(block, left)
      }
      return { call, instance, load }
    },
  }
}

/** Siblings come after the first, and it ends among them: the middle of beginning and end is nearer than either. */
function between(begin: CallLoad, calls: number, contextTokens: number): CallLoad {
  return { ...begin, calls: (begin.calls + calls) / 2, contextTokens: (begin.contextTokens + contextTokens) / 2 }
}
