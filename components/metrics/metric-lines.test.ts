import { expect, test } from 'vitest'
import { chartOf, failedShare, figureLine, newestValues, nodeName, perMinute, tellApart } from './metric-lines'

const point = (at: number, executions: number, failures = 0) => ({ at: new Date(at).toISOString(), executions, failures, meanMs: 1, p50Ms: 1, p95Ms: 1, p99Ms: 1, promptTokens: 0, cachedTokens: null, completionTokens: 0 })

test('what ends in a minute: nothing where nothing did, and nothing said of a step that has just begun', () => {
  const line = perMinute([point(10_000, 2), point(40_000, 3)], (one) => one.executions, { stepMs: 10_000, from: 0, to: 44_000 })
  expect(line).toEqual([{ at: 0, value: 0 }, { at: 10_000, value: 12 }, { at: 20_000, value: 0 }, { at: 30_000, value: 0 }])
  expect(perMinute([point(0, 3)], (one) => one.executions, { stepMs: 10_000, from: 0, to: 6_000 })).toEqual([{ at: 0, value: 30 }])
})

test('a share of nothing is a gap', () => {
  const points = chartOf([figureLine([point(0, 4, 1), point(60_000, 1)], failedShare), figureLine([point(0, 1)], (one) => one.cachedTokens)], { stepMs: 10_000, from: 0, to: 70_000 })
  expect(points).toEqual([{ at: 0, values: [0.25, null] }, { at: 10_000, values: [null, null] }, { at: 60_000, values: [0, null] }])
  expect(newestValues([...points, { at: 80_000, values: [null, null] }])).toEqual([0])
})

test('lines have names that tell them apart', () => {
  expect(tellApart([{ id: 'wf_aaaaaaaa', name: 'Same' }, { id: 'wf_bbbbbbbb', name: 'Same' }, { id: 'wf_c', name: 'Other' }])).toEqual(['Same (aaaaaaaa)', 'Same (bbbbbbbb)', 'Other'])
  const names = new Map([['m', 'Each page']])
  expect([nodeName('m.b', names), nodeName('m', names), nodeName('gone', names)]).toEqual(['Each page.b', 'Each page', 'gone'])
})
