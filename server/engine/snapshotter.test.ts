import { expect, test } from 'vitest'
import { compileGraph } from '@/domain/run/run-graph'
import type { RunEvent, RunId } from '@/domain/run/run-event'
import { emptyRun } from '@/domain/run/run-state'
import { SnapshotPolicy } from '@/domain/run/snapshot-policy'
import { createManualClock } from '@/server/adapters/memory/manual-clock'
import { createMemorySnapshotStore } from '@/server/adapters/memory/memory-snapshot-store'
import { createSeededIds } from '@/server/adapters/memory/seeded-ids'
import { graphOf } from './engine-world.suite'
import { createSnapshotter } from './snapshotter'

async function seqsAfter(steps: number, policy: Partial<SnapshotPolicy> = {}): Promise<number[]> {
  const snapshots = createMemorySnapshotStore()
  const runId = 'run_a' as RunId
  const graph = compileGraph(graphOf({ a: ['merge', { mode: 'all' }], b: ['merge', { mode: 'all', critical: true }] }))
  const { onAppended } = createSnapshotter({ snapshots, clock: createManualClock(), ids: createSeededIds(), logger: () => undefined }, runId, graph, SnapshotPolicy.parse(policy))
  for (let seq = 1; seq <= steps; seq++) onAppended([{ type: 'step.completed', nodeId: seq % 4 === 0 ? 'b' : 'a', attempt: 1, output: null, seq, recordedAt: 1 } as RunEvent], { ...emptyRun, seq })
  await new Promise(setImmediate)
  return (await snapshots.list(runId)).map((one) => one.seq)
}

test('as the policy says: every so many steps, critical ones only, never, and no more than are to be kept', async () => {
  expect(await seqsAfter(10, { mode: 'every-n', steps: 3 })).toEqual([3, 6, 9])
  expect(await seqsAfter(10, { mode: 'critical' })).toEqual([4, 8])
  expect(await seqsAfter(10, { mode: 'off' })).toEqual([])
  expect(await seqsAfter(9, { keep: 2 })).toEqual([8, 9])
})

test('a snapshot after each step of a run of ordinary length', async () => {
  expect(await seqsAfter(60)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1))
})

test('ever fewer of a long run', async () => {
  const seqs = await seqsAfter(10_000)
  expect(seqs.length).toBeLessThan(200)
  expect(seqs.at(-1)).toBeGreaterThan(9_000)
})
