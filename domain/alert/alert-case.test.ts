import { expect, test } from 'vitest'
import { caseOf } from './alert-case'
import type { RunSample } from './rule-readings'

const windowMs = 100
const run = (runId: string, endedAt: number, ok: boolean, durationMs: number, nodes: RunSample['nodes'] = {}): RunSample => ({
  workflowId: 'wf', endedAt, run: { ok, durationMs }, nodes, told: { runId, workflowName: 'Nightly', names: { plan: 'Plan it' }, steps: { plan: 'plan[2]' }, ...(!ok && { failedStep: 'write' }) },
})
const runs = [run('too_old', 900, false, 999), run('failed_1', 910, false, 10), run('slow', 920, true, 500), run('failed_2', 930, false, 20), run('newest', 940, true, 5), { ...run('other', 945, false, 900), workflowId: 'wf_2' }, run('later', 1_001, false, 900)]

test.each([
  ['workflow.failureRate', 'failed_2', 'write'], ['workflow.successRate', 'failed_2', 'write'], ['workflow.executions', 'failed_2', 'write'],
  ['workflow.durationMean', 'slow', undefined], ['workflow.durationP95', 'slow', undefined],
] as const)('%s is shown by %s', (metric, runId, step) => {
  expect(caseOf({ metric, windowMs }, runs, 'wf', 1_000)).toEqual({ runId, workflowName: 'Nightly', ...(step && { step }) })
})

test('of a node the run in which it failed, with its name and step; where all went well the newest', () => {
  const ok = { ok: true, durationMs: 1 }
  const some = [run('bad', 910, true, 1, { plan: [ok, { ok: false, durationMs: 1 }] }), run('good', 920, false, 1, { plan: [ok] })]
  expect(caseOf({ metric: 'agent.failureRate', windowMs }, some, 'wf/plan', 1_000)).toEqual({ runId: 'bad', workflowName: 'Nightly', nodeName: 'Plan it', step: 'plan[2]' })
  expect(caseOf({ metric: 'agent.executions', windowMs }, some.slice(1), 'wf/plan', 1_000)?.runId).toBe('good')
  expect(caseOf({ metric: 'agent.executions', windowMs }, some, 'wf/constructor', 1_000)).toBeUndefined()
})

test('fleet, server, and a window without a run have none', () => {
  for (const subject of ['fleet', 'server', 'wf_none']) expect(caseOf({ metric: 'workflow.failureRate', windowMs }, runs, subject, 1_000)).toBeUndefined()
})
