import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RunCommand } from '@/domain/run/decide-run'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunEvent, RunId } from '@/domain/run/run-event'
import { compileGraph } from '@/domain/run/run-graph'
import { emptyRun, type RunState } from '@/domain/run/run-state'
import { createManualClock } from '@/server/adapters/memory/manual-clock'
import { createMemoryRunLog } from '@/server/adapters/memory/memory-run-log'
import { createRunFeed } from '@/server/adapters/memory/run-feed'
import { graphOf } from './engine-world.suite'
import { createRunMailbox } from './run-mailbox'

const runId = 'run_a' as RunId
const graph = compileGraph(graphOf({ a: ['transform', { expression: '1' }], b: ['transform', { expression: '1' }], c: ['transform', { expression: '1' }] }))

async function openMailbox(onCommit: (before: RunState, after: RunState, events: readonly RunEvent[]) => void = () => undefined) {
  const log = createMemoryRunLog({ clock: createManualClock() })
  const fold = (events: readonly RunEvent[]) => foldRun(emptyRun, events)
  await log.append(runId, [{ type: 'run.queued', workflowId: 'w', workflowName: 'W', version: 'draft', graphHash: 'h', input: null, priority: 5 }, { type: 'run.started' }], 0, fold)
  const mailbox = createRunMailbox(
    {
      log: {
        ...log,
        append: (id, facts, seq, after) => log.append(id, facts, seq, (events) => {
          const row = after(events)
          onCommit(mailbox.state(), row, events)
          return row
        }),
      },
      feed: createRunFeed(), onAppended: () => undefined, onLost: (error) => { throw error },
    },
    runId, graph, fold(await log.read(runId)),
  )
  return { mailbox, events: () => log.read(runId) }
}

const command: fc.Arbitrary<RunCommand> = fc.record({ key: fc.constantFrom('a', 'b', 'c'), attempt: fc.integer({ min: 1, max: 2 }), kind: fc.constantFrom('start', 'complete', 'fail', 'stream') }).map(({ key, attempt, kind }): RunCommand => {
  switch (kind) {
    case 'start':
      return { do: 'start-step', key, attempt }
    case 'complete':
      return { do: 'complete-step', key, attempt, output: attempt }
    case 'fail':
      return { do: 'fail-step', key, attempt, error: { code: 'X', message: 'x', retryable: true }, now: 0, random: 0 }
    case 'stream':
      return { do: 'stream', key, attempt, text: 'x' }
  }
})

test('its state is what the log says; of a letter all or nothing; while an append is under way it is the acknowledged one', async () => {
  let refused = 0
  await fc.assert(fc.asyncProperty(fc.array(fc.array(command, { minLength: 1, maxLength: 4 }), { maxLength: 12 }), async (letters) => {
    const { mailbox, events } = await openMailbox((before, after, added) => {
      expect(before.seq).toBe(added[0]!.seq - 1)
      expect(after.seq).toBe(added.at(-1)!.seq)
    })
    const sent = await Promise.allSettled(letters.map((letter) => mailbox.send(...letter)))
    refused += sent.filter(({ status }) => status === 'rejected').length
    expect(mailbox.state()).toEqual(foldRun(emptyRun, await events()))
  }), { numRuns: 200 })
  expect(refused).toBeGreaterThan(50)
})

test('of a letter that is refused halfway nothing stays', async () => {
  const { mailbox, events } = await openMailbox()
  await expect(mailbox.send({ do: 'start-step', key: 'a', attempt: 1 }, { do: 'complete-step', key: 'b', attempt: 1, output: 1 })).rejects.toMatchObject({ code: 'STALE_ATTEMPT' })
  expect(mailbox.state().steps).toEqual({})
  expect(await events()).toHaveLength(2)
})

test('the row of a run that fails knows its steps: they say whether another try may help', async () => {
  const rows: RunState[] = []
  const { mailbox } = await openMailbox((_, after) => void rows.push(after))
  const error = { code: 'X', message: 'x', retryable: false }
  await mailbox.send({ do: 'start-step', key: 'a', attempt: 1 }, { do: 'fail-step', key: 'a', attempt: 1, error, now: 0, random: 0 }, { do: 'fail', error, key: 'a' })
  expect(rows.at(-1)).toMatchObject({ status: 'failed', steps: { a: { state: { kind: 'failed' } } } })
})
