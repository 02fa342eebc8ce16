/** Policies that others have, behind the same interface: none of them holds a call back. */
import { cachedBlocks, recordPrefix } from './prefix-index'
import { maySend, occupy, vacate, type Fleet, type Placement, type RouteCall, type ScheduledInstance, type Scheduler } from './scheduler'

type Choose = (call: RouteCall, usable: readonly ScheduledInstance[]) => ScheduledInstance | undefined

function immediate(name: string, fleet: Fleet, choose: Choose): Scheduler {
  const at = new Map<string, ScheduledInstance>()
  let waiting: RouteCall[] = []
  return {
    name,
    arrive: (call) => void waiting.push(call),
    leave: (callId) => void (waiting = waiting.filter((call) => call.id !== callId)),
    place() {
      const placed: Placement[] = []
      const left: RouteCall[] = []
      for (const call of waiting) {
        const instance = choose(call, fleet.instances.filter((one) => maySend(one, call)))
        if (!instance) {
          left.push(call)
          continue
        }
        occupy(instance, call)
        at.set(call.id, instance)
        if (call.blocks.length > 0) recordPrefix(fleet.prefixes, instance.id, call.blocks)
        placed.push({ call, instanceId: instance.id, reason: 'spread' })
      }
      waiting = left
      return placed
    },
    finish(callId) {
      const instance = at.get(callId)
      if (instance) vacate(instance, callId)
      at.delete(callId)
    },
    waiting: () => waiting.length,
  }
}

const least = (instances: readonly ScheduledInstance[]): ScheduledInstance | undefined => instances.reduce<ScheduledInstance | undefined>((best, one) => (!best || one.calls.size < best.calls.size ? one : best), undefined)

export function roundRobin(fleet: Fleet): Scheduler {
  let turn = 0
  return immediate('round robin', fleet, (_call, usable) => usable[turn++ % Math.max(1, usable.length)])
}

export function leastRequests(fleet: Fleet): Scheduler {
  return immediate('least requests', fleet, (_call, usable) => least(usable))
}

/** Two at random, the one with fewer calls. */
export function powerOfTwo(fleet: Fleet, random: () => number): Scheduler {
  return immediate('power of two', fleet, (_call, usable) => {
    const pick = () => usable[Math.floor(random() * usable.length)]
    return least([pick(), pick()].filter((one) => one !== undefined))
  })
}

/** production-stack's session routing: a hash of the run, whatever the load. */
export function sessionHash(fleet: Fleet): Scheduler {
  return immediate('session hash', fleet, (call, usable) => {
    let hash = 2166136261
    for (const char of call.runKey ?? call.id) hash = Math.imul(hash ^ char.charCodeAt(0), 16777619)
    return usable[(hash >>> 0) % Math.max(1, usable.length)]
  })
}

/** A run stays where it began; it begins where fewest calls are. */
export function runAffinity(fleet: Fleet): Scheduler {
  const homes = new Map<string, ScheduledInstance>()
  return immediate('run affinity', fleet, (call, usable) => {
    if (call.runKey === undefined) return least(usable)
    const home = homes.get(call.runKey)
    const chosen = home && usable.includes(home) ? home : least(usable)
    if (chosen) homes.set(call.runKey, chosen)
    if (call.last) homes.delete(call.runKey)
    return chosen
  })
}

/** SGLang's cache-aware tree: the longest prefix if it covers half of the prompt, unless the load is uneven. */
export function cacheAware(fleet: Fleet): Scheduler {
  return immediate('cache-aware tree', fleet, (call, usable) => {
    const loads = usable.map((one) => one.calls.size)
    const uneven = Math.max(...loads) - Math.min(...loads) > 32 && Math.max(...loads) > 1.0001 * Math.min(...loads)
    if (uneven) return least(usable)
    const best = longest(fleet, call, usable)
    return best && best.cached > 0.5 * call.blocks.length ? best.instance : usable.reduce<ScheduledInstance | undefined>((a, b) => (!a || b.pinned.size < a.pinned.size ? b : a), undefined)
  })
}

/** llm-d's weighted scores: prefix 3, queue 2, KV 2. */
export function weightedScores(fleet: Fleet): Scheduler {
  return immediate('weighted scores', fleet, (call, usable) => {
    const most = Math.max(1, ...usable.map((one) => one.calls.size))
    let best: { instance: ScheduledInstance; score: number } | undefined
    for (const instance of usable) {
      const prefix = call.blocks.length === 0 ? 0 : cachedBlocks(fleet.prefixes, instance.id, call.blocks) / call.blocks.length
      const kv = Math.min(1, (instance.pinned.size * fleet.blockTokens) / instance.kvTokens)
      const score = 3 * prefix + 2 * (1 - instance.calls.size / most) + 2 * (1 - kv)
      if (!best || score > best.score) best = { instance, score }
    }
    return best?.instance
  })
}

/** Dynamo's cost: blocks to compute, plus blocks in use. */
export function blockCost(fleet: Fleet): Scheduler {
  return immediate('KV block cost', fleet, (call, usable) => {
    let best: { instance: ScheduledInstance; cost: number } | undefined
    for (const instance of usable) {
      const cost = call.blocks.length - cachedBlocks(fleet.prefixes, instance.id, call.blocks) + instance.pinned.size
      if (!best || cost < best.cost) best = { instance, cost }
    }
    return best?.instance
  })
}

/** What Heddle did before FLOW: the longest prefix unless its holder has four calls more than the least loaded. */
export function longestPrefix(fleet: Fleet): Scheduler {
  return immediate('longest prefix', fleet, (call, usable) => {
    const free = least(usable)
    const best = longest(fleet, call, usable)
    return best && free && best.cached > 0.2 * call.blocks.length && best.instance.calls.size - free.calls.size <= 4 ? best.instance : free
  })
}

function longest(fleet: Fleet, call: RouteCall, usable: readonly ScheduledInstance[]): { instance: ScheduledInstance; cached: number } | undefined {
  let best: { instance: ScheduledInstance; cached: number } | undefined
  for (const instance of usable) {
    const cached = cachedBlocks(fleet.prefixes, instance.id, call.blocks)
    if (!best || cached > best.cached || (cached === best.cached && instance.calls.size < best.instance.calls.size)) best = { instance, cached }
  }
  return best
}
