import { expect, test } from 'vitest'
import { Graph } from '@/domain/graph/graph'
import { unservedModels } from './unserved-models'

const agent = (id: string, config: object = {}) => ({ id, type: 'agent', name: id.toUpperCase(), position: { x: 0, y: 0 }, config: { prompt: 'p', ...config } })
const choices = [{ id: 'llama', kind: 'model' as const, instances: [{ id: 'a', healthy: true }] }, { id: 'old', kind: 'model' as const, instances: [{ id: 'b', healthy: false }] }]

test('agents whose model nobody serves are told, those in maps too; what is served, left out or set aside is not', () => {
  const body = { nodes: [agent('deep', { model: 'old' })], edges: [] }
  const graph = Graph.parse({ nodes: [agent('good', { model: 'llama' }), agent('any'), agent('wrong', { model: 'lama' }), agent('off', { model: 'lama', disabled: true }), { id: 'm', type: 'map', name: 'M', position: { x: 0, y: 0 }, config: { items: '[1]', body } }], edges: [] })
  expect(unservedModels(graph, choices)).toEqual([
    { path: [], nodeId: 'wrong', name: 'WRONG', model: 'lama', known: false },
    { path: ['m'], nodeId: 'deep', name: 'DEEP', model: 'old', known: true },
  ])
})
