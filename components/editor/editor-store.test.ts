import { describe, expect, test } from 'vitest'
import { fourAgents } from '@/domain/template/four-agents'
import { planFanOut } from '@/domain/template/plan-fan-out'
import type { GraphNode } from '@/domain/graph/graph'
import type { GraphEdit } from '@/domain/graph/graph-edit'
import { graphAt } from '@/domain/graph/nested-graph'
import { createEditorStore } from './editor-store'

function open(graph = fourAgents.graph) {
  let now = 1_000
  const store = createEditorStore({ name: 'W', graph, clock: () => now })
  return { store, wait: (ms: number) => (now += ms), nameOf: (id: string) => store.level().nodes.find((node) => node.id === id)?.name }
}

describe('the editor store', () => {
  test('E1: undo and redo walk the same way back and forth', () => {
    const { store } = open()
    store.edit({ do: 'remove', nodeIds: ['sena'], edgeIds: [] })
    store.edit({ do: 'rename', nodeId: 'lubit', name: 'Gate' })
    const after = store.view.getState().root
    store.undo()
    store.undo()
    expect(store.view.getState().root).toEqual(fourAgents.graph)
    store.undo()
    store.redo()
    store.redo()
    expect(store.view.getState().root).toEqual(after)
  })

  test('E2: a burst of typing is one step, a pause begins another', () => {
    const { store, wait, nameOf } = open()
    for (const name of ['S', 'Se', 'Sen']) {
      wait(300)
      store.edit({ do: 'rename', nodeId: 'sena', name }, 'name:sena')
    }
    wait(2_000)
    store.edit({ do: 'rename', nodeId: 'sena', name: 'Senator' }, 'name:sena')
    store.undo()
    expect(nameOf('sena')).toBe('Sen')
    store.undo()
    expect(store.view.getState().root).toEqual(fourAgents.graph)
  })

  test('typing after an undo is a step of its own', () => {
    const { store, nameOf } = open()
    store.edit({ do: 'rename', nodeId: 'sena', name: 'A' }, 'name:sena')
    store.edit({ do: 'rename', nodeId: 'lubit', name: 'B' }, 'name:lubit')
    store.undo()
    store.edit({ do: 'rename', nodeId: 'sena', name: 'C' }, 'name:sena')
    store.undo()
    expect(nameOf('sena')).toBe('A')
  })

  test('E3: selection is no step, and what is gone is not selected', () => {
    const { store } = open()
    store.select(['sena', 'lubit'])
    expect(store.view.getState().past).toEqual([])
    store.edit({ do: 'remove', nodeIds: ['sena'], edgeIds: [] })
    expect(store.view.getState().selected.nodes).toEqual(['lubit'])
  })

  test('an edit in a map\'s body is undone where it was made', () => {
    const { store } = open(planFanOut.graph)
    store.enter('answer')
    store.edit({ do: 'rename', nodeId: 'research', name: 'Look' })
    store.leave(0)
    store.undo()
    expect(store.view.getState().path).toEqual(['answer'])
    expect(graphAt(store.view.getState().root, ['answer'])).toEqual(graphAt(planFanOut.graph, ['answer']))
  })

  test('an edit that changes nothing is neither a step nor unsaved', () => {
    const { store } = open()
    store.edit({ do: 'remove', nodeIds: ['nobody'], edgeIds: [] })
    expect(store.view.getState()).toMatchObject({ past: [], saving: { kind: 'saved' } })
  })

  test.each([
    ['a move to where it stands', (node: GraphNode): GraphEdit => ({ do: 'move', positions: { [node.id]: { ...node.position } } })],
    ['the name that it has', (node: GraphNode): GraphEdit => ({ do: 'rename', nodeId: node.id, name: node.name })],
    ['the deletion of nothing', (): GraphEdit => ({ do: 'remove', nodeIds: [], edgeIds: [] })],
    ['the addition of what is there', (node: GraphNode): GraphEdit => ({ do: 'add', nodes: [node], edges: [] })],
  ])('%s is no step, at any depth', (_, edit) => {
    const { store } = open(planFanOut.graph)
    store.edit(edit(store.level().nodes[0]!))
    store.enter('answer')
    store.edit(edit(store.level().nodes[0]!))
    expect(store.view.getState()).toMatchObject({ past: [], saving: { kind: 'saved' } })
  })

  test('what is locked stays as it is, and with a map all that is in it', () => {
    const { store } = open(planFanOut.graph)
    const map = store.level().nodes.find((node) => node.id === 'answer')!
    store.edit({ do: 'set-config', nodeId: 'answer', config: { ...map.config, locked: true } })
    const locked = store.view.getState().root
    store.edit({ do: 'move', positions: { answer: { x: 1, y: 2 } } })
    store.enter('answer')
    store.edit({ do: 'rename', nodeId: 'research', name: 'Look' })
    expect(store.view.getState().root).toBe(locked)
  })
})
