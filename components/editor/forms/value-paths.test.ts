import { expect, test } from 'vitest'
import type { Json } from '@/domain/json'
import { withValueFields } from './value-paths'

const paths = [{ path: 'input', type: 'object', node: 'In' }, { path: 'input.topic', type: 'text', node: 'In' }, { path: 'steps.shape.output', type: 'any', node: 'Shape' }, { path: 'steps.fetch.output.body', type: 'any', node: 'Fetch' }]
const values: Record<string, Json> = { input: { topic: 'tea', extra: 1 }, 'steps.shape.output': { title: 'Tea', of: { n: 1, deep: { deeper: { deepest: 1 } } }, 'two words': [1], none: null }, 'steps.fetch.output.body': 'text' }
const told = (found: readonly { path: string; type: string }[]) => found.map(({ path, type }) => `${path} ${type}`)

test('where no type tells of fields, those of the last value are offered, two deep', () => {
  expect(told(withValueFields(paths, (path) => values[path]))).toEqual([
    'input object', 'input.topic text',
    'steps.shape.output any', 'steps.shape.output.title text', 'steps.shape.output.of object', 'steps.shape.output.of.n number', 'steps.shape.output.of.deep object', 'steps.shape.output["two words"] list', 'steps.shape.output.none null',
    'steps.fetch.output.body any',
  ])
})

test('before the first run, and of very wide values, little is offered', () => {
  expect(withValueFields(paths, () => undefined)).toEqual(paths)
  expect(withValueFields(paths.slice(2, 3), () => Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`f${index}`, index])))).toHaveLength(31)
})
