import { expect, test } from 'vitest'
import { planFanOut } from '@/domain/template/plan-fan-out'
import { emptyGraph } from './graph'
import { applyEdit } from './graph-edit'
import { editAt, graphAt, nodeAtKey } from './nested-graph'

test('an edit inside a map reaches its body and nothing else', () => {
  const after = applyEdit(planFanOut.graph, editAt(planFanOut.graph, ['answer'], { do: 'rename', nodeId: 'research', name: 'Look it up' }))
  expect(graphAt(after, ['answer']).nodes.map((node) => node.name)).toEqual(['Part', 'Look it up', 'Answer'])
  expect(after.nodes.filter((node) => node.id !== 'answer')).toEqual(planFanOut.graph.nodes.filter((node) => node.id !== 'answer'))
})

test('a node is found by its key, through maps, and an agent by that of its tool', () => {
  expect(nodeAtKey(planFanOut.graph, 'plan')).toEqual({ path: [], nodeId: 'plan' })
  expect(nodeAtKey(planFanOut.graph, 'answer.research')).toEqual({ path: ['answer'], nodeId: 'research' })
  expect(nodeAtKey(planFanOut.graph, 'answer.gone')).toEqual({ path: [], nodeId: 'answer' })
  expect(nodeAtKey(planFanOut.graph, 'plan.search')).toEqual({ path: [], nodeId: 'plan' })
  expect(nodeAtKey(planFanOut.graph, 'gone')).toBeUndefined()
})

test('a path that leads nowhere is an empty graph', () => {
  expect(graphAt(planFanOut.graph, ['plan'])).toEqual(emptyGraph)
  expect(graphAt(planFanOut.graph, ['answer', 'gone'])).toEqual(emptyGraph)
})
