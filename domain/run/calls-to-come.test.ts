import { expect, test } from 'vitest'
import { fourAgents } from '@/domain/template/four-agents'
import { planFanOut } from '@/domain/template/plan-fan-out'
import { callsToCome } from './calls-to-come'
import { foldRun } from './reduce-run'
import type { RunFact } from './run-event'
import { compileGraph } from './run-graph'
import { emptyRun } from './run-state'

const runOf = (...facts: RunFact[]) => foldRun(emptyRun, facts.map((fact, index) => ({ ...fact, seq: index + 1, recordedAt: index })))
const started = (nodeId: string): RunFact => ({ type: 'step.started', nodeId, attempt: 1 })
const done = (nodeId: string): RunFact[] => [started(nodeId), { type: 'step.completed', nodeId, attempt: 1, output: null }]

test.each([[[], 'sena', 3], [['sena'], 'lubit', 2], [['sena', 'lubit', 'gitcode'], 'rune', 0]] as const)('with %j done, %s has %i calls after it', (before, key, count) => {
  expect(callsToCome(runOf(...before.flatMap(done)), compileGraph(fourAgents.graph), key)).toBe(count)
})

test('a map counts its items, and what it is taken to have before it knows them', () => {
  const graph = compileGraph(planFanOut.graph)
  expect(callsToCome(runOf(), graph, 'plan')).toBe(8 + 1)
  const mapping = runOf(...done('plan'), { type: 'step.started', nodeId: 'answer', attempt: 1, input: { items: ['a', 'b', 'c'] } })
  expect(callsToCome(mapping, graph, 'answer[0].research')).toBe(2 + 1)
})
