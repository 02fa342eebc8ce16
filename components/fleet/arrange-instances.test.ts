import { expect, test } from 'vitest'
import type { InstanceView } from '@/domain/route/fleet-view'
import { arrangeInstances, needsAttention } from './arrange-instances'

const instance = (id: string, more: Partial<InstanceView> = {}): InstanceView => ({ id, url: `http://${id}.lan:8000`, simulated: false, models: ['llama-70b'], health: 'healthy', breaker: 'closed', inFlight: 0, requests: 0, promptTokens: 0, cachedTokens: 0, completionTokens: 0, workflows: [], ...more })
const fleet = [
  instance('gpu-10'), instance('gpu-2'), instance('slow', { slowness: 2.5 }), instance('tried', { breaker: 'half-open' }), instance('leaving', { health: 'draining' }),
  instance('cut', { breaker: 'open' }), instance('down', { health: 'unhealthy', models: ['qwen3-32b'] }), instance('steady', { slowness: 1.9 }),
]
const names = (wish: Partial<{ search: string; troubled: boolean }>) => arrangeInstances(fleet, { search: '', troubled: false, ...wish }).map(({ id }) => id)

test('what needs a person comes first, the worst on top, the others by name and number', () => {
  expect(names({})).toEqual(['down', 'cut', 'leaving', 'tried', 'slow', 'gpu-2', 'gpu-10', 'steady'])
  expect(names({ troubled: true })).toEqual(['down', 'cut', 'leaving', 'tried', 'slow'])
  expect(fleet.filter(needsAttention)).toHaveLength(5)
})

test('is found by name, address and model, by all words that are typed', () => {
  expect(names({ search: 'GPU-1' })).toEqual(['gpu-10'])
  expect(names({ search: 'qwen' })).toEqual(['down'])
  expect(names({ search: ' gpu  lan:8000 ' })).toEqual(['gpu-2', 'gpu-10'])
  expect(names({ search: 'qwen gpu' })).toEqual([])
})
