import { expect, test } from 'vitest'
import { Graph } from '@/domain/graph/graph'
import { draftOf, letterOf, wantedOf, withBranch, withoutBranch } from './branch-draft'

const { nodes: [agent, map] } = Graph.parse({ nodes: [{ id: 'a', type: 'agent', name: 'A', position: { x: 0, y: 0 }, config: { prompt: 'Say {{ input }}' } }, { id: 'm', type: 'map', name: 'M', position: { x: 0, y: 0 }, config: { items: 'input' } }], edges: [] })

test('only what was edited is asked for; a model that the fleet chose stays its choice', () => {
  const draft = draftOf(agent!, { text: 'x' })
  expect(draft.texts).toEqual({ model: '', prompt: 'Say {{ input }}' })
  expect(wantedOf(agent!, draft)).toEqual({ fromNode: 'a' })
  expect(wantedOf(agent!, { ...draft, texts: { ...draft.texts, model: 'big' } })).toEqual({ fromNode: 'a', overrides: { a: { config: { model: 'big' } } } })
  expect(wantedOf(agent!, { ...draft, edit: 'output', output: '{"text": 1}' })).toEqual({ fromNode: 'a', overrides: { a: { output: { text: 1 } } } })
  expect(wantedOf(agent!, { ...draft, edit: 'output', output: '{' })).toBeUndefined()
  expect(wantedOf(map!, { ...draftOf(map!, null), config: 'no' })).toBeUndefined()
})

test('a further branch copies the shown one, six are the most, the last one stays', () => {
  const first = draftOf(agent!, null)
  const second = { ...first, edit: 'none' as const }
  expect(withBranch([first, second], 1)).toEqual([first, second, second])
  expect(withBranch(Array(6).fill(first), 0)).toHaveLength(6)
  expect(withoutBranch([first, second], 0)).toEqual([second])
  expect(withoutBranch([first], 0)).toEqual([first])
  expect([0, 5].map(letterOf)).toEqual(['A', 'F'])
})
