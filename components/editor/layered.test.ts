import Elk from 'elkjs/lib/elk.bundled.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Graph } from '@/domain/graph/graph'
import { applyEdit } from '@/domain/graph/graph-edit'
import { frameOf, membersOf } from '@/domain/graph/groups'
import { editorSize } from '@/components/graph/node-look'
import { layered } from './layered'

const elk = new Elk()
const at = (id: string, type: string, config: object = {}, x = 0) => ({ id, type, name: id, position: { x, y: 0 }, config })
async function tidied(graph: Graph, only: readonly string[] = []): Promise<Graph> {
  const { asked, placesOf } = layered(graph, only)
  return applyEdit(graph, { do: 'move', positions: placesOf(await elk.layout(asked)) })
}
type Box = { x: number; y: number; width: number; height: number }
const meet = (a: Box, b: Box) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
const boxOf = (graph: Graph, id: string): Box => {
  const node = graph.nodes.find((one) => one.id === id)!
  return node.type === 'group' ? frameOf(membersOf(graph, node), node, editorSize) : { ...node.position, ...editorSize(node) }
}

const drawn = fc.record({ count: fc.integer({ min: 2, max: 9 }), edges: fc.array(fc.tuple(fc.nat(8), fc.nat(8)), { maxLength: 14 }), groups: fc.array(fc.nat(2), { minLength: 9, maxLength: 9 }), notes: fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }) }).map(({ count, edges, groups, notes }) => {
  const nodes = Array.from({ length: count }, (_, index) => at(`n${index}`, notes[index] && groups[index] !== 0 ? 'note' : 'agent'))
  const frames = [1, 2].map((group) => at(`g${group}`, 'group', { members: nodes.flatMap(({ id }, index) => (groups[index] === group ? [id] : [])) }))
  const joined = new Map(edges.filter(([a, b]) => a < b && b < count && nodes[a]!.type !== 'note' && nodes[b]!.type !== 'note').map(([a, b]) => [`n${a}>n${b}`, { id: `n${a}>n${b}`, source: `n${a}`, target: `n${b}` }]))
  return Graph.parse({ nodes: [...nodes, ...frames.filter(({ config }) => (config as { members: string[] }).members.length > 0)], edges: [...joined.values()] })
})

test('members lie within their frame and nothing else does; frames lie apart', async () => {
  await fc.assert(fc.asyncProperty(drawn, async (graph) => {
    const after = await tidied(graph)
    const groups = after.nodes.filter(({ type }) => type === 'group')
    const grouped = new Map(groups.flatMap((group) => membersOf(after, group).map(({ id }) => [id as string, group.id as string])))
    for (const group of groups) {
      for (const other of after.nodes) if (other.id !== group.id && grouped.get(other.id) !== group.id) expect(meet(boxOf(after, group.id), boxOf(after, other.id)), `${group.id} and ${other.id}`).toBe(false)
    }
    const nodes = after.nodes.filter(({ type }) => type !== 'group')
    for (const [index, one] of nodes.entries()) for (const other of nodes.slice(index + 1)) expect(meet(boxOf(after, one.id), boxOf(after, other.id)), `${one.id} and ${other.id}`).toBe(false)
  }), { seed: 5, numRuns: 60 })
})

test('what is arranged alone stays where it is as a whole', async () => {
  const graph = Graph.parse({ nodes: [at('a', 'agent', {}, 500), at('b', 'agent', {}, 300), at('c', 'agent', {}, 0), at('g', 'group', { members: ['a'] })], edges: [{ id: 'e', source: 'a', target: 'b' }] })
  const after = await tidied(graph, ['a', 'b'])
  const [a, b, c] = after.nodes.map(({ position }) => position)
  expect([Math.min(a!.x, b!.x), Math.min(a!.y, b!.y), c]).toEqual([300, 0, { x: 0, y: 0 }])
  expect(a!.x).toBeLessThan(b!.x)
})
