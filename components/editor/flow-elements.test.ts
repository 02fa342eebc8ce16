import { expect, test } from 'vitest'
import { Graph } from '@/domain/graph/graph'
import { nodesAt, restingNodes, type FlowNode } from './flow-elements'

const many = Array.from({ length: 500 }, (_, index) => ({ id: `n${index}`, type: 'transform', name: `Step ${index}`, position: { x: index * 300, y: 0 }, config: { expression: '1' } }))
const group = (id: string, members: string[]) => ({ id, type: 'group', name: id, position: { x: 0, y: 0 }, config: { members } })
const graph = Graph.parse({ nodes: [...many, group('near', ['n7', 'n8']), group('far', ['n90', 'n91']), group('gone', [])], edges: [] })

const known = (nodes: readonly FlowNode[]) => new Map(nodes.map((node) => [node.id, node]))
/** React Flow draws again what is another object. */
const drawnAgain = (before: readonly FlowNode[], after: readonly FlowNode[]) => after.filter((node, index) => node !== before[index]).map((node) => node.id)

test('a step of a drag draws the one of 500 nodes that is dragged, and the frame around it', () => {
  const resting = restingNodes(graph, [], [], {}, new Map())
  expect(drawnAgain(resting, nodesAt(graph, resting, { n40: { x: 5, y: 6 } }))).toEqual(['n40'])
  expect(drawnAgain(resting, nodesAt(graph, resting, { n7: { x: -90, y: 6 } }))).toEqual(['n7', 'near'])
  expect(nodesAt(graph, resting, {})).toBe(resting)
})

test('what is let go, chosen or found wrong is drawn again, and nothing else', () => {
  const resting = restingNodes(graph, [], [], {}, new Map())
  const moved = { ...graph, nodes: graph.nodes.map((node) => (node.id === 'n40' ? { ...node, position: { x: 1, y: 2 } } : node)) }
  expect(drawnAgain(resting, restingNodes(moved, [], [], {}, known(resting)))).toEqual(['n40'])
  expect(drawnAgain(resting, restingNodes(graph, [], ['n3'], {}, known(resting)))).toEqual(['n3'])
  expect(drawnAgain(resting, restingNodes(graph, [{ code: 'EMPTY', nodeId: 'n5', message: '' } as never], [], {}, known(resting)))).toEqual(['n5'])
})
