import { expect, test } from 'vitest'
import type { Graph, GraphNode } from './graph'
import { neighbourOf, type Direction } from './neighbours'
import { newEdge } from './new-node'

const node = (id: string, x: number, y: number) => ({ id, type: 'transform', name: id, position: { x, y }, config: {} }) as GraphNode
const graph: Graph = { nodes: [node('a', 0, 0), node('b', 300, 0), node('c', 300, 900), node('d', 0, 200), node('e', 600, 10)], edges: [newEdge('a', 'out', 'c', 'in')] }

test.each<[string, Direction, string | undefined]>([
  ['a', 'right', 'c'], ['c', 'left', 'a'], ['b', 'right', 'e'], ['e', 'left', 'b'], ['a', 'down', 'd'], ['d', 'up', 'a'], ['a', 'up', undefined], ['a', 'left', undefined], ['nobody', 'up', 'a'],
])('from %s %s is %s', (from, direction, to) => expect(neighbourOf(graph, from, direction)?.id).toBe(to))
