import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ExecutionBucket, mergeExecutions, NodeBuckets, statisticsOfBucket } from '@/domain/metric/execution-bucket'
import { ROLLUPS } from '@/domain/metric/time-steps'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunFact, RunId } from '@/domain/run/run-event'
import { emptyRun } from '@/domain/run/run-state'
import { createManualClock } from '@/server/adapters/memory/manual-clock'
import { createMemoryRunLog } from '@/server/adapters/memory/memory-run-log'
import { createMemorySampleStore } from '@/server/adapters/memory/memory-sample-store'
import type { LogEntry } from '@/server/ports/log-store'
import type { SampleKind, SampleStore } from '@/server/ports/sample-store'
import { createRunRecorder } from './record-runs'

const START = 1_000_000 * 3_600_000
const error = { code: 'X', message: 'x', retryable: false }

function world({ samples = createMemorySampleStore() }: { samples?: SampleStore } = {}) {
  const clock = createManualClock(START)
  const log = createMemoryRunLog({ clock })
  const lines: LogEntry[] = []
  let runs = 0
  return {
    clock, log, samples, lines,
    told: [] as string[],
    recorder({ onDuty = () => true, store = samples }: { onDuty?: () => boolean; store?: SampleStore } = {}) {
      return createRunRecorder({ samples: store, log, clock, logger: (line) => void lines.push(line), onDuty, onRecorded: (some) => this.told.push(...some.map(({ summary, run }) => `${summary.id} ${run.status}`)) })
    },
    /** A run that ends now: `a` completed, and `b` with it or not. */
    async end(workflowId: string, ok: boolean): Promise<void> {
      const facts: RunFact[] = [
        { type: 'run.queued', workflowId, workflowName: 'W', version: 1, graphHash: 'h', input: null, priority: 5 }, { type: 'run.started' },
        { type: 'step.started', nodeId: 'a', attempt: 1 }, { type: 'step.completed', nodeId: 'a', attempt: 1, output: null, usage: { promptTokens: 100, completionTokens: 10 } },
        { type: 'step.started', nodeId: 'b', attempt: 1 }, ok ? { type: 'step.completed', nodeId: 'b', attempt: 1, output: null } : { type: 'step.failed', nodeId: 'b', attempt: 1, error },
        ok ? { type: 'run.completed', output: null } : { type: 'run.failed', error },
      ]
      await log.append(`run_${runs++}` as RunId, facts, 0, (events) => foldRun(emptyRun, events))
    },
    async pass(ms: number): Promise<void> {
      for (let rest = ms; rest > 0; rest -= 1_000) {
        clock.advance(Math.min(1_000, rest))
        for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve))
      }
    },
    async counted(kind: SampleKind, stepMs: number, subject: string, node = 'a') {
      const rows = await samples.read({ kind, stepMs, from: 0, to: 1e16, subjects: [subject] })
      const buckets = rows.flatMap(({ figures }) => (kind === 'node' ? (NodeBuckets.parse(figures)[node] ?? []) : ExecutionBucket.parse(figures)))
      const { executions, failures, tokens } = statisticsOfBucket(mergeExecutions(buckets))
      return { rows: rows.map((row) => row.at - START), executions, failures, tokens: tokens?.prompt }
    },
  }
}

test('W1: every run is in one bucket of each step, and its nodes too', async () => {
  const w = world()
  const { end, pass, counted } = w
  const one = w.recorder()
  await end('wf_1', true)
  one.start()
  await pass(12_000)
  await end('wf_1', false)
  await end('wf_2', true)
  await pass(30_000)
  await one.stop()
  expect(await counted('workflow', 10_000, 'wf_1')).toEqual({ rows: [0, 10_000], executions: 2, failures: 1, tokens: 100 })
  for (const { stepMs } of ROLLUPS.slice(1)) expect(await counted('workflow', stepMs, 'wf_1')).toEqual({ rows: [0], executions: 2, failures: 1, tokens: 100 })
  expect(await counted('node', 60_000, 'wf_1', 'b')).toEqual({ rows: [0], executions: 2, failures: 1, tokens: undefined })
  expect(await counted('node', 60_000, 'wf_2', 'a')).toMatchObject({ executions: 1, failures: 0 })
})

test('W1: what ended before the first start is counted, too, in the steps that would still be kept', async () => {
  const w = world()
  const { clock, end, pass, counted } = w
  for (let more = 0; more < 450; more++) await end('wf_1', true)
  clock.advance(3 * 86_400_000)
  await end('wf_1', false)
  const one = w.recorder()
  one.start()
  await pass(20_000)
  await one.stop()
  expect(await counted('workflow', 3_600_000, 'wf_1')).toMatchObject({ executions: 451, failures: 1 })
  expect(await counted('workflow', 60_000, 'wf_1')).toMatchObject({ executions: 451 })
  expect(await counted('workflow', 10_000, 'wf_1')).toMatchObject({ executions: 1, failures: 1 })
})

test('W1, W2: whoever writes, and however often it breaks off, nothing is lost and nothing is counted twice', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.record({ ends: fc.nat(4), seconds: fc.integer({ min: 1, max: 25 }), duty: fc.constantFrom('a', 'b', 'both'), broken: fc.boolean(), restart: fc.boolean() }), { minLength: 1, maxLength: 12 }), async (acts) => {
    const samples = createMemorySampleStore()
    const one = world({ samples })
    const { end, pass, counted } = one
    let [duty, broken] = ['a', false]
    const store: SampleStore = { ...samples, write: (...given) => (broken ? Promise.reject(new Error('disk full')) : samples.write(...given)) }
    const make = (name: string) => one.recorder({ store, onDuty: () => duty === name || duty === 'both' })
    let [a, b] = [make('a'), make('b')]
    a.start()
    b.start()
    let ended = 0
    for (const act of acts) {
      ;[duty, broken] = [act.duty, act.broken]
      for (let more = 0; more < act.ends; more++) await end('wf_1', ended++ % 2 === 0)
      await pass(act.seconds * 1_000)
      if (act.restart) {
        await a.stop()
        a = make('a')
        a.start()
      }
    }
    ;[duty, broken] = ['b', false]
    await pass(40_000)
    await Promise.all([a.stop(), b.stop()])
    const expected = { executions: ended, failures: Math.floor(ended / 2) }
    for (const { stepMs } of ROLLUPS) expect(await counted('workflow', stepMs, 'wf_1')).toMatchObject(expected)
    expect(await counted('node', 10_000, 'wf_1', 'b')).toMatchObject(expected)
    expect(one.told.toSorted()).toEqual(Array.from({ length: ended }, (_, index) => `run_${index} ${index % 2 === 0 ? 'completed' : 'failed'}`).toSorted())
  }), { numRuns: 30 })
})

test('a run that cannot be read stands in nobody\'s way; a store in trouble is asked again and told of once', async () => {
  const w = world()
  const { log, lines, end, pass, counted } = w
  await end('wf_1', true)
  await end('wf_1', true)
  const read = log.read
  let broken = true
  log.read = async (id, ...rest) => {
    if (broken) throw new Error('locked')
    if (id === 'run_0') throw Object.assign(new (await import('@/server/ports/page-cursor')).InvalidCursor())
    return read(id, ...rest)
  }
  const one = w.recorder()
  one.start()
  await pass(25_000)
  expect([lines.map((line) => line.level), (await counted('workflow', 10_000, 'wf_1')).executions]).toEqual([['WARNING'], 0])
  broken = false
  await pass(15_000)
  await one.stop()
  expect(await counted('workflow', 10_000, 'wf_1')).toMatchObject({ executions: 1 })
})
