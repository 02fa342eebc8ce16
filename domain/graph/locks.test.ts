import { expect, test } from 'vitest'
import { fourAgents } from '@/domain/template/four-agents'
import type { Graph, GraphNode } from './graph'
import { applyEdit, type GraphEdit } from './graph-edit'
import { groupNodes, groupsByMember, movedWithMembers } from './groups'
import { removeHealing } from './heal-removal'
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
  ['replaced', replaceType(base, 'sena', 'approval', 'Other')],
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

test('the edges of a locked node stay as they are when it is to be replaced, or deleted with its line closed', () => {
  for (const edit of [replaceType(graph, 'sena', 'note', 'N'), removeHealing(graph, ['sena'], [])]) expect(applyEdit(graph, sparingLocked(graph, edit))).toBe(graph)
})

test('a locked group keeps what it holds, and a locked member stays when its group moves', () => {
  const sizeOf = () => ({ width: 220, height: 76 })
  const grouped = applyEdit(base, groupNodes(base, ['sena', 'lubit'], 'G', sizeOf))
  const locked = applyEdit(grouped, { do: 'set-config', nodeId: 'group', config: { members: ['sena', 'lubit'], locked: true } })
  const again = applyEdit(locked, sparingLocked(locked, groupNodes(locked, ['lubit', 'gitcode'], 'H', sizeOf)))
  expect(groupsByMember(again).get('lubit')?.id).toBe('group')
  expect(again.nodes.find((node) => node.id === 'group2')?.config.members).toEqual(['gitcode'])
  const held = applyEdit(grouped, { do: 'set-config', nodeId: 'sena', config: { ...config, locked: true } })
  expect(Object.keys(movedWithMembers(held, { group: { x: 0, y: 0 } }, sizeOf))).toEqual(['group', 'lubit'])
})
