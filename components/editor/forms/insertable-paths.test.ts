import { expect, test } from 'vitest'
import { fourAgents } from '@/domain/template/four-agents'
import { insertablePaths } from './insertable-paths'

const pathsAt = (id: string) => insertablePaths(fourAgents.graph, id).map((one) => one.path)

test('only the input and what stands before a node is offered', () => {
  expect(pathsAt('sena')).toEqual(['input', 'input.request'])
  expect(pathsAt('lubit')).toContain('steps.sena.output.text')
  expect(pathsAt('lubit').filter((path) => path.includes('gitcode') || path.includes('lubit'))).toEqual([])
})

test('a name that is no word is put in brackets', () => {
  const graph = { ...fourAgents.graph, nodes: fourAgents.graph.nodes.map((node) => (node.type === 'input' ? { ...node, config: { schema: { type: 'object', properties: { 요청: { type: 'string' } } } } } : node)) }
  expect(insertablePaths(graph, 'sena').map((one) => one.path)).toContain('input["요청"]')
})

test('what any node of the level remembers is offered, by its key; a key that is worked out is not', () => {
  const remember = [{ key: 'plan' }, { key: 'by-line' }, { key: 'at-{{ run.index }}' }]
  const graph = { ...fourAgents.graph, nodes: fourAgents.graph.nodes.map((node) => (node.id === 'lubit' ? { ...node, config: { ...node.config, remember } } : node)) }
  expect(insertablePaths(graph, 'sena').filter(({ path }) => path.startsWith('memory'))).toEqual([
    { path: 'memory.plan', type: 'any', node: expect.any(String) as string }, { path: 'memory["by-line"]', type: 'any', node: expect.any(String) as string },
  ])
})
