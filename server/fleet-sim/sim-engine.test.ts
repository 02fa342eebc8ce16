import { describe, expect, it } from 'vitest'
import { defaultEngineConfig, type EngineConfig } from './engine-config'
import type { EngineEvent, EngineRequest, StepReport } from './engine-event'
import { seededRandom } from './seeded-random'
import { SimEngine } from './sim-engine'

const tokens = (seed: number, length: number): number[] => Array.from({ length }, (_, i) => seed * 100_000 + i)
const request = (id: string, prompt: number, output: number, extra: Partial<EngineRequest> = {}): EngineRequest => ({
  id,
  promptTokens: tokens(id.charCodeAt(0), prompt),
  outputTokens: tokens(id.charCodeAt(0) + 500, output),
  ...extra,
})
const engineOf = (config: Partial<EngineConfig> = {}): SimEngine => new SimEngine({ ...defaultEngineConfig, ...config })

/** Steps until nothing is left, in virtual time. */
function runAll(engine: SimEngine, from = 0): { steps: StepReport[]; events: EngineEvent[]; now: number } {
  const steps: StepReport[] = []
  const events: EngineEvent[] = []
  let now = from
  for (let step = engine.beginStep(now); step; step = engine.beginStep(now)) {
    now += step.seconds
    steps.push(step)
    events.push(...engine.finishStep(now))
    if (steps.length > 100_000) throw new Error('does not end')
  }
  return { steps, events, now }
}
const step = (engine: SimEngine, now = 0): StepReport => {
  const report = engine.beginStep(now)
  if (!report) throw new Error('nothing to do')
  engine.finishStep(now + report.seconds)
  return report
}
const finished = (events: readonly EngineEvent[]) => events.filter((event) => event.kind === 'finished')

describe('SimEngine', () => {
  it('cuts a long prompt into chunks of the token budget (E3)', () => {
    const engine = engineOf({ maxBatchedTokens: 512 })
    engine.add(request('a', 1_200, 2), 0)
    const { steps, events } = runAll(engine)
    expect(steps.map((each) => each.tokens)).toEqual([512, 512, 176, 1])
    expect(events.map((event) => event.kind)).toEqual(['token', 'token', 'finished'])
  })

  it('schedules decodes before prefills (E2)', () => {
    const engine = engineOf({ maxBatchedTokens: 64 })
    engine.add(request('a', 32, 20), 0)
    step(engine)
    engine.add(request('b', 500, 2), 0)
    expect(step(engine).scheduled).toEqual([{ id: 'a', tokens: 1 }, { id: 'b', tokens: 63 }])
    expect(step(engine).scheduled[0]).toEqual({ id: 'a', tokens: 1 })
  })

  it('runs at most maxSeqs at once (E3)', () => {
    const engine = engineOf({ maxSeqs: 2 })
    for (const id of 'abcde') engine.add(request(id, 20, 5), 0)
    step(engine)
    expect(engine.runningCount).toBe(2)
    expect(engine.waitingCount).toBe(3)
    const { steps, events } = runAll(engine)
    expect(Math.max(...steps.map((each) => each.scheduled.length))).toBe(2)
    expect(finished(events)).toHaveLength(5)
  })

  it('preempts the youngest when blocks run out, and still finishes all of it (E4)', () => {
    const engine = engineOf({ kvTokens: 160 })
    engine.add(request('a', 64, 60), 0)
    engine.add(request('b', 64, 60), 0)
    const { steps, events } = runAll(engine)
    expect(steps.flatMap((each) => each.preempted)).toContain('b')
    expect(steps.flatMap((each) => each.preempted)).not.toContain('a')
    expect(engine.totals.preemptions).toBeGreaterThan(0)
    expect(finished(events).map((event) => event.id)).toEqual(['a', 'b'])
    const spoken = events.flatMap((event) => (event.kind === 'token' && event.id === 'b' ? [event.index] : []))
    expect(spoken).toEqual(Array.from({ length: 60 }, (_, i) => i))
    expect(engine.cache.heldBlocks).toBe(0)
  })

  it('under `priority` the lower number goes first, and the higher is preempted', () => {
    const engine = engineOf({ policy: 'priority', maxSeqs: 1 })
    engine.add(request('a', 20, 2, { priority: 5 }), 0)
    engine.add(request('b', 20, 2, { priority: -1 }), 0)
    engine.add(request('c', 20, 2), 0)
    expect(finished(runAll(engine).events).map((event) => event.id)).toEqual(['b', 'c', 'a'])

    const tight = engineOf({ policy: 'priority', kvTokens: 160 })
    tight.add(request('a', 64, 60, { priority: 5 }), 0)
    step(tight)
    tight.add(request('b', 64, 60, { priority: 0 }), 0)
    const { steps, events } = runAll(tight)
    expect(new Set(steps.flatMap((each) => each.preempted))).toEqual(new Set(['a']))
    expect(finished(events).map((event) => event.id)).toEqual(['b', 'a'])
  })

  it('serves a repeated prompt from the cache, except its last token', () => {
    const engine = engineOf()
    const prompt = tokens(7, 64)
    engine.add({ id: 'a', promptTokens: prompt, outputTokens: tokens(8, 3) }, 0)
    expect(finished(runAll(engine).events)[0]).toMatchObject({ cachedTokens: 0 })
    engine.add({ id: 'b', promptTokens: prompt, outputTokens: tokens(8, 3) }, 1)
    const { steps, events } = runAll(engine, 1)
    expect(finished(events)[0]).toMatchObject({ cachedTokens: 48 })
    expect(steps[0]?.tokens).toBe(16)
    expect(engine.totals).toMatchObject({ queriedTokens: 128, hitTokens: 48, promptTokens: 128, generationTokens: 6 })
  })

  it('caches what was generated too, and keeps salts apart', () => {
    const engine = engineOf()
    const prompt = tokens(7, 32)
    const output = tokens(8, 33)
    engine.add({ id: 'a', promptTokens: prompt, outputTokens: output }, 0)
    runAll(engine)
    const next = [...prompt, ...output, ...tokens(9, 20)]
    engine.add({ id: 'b', promptTokens: next, outputTokens: [1] }, 1)
    expect(finished(runAll(engine, 1).events)[0]).toMatchObject({ cachedTokens: 64 })
    engine.add({ id: 'c', promptTokens: next, outputTokens: [1], cacheSalt: 'tenant' }, 2)
    expect(finished(runAll(engine, 2).events)[0]).toMatchObject({ cachedTokens: 0 })
  })

  it('shares the prefix of siblings that arrive together', () => {
    const engine = engineOf()
    const shared = tokens(3, 320)
    for (const id of ['a', 'b', 'c']) engine.add({ id, promptTokens: [...shared, ...tokens(id.charCodeAt(0), 8)], outputTokens: [1] }, 0)
    expect(step(engine).tokens).toBe(328 + 8 + 8)
  })

  it('an abort frees at once, also in the middle of a step (E5)', () => {
    const engine = engineOf()
    engine.add(request('a', 320, 50), 0)
    engine.add(request('b', 320, 50), 0)
    engine.beginStep(0)
    expect(engine.cache.heldBlocks).toBe(40)
    expect(engine.abort('a')).toBe(true)
    expect(engine.cache.heldBlocks).toBe(20)
    expect(engine.finishStep(1).map((event) => event.id)).toEqual(['b'])
    expect(engine.abort('a')).toBe(false)
    expect(engine.abort('b')).toBe(true)
    expect(engine.idle).toBe(true)
    expect(engine.beginStep(2)).toBeUndefined()
  })

  it('takes a request without output, as embeddings are', () => {
    const engine = engineOf()
    engine.add(request('a', 40, 0), 0)
    expect(runAll(engine).events).toMatchObject([{ kind: 'finished', outputTokens: 0 }])
  })

  it('refuses what could never fit', () => {
    expect(() => engineOf({ kvTokens: 160 }).add(request('a', 150, 20), 0)).toThrow(RangeError)
  })

  it.each([1, 2, 3])('seed %i: whatever arrives and leaves, blocks add up and everything else finishes', (seed) => {
    const random = seededRandom(seed)
    const engine = engineOf({ kvTokens: 800, maxSeqs: 8, maxBatchedTokens: 96, policy: seed % 2 ? 'fcfs' : 'priority' })
    const shared = tokens(1, 200)
    const open = new Set<string>()
    let now = 0
    for (let turn = 0; turn < 3_000 || !engine.idle; turn++) {
      if (turn < 3_000 && random() < 0.1) {
        const id = `r${turn}`
        const promptTokens = [...shared.slice(0, Math.floor(random() * 200)), ...tokens(turn, 1 + Math.floor(random() * 300))]
        engine.add({ id, promptTokens, outputTokens: tokens(turn, Math.floor(random() * 60)), priority: Math.floor(random() * 3) }, now)
        open.add(id)
      }
      const report = engine.beginStep(now)
      expect(report === undefined).toBe(engine.idle)
      expect(engine.runningCount).toBeLessThanOrEqual(8)
      const [leaver] = open
      if (leaver !== undefined && random() < 0.01) {
        engine.abort(leaver)
        open.delete(leaver)
      }
      if (!report) continue
      expect(report.tokens).toBeLessThanOrEqual(96)
      now += report.seconds
      for (const event of engine.finishStep(now)) if (event.kind === 'finished') expect(open.delete(event.id)).toBe(true)
      expect(engine.cache.heldBlocks + engine.cache.freeBlocks).toBe(engine.cache.blocks)
    }
    expect(open.size).toBe(0)
    expect(engine.cache.heldBlocks).toBe(0)
    expect(engine.totals.preemptions).toBeGreaterThan(0)
  })

  it('is deterministic: the same calls give the same steps and events (E1)', () => {
    const play = () => {
      const engine = engineOf({ kvTokens: 2_000, maxSeqs: 6, maxBatchedTokens: 128, policy: 'priority' })
      for (let i = 0; i < 26; i++) engine.add(request(String.fromCharCode(97 + i), 30 + i * 17, 5 + i * 3, { priority: i % 3 }), i / 10)
      return runAll(engine)
    }
    const one = play()
    expect(finished(one.events)).toHaveLength(26)
    expect(play()).toEqual(one)
  })
})
