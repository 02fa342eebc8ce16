import { expect, test } from 'vitest'
import { fourAgents } from '@/domain/template/four-agents'
import type { Graph, GraphNode } from './graph'
import { applyEdit, type GraphEdit } from './graph-edit'
import { sparingLocked } from './locks'
import { replaceType } from './replace-type'

const base = fourAgents.graph
const config = base.nodes.find((node) => node.id === 'sena')!.config
const graph: Graph = applyEdit(base, { do: 'set-config', nodeId: 'sena', config: { ...config, locked: true } })
const sena = (given: Graph): GraphNode | undefined => given.nodes.find((node) => node.id === 'sena')

test.each<[string, GraphEdit]>([
  ['moved', { do: 'move', positions: { sena: { x: 9, y: 9 } } }],
  ['renamed', { do: 'rename', nodeId: 'sena', name: 'Other' }],
  ['edited', { do: 'set-config', nodeId: 'sena', config: { ...config, prompt: 'Other' } }],
  ['edited as it is unlocked', { do: 'set-config', nodeId: 'sena', config: { prompt: 'Other' } }],
  ['deleted', { do: 'remove', nodeIds: ['sena'], edgeIds: [] }],
  ['replaced', replaceType(graph, 'sena', 'approval', 'Other')],
  ['put', { do: 'put', nodes: [{ ...sena(graph)!, name: 'Other', config }] }],
])('a locked node is not %s', (_, edit) => {
  expect(sena(applyEdit(graph, sparingLocked(graph, edit)))).toEqual(sena(graph))
  expect(sena(applyEdit(base, sparingLocked(base, edit)))).not.toEqual(sena(base))
})

test('what is done to others beside it is done, and it can be unlocked', () => {
  const moved = applyEdit(graph, sparingLocked(graph, { do: 'several', edits: [{ do: 'move', positions: { sena: { x: 9, y: 9 }, lubit: { x: 9, y: 9 } } }] }))
  expect(moved.nodes.find((node) => node.id === 'lubit')?.position).toEqual({ x: 9, y: 9 })
  expect(sena(applyEdit(graph, sparingLocked(graph, { do: 'set-config', nodeId: 'sena', config })))?.config).not.toHaveProperty('locked')
})
