import { createFlow } from './flow'
import { blockCost, cacheAware, leastRequests, longestPrefix, powerOfTwo, prefixTrie, roundRobin, runAffinity, sessionHash, weightedScores, workflowSticky } from './peer-policies'
import type { Fleet, RouteCall, Scheduler } from './scheduler'

export type SchedulerOf = (fleet: Fleet) => Scheduler

/** Every policy by the name under which it is chosen and told. */
export const policies = {
  'flow': (fleet) => createFlow(fleet),
  'round-robin': roundRobin,
  'least-requests': leastRequests,
  'power-of-two': powerOfTwo,
  'session-hash': sessionHash,
  'run-affinity': runAffinity,
  'workflow-sticky': workflowSticky,
  'prefix-trie': prefixTrie,
  'cache-aware': cacheAware,
  'weighted-scores': weightedScores,
  'block-cost': blockCost,
  'longest-prefix': longestPrefix,
} satisfies Record<string, SchedulerOf>
export type PolicyName = keyof typeof policies

/** A policy for all models, and others for some of them. */
export type PolicyChoice = { readonly all: PolicyName; readonly byModel: Readonly<Record<string, PolicyName>> }

/**
 * @param text `flow`, or `flow,llama-70b=least-requests`: the first for all models, then a policy for one model each
 * @returns what is wrong with it, as a sentence's end
 */
export function readPolicyChoice(text: string): PolicyChoice | string {
  let all: PolicyName = 'flow'
  const byModel: Record<string, PolicyName> = {}
  for (const [index, part] of text.split(',').map((one) => one.trim()).entries()) {
    const at = part.lastIndexOf('=')
    const name = part.slice(at + 1)
    if (!isPolicy(name)) return `names no policy with "${name}". There are: ${Object.keys(policies).join(', ')}`
    if (at < 0 && index > 0) return `has two policies for all models: write the second as MODEL=${name}`
    if (at < 0) all = name
    else Object.defineProperty(byModel, part.slice(0, at), { value: name, enumerable: true })
  }
  return { all, byModel }
}

const isPolicy = (name: string): name is PolicyName => Object.hasOwn(policies, name)

/** A scheduler for each pool: calls of one model do not wait behind those of another. They share what is known of instances. */
export function pooled(choice: PolicyChoice): SchedulerOf {
  return (fleet) => {
    const pools = new Map<string, Scheduler>()
    const poolOfCall = new Map<string, Scheduler>()
    function poolOf({ model = '' }: RouteCall): Scheduler {
      let pool = pools.get(model)
      if (!pool) {
        const name = Object.hasOwn(choice.byModel, model) ? choice.byModel[model]! : choice.all
        pools.set(model, (pool = policies[name](fleet)))
      }
      return pool
    }
    const others = Object.entries(choice.byModel).map(([model, name]) => `, ${model}: ${name}`)
    return {
      name: choice.all + others.join(''),
      arrive(call) {
        const pool = poolOf(call)
        poolOfCall.set(call.id, pool)
        pool.arrive(call)
      },
      leave(callId, now) {
        poolOfCall.get(callId)?.leave(callId, now)
        poolOfCall.delete(callId)
      },
      place: (now) => [...pools.values()].flatMap((pool) => pool.place(now)),
      begun: (callId) => poolOfCall.get(callId)?.begun(callId),
      finish(callId, outputTokens, now) {
        const pool = poolOfCall.get(callId)
        poolOfCall.delete(callId)
        return pool?.finish(callId, outputTokens, now)
      },
      waiting: () => [...pools.values()].reduce((sum, pool) => sum + pool.waiting(), 0),
    }
  }
}
