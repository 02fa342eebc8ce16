/**
 * Policies of other routers, behind the same interface: none of them holds a call back. Each says where it comes from;
 * what a source reads from an engine's metrics stands here as what this router counts itself, which is never stale.
 */
import type { CostTerms } from './candidate'
import { createLedger, type TermsAt } from './ledger'
import { blocksHeld, cachedBlocks } from './prefix-index'
import { maySend, type Fleet, type Placement, type PlacementReason, type RouteCall, type ScheduledInstance, type Scheduler } from './scheduler'

type Choice = { instance: ScheduledInstance | undefined; reason: PlacementReason; /** What it compared, calls and prefixes apart: those are told anyway. */ termsAt?: TermsAt }
type Choose = (call: RouteCall, usable: readonly ScheduledInstance[]) => Choice

function immediate(name: string, fleet: Fleet, choose: Choose): Scheduler {
  const ledger = createLedger(fleet, name)
  let waiting: RouteCall[] = []
  return {
    name,
    arrive: (call) => void waiting.push(call),
    leave: (callId) => void (waiting = waiting.filter((call) => call.id !== callId)),
    place() {
      const placed: Placement[] = []
      const left: RouteCall[] = []
      for (const call of waiting) {
        const { instance, reason, termsAt } = choose(call, fleet.instances.filter((one) => maySend(one, call)))
        if (instance) placed.push(ledger.put(call, instance, reason, termsAt))
        else left.push(call)
      }
      waiting = left
      return placed
    },
    begun: ledger.begun,
    finish: (callId) => ledger.end(callId)?.load,
    waiting: () => waiting.length,
  }
}

const loadOf = (instance: ScheduledInstance): number => instance.calls.size + instance.external
const least = (instances: readonly ScheduledInstance[], load = loadOf): ScheduledInstance | undefined => instances.reduce<ScheduledInstance | undefined>((best, one) => (!best || load(one) < load(best) ? one : best), undefined)

export function roundRobin(fleet: Fleet): Scheduler {
  let turn = 0
  return immediate('round-robin', fleet, (_call, usable) => ({ instance: usable[turn++ % Math.max(1, usable.length)], reason: 'turn' }))
}

export function leastRequests(fleet: Fleet): Scheduler {
  return immediate('least-requests', fleet, (_call, usable) => ({ instance: least(usable), reason: 'least-loaded' }))
}

/** Two at random, the one with fewer calls. */
export function powerOfTwo(fleet: Fleet): Scheduler {
  const random = createRandom()
  return immediate('power-of-two', fleet, (_call, usable) => {
    const pick = () => usable[Math.floor(random() * usable.length)]
    return { instance: least([pick(), pick()].filter((one) => one !== undefined)), reason: 'least-loaded' }
  })
}

/**
 * A hash of the run, whatever the load: each instance stands at many points of a ring, so that one more moves few runs.
 * @see https://github.com/vllm-project/production-stack session routing
 */
export function sessionHash(fleet: Fleet): Scheduler {
  return immediate('session-hash', fleet, (call, usable) => {
    // Highest random weight: the same answer as a ring gives, without keeping one.
    const weight = (one: ScheduledInstance) => hashOf(`${one.id}/${call.runKey ?? call.id}`)
    return { instance: usable.reduce<ScheduledInstance | undefined>((best, one) => (!best || weight(one) > weight(best) ? one : best), undefined), reason: 'hash', termsAt: (one) => ({ score: weight(one) / 2 ** 32 }) }
  })
}

/** A run stays where it began; it begins where fewest calls are. */
export function runAffinity(fleet: Fleet): Scheduler {
  return sticky('run-affinity', fleet, (usable) => ({ instance: least(usable) }))
}

/**
 * A run stays where it began; it begins where fewest runs are, however busy that is.
 * @see https://github.com/vllm-project/production-stack/pull/625 workflow-aware routing
 */
export function workflowSticky(fleet: Fleet): Scheduler {
  return sticky('workflow-sticky', fleet, (usable, homes) => {
    const runsAt = new Map<ScheduledInstance, number>()
    for (const home of homes.values()) runsAt.set(home, (runsAt.get(home) ?? 0) + 1)
    const runs = (one: ScheduledInstance): number => runsAt.get(one) ?? 0
    return { instance: least(usable, runs), termsAt: (one) => ({ runs: runs(one) }) }
  })
}

const MOST_HOMES = 10_000

function sticky(name: string, fleet: Fleet, begin: (usable: readonly ScheduledInstance[], homes: ReadonlyMap<string, ScheduledInstance>) => Omit<Choice, 'reason'>): Scheduler {
  // The longest unused home first: it makes room.
  const homes = new Map<string, ScheduledInstance>()
  return immediate(name, fleet, (call, usable) => {
    if (call.runKey === undefined) return { instance: least(usable), reason: 'least-loaded' }
    const home = homes.get(call.runKey)
    const stays = home !== undefined && usable.includes(home)
    const { instance, termsAt }: Omit<Choice, 'reason'> = stays ? { instance: home } : begin(usable, homes)
    homes.delete(call.runKey)
    if (instance && !call.last) homes.set(call.runKey, instance)
    for (const key of homes.keys()) {
      if (homes.size <= MOST_HOMES) break
      homes.delete(key)
    }
    return { instance, reason: stays ? 'home' : 'least-loaded', ...(termsAt && { termsAt }) }
  })
}

/**
 * The longest prefix in a trie of what was sent, one of its holders at random; the load does not count.
 * @see https://github.com/vllm-project/production-stack prefix-aware routing
 */
export function prefixTrie(fleet: Fleet): Scheduler {
  const random = createRandom()
  return immediate('prefix-trie', fleet, (call, usable) => {
    const known = usable.map((one) => cachedBlocks(fleet.prefixes, one.id, call.blocks))
    const most = Math.max(0, ...known)
    const holders = usable.filter((_one, index) => known[index] === most)
    return { instance: holders[Math.floor(random() * holders.length)], reason: most > 0 ? 'prefix' : 'spread' }
  })
}

/**
 * The longest prefix if it covers half of the prompt, else the smallest tree; the least loaded while the load is uneven.
 * @see https://github.com/sgl-project/sglang cache_aware policy; thresholds of its first releases
 */
export function cacheAware(fleet: Fleet): Scheduler {
  return immediate('cache-aware', fleet, (call, usable) => {
    const loads = usable.map(loadOf)
    const uneven = Math.max(...loads) - Math.min(...loads) > 32 && Math.max(...loads) > 1.0001 * Math.min(...loads)
    if (uneven) return { instance: least(usable), reason: 'spill' }
    const tree = (one: ScheduledInstance): number => blocksHeld(fleet.prefixes, one.id)
    const termsAt: TermsAt = (one) => ({ treeBlocks: tree(one) })
    const best = longest(fleet, call, usable)
    if (best && best.cached > 0.5 * call.blocks.length) return { instance: best.instance, reason: 'prefix', termsAt }
    return { instance: least(usable, tree), reason: 'spread', termsAt }
  })
}

/**
 * Weighted scores of 0 to 1: prefix 3, queue 2, KV cache in use 2.
 * @see https://github.com/llm-d/llm-d-inference-scheduler
 */
export function weightedScores(fleet: Fleet): Scheduler {
  return immediate('weighted-scores', fleet, (call, usable) => {
    const most = Math.max(1, ...usable.map(loadOf))
    function scoresOf(instance: ScheduledInstance) {
      const prefixScore = call.blocks.length === 0 ? 0 : 3 * (cachedBlocks(fleet.prefixes, instance.id, call.blocks) / call.blocks.length)
      const queueScore = 2 * (1 - loadOf(instance) / most)
      const kvScore = 2 * (1 - Math.min(1, (instance.pinned.size * fleet.blockTokens) / instance.kvTokens))
      return { score: prefixScore + queueScore + kvScore, prefixScore, queueScore, kvScore } satisfies CostTerms
    }
    let best: { instance: ScheduledInstance; score: number; prefix: number } | undefined
    for (const instance of usable) {
      const { score, prefixScore: prefix } = scoresOf(instance)
      if (!best || score > best.score) best = { instance, score, prefix }
    }
    return { instance: best?.instance, reason: best && best.prefix > 0 ? 'prefix' : 'spread', termsAt: scoresOf }
  })
}

/**
 * Blocks to be computed there, those of calls before it included, plus blocks in use.
 * @see https://github.com/ai-dynamo/dynamo KV router
 */
export function blockCost(fleet: Fleet): Scheduler {
  return immediate('block-cost', fleet, (call, usable) => {
    function costsOf(instance: ScheduledInstance) {
      const aheadBlocks = instance.prefillTokens / fleet.blockTokens
      const cached = cachedBlocks(fleet.prefixes, instance.id, call.blocks)
      return { cost: aheadBlocks + call.blocks.length - cached + instance.pinned.size, aheadBlocks, newBlocks: call.blocks.length - cached, heldBlocks: instance.pinned.size } satisfies CostTerms
    }
    let best: { instance: ScheduledInstance; cost: number; cached: boolean } | undefined
    for (const instance of usable) {
      const { cost, newBlocks } = costsOf(instance)
      if (!best || cost < best.cost) best = { instance, cost, cached: newBlocks < call.blocks.length }
    }
    return { instance: best?.instance, reason: best?.cached ? 'prefix' : 'spread', termsAt: costsOf }
  })
}

/** Share of a prompt that must be cached to count: less is a common system text, which would draw all to one instance. */
const LEAST_SHARE = 0.2
/** Calls that the holder of a prefix may have more than the least loaded instance. */
const SPILL_AT = 4

/** The longest prefix unless its holder is too busy, else the least loaded. */
export function longestPrefix(fleet: Fleet): Scheduler {
  return immediate('longest-prefix', fleet, (call, usable) => {
    const free = least(usable)
    const best = longest(fleet, call, usable)
    if (!best || !free || best.cached <= LEAST_SHARE * call.blocks.length) return { instance: free, reason: 'least-loaded' }
    return loadOf(best.instance) - loadOf(free) <= SPILL_AT ? { instance: best.instance, reason: 'prefix' } : { instance: free, reason: 'spill' }
  })
}

function longest(fleet: Fleet, call: RouteCall, usable: readonly ScheduledInstance[]): { instance: ScheduledInstance; cached: number } | undefined {
  let best: { instance: ScheduledInstance; cached: number } | undefined
  for (const instance of usable) {
    const cached = cachedBlocks(fleet.prefixes, instance.id, call.blocks)
    if (!best || cached > best.cached || (cached === best.cached && loadOf(instance) < loadOf(best.instance))) best = { instance, cached }
  }
  return best
}

function hashOf(text: string): number {
  let hash = 2_166_136_261
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 16_777_619)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return (hash ^ (hash >>> 13)) >>> 0
}

/** mulberry32: the same draws in the same order, so that a scheduler stays deterministic. */
function createRandom(): () => number {
  let state = 1
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296
  }
}
