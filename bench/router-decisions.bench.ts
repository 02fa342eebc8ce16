/**
 * What a decision of FLOW takes, against the number of instances and the length of the prompt: from the call's arrival
 * in the scheduler to its placement, its bookkeeping included. Each instance has 8 runs at home with a common beginning
 * of 2,000 tokens. Not measured: hashing the prompt, which is done while reading the body.
 */
import { createCostModel } from '@/domain/route/cost-model'
import { createFlow } from '@/domain/route/flow'
import { createPrefixIndex } from '@/domain/route/prefix-index'
import { createScheduledInstance, type RouteCall } from '@/domain/route/scheduler'
import { percentile, table } from './figures'

const BLOCK_TOKENS = 64
const CALLS = 4_000
const RUNS_EACH = 8

let blocksMade = 0
/** As wide as a block's hash: a small integer would be looked up faster than the router's are. */
const newBlock = (): number => 2 ** 52 + 7_919 * blocksMade++
const common = Array.from({ length: Math.floor(2_000 / BLOCK_TOKENS) }, newBlock)

function decide(instances: number, promptTokens: number): { fresh: number[]; continuation: number[] } {
  const fleet = {
    instances: Array.from({ length: instances }, (_, index) => createScheduledInstance(`i${index}`, { kvTokens: 200_000 * Math.max(1, promptTokens / 10_000), maxSeqs: 256 })),
    prefixes: createPrefixIndex(), blockTokens: BLOCK_TOKENS, costs: createCostModel(),
  }
  const flow = createFlow(fleet)
  const blocks = Math.floor(promptTokens / BLOCK_TOKENS)
  const prompts = new Map<string, number[]>()
  let id = 0
  let now = 0
  function call(runKey: string): RouteCall {
    const known = prompts.get(runKey) ?? [...common, ...Array.from({ length: Math.max(0, blocks - common.length) }, newBlock)].slice(0, blocks)
    prompts.set(runKey, known)
    return { id: `c${id++}`, runKey, blocks: known, promptTokens, outputTokens: 200, arrivedAt: (now += 1), remainingTokens: 2_000, last: false }
  }
  function place(one: RouteCall): number {
    const began = performance.now()
    flow.arrive(one)
    const placed = flow.place(now)
    const took = performance.now() - began
    if (placed.length !== 1) throw new Error(`${placed.length} placed`)
    return took * 1_000
  }
  const open: RouteCall[] = []
  const runs = instances * RUNS_EACH
  for (let run = 0; run < runs; run++) {
    const one = call(`r${run}`)
    place(one)
    open.push(one)
  }
  const times = { fresh: [] as number[], continuation: [] as number[] }
  for (let index = 0; index < CALLS; index++) {
    // One of the runs goes on, then one ends and a new one comes.
    const ended = open.splice(Math.floor((index * 7_919) % open.length), 1)[0]!
    flow.finish(ended.id, 200, now)
    const next = call(ended.runKey!)
    times.continuation.push(place(next))
    flow.finish(next.id, 200, now)
    const last = { ...call(ended.runKey!), last: true }
    place(last)
    flow.finish(last.id, 200, now)
    prompts.delete(ended.runKey!)
    const fresh = call(`n${index}`)
    times.fresh.push(place(fresh))
    open.push(fresh)
  }
  return times
}

decide(16, 1_000)
const rows: string[][] = []
for (const instances of [4, 16, 64, 256]) {
  for (const tokens of [1_000, 10_000, 100_000]) {
    const { fresh, continuation } = decide(instances, tokens)
    const figures = (times: number[]): string => `${percentile(times, 50).toFixed(0)} µs, ${percentile(times, 99).toFixed(0)} µs`
    rows.push([String(instances), tokens.toLocaleString('en'), figures(continuation), figures(fresh)])
  }
}
process.stdout.write(table(['instances', 'prompt tokens', 'continuation: median, p99', 'new run: median, p99'], rows))
