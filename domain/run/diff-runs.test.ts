import { expect, test } from 'vitest'
import { fourAgents } from '@/domain/template/four-agents'
import { diffRuns } from './diff-runs'
import { forkedGraph } from './fork-run'
import { foldRun } from './reduce-run'
import type { RunFact } from './run-event'
import { emptyRun } from './run-state'

const runOf = (...facts: RunFact[]) => foldRun(emptyRun, facts.map((fact, index) => ({ ...fact, seq: index + 1, recordedAt: index * 10 })))
const done = (nodeId: string, output: string, reused?: string): RunFact[] => [
  { type: 'step.started', nodeId, attempt: 1 },
  { type: 'step.completed', nodeId, attempt: 1, output, ...(reused !== undefined && { reused: { runId: reused } }) },
]

test('two runs are compared node by node', () => {
  const a = { graph: fourAgents.graph, run: runOf(...done('sena', 'plan'), ...done('lubit', 'yes')) }
  const edited = forkedGraph(fourAgents.graph, { lubit: { config: { prompt: 'Other' } } })
  const b = { graph: { ...edited, nodes: edited.nodes.filter((node) => node.id !== 'rune') }, run: runOf(...done('sena', 'plan', 'run_a'), ...done('lubit', 'no')) }
  const byNode = Object.fromEntries(diffRuns(a, b).map(({ nodeId, change, configChanged, reused }) => [nodeId, `${change}${configChanged ? ', config' : ''}${reused ? ', reused' : ''}`]))
  expect(byNode).toEqual({ request: 'same', sena: 'same, reused', lubit: 'changed, config', gitcode: 'same', rune: 'removed', result: 'same' })
  expect(diffRuns(b, a).find((node) => node.nodeId === 'rune')?.change).toBe('added')
  expect(diffRuns(a, b).find((node) => node.nodeId === 'lubit')?.a).toMatchObject({ status: 'completed', output: 'yes', durationMs: 10 })
})
