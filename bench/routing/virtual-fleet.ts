/**
 * A fleet of simulated vLLM engines in virtual time, behind a scheduler: the same engine code as the simulated servers,
 * the same scheduler code as the router. Deterministic under a seed.
 */
import { createCostModel } from '@/domain/route/cost-model'
import { createPrefixIndex } from '@/domain/route/prefix-index'
import { createScheduledInstance, type Fleet, type RouteCall, type Scheduler } from '@/domain/route/scheduler'
import { defaultEngineConfig } from '@/server/fleet-sim/engine-config'
import { SimEngine } from '@/server/fleet-sim/sim-engine'
import { BLOCK_TOKENS, knownBlocksOf } from './known-blocks'
import { lengthOf, type CallSpec, type RunSpec } from './workloads'

export type Arrival = { atMs: number; spec: RunSpec }
export type Outcome = { spec: RunSpec; arrivedMs: number; doneMs: number }
export type Result = { outcomes: Outcome[]; hitRate: number; busiestShare: number; preemptions: number }

const TICK_MS = 1_000

type Timer = { at: number; order: number; run: () => void }
type Live = { id: string; spec: RunSpec; stage: number; open: number; arrivedMs: number }

/** Instance 0 dies at a moment (virtual ms), or is slower from the start; or what is scraped of all is read half of `delayMs` after its asking and told another half later. */
export type Fault = { kind: 'dies'; atMs: number } | { kind: 'slow'; factor: number } | { kind: 'late scrapes'; delayMs: number }

/** Runs until all that arrived is done. */
export function simulate({ arrivals, instances: count, schedulerOf, fault }: { arrivals: readonly Arrival[]; instances: number; schedulerOf: (fleet: Fleet) => Scheduler; fault?: Fault }): Result {
  const engines = Array.from({ length: count }, (_, index) => new SimEngine({ ...defaultEngineConfig, slowness: fault?.kind === 'slow' && index === 0 ? fault.factor : 1 }))
  const instances = engines.map((_, index) => createScheduledInstance(`i${index}`, { kvTokens: defaultEngineConfig.kvTokens, maxSeqs: defaultEngineConfig.maxSeqs }))
  const costs = createCostModel()
  const scheduler = schedulerOf({ instances, prefixes: createPrefixIndex(Math.floor(defaultEngineConfig.kvTokens / BLOCK_TOKENS)), blockTokens: BLOCK_TOKENS, costs })
  const timers = createHeap()
  const stepping = engines.map(() => false)
  const calls = new Map<string, { live: Live; spec: CallSpec; sentAt?: number }>()
  const outcomes: Outcome[] = []
  const served = engines.map(() => 0)
  let now = 0
  let lastId = 0

  function startStage(live: Live): void {
    const stage = live.spec.stages[live.stage]!
    live.open = stage.calls.length
    stage.calls.forEach((spec) => {
      const call: RouteCall = {
        id: `c${lastId++}`, blocks: knownBlocksOf(spec).router, promptTokens: lengthOf(spec.prompt), outputTokens: spec.expectedOutput, arrivedAt: now, party: live.spec.kind,
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
      const known = calls.get(call.id)!
      const { spec } = known
      known.sentAt = now
      served[index]! += 1
      engines[index]!.add({ id: call.id, promptTokens: { length: lengthOf(spec.prompt) }, outputTokens: { length: lengthOf(spec.output) }, hashes: knownBlocksOf(spec).engine }, now / 1_000)
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
    if (!instances[index]!.usable) return
    stepping[index] = false
    let done = 0
    for (const event of engines[index]!.finishStep(now / 1_000)) {
      if (event.kind === 'token') {
        if (event.index === 0) scheduler.begun(event.id)
        continue
      }
      done += 1
      const { live, sentAt } = calls.get(event.id)!
      calls.delete(event.id)
      const firstTokenAt = event.times.firstTokenAt * 1_000
      // As the router learns: from what the engine says that it computed.
      const load = scheduler.finish(event.id, event.outputTokens, now)
      costs.observe(instances[index]!.id, load!, { firstTokenMs: firstTokenAt - sentAt!, decodeMs: now - firstTokenAt, outputTokens: event.outputTokens })
      instances[index]!.slowness = costs.slownessOf(instances[index]!.id)
      live.open -= 1
      if (live.open === 0) endStage(live)
    }
    if (done > 0) place()
    step(index)
  }

  function endStage(live: Live): void {
    live.stage += 1
    const next = live.spec.stages[live.stage]
    if (!next) outcomes.push({ spec: live.spec, arrivedMs: live.arrivedMs, doneMs: now })
    else if (next.pauseMs === 0) startStage(live)
    else timers.push({ at: now + next.pauseMs, run: () => startStage(live) })
  }

  /** As the router does: the calls that were there are placed again. */
  function die(index: number): void {
    instances[index]!.usable = false
    stepping[index] = true
    for (const call of [...instances[index]!.calls.values()]) {
      scheduler.finish(call.id, 0, now)
      const again = { ...call, id: `c${lastId++}`, tried: new Set([...(call.tried ?? []), instances[index]!.id]) }
      calls.set(again.id, calls.get(call.id)!)
      calls.delete(call.id)
      scheduler.arrive(again)
    }
    place()
  }

  /** As server/router/scraped-figures.ts reads it: what an instance has beyond this router's own calls, the most it had meanwhile. */
  function scrape(index: number, delayMs: number): void {
    const before = instances[index]!.calls.size
    timers.push({ at: now + delayMs / 2, run: () => {
      const had = engines[index]!.runningCount + engines[index]!.waitingCount
      timers.push({ at: now + delayMs / 2, run: () => void (instances[index]!.external = Math.max(0, had - Math.max(before, instances[index]!.calls.size))) })
    } })
    if (calls.size > 0 || now < (arrivals.at(-1)?.atMs ?? 0)) timers.push({ at: now + TICK_MS, run: () => scrape(index, delayMs) })
  }

  if (fault?.kind === 'late scrapes') for (const index of engines.keys()) scrape(index, fault.delayMs)
  if (fault?.kind === 'dies') timers.push({ at: fault.atMs, run: () => die(0) })
  arrivals.forEach(({ atMs, spec }, index) => timers.push({ at: atMs, run: () => startStage({ id: `r${index}`, spec, stage: 0, open: 0, arrivedMs: atMs }) }))
  // As the router's queue does: time alone may free a place.
  const tick = (): void => {
    if (scheduler.waiting() > 0) place()
    if (calls.size > 0 || now < (arrivals.at(-1)?.atMs ?? 0)) timers.push({ at: now + TICK_MS, run: tick })
  }
  timers.push({ at: TICK_MS, run: tick })
  for (let timer = timers.pop(); timer; timer = timers.pop()) {
    now = timer.at
    timer.run()
  }
  const totals = engines.map((engine) => engine.totals)
  const sum = (pick: (total: SimEngine['totals']) => number) => totals.reduce((all, one) => all + pick(one), 0)
  return { outcomes, hitRate: sum((one) => one.hitTokens) / Math.max(1, sum((one) => one.queriedTokens)), busiestShare: Math.max(...served) / Math.max(1, served.reduce((a, b) => a + b, 0) / count), preemptions: sum((one) => one.preemptions) }
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
