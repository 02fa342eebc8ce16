import { expect, test } from 'vitest'
import { Graph } from './graph'
import { nodeNameIn, nodeNamesIn } from './node-names'

const node = (id: string, name: string, type: string, config: object = {}) => ({ id, name, type, position: { x: 0, y: 0 }, config })
const graph = Graph.parse({ nodes: [node('a', 'Plan', 'agent', { prompt: 'x' }), node('m', 'For each', 'map', { items: 'input', body: { nodes: [node('b', 'Write', 'agent', { prompt: 'x' })], edges: [] } })], edges: [] })

test.each([['a', 'Plan'], ['m.b', 'For each › Write'], ['a.search', 'Plan › search'], ['gone', undefined], ['gone.b', undefined]])('%s is called %s', (id, name) => expect(nodeNameIn(graph, id)).toBe(name))

test('only what is known has a name', () => expect(nodeNamesIn(graph, ['a', 'gone'])).toEqual({ a: 'Plan' }))
