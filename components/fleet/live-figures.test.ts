import { expect, test } from 'vitest'
import type { InstanceView } from '@/domain/route/fleet-view'
import { fleetFigures, liveFigures, loadOf } from './live-figures'

const instance = (more: Partial<InstanceView>): InstanceView => ({ id: 'a', url: 'http://a', simulated: true, models: [], health: 'healthy', breaker: 'closed', inFlight: 0, requests: 0, promptTokens: 0, cachedTokens: 0, completionTokens: 0, workflows: [], ...more })

test('what an instance said before it stopped answering is not known now', () => {
  const figures = { running: 4, waiting: 1, kvUsage: 0.5, prefixHitRate: 0.2, ttftMs: 80, interTokenMs: 9 }
  expect(liveFigures(instance(figures))).toEqual(figures)
  expect(liveFigures(instance({ ...figures, health: 'draining' }))).toEqual(figures)
  expect(liveFigures(instance({ ...figures, health: 'unhealthy' }))).toEqual({})
})

test.each([
  [{ running: 2, waiting: 3 }, 5],
  [{ running: 0, waiting: 0 }, 0],
  [{ running: 2 }, undefined],
  [{ waiting: 2 }, undefined],
  [{ running: 2, waiting: 3, health: 'unhealthy' as const }, undefined],
])('the load of %j is %s', (more, load) => expect(loadOf(instance(more))).toBe(load))

test('the fleet sums and compares what is known, and is not known when nothing is', () => {
  const known = [instance({ running: 2, waiting: 1, kvUsage: 0.2 }), instance({ id: 'b', running: 1, waiting: 0, kvUsage: 0.7 }), instance({ id: 'c', running: 9, waiting: 9, kvUsage: 1, health: 'unhealthy' })]
  expect(fleetFigures(known)).toEqual({ load: 4, fullest: 0.7 })
  expect(fleetFigures([instance({ running: 0, waiting: 0, kvUsage: 0 })])).toEqual({ load: 0, fullest: 0 })
  expect(fleetFigures([instance({})])).toEqual({ load: undefined, fullest: undefined })
  expect(fleetFigures([])).toEqual({ load: undefined, fullest: undefined })
})
