import { expect, test } from 'vitest'
import { createManualClock } from '@/server/adapters/memory/manual-clock'
import type { MetricEvent } from '@/wire/samples'
import { createMetricsBroadcast } from './metrics-broadcast'

const settled = () => new Promise<void>((resolve) => setImmediate(resolve))
const fleet = (at: number, running: number): MetricEvent => ({ kind: 'fleet', subject: 'a', simulated: true, stepMs: 1_000, at: new Date(at).toISOString(), running })

function world() {
  const clock = createManualClock()
  const state = { heard: true, fails: false, reads: 0, samples: [] as MetricEvent[] }
  const sent: MetricEvent[][] = []
  const { stop } = createMetricsBroadcast({
    clock, heard: () => state.heard,
    recent: () => {
      state.reads += 1
      return state.fails ? Promise.reject(new Error('away')) : Promise.resolve(state.samples)
    },
  }, (samples) => void sent.push(samples))
  return {
    state, sent, stop,
    async second() {
      clock.advance(1_000)
      await settled()
    },
  }
}

test('what is new or has grown is told once, in one frame', async () => {
  const { state, sent, second } = world()
  state.samples = [fleet(0, 1), fleet(1_000, 2)]
  await second()
  await second()
  state.samples = [fleet(1_000, 3), fleet(2_000, 4)]
  await second()
  expect(sent).toEqual([[fleet(0, 1), fleet(1_000, 2)], [fleet(1_000, 3), fleet(2_000, 4)]])
})

test('while nobody listens nothing is read; who comes then hears what is recent', async () => {
  const { state, sent, second } = world()
  state.samples = [fleet(0, 1)]
  await second()
  state.heard = false
  await second()
  await second()
  expect(state.reads).toBe(1)
  state.heard = true
  await second()
  expect(sent).toEqual([[fleet(0, 1)], [fleet(0, 1)]])
})

test('a look that failed is made up for; a stopped one is silent', async () => {
  const { state, sent, second, stop } = world()
  state.samples = [fleet(0, 1)]
  state.fails = true
  await second()
  state.fails = false
  await second()
  expect(sent).toEqual([[fleet(0, 1)]])
  state.samples = [fleet(1, 1)]
  stop()
  await second()
  expect(sent).toHaveLength(1)
})
