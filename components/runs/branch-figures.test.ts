import { expect, test } from 'vitest'
import { Graph } from '@/domain/graph/graph'
import { forkedGraph } from '@/domain/run/fork-run'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunFact } from '@/domain/run/run-event'
import { emptyRun } from '@/domain/run/run-state'
import { runBody } from '@/wire/run-body'
import { prepareBranches, type BranchRun } from './branch-figures'

const node = (id: string, type = 'agent') => ({ id, type, name: id.toUpperCase(), position: { x: 0, y: 0 }, config: type === 'agent' ? { prompt: 'x' } : {} })
const graph = Graph.parse({ nodes: [node('in', 'input'), node('a'), node('b'), node('end', 'output')], edges: [] })

/** Steps one after the other, each ending when the next begins: [node, ms, output, tokens]. */
function runOf(steps: [string, number, string, number?][], end: RunFact = { type: 'run.completed', output: null }, reused: string[] = [], given: string[] = []) {
  let at = 0
  const facts: [number, RunFact][] = [[0, { type: 'run.started' }]]
  for (const [nodeId, ms, output, tokens] of steps) {
    facts.push([at, { type: 'step.started', nodeId, attempt: 1 }])
    at += ms
    facts.push([at, {
      type: 'step.completed', nodeId, attempt: 1, output, ...(reused.includes(nodeId) && { reused: { runId: 'run_p' } }), ...(given.includes(nodeId) && { pinned: true as const }),
      ...(tokens !== undefined && !reused.includes(nodeId) && { usage: { promptTokens: tokens, completionTokens: 0 } }),
    }])
  }
  return foldRun(emptyRun, [...facts, [at, end] as const].map(([recordedAt, fact], index) => ({ ...fact, seq: index + 1, recordedAt })))
}
const branch = (id: string, run: ReturnType<typeof runOf>, on = graph): BranchRun => ({ run: runBody(id, run), graph: on })

const parent = branch('run_p', runOf([['in', 0, 'q'], ['a', 900, 'plan', 100], ['b', 100, 'text', 10], ['end', 0, 'text']]))
const quick = branch('run_1', runOf([['in', 0, 'q'], ['a', 5, 'plan', 100], ['b', 40, 'short', 20], ['end', 0, 'short']], undefined, ['in', 'a']), forkedGraph(graph, { b: { config: { prompt: 'Shorter' } } }))
const cheap = branch('run_2', runOf([['in', 0, 'q'], ['a', 5, 'plan', 100], ['b', 70, 'text', 5], ['end', 0, 'text']], undefined, ['in', 'a']), forkedGraph(graph, { b: { config: { model: 'small' } } }))
const given = branch('run_3', runOf([['in', 0, 'q'], ['a', 5, 'plan', 100], ['b', 0, 'mine'], ['end', 1, 'mine']], { type: 'run.failed', error: { code: 'X', message: '', retryable: false } }, ['in', 'a'], ['b']))

test('branches beside their parent: figures of the steps that they ran, the best of those that completed, and what differs', () => {
  const { columns, rows } = prepareBranches(parent, [quick, cheap, given], [{ from: 0, prices: [{ model: '*', prompt: 1e6, completion: 0 }] }])
  expect(columns.map(({ figures }) => figures)).toEqual([{ time: 100, tokens: 10, cost: 10 }, { time: 40, tokens: 20, cost: 20 }, { time: 70, tokens: 5, cost: 5 }, { time: 1, tokens: 0, cost: 0 }])
  // The one that failed was quicker still.
  expect(columns.map(({ best }) => [...best])).toEqual([[], ['time'], ['tokens', 'cost'], []])
  expect(columns.map(({ edits }) => edits)).toEqual([[], [{ name: 'B', kind: 'field', field: 'prompt', value: 'Shorter' }], [{ name: 'B', kind: 'field', field: 'model', value: 'small' }], [{ name: 'B', kind: 'output' }]])
  expect(rows).toEqual([{ nodeId: 'b', name: 'B', outputs: ['text', 'short', 'text', 'mine'] }, { nodeId: 'end', name: 'END', outputs: ['text', 'short', 'text', 'mine'] }])
})

test('one branch alone is not the best of anything, nor are equals; without prices there are no costs; what goes on has no time yet', () => {
  expect([...prepareBranches(parent, [quick], []).columns[1]!.best]).toEqual([])
  expect([...prepareBranches(parent, [quick, quick], []).columns[1]!.best]).toEqual([])
  const going = branch('run_4', runOf([['in', 0, 'q'], ['a', 5, 'plan']], { type: 'step.started', nodeId: 'b', attempt: 1 }, ['in', 'a']))
  expect(prepareBranches(parent, [going], []).columns[1]!.figures).toEqual({ time: undefined, tokens: 0, cost: undefined })
})
