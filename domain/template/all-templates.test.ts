import { describe, expect, test } from 'vitest'
import { validateGraph } from '@/domain/graph/validate'
import { checkInput } from '@/domain/run/check-input'
import { agentChain } from './agent-chain'
import { allTemplates } from './all-templates'

describe.each(allTemplates.map((template) => [template.id, template] as const))('template %s', (_id, { graph, exampleInput, name, description }) => {
  test('has no problem', () => expect(validateGraph(graph)).toEqual([]))
  test('takes its own example', () => expect(checkInput(graph, exampleInput)).toEqual([]))
  test('says what it is', () => expect(name.length * description.length).toBeGreaterThan(0))
  test('would be refused if it referred to a node that is not there', () => {
    const broken = JSON.parse(JSON.stringify(graph).replaceAll(/steps\.(\w+)/g, 'steps.gone')) as typeof graph
    if (JSON.stringify(graph).includes('steps.')) expect(validateGraph(broken)).not.toEqual([])
  })
})

test('ids are unique', () => expect(new Set(allTemplates.map(({ id }) => id)).size).toBe(allTemplates.length))

test.each([1, 2, 20])('a chain of %i agents has no problem', (count) => {
  expect(validateGraph(agentChain(Array.from({ length: count }, (_, index) => ({ name: `Agent ${index}`, ...(index === 1 && { prompt: 'Say it again' }) }))))).toEqual([])
})
