/**
 * A fleet of simulated vLLM engines in virtual time, behind a scheduler: the same engine code as the simulated servers,
 * the same scheduler code as the router. Deterministic under a seed.
 */
import { createPrefixIndex } from '@/domain/route/prefix-index'
import { createScheduledInstance, type Fleet, type RouteCall, type Scheduler } from '@/domain/route/scheduler'
import { defaultEngineConfig } from '@/server/fleet-sim/engine-config'
import { SimEngine } from '@/server/fleet-sim/sim-engine'
import type { CallSpec, RunSpec } from './workloads'

/** Tokens in a block of the router's index. */
const BLOCK_TOKENS = 64

export type Arrival = { atMs: number; spec: RunSpec }
export type Outcome = { spec: RunSpec; arrivedMs: number; doneMs: number }
export type Result = { outcomes: Outcome[]; hitRate: number; busiestShare: number; preemptions: number }

type Timer = { at: number; order: number; run: () => void }
type Live = { id: string; spec: RunSpec; stage: number; open: number; arrivedMs: number }

/** @param limitMs virtual time at which the day ends; what is not done by then is not in the outcomes */
export function simulate({ arrivals, instances: count, schedulerOf, limitMs, slowness = () => 1 }: { arrivals: readonly Arrival[]; instances: number; schedulerOf: (fleet: Fleet) => Scheduler; limitMs: number; slowness?: (instance: number) => number }): Result {
  const engines = Array.from({ length: count }, (_, index) => new SimEngine({ ...defaultEngineConfig, slowness: slowness(index) }))
  const instances = engines.map((_, index) => createScheduledInstance(`i${index}`, { kvTokens: defaultEngineConfig.kvTokens, maxSeqs: defaultEngineConfig.maxSeqs }))
  const scheduler = schedulerOf({ instances, prefixes: createPrefixIndex(Math.floor(defaultEngineConfig.kvTokens / BLOCK_TOKENS)), blockTokens: BLOCK_TOKENS })
  const timers = createHeap()
  const stepping = engines.map(() => false)
  const calls = new Map<string, { live: Live; spec: CallSpec }>()
  const outcomes: Outcome[] = []
  const served = engines.map(() => 0)
  let now = 0
  let lastId = 0

  function startStage(live: Live): void {
    const stage = live.spec.stages[live.stage]!
    live.open = stage.calls.length
    stage.calls.forEach((spec) => {
      const call: RouteCall = {
        id: `c${lastId++}`, blocks: blocksOf(spec.prompt), promptTokens: spec.prompt.length, outputTokens: spec.expectedOutput, arrivedAt: now,
        ...(!live.spec.plain && { runKey: live.id, remainingTokens: stage.expectedRemaining, last: live.stage === live.spec.stages.length - 1 }),
      }
      calls.set(call.id, { live, spec })
      scheduler.arrive(call)
    })
    place()
  }

  function place(): void {
    for (const { call, instanceId } of scheduler.place(now)) {
      const index = Number(instanceId.slice(1))
      const { spec } = calls.get(call.id)!
      served[index]! += 1
      engines[index]!.add({ id: call.id, promptTokens: spec.prompt, outputTokens: spec.output }, now / 1_000)
      step(index)
    }
  }

  function step(index: number): void {
    if (stepping[index]) return
    const report = engines[index]!.beginStep(now / 1_000)
    if (!report) return
    stepping[index] = true
    timers.push({ at: now + report.seconds * 1_000, run: () => endStep(index) })
  }

  function endStep(index: number): void {
    stepping[index] = false
    const done = engines[index]!.finishStep(now / 1_000).filter((event) => event.kind === 'finished')
    for (const event of done) {
      const { live } = calls.get(event.id)!
      calls.delete(event.id)
      scheduler.finish(event.id, event.outputTokens, now)
      live.open -= 1
      if (live.open === 0) endStage(live)
    }
    if (done.length > 0) place()
    step(index)
  }

  function endStage(live: Live): void {
    live.stage += 1
    const next = live.spec.stages[live.stage]
    if (!next) outcomes.push({ spec: live.spec, arrivedMs: live.arrivedMs, doneMs: now })
    else if (next.pauseMs === 0) startStage(live)
    else timers.push({ at: now + next.pauseMs, run: () => startStage(live) })
  }

  arrivals.forEach(({ atMs, spec }, index) => timers.push({ at: atMs, run: () => startStage({ id: `r${index}`, spec, stage: 0, open: 0, arrivedMs: atMs }) }))
  for (let timer = timers.pop(); timer && timer.at <= limitMs; timer = timers.pop()) {
    now = timer.at
    timer.run()
  }
  const totals = engines.map((engine) => engine.totals)
  const sum = (pick: (total: SimEngine['totals']) => number) => totals.reduce((all, one) => all + pick(one), 0)
  return { outcomes, hitRate: sum((one) => one.hitTokens) / Math.max(1, sum((one) => one.queriedTokens)), busiestShare: Math.max(...served) / Math.max(1, served.reduce((a, b) => a + b, 0) / count), preemptions: sum((one) => one.preemptions) }
}

/** Chained hashes of the full blocks. */
function blocksOf(tokens: readonly number[]): number[] {
  const hashes: number[] = []
  let low = 17
  let high = 31
  for (let start = 0; start + BLOCK_TOKENS <= tokens.length; start += BLOCK_TOKENS) {
    for (let index = start; index < start + BLOCK_TOKENS; index++) {
      const token = tokens[index]!
      low = Math.imul(low ^ (token >>> 0), 0x01000193)
      high = Math.imul(high + (token >>> 0) + Math.floor(token / 4_294_967_296), 0x85ebca6b) ^ (low >>> 15)
    }
    hashes.push((low >>> 0) + (high & 0x1fffff) * 4_294_967_296)
  }
  return hashes
}

function createHeap() {
  const heap: Timer[] = []
  let order = 0
  const before = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)
  return {
    push({ at, run }: { at: number; run: () => void }): void {
      const timer = { at, run, order: order++ }
      heap.push(timer)
      let place = heap.length - 1
      for (let parent = (place - 1) >> 1; place > 0 && before(timer, heap[parent]!); parent = (place - 1) >> 1) {
        heap[place] = heap[parent]!
        place = parent
      }
      heap[place] = timer
    },
    pop(): Timer | undefined {
      const top = heap[0]
      const last = heap.pop()
      if (!top || !last || heap.length === 0) return top
      let place = 0
      for (let child = 1; child < heap.length; child = 2 * place + 1) {
        if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child += 1
        if (!before(heap[child]!, last)) break
        heap[place] = heap[child]!
        place = child
      }
      heap[place] = last
      return top
    },
  }
}
