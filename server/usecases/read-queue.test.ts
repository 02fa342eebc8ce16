import { expect, test } from 'vitest'
import type { Turn } from '@/domain/run/admit-runs'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunFact, RunId } from '@/domain/run/run-event'
import { emptyRun } from '@/domain/run/run-state'
import { runBody } from '@/wire/run-body'
import { runSummaryBody } from '@/wire/runs'
import { createManualClock } from '../adapters/memory/manual-clock'
import { createMemoryRunLog } from '../adapters/memory/memory-run-log'
import { localActor as me } from './actor'
import { readQueue } from './read-queue'
import { readRun } from './read-run'

const line: Turn[] = [{ id: 'run_b', place: 1, reason: 'model', model: 'm' }, { id: 'run_a', place: 2, reason: 'total' }, { id: 'run_c', place: 3, reason: 'paused' }]
const runs = { line: () => line, submit: () => Promise.resolve() }

test('the line is read by pages, or for one run alone', async () => {
  const read = readQueue({ runs })
  expect(await read(me, { limit: 2 })).toEqual({ items: line.slice(0, 2), next: 2, length: 3 })
  expect(await read(me, { limit: 2, after: 2 })).toEqual({ items: line.slice(2), next: undefined, length: 3 })
  expect((await read(me, { runId: 'run_a' })).items).toEqual([line[1]])
  expect(await read(me, { runId: 'run_none' })).toEqual({ items: [], next: undefined, length: 3 })
})

test('a run that waits says where it stands and for what, in the list and by itself; one that has ended does not', async () => {
  const runLog = createMemoryRunLog({ clock: createManualClock() })
  const read = readRun({ runLog, runs, logger: () => undefined })
  const queue = (id: string, ...more: RunFact[]) =>
    runLog.append(id as RunId, [{ type: 'run.queued', workflowId: 'wf', workflowName: 'W', version: 'draft', graphHash: 'h', input: {}, priority: 5 }, ...more], 0, (events) => foldRun(emptyRun, events))
  await queue('run_a')
  await queue('run_b')
  await queue('run_c', { type: 'run.cancelled', by: 'me' })
  const { items } = await read.list(me, {})
  const queues = Object.fromEntries(items.map((run) => [run.id, runSummaryBody(run).queue]))
  expect(queues).toMatchObject({ run_a: { place: 2, waitsFor: 'total' }, run_b: { place: 1, waitsFor: 'model', model: 'm' } })
  const bodyOf = async (id: string) => {
    const { run, turn } = await read.state(me, id)
    return runBody(id, run, turn)
  }
  expect((await bodyOf('run_b')).queue).toEqual({ place: 1, waitsFor: 'model', model: 'm' })
  expect(await bodyOf('run_c')).not.toHaveProperty('queue')
})
