import { expect, test } from 'vitest'
import type { Json } from '@/domain/json'
import type { NodeType } from './graph'
import { withRenamedIds } from './rename-ids'

const renamed = new Map([['a', 'a2'], ['a-b', 'c'], ['inner', 'inner2']])
const renamedIn = (type: NodeType, config: Record<string, Json>) => withRenamedIds({ type, config }, renamed)

test.each([
  ['{{ steps.a.output.text }}', '{{ steps.a2.output.text }}'],
  ['{{ steps["a"].output }} and steps[\'a\']', '{{ steps["a2"].output }} and steps[\'a2\']'],
  ['steps.a-b.output', 'steps.c.output'],
  ['steps.ab.output, mysteps.a, a', 'steps.ab.output, mysteps.a, a'],
])('%s becomes %s', (before, after) => expect(renamedIn('agent', { prompt: before, tools: [{ description: before }] })).toEqual({ prompt: after, tools: [{ description: after }] }))

test('messages and groups follow, other fields of the same name do not', () => {
  expect(renamedIn('message', { to: 'a', from: 'x', payload: 'steps.a.output' })).toEqual({ to: 'a2', from: 'x', payload: 'steps.a2.output' })
  expect(renamedIn('group', { members: ['a', 'x'] })).toEqual({ members: ['a2', 'x'] })
  expect(renamedIn('http', { url: 'a', to: 'a' })).toEqual({ url: 'a', to: 'a' })
})

test('in the body of a map its own names hide those around it', () => {
  const body = { nodes: [{ id: 'inner', type: 'transform', name: 'I', position: { x: 0, y: 0 }, config: { expression: 'steps.inner.output + steps.a.output' } }], edges: [] }
  const { body: after } = renamedIn('map', { body }) as unknown as { body: typeof body }
  expect(after.nodes[0]?.config.expression).toBe('steps.inner.output + steps.a2.output')
})
