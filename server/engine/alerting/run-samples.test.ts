import { expect, test } from 'vitest'
import { AppError } from '@/domain/error'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunFact, RunId } from '@/domain/run/run-event'
import { emptyRun } from '@/domain/run/run-state'
import { createManualClock } from '@/server/adapters/memory/manual-clock'
import { createMemoryRunLog } from '@/server/adapters/memory/memory-run-log'
import { createRunFeed } from '@/server/adapters/memory/run-feed'
import type { RunLog } from '@/server/ports/run-log'
import { createRunSamples, KEPT_MS } from './run-samples'

class Unreadable extends AppError {
  readonly code = 'STORED_EVENT_INVALID'
  readonly hint = ''
}

function setUp({ most, wrap = (log: RunLog) => log }: { most?: number; wrap?: (log: RunLog) => RunLog } = {}) {
  const clock = createManualClock()
  const log = createMemoryRunLog({ clock })
  const feed = createRunFeed()
  const samples = createRunSamples({ log: wrap(log), feed, clock, ...(most !== undefined && { most }) })
  let count = 0
  /** A second for each; told unless it ended before this server began. */
  const end = async (ending: 'completed' | 'failed' | 'cancelled' | 'none' = 'completed', told = true) => {
    const id = `run_${count++}` as RunId
    const last: RunFact[] = ending === 'completed' ? [{ type: 'run.completed', output: null }] : ending === 'failed' ? [{ type: 'run.failed', error: { code: 'X', message: 'x', retryable: false } }] : ending === 'cancelled' ? [{ type: 'run.cancelled', by: 'me' }] : []
    clock.advance(1_000)
    const events = await log.append(id, [{ type: 'run.queued', workflowId: 'wf', workflowName: 'W', version: 1, graphHash: 'h', input: null, priority: 5 }, { type: 'run.started' }, ...last], 0, (given) => foldRun(emptyRun, given))
    if (told) feed.publish(id, events)
    return id
  }
  return { clock, samples, end, start: clock.now() }
}

test('what ended is counted once, whether it was heard of or read; what goes on is not', async () => {
  const { samples, end, start } = setUp()
  await end('failed', false)
  await end('completed')
  await end('cancelled')
  await end('none')
  const { runs, complete } = await samples.since(start - 1_000)
  expect(runs.map(({ run }) => run?.ok)).toEqual([true, undefined, false])
  expect([complete, (await samples.since(start - 1_000)).runs.length, (await samples.since(start + 2_000)).runs.length]).toEqual([true, 3, 1])
})

test('the log is read further back only as somebody asks for it', async () => {
  let lists = 0
  const { samples, end, start, clock } = setUp({ wrap: (log) => ({ ...log, list: (filter) => (lists++, log.list(filter)) }) })
  await end('completed', false)
  clock.advance(60_000)
  for (const from of [start - 5_000, start - 5_000, start, clock.now()]) await samples.since(from)
  expect(lists).toBe(1)
  await samples.since(start - 6_000)
  expect(lists).toBe(2)
})

test('of too many the newest are kept, and it says so', async () => {
  const { samples, end, start } = setUp({ most: 2 })
  for (let more = 0; more < 4; more++) await end('completed')
  const { runs, complete } = await samples.since(start)
  expect([runs.map(({ endedAt }) => endedAt - start).sort(), complete]).toEqual([[3_000, 4_000], false])
})

test('what is too old is let go', async () => {
  const { samples, end, start, clock } = setUp()
  await end('completed')
  expect((await samples.since(start)).runs).toHaveLength(1)
  clock.advance(KEPT_MS)
  expect((await samples.since(start)).runs).toHaveLength(0)
})

test('a run that cannot be read is left out; a store in trouble is asked again', async () => {
  const trouble: { error?: Error } = { error: new Error('disk') }
  const { samples, end, start } = setUp({ wrap: (log) => ({ ...log, read: (id, ...rest) => (id === 'run_0' ? Promise.reject(new Unreadable('no')) : trouble.error ? Promise.reject(trouble.error) : log.read(id, ...rest)) }) })
  await end('failed')
  await end('completed')
  await expect(samples.since(start)).rejects.toThrow('disk')
  delete trouble.error
  expect((await samples.since(start)).runs.map(({ run }) => run?.ok)).toEqual([true])
})
