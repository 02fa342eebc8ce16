import { BlockCache } from './block-cache'
import { BLOCK_SIZE, hashBlocks, rootHash } from './block-hash'
import { defaultEngineConfig, type EngineConfig } from './engine-config'
import type { EngineEvent, EngineRequest, EngineTotals, RequestTimes, StepReport } from './engine-event'
import { stepSeconds } from './step-time'

type Sequence = {
  readonly request: EngineRequest
  readonly order: number
  readonly times: RequestTimes
  /** Tokens whose KV is computed. */
  computed: number
  generated: number
  blocks: number[]
  /** Hashes of full blocks, as far as they are known. */
  readonly hashes: number[]
  sealed: number
  cachedTokens: number | undefined
  /** Tokens that the step under way computes for this request. */
  inStep: number
}

/** A step while it is being put together; a Set keeps the order in which requests were scheduled. */
type Draft = { batch: Set<Sequence>; budget: number; preempted: Set<Sequence> }

function schedule(sequence: Sequence, tokens: number, draft: Draft): void {
  sequence.inStep = tokens
  draft.batch.add(sequence)
  draft.budget -= tokens
}

/**
 * A model of vLLM V1's engine core: continuous batching in steps, on a clock that the caller moves.
 *
 * E1. Nothing here reads a clock or a random source: the same calls give the same answers.
 * E2. A step schedules what runs before what waits, so decodes come before new prefills.
 * E3. A step computes at most `maxBatchedTokens` tokens for at most `maxSeqs` requests.
 * E4. Out of blocks, the request that came last (or, under `priority`, matters least) gives up
 *     all its blocks and is computed again later; a step that preempted admits nobody.
 * E5. An abort frees at once, also in the middle of a step.
 */
export class SimEngine {
  readonly cache: BlockCache
  readonly totals: EngineTotals = { queriedTokens: 0, hitTokens: 0, promptTokens: 0, generationTokens: 0, preemptions: 0 }
  /** Told of each block that can be found from now on: hash `index` of the request's. */
  onSealed: ((request: EngineRequest, hashes: readonly number[], index: number) => void) | undefined
  private running: Sequence[] = []
  private waiting: Sequence[] = []
  private readonly byId = new Map<string, Sequence>()
  private step: Sequence[] | undefined
  private arrivals = 0

  constructor(readonly config: EngineConfig = defaultEngineConfig) {
    this.cache = new BlockCache(Math.floor(config.kvTokens / BLOCK_SIZE))
  }

  get runningCount(): number {
    return this.running.length
  }

  get waitingCount(): number {
    return this.waiting.length
  }

  get idle(): boolean {
    return this.byId.size === 0
  }

  /** Prompt tokens that the prefix cache served, once the request was scheduled. */
  cachedTokensOf(id: string): number | undefined {
    return this.byId.get(id)?.cachedTokens
  }

  /** @throws {RangeError} when the request could never fit the KV cache, or its id is in use */
  add(request: EngineRequest, now: number): void {
    if (this.byId.has(request.id)) throw new RangeError(`request id ${request.id} is in use`)
    const most = request.promptTokens.length + request.outputTokens.length
    if (most > this.cache.blocks * BLOCK_SIZE) throw new RangeError(`${most} tokens never fit the KV cache`)
    const sequence: Sequence = {
      request,
      order: this.arrivals++,
      times: { arrivedAt: now, scheduledAt: NaN, firstTokenAt: NaN, lastTokenAt: NaN },
      computed: 0,
      generated: 0,
      blocks: [],
      hashes: request.hashes ?? [],
      sealed: 0,
      cachedTokens: undefined,
      inStep: 0,
    }
    this.byId.set(request.id, sequence)
    this.enqueue(sequence)
  }

  /** Forgets the request and frees its blocks; false when it is not (or no longer) here. */
  abort(id: string): boolean {
    const sequence = this.byId.get(id)
    if (!sequence) return false
    this.byId.delete(id)
    this.running = this.running.filter((other) => other !== sequence)
    this.waiting = this.waiting.filter((other) => other !== sequence)
    this.free(sequence)
    return true
  }

  /** Schedules a step; undefined when there is nothing to do. `finishStep` must follow, `seconds` later. */
  beginStep(now: number): StepReport | undefined {
    if (this.step) throw new Error('the step before has not been finished')
    const draft: Draft = { batch: new Set(), budget: this.config.maxBatchedTokens, preempted: new Set() }
    this.scheduleRunning(draft)
    if (draft.preempted.size === 0) this.scheduleWaiting(draft, now)
    if (draft.batch.size === 0) return undefined
    this.step = [...draft.batch]
    return this.reportOf(this.step, draft.preempted)
  }

  /** Ends the step under way: computed tokens count, requests that reached their end leave. */
  finishStep(now: number): EngineEvent[] {
    const batch = this.step ?? []
    this.step = undefined
    const events: EngineEvent[] = []
    for (const sequence of batch) {
      const { inStep, request } = sequence
      sequence.inStep = 0
      if (this.byId.get(request.id) !== sequence) continue // E5
      sequence.computed += inStep
      if (sequence.computed < this.lengthOf(sequence)) continue
      this.sample(sequence, now, events)
    }
    return events
  }

  private reportOf(batch: readonly Sequence[], preempted: ReadonlySet<Sequence>): StepReport {
    let [tokens, prefillTokens, contextTokens] = [0, 0, 0]
    for (const sequence of batch) {
      tokens += sequence.inStep
      contextTokens += sequence.computed
      if (sequence.generated === 0) prefillTokens += sequence.inStep
    }
    return {
      seconds: stepSeconds(this.config.stepTime, tokens, contextTokens, this.config.slowness),
      tokens,
      prefillTokens,
      contextTokens,
      scheduled: batch.map((sequence) => ({ id: sequence.request.id, tokens: sequence.inStep })),
      preempted: [...preempted].map((sequence) => sequence.request.id),
    }
  }

  private sample(sequence: Sequence, now: number, events: EngineEvent[]): void {
    const { request, times } = sequence
    const { id } = request
    if (sequence.generated === 0) this.totals.promptTokens += request.promptTokens.length
    if (sequence.generated < request.outputTokens.length) {
      const previousAt = sequence.generated === 0 ? undefined : times.lastTokenAt
      if (previousAt === undefined) times.firstTokenAt = now
      times.lastTokenAt = now
      events.push({ kind: 'token', id, index: sequence.generated, at: now, previousAt, times })
      sequence.generated++
      this.totals.generationTokens++
    }
    if (sequence.generated < request.outputTokens.length) return
    this.byId.delete(id)
    this.running = this.running.filter((other) => other !== sequence)
    this.free(sequence)
    const cachedTokens = sequence.cachedTokens ?? 0
    events.push({ kind: 'finished', id, at: now, outputTokens: sequence.generated, cachedTokens, times })
  }

  private scheduleRunning(draft: Draft): void {
    for (const sequence of [...this.running]) {
      if (draft.budget === 0) return
      if (draft.preempted.has(sequence)) continue
      const tokens = Math.min(this.lengthOf(sequence) - sequence.computed, draft.budget)
      if (this.makeRoom(sequence, tokens, draft)) schedule(sequence, tokens, draft)
    }
  }

  /** Takes blocks for `tokens` more tokens, preempting others if need be (E4); false when the request itself had to go. */
  private makeRoom(sequence: Sequence, tokens: number, draft: Draft): boolean {
    while (!this.grow(sequence, tokens)) {
      const victim = this.leastOfRunning()
      draft.preempted.add(victim)
      if (draft.batch.delete(victim)) draft.budget += victim.inStep
      this.preempt(victim)
      if (victim === sequence) return false
    }
    return true
  }

  private scheduleWaiting(draft: Draft, now: number): void {
    while (draft.budget > 0 && this.waiting.length > 0 && this.running.length < this.config.maxSeqs) {
      const sequence = this.waiting[0] as Sequence
      const tokens = this.admit(sequence, draft.budget)
      if (tokens === undefined) return
      this.waiting.shift()
      this.running.push(sequence)
      if (Number.isNaN(sequence.times.scheduledAt)) sequence.times.scheduledAt = now
      schedule(sequence, tokens, draft)
    }
  }

  /** Gives a waiting request its cached prefix and blocks for its first chunk; undefined when they are not to be had. */
  private admit(sequence: Sequence, budget: number): number | undefined {
    const length = this.lengthOf(sequence)
    // The last token is always computed: its logits are what is sampled.
    const most = Math.floor((length - 1) / BLOCK_SIZE)
    const hits = this.config.prefixCaching ? this.cache.match(this.hashesOf(sequence, most), most) : []
    const cached = hits.length * BLOCK_SIZE
    const tokens = Math.min(length - cached, budget)
    const fresh = Math.ceil((cached + tokens) / BLOCK_SIZE) - hits.length
    if (fresh > this.cache.freeBlocks - this.cache.countFree(hits)) return undefined
    this.cache.hold(hits)
    sequence.blocks = hits
    sequence.sealed = hits.length
    sequence.computed = cached
    if (sequence.cachedTokens === undefined) {
      sequence.cachedTokens = cached
      this.totals.queriedTokens += length
      this.totals.hitTokens += cached
    }
    this.grow(sequence, tokens)
    return tokens
  }

  /** Blocks for the next `tokens` tokens; blocks that become full are named at once, as vLLM does. */
  private grow(sequence: Sequence, tokens: number): boolean {
    const reach = sequence.computed + tokens
    const missing = Math.ceil(reach / BLOCK_SIZE) - sequence.blocks.length
    if (missing > 0) {
      const blocks = this.cache.allocate(missing)
      if (!blocks) return false
      for (const block of blocks) sequence.blocks.push(block)
    }
    if (!this.config.prefixCaching) return true
    const full = Math.floor(reach / BLOCK_SIZE)
    const hashes = this.hashesOf(sequence, full)
    for (; sequence.sealed < full; sequence.sealed++) {
      const isNew = this.cache.seal(sequence.blocks[sequence.sealed] as number, hashes[sequence.sealed] as number)
      if (isNew) this.onSealed?.(sequence.request, hashes, sequence.sealed)
    }
    return true
  }

  /** At least the first `count` block hashes, computed once a block. */
  private hashesOf(sequence: Sequence, count: number): readonly number[] {
    const { hashes, request } = sequence
    const { promptTokens, outputTokens } = request
    const tokenAt = (i: number): number =>
      (i < promptTokens.length ? promptTokens[i] : outputTokens[i - promptTokens.length]) as number
    if (hashes.length < count) hashBlocks(hashes, count, tokenAt, rootHash(request.cacheSalt, request.lora))
    return hashes
  }

  private lengthOf(sequence: Sequence): number {
    return sequence.request.promptTokens.length + sequence.generated
  }

  private leastOfRunning(): Sequence {
    const last = this.running.at(-1) as Sequence
    if (this.config.policy === 'fcfs') return last
    return this.running.reduce((least, each) => (this.before(least, each) ? each : least), last)
  }

  private preempt(sequence: Sequence): void {
    this.running = this.running.filter((other) => other !== sequence)
    this.free(sequence)
    sequence.computed = 0
    sequence.sealed = 0
    sequence.inStep = 0
    this.totals.preemptions++
    if (this.config.policy === 'fcfs') this.waiting.unshift(sequence)
    else this.enqueue(sequence)
  }

  private free(sequence: Sequence): void {
    this.cache.release(sequence.blocks)
    sequence.blocks = []
  }

  private enqueue(sequence: Sequence): void {
    let at = this.waiting.length
    if (this.config.policy === 'priority') {
      while (at > 0 && this.before(sequence, this.waiting[at - 1] as Sequence)) at--
    }
    this.waiting.splice(at, 0, sequence)
  }

  private before(one: Sequence, other: Sequence): boolean {
    const difference = (one.request.priority ?? 0) - (other.request.priority ?? 0)
    return difference === 0 ? one.order < other.order : difference < 0
  }
}
