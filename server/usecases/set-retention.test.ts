import { expect, test } from 'vitest'
import { NO_BOUNDS } from '@/domain/retention/retention-policy'
import type { LogEntry } from '@/server/ports/log-store'
import { createNoRetention } from '../adapters/memory/memory-retained'
import { localActor as me } from './actor'
import { setRetention } from './set-retention'

const policy = { on: true, runs: { maxAgeDays: 2, maxCount: 10, maxMegabytes: null }, logs: { ...NO_BOUNDS, maxMegabytes: 5 }, samples: NO_BOUNDS }
const DAY_MS = 86_400_000

test('what was set is kept, told of, and begun with', async () => {
  const lines: LogEntry[] = []
  let begun = 0
  const deps = { ...createNoRetention(), logger: (line: LogEntry) => void lines.push(line), onSet: () => void begun++ }
  expect(await setRetention(deps).read(me)).toEqual(deps.atFirst)
  await setRetention(deps).set(me, policy)
  expect(await setRetention(deps).read(me)).toEqual(policy)
  expect(begun).toBe(1)
  expect(lines).toMatchObject([{ category: 'security', message: 'Retention was set by local: on', data: { policy } }])
})

test('a preview counts what a policy would delete, also one that is off, and deletes nothing', async () => {
  const asked: unknown[] = []
  const none = createNoRetention()
  const excess = { count: 3, stays: 4, bytes: 5, staysBytes: 6 }
  const retained = { excess: (limit: object) => (asked.push(limit), Promise.resolve(excess)), deleteSome: () => Promise.reject(new Error('deleted')) }
  const { preview } = setRetention({ ...none, clock: { now: () => 10 * DAY_MS }, retained: { runs: retained, logs: retained, samples: retained } })
  expect(await preview(me, { ...policy, on: false })).toEqual({ runs: excess, logs: excess, samples: excess })
  expect(asked).toEqual([{ olderThan: 8 * DAY_MS, keep: 10 }, { maxBytes: 5_000_000 }, {}])
})
