import { expect, test } from 'vitest'
import { NO_BOUNDS, RETENTION_SETTING, type RetainedKind, type RetentionPolicy } from '@/domain/retention/retention-policy'
import { createManualClock } from '@/server/adapters/memory/manual-clock'
import { createMemorySettingStore } from '@/server/adapters/memory/memory-retained'
import type { Limit } from '@/domain/retention/retention-policy'
import type { LogEntry } from '@/server/ports/log-store'
import type { Retained } from '@/server/ports/retained'
import { settle } from './engine-world.suite'
import { createRetention } from './retention'

const off: RetentionPolicy = { on: false, runs: { ...NO_BOUNDS, maxAgeDays: 30 }, logs: { ...NO_BOUNDS, maxCount: 1_000 }, samples: { ...NO_BOUNDS, maxMegabytes: 3 } }
const on = { ...off, on: true }

function setUp(atFirst: RetentionPolicy) {
  const clock = createManualClock()
  const settings = createMemorySettingStore()
  const lines: LogEntry[] = []
  const asked: { kind: string; limit: Limit }[] = []
  const left = { runs: 12, logs: 7, samples: 0 }
  const retained = (kind: RetainedKind): Retained => ({
    excess: () => Promise.resolve({ count: left[kind], stays: 0, bytes: 0, staysBytes: 0 }),
    deleteSome: (limit) => {
      asked.push({ kind, limit })
      const count = Math.min(5, left[kind])
      left[kind] -= count
      return Promise.resolve(count)
    },
  })
  const retention = createRetention({ retained: { runs: retained('runs'), logs: retained('logs'), samples: retained('samples') }, settings, clock, logger: (line) => void lines.push(line), atFirst })
  /** Lets it go on by `ms`, in the steps it asks for. */
  const pass = async (ms: number) => {
    await settle()
    for (let gone = 0; gone < ms; gone += 50) {
      clock.advance(50)
      await settle()
    }
  }
  return { clock, settings, lines, asked, left, retention, pass }
}

test('deletes by its timer, a few at a time with a pause between, and says so', async () => {
  const { clock, retention, asked, left, lines, pass } = setUp(on)
  retention.start()
  await pass(0)
  expect(asked).toEqual([])
  clock.advance(10 * 60_000)
  await settle()
  expect(left).toMatchObject({ runs: 7, logs: 7 })
  expect(asked[0]).toEqual({ kind: 'runs', limit: { olderThan: clock.now() - 30 * 86_400_000 } })
  await pass(500)
  expect(left).toMatchObject({ runs: 0, logs: 0 })
  expect(asked.findLast(({ kind }) => kind === 'logs')).toEqual({ kind: 'logs', limit: { keep: 1_000 } })
  expect(asked.at(-1)).toEqual({ kind: 'samples', limit: { maxBytes: 3_000_000 } })
  expect(lines.map((line) => line.data)).toEqual([{ kind: 'runs', deleted: 12 }, { kind: 'logs', deleted: 7 }])
  left.runs = 1
  clock.advance(10 * 60_000)
  await pass(100)
  expect(left.runs).toBe(0)
})

test('T1: off, nothing goes; switched on, it begins; switched off midway, it ends', async () => {
  const { settings, retention, left, pass } = setUp(off)
  await retention.sweep()
  expect(left).toMatchObject({ runs: 12, logs: 7 })
  await settings.write(RETENTION_SETTING, on)
  void retention.sweep()
  await pass(0)
  expect(left.runs).toBe(7)
  await settings.write(RETENTION_SETTING, off)
  await pass(500)
  expect(left).toMatchObject({ runs: 7, logs: 7 })
})

test('T3: two sweeps at once are one after the other', async () => {
  const { retention, asked, left, pass } = setUp(on)
  void retention.sweep()
  void retention.sweep()
  await pass(0)
  expect(asked).toHaveLength(1)
  await pass(1_000)
  expect(left).toMatchObject({ runs: 0, logs: 0 })
})

test('a store in trouble is told of and tried again; what was set wrongly counts as not set', async () => {
  const { clock, settings, retention, lines, left, pass } = setUp(on)
  const read = settings.read
  settings.read = () => Promise.reject(new Error('away'))
  await retention.sweep()
  expect(lines).toMatchObject([{ level: 'ERROR', component: 'retention' }])
  settings.read = read
  await settings.write(RETENTION_SETTING, { on: 'yes' })
  clock.advance(10 * 60_000)
  await pass(500)
  expect(left).toMatchObject({ runs: 0, logs: 0 })
})

test('stopped, it stays so', async () => {
  const { clock, retention, asked, pass } = setUp(on)
  retention.start()
  retention.stop()
  clock.advance(20 * 60_000)
  await pass(100)
  expect(asked).toEqual([])
})
