import { expect, test } from 'vitest'
import { ROUTER } from '@/domain/metric/fleet-samples'
import type { RunEvent, RunFact } from '@/domain/run/run-event'
import type { FleetSeriesBody } from '@/wire/samples'
import { fleetCharts, ownCharts, pathOf, sliceAt, SLICES } from './run-charts'

const span = { start: 1_000_000, end: 1_000_000 + SLICES * 1_000 }
const log = (...facts: (RunFact & { s: number })[]): RunEvent[] => facts.map(({ s, ...fact }, index) => ({ ...(fact as RunFact), seq: index + 1, recordedAt: span.start + s * 1_000 }))

test('steps at work count from begin to end, attempts by their own; what goes on counts to the end', () => {
  const { steps } = ownCharts(log(
    { s: 0, type: 'step.started', nodeId: 'a', attempt: 1 }, { s: 2, type: 'step.started', nodeId: 'b', attempt: 1 }, { s: 4, type: 'step.completed', nodeId: 'a', attempt: 1, output: 1 },
    { s: 6, type: 'step.retrying', nodeId: 'b', attempt: 1, at: 0, error: { code: 'x', message: 'x', retryable: true } }, { s: 8, type: 'step.started', nodeId: 'b', attempt: 2 },
  ), span)
  expect(steps.slice(0, 10)).toEqual([1, 1, 2, 2, 1, 1, 0, 0, 1, 1])
  expect(steps.at(-1)).toBe(1)
})

test('text is characters each second', () => {
  const { text } = ownCharts(log({ s: 1, type: 'step.output', nodeId: 'a', attempt: 1, text: 'abcd' }, { s: 1.5, type: 'step.output', nodeId: 'a', attempt: 1, text: 'ef' }), span)
  expect(text.slice(0, 3)).toEqual([0, 6, 0])
})

const at = (s: number) => new Date(span.start + s * 1_000).toISOString()
const fleet: FleetSeriesBody = { stepMs: 1_000, from: at(0), to: at(9), series: [
  { instance: 'a', simulated: false, points: [{ at: at(0), waiting: 1, running: 2, kvUsage: 0.5, hitRate: 0.5 }, { at: at(1), waiting: 0, running: 3, kvUsage: 0.25 }, { at: at(6), running: 1 }] },
  { instance: 'b', simulated: false, points: [{ at: at(0), waiting: 2, running: 1, kvUsage: 0.75, hitRate: 1 }] },
  { instance: ROUTER, simulated: false, points: [{ at: at(0), waiting: 4 }] },
] }

test('the fleet is summed where it is a number of calls, and its fullest cache counts; a silence is a gap', () => {
  const { waiting, running, kvUsage, hitRate } = fleetCharts(fleet, span)
  expect(waiting.slice(0, 4)).toEqual([7, 0, null, null])
  expect(running.slice(0, 7)).toEqual([3, 3, null, null, null, null, 1])
  expect(kvUsage.slice(0, 3)).toEqual([0.75, 0.25, null])
  expect(hitRate.slice(0, 2)).toEqual([0.75, null])
})

test('a moment has a slice, and a gap has no line', () => {
  expect([-5, 0, 1_500, SLICES * 1_000].map((ms) => sliceAt(span, span.start + ms))).toEqual([0, 0, 1, SLICES - 1])
  expect(pathOf([1, 2, null, 0], 2)).toBe('M0 0.5000H1V0.0000H2M3 1.0000H4')
})
