import { expect, test } from 'vitest'
import { planFanOut } from '@/domain/template/plan-fan-out'
import { emptyGraph } from './graph'
import { applyEdit } from './graph-edit'
import { editAt, graphAt } from './nested-graph'

test('an edit inside a map reaches its body and nothing else', () => {
  const after = applyEdit(planFanOut.graph, editAt(planFanOut.graph, ['answer'], { do: 'rename', nodeId: 'research', name: 'Look it up' }))
  expect(graphAt(after, ['answer']).nodes.map((node) => node.name)).toEqual(['Part', 'Look it up', 'Answer'])
  expect(after.nodes.filter((node) => node.id !== 'answer')).toEqual(planFanOut.graph.nodes.filter((node) => node.id !== 'answer'))
})

test('a path that leads nowhere is an empty graph', () => {
  expect(graphAt(planFanOut.graph, ['plan'])).toEqual(emptyGraph)
  expect(graphAt(planFanOut.graph, ['answer', 'gone'])).toEqual(emptyGraph)
})
