import { expect, test } from 'vitest'
import type { InstanceView } from '@/domain/route/fleet-view'
import { liveFigures } from './live-figures'

const instance = (more: Partial<InstanceView>): InstanceView => ({ id: 'a', url: 'http://a', simulated: true, models: [], health: 'healthy', breaker: 'closed', inFlight: 0, requests: 0, promptTokens: 0, cachedTokens: 0, completionTokens: 0, workflows: [], ...more })

test('what an instance said before it stopped answering is not known now', () => {
  const figures = { running: 4, waiting: 1, kvUsage: 0.5, prefixHitRate: 0.2, ttftMs: 80, interTokenMs: 9 }
  expect(liveFigures(instance(figures))).toEqual(figures)
  expect(liveFigures(instance({ ...figures, health: 'draining' }))).toEqual(figures)
  expect(liveFigures(instance({ ...figures, health: 'unhealthy' }))).toEqual({})
})
