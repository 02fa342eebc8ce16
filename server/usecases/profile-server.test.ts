import { expect, test } from 'vitest'
import type { Profiler, Recording } from '@/server/ports/profiler'
import { localActor, triggerActor } from './actor'
import { profileServer } from './profile-server'

const loop = { meanMs: 1, p50Ms: 1, p99Ms: 2, maxMs: 3, busyShare: 0.5 }
const recorded: Recording = { kind: 'cpu', startedAt: 5, tookMs: 1_000, loop, root: { name: '(root)', place: '', own: 0, calls: [{ name: '(idle)', place: '', own: 700, calls: [] }, { name: 'fold', place: 'a.ts:1', own: 300, calls: [] }] } }

function world(record: Profiler['record']) {
  return profileServer({ profiler: { record, figures: () => Promise.reject(new Error('not asked')) }, runs: { line: () => [] }, logger: () => undefined })
}

test('a profile tells shares of the whole time, idle or not', async () => {
  const profile = await world(() => Promise.resolve(recorded)).record(localActor, { kind: 'cpu', durationMs: 1_000 })
  expect(profile).toMatchObject({ whole: 1_000, busy: 300, hottest: [{ name: 'fold', score: 30, verdict: 'bottleneck' }] })
})

test('one is recorded at a time; after it has ended, or failed, the next may begin', async () => {
  let end: (answer: Recording | Error) => void = () => undefined
  const profiles = world(() => new Promise((resolve, reject) => (end = (answer) => (answer instanceof Error ? reject(answer) : resolve(answer)))))
  const first = profiles.record(localActor, { kind: 'cpu', durationMs: 1_000 })
  await expect(profiles.record(localActor, { kind: 'heap', durationMs: 1_000 })).rejects.toMatchObject({ code: 'PROFILE_RUNNING' })
  end(new Error('the inspector went away'))
  await expect(first).rejects.toThrow('went away')
  const second = profiles.record(localActor, { kind: 'cpu', durationMs: 1_000 })
  end(recorded)
  await expect(second).resolves.toMatchObject({ busy: 300 })
})

test('whoever may only start runs may not look into the server', async () => {
  await expect(world(() => Promise.resolve(recorded)).record(triggerActor, { kind: 'cpu', durationMs: 1_000 })).rejects.toThrow()
})
