import { expect, test } from 'vitest'
import { NODE_TYPES } from '@/domain/graph/graph'
import { fourAgents } from '@/domain/template/four-agents'
import { approval } from '@/domain/template/approval'
import { edgeFrom, freeNodeId, newEdge, newNode } from './new-node'

test.each([['agent', 'agent'], ['sena', 'sena2'], ['노드', 'node'], ['sena7', 'sena2']])('the id for %s is %s', (wish, id) => {
  expect(freeNodeId(new Set(fourAgents.graph.nodes.map((node) => node.id)), wish)).toBe(id)
})

test('the longest id is counted on too, and stays an id that is free', () => {
  const longest = 'x'.repeat(64)
  const second = freeNodeId(new Set([longest]), longest)
  const third = freeNodeId(new Set([longest, second]), longest)
  expect(new Set([longest, second, third]).size).toBe(3)
  expect(third.length).toBeLessThanOrEqual(64)
})

test.each(NODE_TYPES)('a new %s stands where nothing else does', (type) => {
  const taken = fourAgents.graph.nodes[1]!.position
  const node = newNode(fourAgents.graph, type, 'New', taken)
  expect(fourAgents.graph.nodes.some((other) => other.position.x === node.position.x && other.position.y === node.position.y)).toBe(false)
})

test('a new node hangs on the selected one by its first free handle', () => {
  const review = approval.graph.nodes.find((node) => node.type === 'approval')!
  const free = { ...approval.graph, edges: approval.graph.edges.filter((edge) => edge.sourceHandle !== 'rejected') }
  const node = newNode(free, 'transform', 'T', { x: 0, y: 0 })
  expect(edgeFrom(free, review, node)).toMatchObject({ source: 'review', sourceHandle: 'rejected', target: 'transform' })
  expect(edgeFrom(approval.graph, review, node)).toBeUndefined()
})

test('the same two ends make the same edge', () => {
  expect(newEdge('a', 'out', 'b', 'in')).toEqual(newEdge('a', null, 'b', undefined))
  expect(newEdge('a', 'true', 'b', 'in').id).not.toBe(newEdge('a', 'false', 'b', 'in').id)
})
