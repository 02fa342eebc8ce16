import fc from 'fast-check'
import { expect, test } from 'vitest'
import { reduceRun } from '@/domain/run/reduce-run'
import type { Graph } from '@/domain/graph/graph'
import { emptyRun, isFinished, type RunState } from '@/domain/run/run-state'
import type { RunLog } from '@/server/ports/run-log'
import { createWorld, graphOf, settle } from './engine-world.suite'

/** Layered graphs of what a workflow is made of. */
const graphs: fc.Arbitrary<Graph> = fc
  .array(fc.record({ kind: fc.constantFrom('agent', 'transform', 'condition', 'map', 'merge'), backs: fc.array(fc.nat(3), { minLength: 1, maxLength: 2 }), side: fc.boolean() }), { minLength: 1, maxLength: 7 })
  .map((specs) => {
    const nodes: Record<string, [string, Record<string, unknown>?]> = { n0: ['input'] }
    const edges: string[] = []
    const kinds = ['input']
    specs.forEach(({ kind, backs, side }, index) => {
      const id = `n${index + 1}`
      kinds.push(kind)
      nodes[id] = {
        agent: ['agent', { prompt: `Part ${index}` }], transform: ['transform', { expression: '1 + 1' }], condition: ['condition', { expression: 'true' }], merge: ['merge', { mode: 'any' }],
        map: ['map', { items: '[1, 2, 3]', concurrency: 2, body: graphOf({ i: ['input'], a: ['agent', { prompt: '{{ input }}' }], o: ['output', { value: 'steps.a.output.text' }] }, 'i -> a', 'a -> o') }],
      }[kind] as [string, Record<string, unknown>]
      for (const source of new Set(backs.map((back) => Math.max(0, index - back)))) edges.push(`n${source}${kinds[source] === 'condition' ? `:${String(side)}` : ''} -> ${id}`)
    })
    return graphOf(nodes, ...edges)
  })

/** A process that dies after its n-th append: the store has it, nobody hears of it, and nothing works any more. */
function dyingLog(at: () => number, onDeath: () => void) {
  let appends = 0
  return (log: RunLog): RunLog => ({
    ...log,
    append: async (...args) => {
      const events = await log.append(...args)
      if (++appends !== at()) return events
      onDeath()
      return new Promise(() => undefined)
    },
  })
}

test('killed after any append, a run finishes, and no completed step runs again', async () => {
  let kills = 0
  await fc.assert(
    fc.asyncProperty(graphs, fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 4 }), async (graph, deaths) => {
      const left = [...deaths]
      const asked: string[] = []
      let dead = false
      const world = createWorld({
        log: (log) => dyingLog(() => left[0] ?? -1, () => (dead = true))(log),
        models: ({ run }) => (asked.push(run.nodeId), `answer of ${run.nodeId}`),
      })
      const run = await world.begin(graph)
      for (let life = 0; life < 10 && !isFinished(await world.state(run)); life++) {
        for (let pause = 0; pause < 20 && !dead && !isFinished(await world.state(run)); pause++) await world.advance(60_000)
        if (!dead) continue
        const completed = (await world.events(run)).flatMap((event) => (event.type === 'step.completed' ? [event.nodeId] : []))
        const before = asked.length
        kills += 1
        dead = false
        left.shift()
        world.restart()
        // Never awaited: the next death may come while it takes the run up.
        void world.engine.start()
        await settle()
        // What the log says is completed is not asked for again.
        expect(asked.slice(before).filter((key) => completed.includes(key))).toEqual([])
      }
      const events = await world.events(run)
      expect((await world.state(run)).status).toBe('completed')
      expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1))
      const completed = events.flatMap((event) => (event.type === 'step.completed' ? [event.nodeId] : []))
      expect(new Set(completed).size).toBe(completed.length)
    }),
    { numRuns: 150 },
  )
  // The kills have to have hit runs at work, else this shows nothing.
  expect(kills).toBeGreaterThan(100)
})

test('what was live at a seq is what replay shows at it', async () => {
  await fc.assert(
    fc.asyncProperty(graphs, async (graph) => {
      const world = createWorld({ models: ({ run }) => `answer of ${run.nodeId}` })
      const seen = new Map<number, RunState>()
      let live: RunState | undefined
      world.feed.subscribe(undefined, (_id, events) => {
        for (const event of events) {
          live = reduceRun(live ?? emptyRun, event)
          seen.set(event.seq, live)
        }
      })
      const run = await world.begin(graph)
      await world.advance(1_000)
      const [queued, ...rest] = await world.events(run)
      // The harness queues the run itself, and the watcher hears what the engine appends.
      let replay = reduceRun(emptyRun, queued!)
      let watched = emptyRun
      for (const event of rest) {
        replay = reduceRun(replay, event)
        watched = reduceRun(watched, event)
        expect(seen.get(event.seq)).toEqual(watched)
      }
      expect(replay).toEqual(await world.state(run))
    }),
    { numRuns: 40 },
  )
})
