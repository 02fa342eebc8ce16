import { expect, test } from 'vitest'
import type { FleetView, InstanceView } from '@/domain/route/fleet-view'
import { createManualClock } from '@/server/adapters/memory/manual-clock'
import { createMemorySampleStore } from '@/server/adapters/memory/memory-sample-store'
import type { LogEntry } from '@/server/ports/log-store'
import type { SampleStore } from '@/server/ports/sample-store'
import { createFleetRecorder } from './record-fleet'
import { sweepSamples } from './sweep-samples'

const START = 1_000 * 3_600_000
const instance = (running: number): InstanceView => ({ id: 'a', url: 'http://a', simulated: true, models: [], health: 'healthy', breaker: 'closed', inFlight: 0, requests: 0, promptTokens: 0, cachedTokens: 0, completionTokens: 0, workflows: [], running, waiting: 0 })

function world({ samples = createMemorySampleStore(), onDuty = true, clock = createManualClock(START) }: { samples?: SampleStore; onDuty?: boolean; clock?: ReturnType<typeof createManualClock> } = {}) {
  let running = 1
  const lines: LogEntry[] = []
  const fleet = (): FleetView => ({ simulated: true, policy: 'p', waiting: 0, instances: [instance(running)] })
  const recorder = createFleetRecorder({ samples, fleet, clock, logger: (line) => void lines.push(line), onDuty: () => onDuty })
  const read = (stepMs: number) => samples.read({ kind: 'fleet', stepMs, from: 0, to: 1e15, subjects: ['a'] })
  return { samples, clock, recorder, lines, read, set: (now: number) => void (running = now) }
}
const figures = (rows: Awaited<ReturnType<SampleStore['read']>>) => rows.map(({ at, figures: { looks, figures: { running } } }: any) => [at - START, looks, running.sum]) // eslint-disable-line @typescript-eslint/no-explicit-any -- what is stored is JSON

async function pass(clock: ReturnType<typeof createManualClock>, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    clock.advance(1_000)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

test('F1: every look is in one bucket of each step', async () => {
  const { clock, recorder, read, set } = world()
  recorder.start()
  await pass(clock, 9)
  set(3)
  await pass(clock, 61)
  await recorder.stop()
  expect(figures(await read(10_000)).slice(0, 2)).toEqual([[0, 10, 10], [10_000, 10, 30]])
  expect(figures(await read(60_000))).toEqual([[0, 60, 160], [60_000, 11, 33]])
  expect(figures(await read(3_600_000))).toEqual([[0, 71, 193]])
  expect((await read(10_000))[0]!.figures).toHaveProperty('changes')
  expect((await read(60_000))[0]!.figures).not.toHaveProperty('changes')
})

test('F2: who takes over goes on where the other stopped, and who is not on duty writes nothing', async () => {
  const first = world()
  first.recorder.start()
  await pass(first.clock, 3)
  await first.recorder.stop()
  const second = world({ samples: first.samples, clock: first.clock })
  second.recorder.start()
  await pass(first.clock, 3)
  await second.recorder.stop()
  expect(figures(await first.read(10_000))).toEqual([[0, 8, 8]])
  const idle = world({ onDuty: false })
  idle.recorder.start()
  await pass(idle.clock, 30)
  await idle.recorder.stop()
  expect(await idle.read(10_000)).toEqual([])
  expect(idle.recorder.open().buckets.size).toBe(0)
})

test('F3: what cannot be written is a gap, said once', async () => {
  const samples = createMemorySampleStore()
  let broken = true
  const { clock, recorder, lines, read } = world({ samples: { ...samples, write: (...given) => (broken ? Promise.reject(new Error('disk full')) : samples.write(...given)) } })
  recorder.start()
  await pass(clock, 25)
  expect(lines.map((line) => line.level)).toEqual(['WARNING'])
  broken = false
  await pass(clock, 10)
  await recorder.stop()
  expect((await read(10_000)).map((row) => row.at - START)).toEqual([20_000, 30_000])
})

test('what is too old for its step goes, and only that', async () => {
  const { samples, clock } = world()
  const bucket = (stepMs: number, days: number) => ({ kind: 'fleet' as const, stepMs, at: START - days * 86_400_000, subject: 'a', figures: {} })
  await samples.write([bucket(10_000, 1), bucket(10_000, 3), bucket(60_000, 3), bucket(60_000, 15), bucket(3_600_000, 15)], { name: 'm', from: undefined, to: 1 })
  const sweeper = sweepSamples({ samples, clock, logger: () => undefined, onDuty: () => true })
  const done = sweeper.sweep()
  await pass(clock, 5)
  await done
  sweeper.stop()
  const left = await Promise.all([10_000, 60_000, 3_600_000].map((stepMs) => samples.read({ kind: 'fleet', stepMs, from: 0, to: 1e15 })))
  expect(left.map((rows) => rows.map((row) => (START - row.at) / 86_400_000))).toEqual([[1], [3], [15]])
})
