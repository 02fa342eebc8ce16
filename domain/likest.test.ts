import { expect, test } from 'vitest'
import { likest, namesIn } from './likest'

test('the likest name comes first, whatever its case', () => {
  expect(likest('Llama-70B', ['qwen-7b', 'llama-70b', 'llama-8b'])).toEqual(['llama-70b', 'llama-8b', 'qwen-7b'])
  expect(likest('forcast', ['slow', 'forecast', 'broken'])[0]).toBe('forecast')
  expect(likest('llama', ['mistral', 'meta-llama/Llama-3.1-70B'])[0]).toBe('meta-llama/Llama-3.1-70B')
})

test('few are told, each once, and how many are left', () => {
  const names = Array.from({ length: 900 }, (_, index) => `model-${index}`)
  const told = likest('model-12', [...names, ...names])
  expect(told).toHaveLength(5)
  expect(told[0]).toBe('model-12')
  expect(namesIn(told.slice(0, 2), 900)).toMatch(/^`model-12`, `model-\d+` and 898 others$/)
  expect(namesIn(['a'], 1)).toBe('`a`')
  expect(likest('x', [])).toEqual([])
})
