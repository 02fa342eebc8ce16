import { expect, test } from 'vitest'
import { applyEdit } from '@/domain/graph/graph-edit'
import { emptyGraph, MAX_NODES, type Graph } from '@/domain/graph/graph'
import { groupNodes } from '@/domain/graph/groups'
import { newNode } from '@/domain/graph/new-node'
import { validateGraph } from '@/domain/graph/validate'
import { fourAgents } from '@/domain/template/four-agents'
import { copyNodes, pasteNodes } from './clipboard'

const { graph } = fourAgents
const all = graph.nodes.map((node) => node.id as string)
const sizeOf = () => ({ width: 220, height: 76 })

function paste(into: Graph, text: string, sight?: Parameters<typeof pasteNodes>[2]) {
  const pasted = pasteNodes(into, text, sight)
  if (pasted.kind !== 'nodes') throw new Error(pasted.kind)
  return pasted.edit
}

test('what is pasted gets ids of its own, and its templates follow', () => {
  const edit = paste(graph, copyNodes(graph, ['sena', 'lubit'])!)
  expect(edit.nodes.map((node) => node.id)).toEqual(['sena2', 'lubit2'])
  expect(edit.edges).toMatchObject([{ source: 'sena2', target: 'lubit2' }])
  expect(edit.nodes[1]?.config.prompt).toContain('steps.sena2.output')
})

test('a whole graph pasted into an empty one has no problem, from the clipboard, from a file and as a graph alone', () => {
  for (const text of [copyNodes(graph, all)!, JSON.stringify({ name: 'W', graph }), JSON.stringify(graph)]) {
    expect(validateGraph(applyEdit(emptyGraph, paste(emptyGraph, text)))).toEqual([])
  }
})

test('nothing selected is nothing copied; any other text is nothing pasted', () => {
  expect(copyNodes(graph, [])).toBeUndefined()
  for (const text of ['', 'hello', '{}', '{"heddle":"nodes"}', '{"heddle":"nodes","nodes":[{"id":"x y"}],"edges":[]}', '{"nodes":[],"edges":[]}']) expect(pasteNodes(graph, text)).toEqual({ kind: 'nothing' })
})

test('a group takes its members with it, and its copy holds the copies', () => {
  const grouped = applyEdit(graph, groupNodes(graph, ['sena', 'lubit'], 'Group', sizeOf))
  const { nodes } = paste(grouped, copyNodes(grouped, ['group'])!)
  expect(nodes.map(({ id }) => id)).toEqual(['sena2', 'lubit2', 'group2'])
  expect(nodes[2]?.config.members).toEqual(['sena2', 'lubit2'])
  // Without its group a member belongs to none, and a group without them to nobody's nodes.
  const { nodes: [alone] } = paste(emptyGraph, JSON.stringify({ heddle: 'nodes', nodes: grouped.nodes.filter(({ id }) => id === 'group'), edges: [] }))
  expect(alone?.config.members).toEqual([])
})

test('copies lie neither on each other nor out of sight, and are not locked', () => {
  let now = applyEdit(graph, { do: 'set-config', nodeId: 'sena', config: { ...graph.nodes.find(({ id }) => id === 'sena')!.config, locked: true } })
  const text = copyNodes(now, ['sena'])!
  for (let count = 0; count < 3; count++) now = applyEdit(now, paste(now, text))
  expect(new Set(now.nodes.map(({ position }) => `${position.x},${position.y}`)).size).toBe(now.nodes.length)
  expect(now.nodes.filter(({ config }) => config.locked === true).map(({ id }) => id)).toEqual(['sena'])
  const far = paste(graph, text, { x: 90_000, y: 90_000, width: 1_000, height: 800 }).nodes[0]!.position
  expect(far).toEqual({ x: 90_390, y: 90_362 })
})

test('more nodes than a graph may have are refused before they are there', () => {
  const node = newNode(emptyGraph, 'note', 'N', { x: 0, y: 0 })
  const full: Graph = { nodes: Array.from({ length: MAX_NODES - 1 }, (_, at) => ({ ...node, id: `n${at}` }) as typeof node), edges: [] }
  expect(pasteNodes(full, copyNodes(graph, ['sena', 'lubit'])!)).toEqual({ kind: 'too-many' })
})
