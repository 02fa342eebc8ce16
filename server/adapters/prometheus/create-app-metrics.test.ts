import { expect, test } from 'vitest'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunEvent, RunFact, RunId } from '@/domain/run/run-event'
import { emptyRun } from '@/domain/run/run-state'
import { summaryOf } from '@/server/ports/run-summary'
import { objections, readExposition } from '@/server/boot/exposition.suite'
import { createAppMetrics } from './create-app-metrics'

const error = { code: 'X', message: 'x', retryable: false }

function world() {
  const now = { activeRuns: 2, waitingRuns: 1, firing: [{ severity: 'critical' }] }
  const metrics = createAppMetrics({ version: '1.2.3', since: 1_000, now: () => now })
  let runs = 0
  return {
    metrics,
    /** Facts are a second apart, the last one at `at`. */
    end(workflowId: string, ok: boolean, at = 100_000, workflowName = 'W "quoted"') {
      const id = `run_${runs++}` as RunId
      const facts: RunFact[] = [
        { type: 'run.queued', workflowId, workflowName, version: 1, graphHash: 'h', input: null, priority: 5 }, { type: 'run.started' },
        { type: 'step.started', nodeId: 'a', attempt: 1, input: { model: 'small' } }, { type: 'step.completed', nodeId: 'a', attempt: 1, output: null, usage: { promptTokens: 100, cachedTokens: 60, completionTokens: 10 } },
        ok ? { type: 'run.completed', output: null } : { type: 'run.failed', error },
      ]
      const run = foldRun(emptyRun, facts.map((fact, index): RunEvent => ({ ...fact, seq: index + 1, recordedAt: at - (facts.length - 1 - index) * 1_000 })))
      metrics.countRun(summaryOf(id, run), run)
    },
    async value(name: string, labels: Record<string, string> = {}) {
      const samples = readExposition(await metrics.text()).flatMap((family) => family.samples)
      return samples.find((sample) => sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value))?.value
    },
  }
}

test('runs, their steps and tokens are counted, with names that keep to the rules', async () => {
  const { metrics, end, value } = world()
  end('wf_1', true)
  end('wf_1', false)
  metrics.countLines([{ id: 1, at: 1, level: 'ERROR', component: 'c', category: 'system', message: 'm' }])
  expect([await value('heddle_runs_total', { workflow: 'wf_1', status: 'completed' }), await value('heddle_runs_total', { status: 'failed' }), await value('heddle_steps_total', { status: 'completed' })]).toEqual([1, 1, 2])
  expect([await value('heddle_run_duration_seconds_sum'), await value('heddle_step_duration_seconds_sum')]).toEqual([6, 2])
  expect([await value('heddle_model_tokens_total', { model: 'small', kind: 'prompt' }), await value('heddle_model_tokens_total', { kind: 'cached' }), await value('heddle_model_calls_total')]).toEqual([200, 120, 2])
  expect([await value('heddle_runs_active'), await value('heddle_runs_waiting'), await value('heddle_alerts_firing', { severity: 'critical' }), await value('heddle_alerts_firing', { severity: 'info' })]).toEqual([2, 1, 1, 0])
  expect([await value('heddle_log_lines_total', { level: 'ERROR' }), await value('heddle_build_info', { version: '1.2.3' })]).toEqual([1, 1])
  expect(readExposition(await metrics.text()).flatMap(objections)).toEqual([])
})

test('what ended before this process began is not counted', async () => {
  const { end, value } = world()
  end('wf_1', true, 999)
  expect(await value('heddle_runs_total')).toBeUndefined()
})

test('a workflow goes by its new name; after many, those that come are one', async () => {
  const { end, value, metrics } = world()
  end('wf_1', true)
  end('wf_1', true, 100_000, 'Renamed')
  expect((await metrics.text()).match(/^heddle_workflow_info\{.*$/gm)).toEqual(['heddle_workflow_info{workflow="wf_1",name="Renamed"} 1'])
  for (let more = 0; more < 300; more++) end(`wf_more${more}`, true)
  expect([await value('heddle_runs_total', { workflow: 'other' }), (await metrics.text()).match(/^heddle_runs_total\{/gm)!.length]).toEqual([101, 201])
})

test('the judge of names finds what is wrong', () => {
  const wrong = readExposition('# HELP a_ms h\n# TYPE a_ms counter\na_ms{run_id="run_1"} 1\n# HELP h_seconds \n# TYPE h_seconds histogram\nh_seconds_bucket{le="1"} 2\nh_seconds_bucket{le="+Inf"} 1\nh_seconds_sum 1\nh_seconds_count 1\n').flatMap(objections)
  expect(wrong.map((one) => one.split(': ')[1])).toEqual(['a counter without _total', 'not in base units', 'a label with a value for each run', 'the id of a run', 'no help', 'buckets that do not add up'])
  for (const text of ['a 1\n', '# TYPE a gauge\na 1\n', '# HELP a h\n# TYPE a gauge\na x\n', '# HELP a h\n# TYPE a gauge\na 1\na 2\n', '# HELP a h\n# TYPE a gauge\na{b=c} 1\n', '# HELP a h\n# TYPE a gauge\na 1']) expect(() => readExposition(text)).toThrow()
})
