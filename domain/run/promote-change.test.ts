import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Graph } from '@/domain/graph/graph'
import { fourAgents } from '@/domain/template/four-agents'
import { forkedGraph } from './fork-run'
import { promoteChange } from './promote-change'

const base = fourAgents.graph
const winner = forkedGraph(base, { lubit: { config: { prompt: 'Short.', temperature: 0.2 } } })

test('the draft gets what the winner changed, and nothing else', () => {
  const draft = forkedGraph(base, { sena: { config: { prompt: 'Someone edits this meanwhile' } } })
  const { graph, fields, missing } = promoteChange(draft, base, winner)
  expect(fields).toEqual([
    { nodeId: 'lubit', name: 'Lubit · gatekeeper', field: 'prompt', from: base.nodes.find((node) => node.id === 'lubit')!.config.prompt, to: 'Short.', edited: false },
    { nodeId: 'lubit', name: 'Lubit · gatekeeper', field: 'temperature', from: undefined, to: 0.2, edited: false },
  ])
  expect(missing).toEqual([])
  expect(graph).toEqual(forkedGraph(draft, { lubit: { config: { prompt: 'Short.', temperature: 0.2 } } }))
})

test('a field that the winner lacks goes; one edited since is said to be', () => {
  const draft = forkedGraph(winner, { lubit: { config: { prompt: 'A third one' } } })
  const { graph, fields } = promoteChange(draft, winner, base)
  expect(fields.map(({ field, edited, to }) => [field, edited, to === undefined])).toEqual([['prompt', true, false], ['temperature', false, true]])
  expect(graph.nodes.find((node) => node.id === 'lubit')?.config).toEqual(base.nodes.find((node) => node.id === 'lubit')?.config)
})

test('a node that the draft has lost, or has as another type, is named', () => {
  const without = { ...base, nodes: base.nodes.filter((node) => node.id !== 'lubit') }
  expect(promoteChange(without, base, winner)).toMatchObject({ graph: without, fields: [], missing: ['Lubit · gatekeeper'] })
  const other = { ...base, nodes: base.nodes.map((node) => (node.id === 'lubit' ? { ...node, type: 'transform' as const } : node)) }
  expect(promoteChange(other, base, winner).missing).toEqual(['Lubit · gatekeeper'])
})

test('what is promoted is there afterwards: a second time there is nothing left to do', () => {
  const config = fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor'), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 4 })
  const graphs = fc.tuple(config, config, config).map((configs) => configs.map((one) => Graph.parse({ nodes: [{ id: 'n', type: 'note', name: 'N', position: { x: 0, y: 0 }, config: one }], edges: [] })))
  fc.assert(fc.property(graphs, ([draft, loser, better]) => {
    const { graph } = promoteChange(draft!, loser!, better!)
    expect(promoteChange(graph, loser!, better!).fields).toEqual([])
    expect(promoteChange(loser!, loser!, better!).graph).toEqual(better)
  }))
})
