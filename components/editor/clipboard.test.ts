import { expect, test } from 'vitest'
import { applyEdit } from '@/domain/graph/graph-edit'
import { emptyGraph } from '@/domain/graph/graph'
import { validateGraph } from '@/domain/graph/validate'
import { fourAgents } from '@/domain/template/four-agents'
import { copyNodes, pasteNodes } from './clipboard'

const { graph } = fourAgents
const all = graph.nodes.map((node) => node.id as string)

test('what is pasted gets ids of its own, and its templates follow', () => {
  const edit = pasteNodes(graph, copyNodes(graph, ['sena', 'lubit'])!)!
  expect(edit.nodes.map((node) => node.id)).toEqual(['sena2', 'lubit2'])
  expect(edit.edges).toMatchObject([{ source: 'sena2', target: 'lubit2' }])
  expect(edit.nodes[1]?.config.prompt).toContain('steps.sena2.output')
})

test('a whole graph pasted into an empty one has no problem', () => {
  expect(validateGraph(applyEdit(emptyGraph, pasteNodes(emptyGraph, copyNodes(graph, all)!)!))).toEqual([])
})

test('nothing selected is nothing copied; any other text is nothing pasted', () => {
  expect(copyNodes(graph, [])).toBeUndefined()
  for (const text of ['', 'hello', '{"heddle":"nodes"}', '{"heddle":"nodes","nodes":[{"id":"x y"}],"edges":[]}']) expect(pasteNodes(graph, text)).toBeUndefined()
})
