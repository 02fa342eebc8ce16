import { join } from 'node:path'
import type { Graph } from '@/domain/graph/graph'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunFact, RunId } from '@/domain/run/run-event'
import { emptyRun, type RunState } from '@/domain/run/run-state'
import { createManualClock } from '@/server/adapters/memory/manual-clock'
import { openStore } from '@/server/adapters/prisma/open-store'

const AGENTS = 12
/** Facts between two moments of the recorded time. */
const AT_ONCE = 25

/** Agents side by side, then a map over `items` with an agent inside. */
export function benchGraph(): Graph {
  const agent = (id: string, x: number, y: number) => ({ id, type: 'agent' as const, name: `Agent ${id}`, position: { x, y }, config: { prompt: 'Write about {{ input }}' } })
  const ids = Array.from({ length: AGENTS }, (_, index) => `a${index}`)
  const body = { nodes: [{ id: 'item', type: 'input' as const, name: 'Item', position: { x: 0, y: 0 }, config: {} }, agent('inner', 300, 0)], edges: [{ id: 'i', source: 'item', target: 'inner' }] }
  return {
    nodes: [
      { id: 'topic', type: 'input', name: 'Topic', position: { x: 0, y: 0 }, config: {} },
      ...ids.map((id, index) => agent(id, 320 + Math.floor(index / 6) * 320, (index % 6) * 160)),
      { id: 'each', type: 'map', name: 'Each', position: { x: 960, y: 0 }, config: { items: 'input.items', body } },
      { id: 'end', type: 'output', name: 'End', position: { x: 1280, y: 0 }, config: { value: '{{ steps.a0.output.text }}' } },
    ],
    edges: [...ids.map((id) => ({ id: `t-${id}`, source: 'topic', target: id })), ...ids.map((id) => ({ id: `e-${id}`, source: id, target: 'end' })), { id: 't-each', source: 'topic', target: 'each' }, { id: 'e-each', source: 'each', target: 'end' }],
  } as unknown as Graph
}

/** What a run of `count` events says: `items` items of the map and the agents stream at once. */
export function* factsOf(graphHash: string, { count, items }: { count: number; items: number }): Generator<RunFact> {
  const keys = [...Array.from({ length: AGENTS }, (_, index) => `a${index}`), ...Array.from({ length: items }, (_, index) => `each[${index}].inner`)]
  const facts: RunFact[] = [
    { type: 'run.queued', workflowId: 'wf_bench', workflowName: 'Bench', version: 1, graphHash, input: { items: [] }, priority: 5 }, { type: 'run.started' },
    { type: 'step.started', nodeId: 'topic', attempt: 1 }, { type: 'step.completed', nodeId: 'topic', attempt: 1, output: 'bench' },
    { type: 'step.started', nodeId: 'each', attempt: 1, input: { items: Array.from({ length: items }, (_, index) => index) } },
    ...keys.map((nodeId): RunFact => ({ type: 'step.started', nodeId, attempt: 1, input: { model: 'bench' } })),
  ]
  yield* facts
  const ends: RunFact[] = [
    ...keys.map((nodeId, index): RunFact => ({ type: 'step.completed', nodeId, attempt: 1, output: { text: `what ${nodeId} wrote` }, usage: { promptTokens: 100 + index, completionTokens: 400 } })),
    { type: 'step.completed', nodeId: 'each', attempt: 1, output: [] }, { type: 'step.started', nodeId: 'end', attempt: 1 }, { type: 'step.completed', nodeId: 'end', attempt: 1, output: 'done' },
    { type: 'run.completed', output: 'done' },
  ]
  for (let index = 0; index < count - facts.length - ends.length; index++) {
    yield { type: 'step.output', nodeId: keys[(index * 7) % keys.length]!, attempt: 1, text: `a few words ${index} of an answer` }
  }
  yield* ends
}

/** Writes the run into a store of its own, as if recorded over minutes. */
export async function recordRun(dataDir: string, runId: RunId, shape: { count: number; items: number }): Promise<void> {
  const clock = createManualClock()
  const store = await openStore({ dataDir, migrationsDir: join(process.cwd(), 'prisma', 'migrations', 'sqlite'), clock })
  const hash = await store.runLog.saveGraph(benchGraph())
  let state: RunState = emptyRun
  let batch: RunFact[] = []
  const append = async (): Promise<void> => {
    const before = state
    state = foldRun(before, await store.runLog.append(runId, batch, before.seq, (events) => foldRun(before, events)))
    batch = []
    clock.advance(AT_ONCE * 2)
  }
  for (const fact of factsOf(hash, shape)) if (batch.push(fact) >= AT_ONCE) await append()
  if (batch.length > 0) await append()
  await store.close()
}
